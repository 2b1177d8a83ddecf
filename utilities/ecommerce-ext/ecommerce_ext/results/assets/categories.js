// Sales by category, as a tree. A category includes its subcategories and counts a product once.

import { DATA, nameOf, sumsBy, total } from "./data.js";
import { ratio } from "./decimals.js";
import { element, nothing, twoLines } from "./elements.js";
import { exactAmount, moneyText, percentText } from "./format.js";
import { childrenOf } from "./hierarchy.js";
import { rowsTable } from "./rows.js";
import { byNet } from "./tables.js";

/** @import { Selection } from "./period.js" */
/** @import { Column } from "./rows.js" */
/** @import { Sums } from "./tables.js" */

/** @typedef {{ key: string | null, level: number, sums: Sums, count: number }} CategoryRow */

const MOST_OPEN = 30;
/** The key of sales without a category, whose row is the last. */
const NO_CATEGORY = "";

// A small tree is open at first.
const categories = Object.values(DATA.names.category ?? {});
/** @type {Set<string | null | undefined>} */
const openCategories = new Set(
  categories.length > MOST_OPEN ? [] : categories.map(({ parent }) => parent),
);

/**
 * @param {HTMLElement} content
 * @param {Selection} selection
 */
export function drawCategories(content, selection) {
  const sums = sumsBy("categories", "category", selection);
  if (!sums.size) {
    content.replaceChildren(nothing());
    return;
  }
  const rows = openRows(sums);
  const whole = total("products", selection)?.net_amount ?? 0n;
  const largest = rows.reduce(
    (most, row) =>
      row.level === 1 && row.key !== NO_CATEGORY && row.sums.net_amount > most
        ? row.sums.net_amount
        : most,
    0n,
  );
  /** @param {string | null} key */
  const toggle = (key) => {
    if (!openCategories.delete(key)) openCategories.add(key);
    drawCategories(content, selection);
    const button = content.querySelector(`[data-category="${CSS.escape(String(key))}"]`);
    /** @type {HTMLElement | null} */ (button)?.focus();
  };
  /** @type {Column<CategoryRow>[]} */
  const columns = [
    {
      title: "Category",
      node: (row) => categoryName(row, toggle),
      bar: (row) => (row.key === NO_CATEGORY ? null : ratio(row.sums.net_amount, largest)),
    },
    {
      title: "Net sales",
      isNumber: true,
      text: (row) => moneyText(row.sums.net_amount),
      value: (row) => exactAmount(row.sums.net_amount),
    },
    {
      title: "Share",
      isNumber: true,
      text: (row) => percentText(ratio(row.sums.net_amount, whole)),
    },
    {
      title: "Without subcategories",
      isNumber: true,
      text: (row) => moneyText(row.sums.own_net_amount),
    },
  ];
  content.replaceChildren(rowsTable("Sales by category", columns, rows));
}

/**
 * Return the rows of all categories whose parents are open, each below its parent.
 * @param {Map<string | null, Sums>} sums
 * @returns {CategoryRow[]}
 */
function openRows(sums) {
  const keys = [...sums]
    .sort(byNet)
    .map(([key]) => key)
    .filter((key) => key !== NO_CATEGORY);
  const children = childrenOf(keys, (key) => nameOf("category", key).parent ?? null);
  /** @type {CategoryRow[]} */
  const rows = [];
  /**
   * @param {string | null} parent
   * @param {number} level
   */
  const visit = (parent, level) => {
    for (const key of children.get(parent) ?? []) {
      const found = sums.get(key);
      if (found) rows.push({ key, level, sums: found, count: children.get(key)?.length ?? 0 });
      if (key !== null && openCategories.has(key)) visit(key, level + 1);
    }
  };
  visit(null, 1);
  const none = sums.get(NO_CATEGORY);
  if (none) rows.push({ key: NO_CATEGORY, level: 1, sums: none, count: 0 });
  return rows;
}

/**
 * @param {CategoryRow} row
 * @param {(key: string | null) => void} toggle
 * @returns {HTMLElement}
 */
function categoryName({ key, level, count }, toggle) {
  if (key === NO_CATEGORY)
    return twoLines(
      "No category",
      "products without a category, and amounts without a product",
    );
  const name = nameOf("category", key).name ?? String(key);
  const branch = {
    type: "button",
    class: "branch",
    "data-category": key,
    "aria-expanded": String(openCategories.has(key)),
    onclick: () => toggle(key),
  };
  const made = element(
    "span",
    { class: "category" },
    count ? element("button", branch, name) : element("span", { class: "leaf" }, name),
    level > 1 ? element("span", { class: "hidden" }, ` (level ${level})`) : null,
  );
  made.style.setProperty("--level", String(level - 1));
  return made;
}
