// Amounts with a symbol of their currency.

/**
 * Return a function that writes an exact amount with the symbol of its currency.
 * Several currencies have the symbol "$" or "¥". If other currencies are on the page, the symbol
 * names the currency: CA$, US$ or JP¥ instead.
 * @param {string} locale
 * @param {string} currency A code of ISO 4217.
 * @param {Intl.NumberFormatOptions} options
 * @param {boolean} hasOthers Whether amounts of other currencies are on the page.
 * @returns {(amount: number | `${number}`) => string}
 * @throws {RangeError} If the currency is not such a code.
 */
export function moneyFormat(locale, currency, options, hasOthers) {
  /**
   * @param {string} place
   * @param {"symbol" | "narrowSymbol"} currencyDisplay
   */
  const format = (place, currencyDisplay) =>
    new Intl.NumberFormat(place, { style: "currency", currency, currencyDisplay, ...options });
  const narrow = format(locale, "narrowSymbol");
  if (!hasOthers) return (amount) => narrow.format(amount);
  const symbol = format(locale, "symbol");
  // A locale writes the symbol of its own currency, and of some others, without a country.
  const isShort = symbolOf(symbol) === symbolOf(narrow);
  const international = isShort ? symbolOf(format("en-001", "symbol")) : symbolOf(symbol);
  return (amount) =>
    symbol
      .formatToParts(/** @type {number} */ (amount))
      .map(({ type, value }) => (type === "currency" ? international : value))
      .join("");
}

/** @param {Intl.NumberFormat} format */
const symbolOf = (format) =>
  format.formatToParts(0).find(({ type }) => type === "currency")?.value ?? "";
