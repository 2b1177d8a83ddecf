// Contacts by segment.

import { sumsBy } from "./data.js";
import { divideRounded, ratio } from "./decimals.js";
import { nothing, twoLines } from "./elements.js";
import { countText, exactAmount, moneyText, percentText } from "./format.js";
import { rowsTable } from "./rows.js";

/** @import { Group } from "./groups.js" */
/** @import { Selection } from "./period.js" */
/** @import { Column } from "./rows.js" */

/** @type {Map<string | null, [title: string, detail: string]>} */
const SEGMENTS = new Map([
  ["champion", ["Champions", "recent and frequent orders, high net sales"]],
  ["loyal", ["Loyal", "frequent orders"]],
  ["new", ["New", "one recent order"]],
  ["occasional", ["Occasional", "recent, but not frequent orders"]],
  ["at_risk", ["At risk", "frequent orders, but not recently"]],
  ["lost", ["Lost", "few orders, long ago"]],
  ["", ["No contact", "orders of the period without a contact"]],
]);

/**
 * @param {HTMLElement} content
 * @param {Selection} selection
 */
export function drawSegments(content, selection) {
  const sums = sumsBy("segments", "segment", selection);
  const order = new Set([...SEGMENTS.keys(), ...sums.keys()]);
  /** @type {Group[]} */
  const rows = [];
  for (const key of order) {
    const found = sums.get(key);
    if (found) rows.push([key, found]);
  }
  if (!rows.length) {
    content.replaceChildren(nothing("No contact's last order is in this period."));
    return;
  }
  const contacts = rows.reduce((sum, [, row]) => sum + row.contact_count, 0);
  const largest = Math.max(...rows.map(([, row]) => row.contact_count));
  /** @type {Column<Group>[]} */
  const columns = [
    {
      title: "Segment",
      node: ([key]) => segmentName(key),
      bar: ([key, row]) => (key ? ratio(row.contact_count, largest) : null),
    },
    {
      title: "Contacts",
      isNumber: true,
      text: ([key, row]) => (key ? countText(row.contact_count) : "–"),
      value: ([, row]) => row.contact_count,
    },
    {
      title: "Share",
      isNumber: true,
      text: ([key, row]) => percentText(key ? ratio(row.contact_count, contacts) : null),
    },
    {
      title: "Net sales to date",
      isNumber: true,
      text: ([, row]) => moneyText(row.net_amount),
      value: ([, row]) => exactAmount(row.net_amount),
    },
    {
      title: "Net sales per contact",
      isNumber: true,
      text: ([key, row]) =>
        moneyText(key ? divideRounded(row.net_amount, BigInt(row.contact_count)) : null),
    },
  ];
  content.replaceChildren(rowsTable("Segments", columns, rows));
}

/** @param {string | null} key */
function segmentName(key) {
  const [title, detail] = SEGMENTS.get(key) ?? [String(key), null];
  return twoLines(title, detail);
}
