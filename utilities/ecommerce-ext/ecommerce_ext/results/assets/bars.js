// The bars of the chart: one per day, week or month.

import { monthEnd, monthStart } from "./calendar.js";
import { SPAN, sumsWith } from "./data.js";
import { countText, dayText, moneyText, monthText, shortDayText } from "./format.js";
import { bucketOf, buckets } from "./period.js";

/** @import { Grain, Selection } from "./period.js" */
/** @import { Sums } from "./tables.js" */

/**
 * `sums` is null if nothing was sold; `previous` are the sums of the same bar of the previous
 * period.
 * @typedef {object} Bar
 * @property {Grain} grain
 * @property {number} start
 * @property {number} end
 * @property {Sums | null} sums
 * @property {Sums | null} previous
 */

/**
 * @param {Selection} selection
 * @param {Selection | null} previous
 * @returns {Bar[]}
 */
export function barsOf(selection, previous) {
  const { grain, starts, sums } = barSums(selection);
  const earlier = previous ? barSums(previous).sums : new Map();
  return starts.map((start, place) => ({
    grain,
    start,
    end: (starts[place + 1] ?? selection.to + 1) - 1,
    sums: sums.get(place) ?? null,
    previous: earlier.get(place) ?? null,
  }));
}

/** @param {Selection} selection */
function barSums(selection) {
  const { grain, starts } = buckets(selection, SPAN);
  const sums = sumsWith("sales", (table, row) => bucketOf(starts, table.days?.[row] ?? null), {
    ...selection,
    isDated: true,
  });
  return { grain, starts, sums };
}

/** @param {Sums | null} sums */
export const netOf = (sums) => sums?.net_amount ?? 0n;

/** @param {Sums | null} sums */
export const grossOf = (sums) => sums?.gross_amount ?? 0n;

/**
 * @param {Bar} bar
 * @returns {string}
 */
export function barName(bar) {
  const isMonth = bar.start === monthStart(bar.start) && bar.end === monthEnd(bar.end);
  if (bar.grain === "month" && isMonth) return monthText(bar.start);
  return bar.start === bar.end
    ? dayText(bar.start)
    : `${dayText(bar.start)} – ${dayText(bar.end)}`;
}

/** @param {Bar} bar */
export const axisName = (bar) =>
  bar.grain === "month" ? monthText(bar.start) : shortDayText(bar.start);

/** @param {Bar} bar */
export function barText(bar) {
  const was = bar.previous
    ? `; net sales ${moneyText(netOf(bar.previous))} in the previous period`
    : "";
  const orders = countText(bar.sums?.order_count ?? 0);
  const [net, gross] = [moneyText(netOf(bar.sums)), moneyText(grossOf(bar.sums))];
  return `${barName(bar)}: net sales ${net}, gross sales ${gross}, ${orders} orders${was}`;
}
