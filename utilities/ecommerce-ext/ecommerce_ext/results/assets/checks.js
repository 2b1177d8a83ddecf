// The checks of the last build, over all time: checks with failing rows first.

import { SHOPS, TABLES } from "./data.js";
import { ratio } from "./decimals.js";
import { element, twoLines } from "./elements.js";
import { countText, percentText } from "./format.js";
import { rowsTable } from "./rows.js";

/** @import { Selection } from "./period.js" */
/** @import { Column } from "./rows.js" */

/** @typedef {"fail" | "warn" | "ok"} Outcome */
/**
 * @typedef {object} Check
 * @property {string} shop
 * @property {string} code
 * @property {string} message
 * @property {Outcome} outcome
 * @property {number} failing
 * @property {number} checked
 */

/** @type {Record<Outcome, string>} */
const OUTCOMES = { fail: "✕ fail", warn: "! warning", ok: "✓ within limits" };
const SERIOUS_FIRST = Object.keys(OUTCOMES);

/** @param {Selection} selection */
export function drawChecks(selection) {
  const checks = checksOf(selection);
  const broken = checks.filter((check) => check.failing > 0);
  const kept = checks.filter((check) => !check.failing);
  return element(
    "div",
    { class: "checks" },
    element("h3", {}, "Checks of the last build, over all time"),
    broken.length
      ? checksTable("Checks with failing rows", broken)
      : element(
          "p",
          {},
          checks.length ? "No check has failing rows." : "No check has run yet.",
        ),
    kept.length
      ? element(
          "details",
          {},
          element("summary", {}, `${kept.length} checks without failing rows`),
          checksTable("Checks without failing rows", kept),
        )
      : null,
  );
}

/**
 * @param {Selection} selection
 * @returns {Check[]}
 */
function checksOf(selection) {
  const { texts, numbers, length } = TABLES.checks;
  /** @type {Check[]} */
  const checks = Array.from({ length }, (_, row) => ({
    shop: String(texts.shop[row]),
    code: String(texts.code[row]),
    message: String(texts.message[row]),
    outcome: /** @type {Outcome} */ (texts.outcome[row]),
    failing: numbers.failing_count[row],
    checked: numbers.checked_count[row],
  }));
  return checks
    .filter((check) => selection.shop === null || check.shop === selection.shop)
    .sort(
      (one, other) =>
        SERIOUS_FIRST.indexOf(one.outcome) - SERIOUS_FIRST.indexOf(other.outcome) ||
        other.failing - one.failing,
    );
}

/**
 * @param {string} caption
 * @param {Check[]} checks
 */
function checksTable(caption, checks) {
  /** @type {Column<Check>[]} */
  const columns = [
    {
      title: "Check",
      node: ({ message, code, shop }) =>
        twoLines(message, SHOPS.length > 1 ? `${code} · ${shop}` : code),
    },
    {
      title: "Outcome",
      node: ({ outcome }) =>
        element("span", { class: `outcome ${outcome}` }, OUTCOMES[outcome]),
    },
    {
      title: "Rows",
      isNumber: true,
      text: ({ failing, checked }) => `${countText(failing)} of ${countText(checked)}`,
    },
    {
      title: "Share",
      isNumber: true,
      text: ({ failing, checked }) => percentText(ratio(failing, checked)),
    },
  ];
  return rowsTable(caption, columns, checks);
}
