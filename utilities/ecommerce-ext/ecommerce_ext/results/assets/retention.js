// Retention and value of a cohort, by the number of months since the first order.

import { divideRounded, ratio } from "./decimals.js";

/** @import { Sums } from "./tables.js" */

/**
 * A month without orders of the cohort is null.
 * @typedef {{ retention: number | null, netPerBuyer: bigint } | null} CohortCell
 */

/**
 * Return for each month the share of buyers that bought, and the net sales to date per buyer.
 * @param {(Sums | undefined)[]} months
 * @param {number} buyers
 * @param {number} width The number of months to return.
 * @returns {CohortCell[]}
 */
export function cohortCells(months, buyers, width) {
  let net = 0n;
  return Array.from({ length: width }, (_, number) => {
    const sums = months[number];
    if (!sums) return null;
    net += sums.net_amount;
    return {
      retention: ratio(sums.active_buyer_count, buyers),
      netPerBuyer: divideRounded(net, BigInt(buyers || 1)),
    };
  });
}

/**
 * Return the step of a cell's colour: "first" for month 0, else "0" (no buyer) to "5".
 * @param {number | null} retention
 * @param {number} number
 * @returns {string}
 */
export function heatStep(retention, number) {
  if (number === 0) return "first";
  if (retention === 0) return "0";
  const limits = [0.05, 0.1, 0.2, 0.35, Infinity];
  return String(limits.findIndex((limit) => (retention ?? 0) < limit) + 1);
}
