// The selected period, the previous period, and the bars of a period.

import { dateOf, monthEnd, monthStart, monthsBetween } from "./calendar.js";

/**
 * The days that the page knows. Before `daysFrom` it knows months only.
 * @typedef {{ first: number, last: number, daysFrom: number }} Span
 */
/**
 * A period: its first and last day.
 * @typedef {{ from: number, to: number }} Period
 */
/**
 * Which rows to add up. Rows without a day belong to the whole span only; `isDated` true leaves
 * them out, `isDated` false leaves out all others.
 * @typedef {Period & { shop: string | null, isDated?: boolean }} Selection
 */

/** @type {{ title: string, start: (span: Span) => number }[]} */
export const PRESETS = [
  { title: "30 days", start: (span) => span.last - 29 },
  { title: "90 days", start: (span) => span.last - 89 },
  { title: "12 months", start: (span) => monthStart(span.last, -11) },
  { title: "All", start: (span) => span.first },
];
export const DEFAULT_PRESET = PRESETS[2];

/**
 * @param {{ start: (span: Span) => number }} preset
 * @param {Span} span
 * @returns {Period}
 */
export const presetPeriod = (preset, span) => snap(preset.start(span), span.last, span);

/**
 * Return the period between two days within the span. Before `daysFrom` it has whole months.
 * @param {number} from
 * @param {number} to
 * @param {Span} span
 * @returns {Period}
 */
export function snap(from, to, span) {
  const start = Math.max(Math.min(from, to), monthStart(span.first));
  const end = Math.min(Math.max(from, to), Math.max(span.last, span.first));
  return {
    from: start < span.daysFrom ? monthStart(start) : start,
    to: end < span.daysFrom ? monthEnd(end) : Math.max(end, start),
  };
}

/**
 * @param {Selection} selection
 * @param {Span} span
 * @returns {Selection} The same shop over the whole span.
 */
export const wholeSpan = (selection, span) => ({
  ...selection,
  from: span.first,
  to: span.last,
});

/**
 * @param {Period} period
 * @param {Span} span
 * @returns {boolean}
 */
export const isWhole = (period, span) => period.from <= span.first && period.to >= span.last;

/**
 * Return the period to compare with: as many months before for a period that begins with a
 * month, else as many days. Null if the page does not know all of it, or if it begins before the
 * first order: a comparison with days before the shop existed shows no change.
 * @param {Selection} selection
 * @param {Span} span
 * @param {number | null} firstDay The day of the first order.
 * @returns {Selection | null}
 */
export function previousPeriod(selection, span, firstDay) {
  const { from, to } = selection;
  let start = from - (to - from + 1);
  let end = from - 1;
  if (from === monthStart(from)) {
    const months = monthsBetween(from, to);
    start = monthStart(from, -months);
    if (to !== monthEnd(to)) {
      const lastStart = monthStart(to, -months);
      end = Math.min(monthEnd(lastStart), lastStart + dateOf(to).getUTCDate() - 1);
    }
  }
  if (firstDay === null || start < firstDay) return null;
  const known = snap(start, end, span);
  return known.from === start && known.to === end
    ? { ...selection, from: start, to: end }
    : null;
}

/** @typedef {"day" | "week" | "month"} Grain */

/**
 * @param {Period} period
 * @param {Span} span
 * @returns {Grain} The grain that gives neither too many nor too few bars.
 */
function grainOf(period, span) {
  const length = period.to - period.from + 1;
  if (period.from < span.daysFrom || length > 200) return "month";
  return length > 45 ? "week" : "day";
}

/**
 * Return the grain of a period's bars, and the first day of each bar.
 * @param {Period} period
 * @param {Span} span
 * @returns {{ grain: Grain, starts: number[] }}
 */
export function buckets(period, span) {
  const grain = grainOf(period, span);
  const starts = [];
  for (let day = period.from; day <= period.to; ) {
    starts.push(day);
    if (grain === "month") day = monthEnd(day) + 1;
    else day += grain === "week" ? 7 : 1;
  }
  return { grain, starts };
}

/**
 * Return the index of the bucket that contains a day.
 * @param {number[]} starts
 * @param {number | null} day
 * @returns {number}
 */
export function bucketOf(starts, day) {
  let low = 0;
  for (let high = starts.length; high - low > 1; ) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= (day ?? 0)) low = middle;
    else high = middle;
  }
  return low;
}
