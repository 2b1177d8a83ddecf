// Tables of rows: one header row, and one row per value.

import { element } from "./elements.js";
import { countText } from "./format.js";

const MOST_SHOWN = 10;

/**
 * A column shows the text or the node of a row. `value` is the exact value, and `bar` a bar
 * whose length is a share of 1.
 * @template R
 * @typedef {object} Column
 * @property {string} title
 * @property {boolean} [isNumber]
 * @property {(row: R) => string} [text]
 * @property {(row: R) => Node} [node]
 * @property {(row: R) => string | number | null} [value]
 * @property {(row: R) => number | null} [bar]
 */

/**
 * @template R
 * @param {string} caption
 * @param {Column<R>[]} columns
 * @param {R[]} rows
 * @returns {HTMLElement}
 */
export function rowsTable(caption, columns, rows) {
  const head = columns.map((column) =>
    element("th", { scope: "col", class: column.isNumber ? "number" : null }, column.title),
  );
  const body = rows.map((row) =>
    element("tr", {}, ...columns.map((column, place) => cell(column, row, place))),
  );
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    element(
      "table",
      {},
      element("caption", { class: "hidden" }, caption),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...body),
    ),
  );
}

/**
 * @template R
 * @param {Column<R>} column
 * @param {R} row
 * @param {number} place
 * @returns {HTMLElement}
 */
function cell(column, row, place) {
  const attributes = {
    class: column.isNumber ? "number" : null,
    "data-value": column.value ? column.value(row) : null,
  };
  const content = [column.node ? column.node(row) : column.text?.(row)];
  const share = column.bar?.(row) ?? null;
  if (share !== null) {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", String(Math.max(0, share)));
    content.push(bar);
  }
  return place === 0
    ? element("th", { scope: "row", ...attributes }, ...content)
    : element("td", attributes, ...content);
}

/**
 * Show the first rows of a long table and the rows that always stay, with a button that shows
 * the others, and a note.
 * @template R
 * @param {HTMLElement} content
 * @param {string} caption
 * @param {Column<R>[]} columns
 * @param {R[]} rows
 * @param {(row: R) => boolean} stays
 * @param {Node | null} [note]
 */
export function drawRanked(content, caption, columns, rows, stays, note = null) {
  const first = rows.filter((row, place) => place < MOST_SHOWN || stays(row));
  /** @param {boolean} all */
  const draw = (all) => {
    const toggle = () => {
      draw(!all);
      /** @type {HTMLElement | null} */ (content.querySelector(".more"))?.focus();
    };
    const title = all ? "Show fewer" : `Show all ${countText(rows.length)}`;
    const more = element("button", { type: "button", class: "more", onclick: toggle }, title);
    content.replaceChildren(
      rowsTable(caption, columns, all ? rows : first),
      ...(rows.length > first.length ? [more] : []),
      ...(note ? [note] : []),
    );
  };
  draw(false);
}
