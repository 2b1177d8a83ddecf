// Metrics that are computed from sums.

import { divideRounded, ratio } from "./decimals.js";

/** @import { Sums } from "./tables.js" */

/**
 * Gross − discount per order that has amounts; null without such orders.
 * @param {Sums} sums
 * @returns {bigint | null}
 */
export function averageOrder(sums) {
  const converted = sums.order_count - sums.unconverted_order_count;
  return converted
    ? divideRounded(sums.gross_amount - sums.discount_amount, BigInt(converted))
    : null;
}

/**
 * Compare a figure with its previous value. A share changes by points, any other figure by a
 * share of the previous value (null if that was zero).
 * @param {bigint | number} value
 * @param {bigint | number} previous
 * @param {boolean} isShare
 * @returns {{ direction: "up" | "down" | "same", amount: number | null }}
 */
export function changeOf(value, previous, isShare) {
  const difference = Number(value) - Number(previous);
  const amount = isShare ? difference : ratio(difference, Math.abs(Number(previous)));
  if (difference === 0) return { direction: "same", amount };
  return { direction: difference > 0 ? "up" : "down", amount };
}
