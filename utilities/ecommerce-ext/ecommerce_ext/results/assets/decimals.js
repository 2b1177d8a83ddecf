// Exact arithmetic. An amount is a BigInt: a whole number that leaves out a fixed number of
// decimals, for example 1234n for 12.34.

/**
 * Divide and round half away from zero, as the tables do.
 * @param {bigint} dividend
 * @param {bigint} divisor
 * @returns {bigint}
 */
export function divideRounded(dividend, divisor) {
  if (divisor < 0n) return divideRounded(-dividend, -divisor);
  const twice = 2n * (dividend < 0n ? -dividend : dividend) + divisor;
  const quotient = twice / (2n * divisor);
  return dividend < 0n ? -quotient : quotient;
}

/**
 * Write an amount as a decimal number, rounded to the wanted number of decimals.
 * @param {bigint} value
 * @param {number} decimals How many decimals the value leaves out.
 * @param {number} wanted How many decimals the text has.
 * @returns {`${number}`}
 */
export function decimalText(value, decimals, wanted) {
  const scaled =
    wanted < decimals
      ? divideRounded(value, 10n ** BigInt(decimals - wanted))
      : value * 10n ** BigInt(wanted - decimals);
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(wanted + 1, "0");
  const point = digits.length - wanted;
  const fraction = wanted ? `.${digits.slice(point)}` : "";
  const text = `${scaled < 0n ? "-" : ""}${digits.slice(0, point)}${fraction}`;
  return /** @type {`${number}`} */ (text);
}

/**
 * Return a share of 1, or null if the whole is zero.
 * @param {bigint | number} part
 * @param {bigint | number} whole
 * @returns {number | null}
 */
export function ratio(part, whole) {
  return Number(whole) === 0 ? null : Number(part) / Number(whole);
}
