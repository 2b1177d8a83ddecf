// Whether the figures can be trusted: orders without a contact or a rate, rejected records,
// freshness, and the checks of the last build.

import { drawChecks } from "./checks.js";
import { overAllTime, sumsBy, total } from "./data.js";
import { element, twoLines } from "./elements.js";
import { countText, percentText } from "./format.js";
import { freshRates, freshShops } from "./freshness.js";
import { rowsTable } from "./rows.js";

/** @import { Level } from "./ages.js" */
/** @import { Selection } from "./period.js" */
/** @import { Column } from "./rows.js" */

/** @typedef {Map<string | null, number>} Counts Orders by status. */

/** @type {Record<string, string>} */
const CONTACTS = {
  matched: "one contact matches",
  guest: "no contact and no customer account",
  unmatched: "no contact matches",
  ambiguous: "several contacts match",
  conflict: "id and customer number disagree",
  erased: "erased person",
};
/** @type {Record<string, string>} */
const RATES = {
  identity: "no rate needed",
  shop: "the shop's own amounts",
  custom: "your rate",
  fixed: "fixed euro rate",
  exact: "rate of the order's date",
  carried: "rate of an earlier date",
  missing_rate: "no rate, so no amounts",
  unknown_currency: "unknown currency, so no amounts",
};

/** @param {Selection} selection */
export function qualityFacts(selection) {
  /** @param {string} column */
  const by = (column) =>
    new Map(
      [...sumsBy("statuses", column, selection)].map(([key, sums]) => [key, sums.order_count]),
    );
  const contacts = by("contact_match_status");
  const rates = by("exchange_rate_status");
  /**
   * @param {Counts} counts
   * @param {string[]} statuses
   */
  const count = (counts, statuses) =>
    statuses.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
  // Orders without a date belong to no period, so all of them count.
  const undated = total("statuses", { ...overAllTime(selection), isDated: false });
  return {
    orders: [...contacts.values()].reduce((sum, orders) => sum + orders, 0),
    contacts,
    rates,
    unmatched: count(contacts, ["unmatched", "ambiguous", "conflict"]),
    unconverted: count(rates, ["missing_rate", "unknown_currency"]),
    undated: undated?.order_count ?? 0,
    rejected: total("rejects", selection)?.reject_count ?? 0,
  };
}

/**
 * @param {HTMLElement} content
 * @param {Selection} selection
 */
export function drawQuality(content, selection) {
  const facts = qualityFacts(selection);
  const orders = `of ${countText(facts.orders)} orders in the period`;
  const fresh = freshShops(selection);
  const rates = freshRates(selection);
  content.replaceChildren(
    element(
      "div",
      { class: "tiles" },
      countTile("unmatched", "Orders with an unresolved contact", facts.unmatched, orders),
      countTile(
        "unconverted",
        "Orders without an exchange rate",
        facts.unconverted,
        `${orders}; they have no amounts`,
      ),
      countTile(
        "undated",
        "Orders without a valid date",
        facts.undated,
        "no date or a future date; only in the period All",
      ),
      countTile(
        "rejected",
        "Rejected records",
        facts.rejected,
        "over all time; ecommerce_rejects has the reasons",
      ),
      drawTile("fresh", "Loaded", fresh.value, fresh.value, fresh.help, fresh.level),
      rates &&
        drawTile(
          "rates",
          "Exchange rates until",
          rates.value,
          rates.value,
          rates.text,
          rates.level,
        ),
    ),
    element(
      "div",
      { class: "columns" },
      statusTable("Contacts", "Contact of the orders", facts.contacts, CONTACTS),
      statusTable("Rates", "Exchange rate of the orders", facts.rates, RATES),
    ),
    drawChecks(selection),
  );
}

/**
 * @param {string} id
 * @param {string} title
 * @param {number} count
 * @param {string} help
 */
const countTile = (id, title, count, help) =>
  drawTile(id, title, String(count), countText(count), help, count > 0 ? "bad" : "good");

/**
 * @param {string} id
 * @param {string} title
 * @param {string} value
 * @param {string} text
 * @param {string} help
 * @param {Level} level
 */
function drawTile(id, title, value, text, help, level) {
  return element(
    "div",
    { class: "tile", "data-figure": id, "data-value": value, "data-level": level },
    element("h3", {}, title),
    element("p", { class: "value" }, text),
    element(
      "p",
      { class: `change ${level}` },
      element("span", { "aria-hidden": "true" }, level === "good" ? "✓ " : "! "),
      help,
    ),
  );
}

/**
 * @param {string} caption
 * @param {string} title
 * @param {Counts} counts
 * @param {Record<string, string>} words
 */
function statusTable(caption, title, counts, words) {
  const rows = [...counts].sort(([, one], [, other]) => other - one);
  const whole = rows.reduce((sum, [, count]) => sum + count, 0);
  if (!rows.length) return null;
  /** @type {Column<[key: string | null, count: number]>[]} */
  const columns = [
    {
      title,
      node: ([key]) => twoLines(key ?? "unknown", words[String(key)]),
      bar: ([, count]) => count / whole,
    },
    {
      title: "Orders",
      isNumber: true,
      text: ([, count]) => countText(count),
      value: ([, count]) => count,
    },
    { title: "Share", isNumber: true, text: ([, count]) => percentText(count / whole) },
  ];
  return rowsTable(caption, columns, rows);
}
