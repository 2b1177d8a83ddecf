// Days as whole numbers, counted from 1970-01-01, without a time zone.

const DAY_MS = 86400000;

/**
 * @param {number} day
 * @returns {Date} Midnight UTC of the day.
 */
export const dateOf = (day) => new Date(day * DAY_MS);

/**
 * @param {string} text An ISO date, or a timestamp that begins with one.
 * @returns {number}
 */
export const dayOf = (text) => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY_MS;

/**
 * @param {number} day
 * @returns {string}
 */
export const isoDay = (day) => dateOf(day).toISOString().slice(0, 10);

/**
 * Return the first day of the month that is `months` after the month of a day.
 * @param {number} day
 * @param {number} [months]
 * @returns {number}
 */
export function monthStart(day, months = 0) {
  const date = dateOf(day);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / DAY_MS;
}

/**
 * Return the last day of the month that is `months` after the month of a day.
 * @param {number} day
 * @param {number} [months]
 * @returns {number}
 */
export const monthEnd = (day, months = 0) => monthStart(day, months + 1) - 1;

/**
 * Count the months from the month of one day to the month of another, both included.
 * @param {number} from
 * @param {number} to
 * @returns {number}
 */
export function monthsBetween(from, to) {
  const [start, end] = [dateOf(from), dateOf(to)];
  const years = end.getUTCFullYear() - start.getUTCFullYear();
  return years * 12 + end.getUTCMonth() - start.getUTCMonth() + 1;
}
