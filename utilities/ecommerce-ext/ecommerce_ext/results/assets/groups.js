// Columns that the tables of campaigns, products and currencies share. A row is a key and its
// sums.

import { ratio } from "./decimals.js";
import { countText, exactAmount, moneyText, percentText } from "./format.js";
import { byNet } from "./tables.js";

/** @import { Column } from "./rows.js" */
/** @import { Sums } from "./tables.js" */

/** @typedef {[key: string | null, sums: Sums]} Group */

/** @type {Set<string | null>} */
const REMAINDERS = new Set([null, "", "unattributed"]);

/**
 * Whether a row is for no campaign or product, or for all others. Such rows come last, without
 * a bar, and are always shown.
 * @param {Group} group
 */
export const isRemainder = ([key]) => REMAINDERS.has(key);

/**
 * @param {Map<string | null, Sums>} sums
 * @returns {Group[]} The largest net first, and remainders last.
 */
export const inOrder = (sums) =>
  [...sums].sort(
    (one, other) => Number(isRemainder(one)) - Number(isRemainder(other)) || byNet(one, other),
  );

/** @param {Group[]} rows */
export const netOfAll = (rows) => rows.reduce((sum, [, sums]) => sum + sums.net_amount, 0n);

/**
 * The first column, whose bar compares the net of a row with the largest.
 * @param {string} title
 * @param {(group: Group) => Node} node
 * @param {Group[]} rows
 * @returns {Column<Group>}
 */
export function nameColumn(title, node, rows) {
  const largest = rows.reduce(
    (most, group) =>
      !isRemainder(group) && group[1].net_amount > most ? group[1].net_amount : most,
    0n,
  );
  return {
    title,
    node,
    bar: (group) => (isRemainder(group) ? null : ratio(group[1].net_amount, largest)),
  };
}

/** @type {Column<Group>} */
export const ORDERS_COLUMN = {
  title: "Orders",
  isNumber: true,
  text: ([, sums]) => countText(sums.order_count),
};

/**
 * @param {bigint} whole
 * @returns {Column<Group>[]}
 */
export const revenueColumns = (whole) => [
  {
    title: "Net sales",
    isNumber: true,
    text: ([, sums]) => moneyText(sums.net_amount),
    value: ([, sums]) => exactAmount(sums.net_amount),
  },
  {
    title: "Share",
    isNumber: true,
    text: ([, sums]) => percentText(ratio(sums.net_amount, whole)),
  },
  {
    title: "Gross sales",
    isNumber: true,
    text: ([, sums]) => moneyText(sums.gross_amount),
    value: ([, sums]) => exactAmount(sums.gross_amount),
  },
];
