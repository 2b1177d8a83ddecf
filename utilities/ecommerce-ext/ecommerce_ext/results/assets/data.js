// The data of the page, which `ecommerce results` writes into it.

import { dayOf } from "./calendar.js";
import { byId } from "./elements.js";
import { wholeSpan } from "./period.js";
import { decodeTable, groupSums } from "./tables.js";

/** @import { Selection, Span } from "./period.js" */
/** @import { Encoded, Sums, Table } from "./tables.js" */

/**
 * Name and details of a shop, campaign, product or category.
 * @typedef {object} Name
 * @property {string | null} [name]
 * @property {string | null} [channel]
 * @property {string | null} [source]
 * @property {string | null} [batch]
 * @property {number | null} [recipient_count]
 * @property {string | null} [sku]
 * @property {string | null} [parent]
 */
/**
 * @typedef {{ shop: string, loaded_at: string | null, ordered_until: string | null }} Load
 */
/** @typedef {[late: number, stale: number]} Limits */
/**
 * @typedef {object} PageData
 * @property {string} currency
 * @property {string} first
 * @property {string} last
 * @property {string} daysFrom
 * @property {string} madeAt
 * @property {boolean} returnsOnOrders Whether returns count on the day of their order.
 * @property {Record<string, string>} firstDays First day with an order of each shop.
 * @property {boolean} hasItems
 * @property {Record<string, number>} minorUnits Decimals of each currency.
 * @property {Record<string, number>} decimals Decimals that each kind of amount leaves out.
 * @property {Record<string, Record<string, Name>>} names
 * @property {{
 *   shops: Load[],
 *   rates: { loaded_at: string | null, rates_until: string | null },
 *   shopHours: Limits,
 *   ratesDays: Limits,
 * }} freshness
 * @property {Record<string, Record<string, Encoded>>} sections
 */

/** @type {PageData} */
export const DATA = JSON.parse(byId("figures", HTMLScriptElement).text);

/** @type {Span} */
export const SPAN = {
  first: dayOf(DATA.first),
  last: dayOf(DATA.last),
  daysFrom: dayOf(DATA.daysFrom),
};

/** @type {Record<string, Table>} */
export const TABLES = Object.fromEntries(
  Object.entries(DATA.sections).map(([name, columns]) => [
    name,
    decodeTable(columns, SPAN.first),
  ]),
);

/** Whether orders have other currencies than the reporting currency. */
export const HAS_CURRENCIES = (TABLES.sales.texts.original_currency ?? []).some(
  (currency) => currency !== DATA.currency,
);

/**
 * Return the first day with an order of a shop, or of all shops; null without orders.
 * @param {string | null} shop
 * @returns {number | null}
 */
export function firstDay(shop) {
  const days = Object.entries(DATA.firstDays)
    .filter(([key]) => shop === null || key === shop)
    .map(([, day]) => dayOf(day));
  return days.length ? Math.min(...days) : null;
}

/**
 * Add up the selected rows of a table, by the key of each row.
 * @template K
 * @param {string} name
 * @param {(table: Table, row: number) => K} keyOf
 * @param {Selection} selection
 * @returns {Map<K, Sums>}
 */
export const sumsWith = (name, keyOf, selection) =>
  groupSums(TABLES[name], (row) => keyOf(TABLES[name], row), selection, SPAN);

/**
 * Add up the selected rows of a table, by the value of a column.
 * @param {string} name
 * @param {string} column
 * @param {Selection} selection
 * @returns {Map<string | null, Sums>}
 */
export const sumsBy = (name, column, selection) =>
  sumsWith(name, (table, row) => table.texts[column][row], selection);

/**
 * Add up all selected rows of a table; null if no row is selected.
 * @param {string} name
 * @param {Selection} selection
 * @returns {Sums | null}
 */
export const total = (name, selection) => sumsWith(name, () => "", selection).get("") ?? null;

/**
 * @param {Selection} selection
 * @returns {Selection} The same shop over all time.
 */
export const overAllTime = (selection) => wholeSpan(selection, SPAN);

/**
 * @param {"shop" | "campaign" | "product" | "category"} column
 * @param {string | null} key
 * @returns {Name}
 */
export const nameOf = (column, key) => DATA.names[column]?.[String(key)] ?? {};

/**
 * @param {string} key
 * @returns {string}
 */
export const shopName = (key) => nameOf("shop", key).name ?? key;

/** The keys of all shops. */
export const SHOPS = Object.keys(DATA.names.shop);
