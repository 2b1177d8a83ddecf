// At a glance: net sales, the figures behind them, and open orders, each compared with the previous
// period.

import { TABLES, total } from "./data.js";
import { element, nothing } from "./elements.js";
import { NET_SALES, ORDER_FIGURES, SALES_FIGURES } from "./figures.js";
import {
  countText,
  exactAmount,
  LOCALE,
  moneyText,
  percentText,
  twoDecimalsText,
} from "./format.js";
import { changeOf } from "./metrics.js";

/** @import { Figure } from "./figures.js" */
/** @import { Selection } from "./period.js" */
/** @import { Sums } from "./tables.js" */

// The details stay open when a filter changes.
let isOpen = false;

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
  const details = element(
    "details",
    { class: "figures", open: isOpen, ontoggle: () => (isOpen = details.open) },
    element("summary", {}, "The figures behind net sales"),
    drawTiles(SALES_FIGURES, now, then),
  );
  content.replaceChildren(
    drawTiles([NET_SALES, ...ORDER_FIGURES], now, then),
    ...openOrders(now),
    details,
  );
}

/**
 * @param {Figure[]} figures
 * @param {Sums} now
 * @param {Sums | null} then
 */
function drawTiles(figures, now, then) {
  const tiles = figures
    .map((figure) => drawTile(figure, now, then))
    .filter((tile) => tile !== null);
  const box = element("div", { class: "tiles" }, ...tiles);
  // The longest value decides the size of all.
  const lengths = tiles.map((tile) => tile.querySelector(".value")?.textContent?.length ?? 0);
  box.style.setProperty("--length", String(Math.max(...lengths)));
  return box;
}

/** @param {Sums} now */
function openOrders(now) {
  const count = now.open_order_count;
  if (!count) return [];
  const subject = count === 1 ? "1 order awaits" : `${countText(count)} orders await`;
  return [
    element(
      "p",
      { class: "open", "data-figure": "open", "data-value": count },
      element("strong", {}, "Open orders: "),
      element(
        "span",
        { "data-value": exactAmount(now.open_amount) },
        `${subject} payment, ${moneyText(now.open_amount)} with tax and shipping. They are in net sales only if the shop's report counts orders before they are paid.`,
      ),
    ),
  ];
}

/**
 * @param {Figure} figure
 * @param {Sums} now
 * @param {Sums | null} then
 * @returns {HTMLElement | null}
 */
function drawTile(figure, now, then) {
  const value = figure.read(now);
  const previous = then && figure.read(then);
  if (value === null && figure.kind !== "money") return null;
  if (figure.isOptional && !value && !previous) return null;
  return element(
    "div",
    {
      class: figure === NET_SALES ? "tile main" : "tile",
      "data-figure": figure.id,
      "data-value": exactText(value),
    },
    element("h3", {}, figure.title),
    element("p", { class: "value" }, figureText(figure, value)),
    drawChange(figure, value, previous),
    element("p", { class: "help" }, figure.help),
  );
}

/** @param {bigint | number | null} value */
function exactText(value) {
  if (value === null) return "";
  return typeof value === "bigint" ? exactAmount(value) : String(value);
}

/**
 * @param {Figure} figure
 * @param {bigint | number | null} value
 * @returns {string}
 */
function figureText(figure, value) {
  if (value === null || typeof value === "bigint") return moneyText(value);
  if (figure.kind === "count") return countText(value);
  return figure.kind === "share" ? percentText(value) : twoDecimalsText(value);
}

/**
 * The change in words as well as by colour: up, down or the same, and from which value.
 * @param {Figure} figure
 * @param {bigint | number | null} value
 * @param {bigint | number | null} previous
 * @returns {HTMLElement}
 */
function drawChange(figure, value, previous) {
  if (previous === null || value === null)
    return element("p", { class: "change" }, "no previous figure");
  const isShare = figure.kind === "share";
  const { direction, amount } = changeOf(value, previous, isShare);
  const signed = amount === null ? direction : changeFormat.format(amount);
  const isGood = (direction === "up") !== (figure.more === "worse");
  const isNeutral = direction === "same" || figure.more === "neutral";
  const mood = isNeutral ? "same" : isGood ? "good" : "bad";
  const arrow = { up: "▲", down: "▼", same: "●" }[direction];
  const text = figureText(figure, previous);
  return element(
    "p",
    { class: `change ${mood}`, "data-was": exactText(previous), title: `Before: ${text}` },
    element("span", { "aria-hidden": "true" }, `${arrow} `),
    element("span", {}, isShare ? signed.replace("%", "\u202fpoints") : signed),
    element("span", { class: "was" }, ` from ${text}`),
  );
}
