// Numbers, amounts and days in the reader's locale.

import { dateOf } from "./calendar.js";
import { moneyFormat } from "./currency.js";
import { DATA, HAS_CURRENCIES } from "./data.js";
import { decimalText } from "./decimals.js";

/** @typedef {"amount" | "original" | "unit"} Kind What a BigInt counts. */

export const LOCALE = navigator.language;

const dayFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: "UTC" });
const shortDayFormat = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
const monthFormat = new Intl.DateTimeFormat(LOCALE, {
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const timeFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
const percentFormat = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const wholePercentFormat = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  maximumFractionDigits: 0,
});
const countFormat = new Intl.NumberFormat(LOCALE);
const twoDecimalsFormat = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
/** @param {Intl.NumberFormatOptions} options */
const reportingFormat = (options) =>
  moneyFormat(LOCALE, DATA.currency, options, HAS_CURRENCIES);
const axisFormat = reportingFormat({ notation: "compact", maximumFractionDigits: 1 });
const wholeMoneyFormat = reportingFormat({
  maximumFractionDigits: 0,
  minimumFractionDigits: 0,
});

/** @param {number} day */
export const dayText = (day) => dayFormat.format(dateOf(day));

/** @param {number} day */
export const shortDayText = (day) => shortDayFormat.format(dateOf(day));

/** @param {number} day */
export const monthText = (day) => monthFormat.format(dateOf(day));

/** @param {string | number} time A timestamp, as text or in milliseconds. */
export const timeText = (time) => timeFormat.format(new Date(time));

/** @param {number | null} share */
export const percentText = (share) => (share === null ? "–" : percentFormat.format(share));

/** @param {number} share */
export const wholePercentText = (share) => wholePercentFormat.format(share);

/** @param {number} count */
export const countText = (count) => countFormat.format(count);

/** @param {number} number */
export const twoDecimalsText = (number) => twoDecimalsFormat.format(number);

/** @param {number} amount */
export const axisText = (amount) => axisFormat(amount);

/** @param {Kind} kind */
const decimalsOf = (kind) => DATA.decimals[kind] ?? 0;

/** @param {string | null} currency */
const minorUnit = (currency) => DATA.minorUnits[String(currency)] ?? 2;

/**
 * Write an amount as a decimal number with the decimals of its currency.
 * @param {bigint} value
 * @param {string | null} [currency]
 * @param {Kind} [kind]
 */
export const exactAmount = (value, currency = DATA.currency, kind = "amount") =>
  decimalText(value, decimalsOf(kind), minorUnit(currency));

/**
 * Write an amount for the reader. Intl formats the exact text, so no float takes part.
 * @param {bigint | null} value
 * @param {string} [currency]
 * @param {Kind} [kind]
 * @returns {string}
 */
export function moneyText(value, currency = DATA.currency, kind = "amount") {
  if (value === null) return "–";
  const digits = minorUnit(currency);
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const text = exactAmount(value, currency, kind);
  try {
    return moneyFormat(LOCALE, currency, options, HAS_CURRENCIES)(text);
  } catch {
    // The currency is not a code of ISO 4217.
    return `${new Intl.NumberFormat(LOCALE, options).format(text)} ${currency}`;
  }
}

/** @param {bigint} value */
export const wholeMoneyText = (value) =>
  wholeMoneyFormat(decimalText(value, decimalsOf("amount"), 0));

/** @param {bigint} value */
export const unitText = (value) =>
  countFormat.format(decimalText(value, decimalsOf("unit"), decimalsOf("unit")));

/**
 * Return a rounded number, for axes, positions and ratios only.
 * @param {bigint} value
 * @param {Kind} [kind]
 * @returns {number}
 */
export const rough = (value, kind = "amount") => Number(value) / 10 ** decimalsOf(kind);
