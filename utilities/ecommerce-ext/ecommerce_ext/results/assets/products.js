// Sales by product.

import { nameOf, sumsBy } from "./data.js";
import { ratio } from "./decimals.js";
import { nothing, twoLines } from "./elements.js";
import { percentText, unitText } from "./format.js";
import { inOrder, isRemainder, nameColumn, netOfAll, revenueColumns } from "./groups.js";
import { drawRanked } from "./rows.js";

/** @import { Group } from "./groups.js" */
/** @import { Selection } from "./period.js" */
/** @import { Column } from "./rows.js" */

/**
 * @param {HTMLElement} content
 * @param {Selection} selection
 */
export function drawProducts(content, selection) {
  const rows = inOrder(sumsBy("products", "product", selection));
  if (!rows.length) {
    content.replaceChildren(nothing());
    return;
  }
  /** @type {Column<Group>[]} */
  const columns = [
    nameColumn("Product", ([key]) => productName(key), rows),
    { title: "Units", isNumber: true, text: ([, sums]) => unitText(sums.sold_unit_count) },
    ...revenueColumns(netOfAll(rows)),
    {
      title: "Returned",
      isNumber: true,
      text: ([, sums]) => percentText(ratio(sums.returned_unit_count, sums.sold_unit_count)),
    },
  ];
  drawRanked(content, "Sales by product", columns, rows, isRemainder);
}

/** @param {string | null} key */
function productName(key) {
  if (key === null) return twoLines("All other products", "smaller than those listed by name");
  if (key === "")
    return twoLines("No product", "amounts without a product, such as rounding and fees");
  const { name, sku } = nameOf("product", key);
  return twoLines(name ?? key, sku ?? (name ? key : null));
}
