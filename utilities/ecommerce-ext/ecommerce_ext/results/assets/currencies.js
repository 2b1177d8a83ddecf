// Sales by original currency.

import { sumsBy } from "./data.js";
import { nothing, twoLines } from "./elements.js";
import { countText, exactAmount, LOCALE, moneyText } from "./format.js";
import { inOrder, nameColumn, netOfAll, ORDERS_COLUMN, revenueColumns } from "./groups.js";
import { rowsTable } from "./rows.js";

/** @import { Group } from "./groups.js" */
/** @import { Selection } from "./period.js" */
/** @import { Column } from "./rows.js" */

/** The code of ISO 4217 for no currency. */
const NO_CURRENCY = "XXX";

/**
 * @param {HTMLElement} content
 * @param {Selection} selection
 */
export function drawCurrencies(content, selection) {
  const rows = inOrder(sumsBy("sales", "original_currency", selection));
  if (!rows.length) {
    content.replaceChildren(nothing());
    return;
  }
  /** @type {Column<Group>[]} */
  const columns = [
    nameColumn("Currency", ([key]) => twoLines(key ?? "Unknown", currencyName(key)), rows),
    ORDERS_COLUMN,
    {
      title: "Net sales in this currency",
      isNumber: true,
      text: ([key, sums]) =>
        moneyText(sums.original_net_amount, key ?? NO_CURRENCY, "original"),
      value: ([key, sums]) => exactAmount(sums.original_net_amount, key, "original"),
    },
    ...revenueColumns(netOfAll(rows)),
  ];
  if (rows.some(([, sums]) => sums.unconverted_order_count))
    columns.push({
      title: "Without a rate",
      isNumber: true,
      text: ([, sums]) => countText(sums.unconverted_order_count),
    });
  content.replaceChildren(rowsTable("Sales by currency", columns, rows));
}

/** @param {string | null} currency */
function currencyName(currency) {
  try {
    const names = new Intl.DisplayNames([LOCALE], { type: "currency", fallback: "none" });
    return names.of(String(currency));
  } catch {
    return null;
  }
}
