// Retention: buyers by the month of their first order, and the months since.

import { monthEnd, monthStart } from "./calendar.js";
import { sumsWith } from "./data.js";
import { element, nothing } from "./elements.js";
import { countText, monthText, wholeMoneyText, wholePercentText } from "./format.js";
import { cohortCells, heatStep } from "./retention.js";

/** @import { Selection } from "./period.js" */
/** @import { CohortCell } from "./retention.js" */
/** @import { Sums } from "./tables.js" */

const MOST_COHORTS = 24;
const MOST_MONTHS = 13;
let cohortMetric = "retention";

/**
 * @param {HTMLElement} content
 * @param {Selection} selection
 */
export function drawCohorts(content, selection) {
  const cohorts = cohortsOf(selection);
  if (!cohorts.size) {
    content.replaceChildren(nothing("No buyer's first order is in this period."));
    return;
  }
  const newest = [...cohorts].sort(([one], [other]) => other - one).slice(0, MOST_COHORTS);
  const width = Math.min(MOST_MONTHS, Math.max(...newest.map(([, months]) => months.length)));
  const rest =
    cohorts.size > newest.length
      ? `; the newest ${MOST_COHORTS} of ${cohorts.size} cohorts`
      : "";
  const redraw = () => {
    drawCohorts(content, selection);
    /** @type {HTMLElement | null} */ (content.querySelector(":checked"))?.focus();
  };
  content.replaceChildren(
    metricChoice(redraw),
    cohortTable(
      width,
      newest.map(([month, months]) => cohortRow(month, months, width)),
    ),
    element(
      "p",
      { class: "note" },
      `Columns are months since the first order. Cells are the share of the cohort with an order in that month, or its net sales to date per buyer${rest}.`,
    ),
  );
}

/**
 * Return by month of the first order the sums by number of months since.
 * @param {Selection} selection
 * @returns {Map<number, Sums[]>}
 */
function cohortsOf(selection) {
  // A cohort belongs to the period if its month overlaps the period.
  const months = {
    ...selection,
    from: monthStart(selection.from),
    to: monthEnd(selection.to),
  };
  const cells = sumsWith(
    "cohorts",
    (table, row) => `${table.days?.[row]} ${table.numbers.month_number[row]}`,
    months,
  );
  /** @type {Map<number, Sums[]>} */
  const cohorts = new Map();
  for (const [key, sums] of cells) {
    const [month, number] = key.split(" ").map(Number);
    const cohort = cohorts.get(month) ?? [];
    cohort[number] = sums;
    cohorts.set(month, cohort);
  }
  return cohorts;
}

/** @param {() => void} redraw */
function metricChoice(redraw) {
  /**
   * @param {string} value
   * @param {string} title
   */
  const choice = (value, title) => {
    const choose = () => {
      cohortMetric = value;
      redraw();
    };
    const input = element("input", {
      type: "radio",
      name: "cohort",
      value,
      checked: cohortMetric === value,
      onchange: choose,
    });
    return element("label", {}, input, element("span", {}, title));
  };
  return element(
    "fieldset",
    { class: "choices" },
    element("legend", { class: "hidden" }, "Content of the cells"),
    choice("retention", "Retention"),
    choice("value", "Net sales per buyer"),
  );
}

/**
 * @param {number} width
 * @param {HTMLElement[]} rows
 */
function cohortTable(width, rows) {
  const numbers = Array.from({ length: width }, (_, number) => String(number));
  const head = ["First order", "Buyers", ...numbers].map((title, place) =>
    element("th", { scope: "col", class: place ? "number" : null }, title),
  );
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Cohorts" },
    element(
      "table",
      { class: "heat" },
      element("caption", { class: "hidden" }, "Cohorts by months since the first order"),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...rows),
    ),
  );
}

/**
 * @param {number} month
 * @param {Sums[]} months
 * @param {number} width
 */
function cohortRow(month, months, width) {
  const buyers = months[0].cohort_buyer_count;
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, monthText(month)),
    element("td", { class: "number", "data-value": buyers }, countText(buyers)),
    ...cohortCells(months, buyers, width).map(drawCell),
  );
}

/**
 * @param {CohortCell} cell
 * @param {number} number
 */
function drawCell(cell, number) {
  if (!cell) return element("td", { class: "none" });
  if (cohortMetric === "value")
    return element("td", { class: "number" }, wholeMoneyText(cell.netPerBuyer));
  const step = heatStep(cell.retention, number);
  const text = wholePercentText(cell.retention ?? 0);
  return element("td", { class: "number heat", "data-step": step }, text);
}
