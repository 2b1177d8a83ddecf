// Sales by campaign.

import { nameOf, sumsBy } from "./data.js";
import { divideRounded } from "./decimals.js";
import { element, nothing, twoLines } from "./elements.js";
import { exactAmount, moneyText, percentText } from "./format.js";
import {
  inOrder,
  isRemainder,
  nameColumn,
  netOfAll,
  ORDERS_COLUMN,
  revenueColumns,
} from "./groups.js";
import { drawRanked } from "./rows.js";

/** @import { Group } from "./groups.js" */
/** @import { Selection } from "./period.js" */
/** @import { Column } from "./rows.js" */

const NOT_KNOWN = "not known";

/**
 * @param {HTMLElement} content
 * @param {Selection} selection
 * @param {Selection | null} previous
 */
export function drawCampaigns(content, selection, previous) {
  const rows = inOrder(sumsBy("campaigns", "campaign", selection));
  if (!rows.length) {
    content.replaceChildren(nothing());
    return;
  }
  const columns = [
    nameColumn("Campaign", ([key]) => campaignName(key), rows),
    ORDERS_COLUMN,
    ...revenueColumns(netOfAll(rows)),
  ];
  if (previous) columns.push(previousColumn(previous));
  let note = null;
  if (rows.some(recipientsOf)) {
    note = element(
      "p",
      { class: "note" },
      "Conversion and net sales per recipient cover all time and all shops, whatever is selected: all orders and net sales of a campaign, divided by all its recipients.",
    );
    columns.push(...recipientColumns());
  }
  drawRanked(content, "Sales by campaign", columns, rows, isRemainder, note);
}

/**
 * @param {Selection} previous
 * @returns {Column<Group>}
 */
function previousColumn(previous) {
  const earlier = sumsBy("campaigns", "campaign", previous);
  return {
    title: "Previous net sales",
    isNumber: true,
    text: ([key]) => {
      const sums = earlier.get(key);
      return sums ? moneyText(sums.net_amount) : "–";
    },
  };
}

/**
 * The number of recipients that a campaign ever had; null if no interaction shows it.
 * @param {Group} group
 */
const recipientsOf = ([key]) => nameOf("campaign", key).recipient_count ?? null;

/**
 * Rates per recipient. Recipients are known over all time and shops, and so are the orders.
 * @returns {Column<Group>[]}
 */
function recipientColumns() {
  const ever = sumsBy("campaigns", "campaign", { shop: null, from: -Infinity, to: Infinity });
  /** @param {Group} group */
  const conversion = (group) => {
    const recipients = recipientsOf(group);
    return recipients ? (ever.get(group[0])?.order_count ?? 0) / recipients : null;
  };
  /** @param {Group} group */
  const net = (group) => {
    const recipients = recipientsOf(group);
    return recipients
      ? divideRounded(ever.get(group[0])?.net_amount ?? 0n, BigInt(recipients))
      : null;
  };
  return [
    {
      title: "Conversion, all time",
      isNumber: true,
      text: (group) => (recipientsOf(group) ? percentText(conversion(group)) : NOT_KNOWN),
      value: conversion,
    },
    {
      title: "Net sales per recipient, all time",
      isNumber: true,
      text: (group) => (recipientsOf(group) ? moneyText(net(group)) : NOT_KNOWN),
      value: (group) => {
        const amount = net(group);
        return amount === null ? null : exactAmount(amount);
      },
    },
  ];
}

/** @param {string | null} key */
function campaignName(key) {
  if (key === null) return twoLines("All other campaigns", "smaller than those listed by name");
  if (key === "unattributed") return twoLines("No campaign", "orders without a campaign");
  const { name, channel, source, batch } = nameOf("campaign", key);
  const hasBatch = batch !== null && batch !== undefined;
  const details = [channel, source, hasBatch ? `batch ${batch}` : null];
  return twoLines(
    name ?? (batch ? `Batch ${batch}` : key),
    details.filter(Boolean).join(" · "),
  );
}
