// Tables of the page as columns, and exact sums over the selected rows.

import { isWhole } from "./period.js";

/** @import { Selection, Span } from "./period.js" */

/**
 * A column as `columns.py` encodes it: amounts as text, numbers and days as an array, texts as
 * different values and the index of each row's value.
 * @typedef {string | (number | null)[] | { values: (string | null)[], rows: number[] }} Encoded
 */
/**
 * @typedef {object} Table
 * @property {number} length
 * @property {(number | null)[] | null} days
 * @property {Record<string, (string | null)[]>} texts
 * @property {Record<string, number[]>} numbers
 * @property {Record<string, bigint[]>} amounts Money and units.
 */
/**
 * @typedef {"order_count" | "unconverted_order_count" | "first_order_count"
 *   | "repeat_order_count" | "open_order_count" | "contact_count" | "cohort_buyer_count" | "active_buyer_count"
 *   | "reject_count"} CountName
 */
/**
 * Sums of all metrics of a table: money and units as BigInt, counts as numbers.
 * @typedef {Record<`${string}_amount` | "sold_unit_count" | "returned_unit_count", bigint>
 *   & Record<CountName, number>} Sums
 */

/**
 * @param {Record<string, Encoded>} columns
 * @param {number} firstDay The day that the column of days counts from.
 * @returns {Table}
 */
export function decodeTable(columns, firstDay) {
  /** @type {Table} */
  const table = { length: 0, days: null, texts: {}, numbers: {}, amounts: {} };
  for (const [name, column] of Object.entries(columns)) {
    if (typeof column === "string") {
      table.amounts[name] = column.split(" ").map(BigInt);
      table.length = table.amounts[name].length;
    } else if (!Array.isArray(column)) {
      table.texts[name] = column.rows.map((place) => column.values[place]);
      table.length = column.rows.length;
    } else if (name === "day") {
      table.days = column.map((day) => (day === null ? null : day + firstDay));
      table.length = column.length;
    } else {
      table.numbers[name] = column.map(Number);
      table.length = column.length;
    }
  }
  return table;
}

/**
 * @param {Table} table
 * @param {number} row
 * @param {Selection} selection
 * @param {Span} span
 * @returns {boolean}
 */
function isSelected(table, row, selection, span) {
  if (selection.shop !== null && table.texts.shop[row] !== selection.shop) return false;
  if (!table.days) return true;
  const day = table.days[row];
  if (day === null) return selection.isDated !== true && isWhole(selection, span);
  return selection.isDated !== false && day >= selection.from && day <= selection.to;
}

/**
 * Add up all metrics of the selected rows, by the key of each row.
 * @template K
 * @param {Table} table
 * @param {(row: number) => K} keyOf
 * @param {Selection} selection
 * @param {Span} span
 * @returns {Map<K, Sums>}
 */
export function groupSums(table, keyOf, selection, span) {
  const amounts = Object.entries(table.amounts);
  const counts = Object.entries(table.numbers).filter(([name]) => name.endsWith("_count"));
  /** @type {Map<K, { amounts: bigint[], counts: number[] }>} */
  const groups = new Map();
  for (let row = 0; row < table.length; row += 1) {
    if (!isSelected(table, row, selection, span)) continue;
    const key = keyOf(row);
    let group = groups.get(key);
    if (!group) {
      group = { amounts: amounts.map(() => 0n), counts: counts.map(() => 0) };
      groups.set(key, group);
    }
    for (let place = 0; place < amounts.length; place += 1) {
      group.amounts[place] += amounts[place][1][row];
    }
    for (let place = 0; place < counts.length; place += 1) {
      group.counts[place] += counts[place][1][row];
    }
  }
  return new Map(
    [...groups].map(([key, group]) => [
      key,
      /** @type {Sums} */ (
        Object.fromEntries([
          ...amounts.map(([name], place) => [name, group.amounts[place]]),
          ...counts.map(([name], place) => [name, group.counts[place]]),
        ])
      ),
    ]),
  );
}

/**
 * Order groups by their net sales, the largest first.
 * @param {[unknown, Sums]} one
 * @param {[unknown, Sums]} other
 * @returns {number}
 */
export function byNet([, one], [, other]) {
  if (one.net_amount === other.net_amount) return 0;
  return one.net_amount < other.net_amount ? 1 : -1;
}
