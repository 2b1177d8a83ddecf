// The headline figures, each compared with the previous period.

import { DATA, TABLES, total } from "./data.js";
import { ratio } from "./decimals.js";
import { element, nothing } from "./elements.js";
import {
  countText,
  exactAmount,
  LOCALE,
  moneyText,
  percentText,
  rough,
  twoDecimalsText,
} from "./format.js";
import { averageOrder, changeOf } from "./metrics.js";

/** @import { Selection } from "./period.js" */
/** @import { Sums } from "./tables.js" */

/**
 * @typedef {object} Tile
 * @property {string} id
 * @property {string} title
 * @property {string} help
 * @property {"money" | "count" | "share" | "number"} kind
 * @property {(sums: Sums) => bigint | number | null} read
 * @property {boolean} [isBad] Whether more is worse.
 */

/** @type {Tile[]} */
const TILES = [
  {
    id: "net",
    title: "Net revenue",
    help: "Gross − discount − refund; refunds include tax and shipping",
    kind: "money",
    read: (sums) => sums.net_amount,
  },
  {
    id: "gross",
    title: "Gross revenue",
    help: "Sales before discounts and refunds",
    kind: "money",
    read: (sums) => sums.gross_amount,
  },
  {
    id: "orders",
    title: "Orders",
    help: "Without test and deleted orders, with cancelled orders",
    kind: "count",
    read: (sums) => sums.order_count,
  },
  {
    id: "average",
    title: "Average order",
    help: "(Gross − discount) per order",
    kind: "money",
    read: averageOrder,
  },
  {
    id: "projected",
    title: "Projected revenue",
    help: "Gross − discount, without cancelled lines and orders",
    kind: "money",
    read: (sums) => sums.projected_revenue_amount,
  },
  {
    id: "realised",
    title: "Realised revenue",
    help: "Projected revenue of paid orders",
    kind: "money",
    read: (sums) => sums.realised_revenue_amount,
  },
  {
    id: "first",
    title: "First-time buyers",
    help: "Orders that are their buyer's first",
    kind: "count",
    read: (sums) => sums.first_order_count,
  },
  {
    id: "repeat",
    title: "Repeat orders",
    help: "Later orders / all orders of known buyers",
    kind: "share",
    read: (sums) =>
      ratio(sums.repeat_order_count, sums.first_order_count + sums.repeat_order_count),
  },
  {
    id: "items",
    title: "Items per order",
    help: "Units sold per order",
    kind: "number",
    read: (sums) =>
      DATA.hasItems ? ratio(rough(sums.sold_unit_count, "unit"), sums.order_count) : null,
  },
  {
    id: "returns",
    title: "Return rate",
    help: "Units returned / units sold",
    kind: "share",
    read: (sums) =>
      DATA.hasItems ? ratio(sums.returned_unit_count, sums.sold_unit_count) : null,
    isBad: true,
  },
];

const changeFormat = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});

/**
 * @param {HTMLElement} content
 * @param {Selection} selection
 * @param {Selection | null} previous
 */
export function drawHeadline(content, selection, previous) {
  const now = total("sales", selection);
  const then = previous && total("sales", previous);
  if (!now) {
    const text = TABLES.sales.length
      ? undefined
      : "There are no orders yet. Sync a shop with orders, then write this page again.";
    content.replaceChildren(nothing(text));
    return;
  }
  const tiles = TILES.map((tile) => drawTile(tile, now, then)).filter((tile) => tile !== null);
  // The longest value decides the size of all.
  const lengths = tiles.map((tile) => tile.querySelector(".value")?.textContent?.length ?? 0);
  content.style.setProperty("--length", String(Math.max(...lengths)));
  content.replaceChildren(...tiles);
}

/**
 * @param {Tile} tile
 * @param {Sums} now
 * @param {Sums | null} then
 * @returns {HTMLElement | null}
 */
function drawTile(tile, now, then) {
  const value = tile.read(now);
  if (value === null && tile.kind !== "money") return null;
  return element(
    "div",
    { class: "tile", "data-figure": tile.id, "data-value": exactText(value) },
    element("h3", { title: tile.help }, tile.title),
    element("p", { class: "value" }, tileText(tile, value)),
    drawChange(tile, value, then && tile.read(then)),
    element("p", { class: "help" }, tile.help),
  );
}

/** @param {bigint | number | null} value */
function exactText(value) {
  if (value === null) return "";
  return typeof value === "bigint" ? exactAmount(value) : String(value);
}

/**
 * @param {Tile} tile
 * @param {bigint | number | null} value
 * @returns {string}
 */
function tileText(tile, value) {
  if (value === null || typeof value === "bigint") return moneyText(value);
  if (tile.kind === "count") return countText(value);
  return tile.kind === "share" ? percentText(value) : twoDecimalsText(value);
}

/**
 * The change in words as well as by colour: up, down or the same, and from which value.
 * @param {Tile} tile
 * @param {bigint | number | null} value
 * @param {bigint | number | null} previous
 * @returns {HTMLElement}
 */
function drawChange(tile, value, previous) {
  if (previous === null || value === null)
    return element("p", { class: "change" }, "no previous figure");
  const isShare = tile.kind === "share";
  const { direction, amount } = changeOf(value, previous, isShare);
  const signed = amount === null ? direction : changeFormat.format(amount);
  const isGood = (direction === "up") !== Boolean(tile.isBad);
  const mood = direction === "same" ? "same" : isGood ? "good" : "bad";
  const arrow = { up: "▲", down: "▼", same: "●" }[direction];
  const text = tileText(tile, previous);
  return element(
    "p",
    { class: `change ${mood}`, "data-was": exactText(previous), title: `Before: ${text}` },
    element("span", { "aria-hidden": "true" }, `${arrow} `),
    element("span", {}, isShare ? signed.replace("%", "\u202fpoints") : signed),
    element("span", { class: "was" }, ` from ${text}`),
  );
}
