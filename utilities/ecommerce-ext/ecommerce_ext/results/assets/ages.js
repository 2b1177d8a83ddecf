// The age of loaded data, and how serious that is.

/** @typedef {"good" | "warn" | "bad"} Level */

const HOUR_MS = 3600000;

/**
 * @param {string} loadedAt
 * @param {string} now
 * @returns {number}
 */
export const hoursBetween = (loadedAt, now) =>
  (Date.parse(now) - Date.parse(loadedAt)) / HOUR_MS;

/**
 * @param {number} age
 * @param {[late: number, stale: number]} limits In the unit of the age.
 * @returns {Level}
 */
export function levelOf(age, [late, stale]) {
  if (age > stale) return "bad";
  return age > late ? "warn" : "good";
}

/**
 * Round an age to hours, or to days from two days on.
 * @param {number} hours
 * @returns {{ count: number, unit: "hour" | "day" }}
 */
export const roundedAge = (hours) =>
  hours < 48
    ? { count: Math.round(hours), unit: "hour" }
    : { count: Math.round(hours / 24), unit: "day" };
