// Numbers, amounts and days as their reader's locale writes them.

const LOCALE = navigator.language;
const DAY = 86400000;
// 1970-01-01 in days as the figures count them: from the first order on.
const EPOCH = -Math.round(Date.parse(FIGURES.first) / DAY);

const dateOf = (day) => new Date((day - EPOCH) * DAY);
const dayOf = (text) => Math.round(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY) + EPOCH;
const isoDay = (day) => dateOf(day).toISOString().slice(0, 10);

const FIRST = dayOf(FIGURES.first);
const LAST = dayOf(FIGURES.last);
const DAYS_FROM = dayOf(FIGURES.daysFrom);

const dayFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: "UTC" });
const monthFormat = new Intl.DateTimeFormat(LOCALE, { month: "short", year: "numeric", timeZone: "UTC" });
const timeFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
const percentFormat = new Intl.NumberFormat(LOCALE, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const countFormat = new Intl.NumberFormat(LOCALE);

const dayText = (day) => dayFormat.format(dateOf(day));
const monthText = (day) => monthFormat.format(dateOf(day));
const percentText = (share) => (share === null ? "–" : percentFormat.format(share));
const countText = (count) => countFormat.format(count);

// Half away from zero, as the tables round.
function divided(dividend, divisor) {
  if (divisor < 0n) return divided(-dividend, -divisor);
  const twice = 2n * (dividend < 0n ? -dividend : dividend) + divisor;
  const quotient = twice / (2n * divisor);
  return dividend < 0n ? -quotient : quotient;
}

// A whole number with so many decimals, as the text of a decimal number with as many as wanted.
function decimalText(value, decimals, wanted) {
  const scaled =
    wanted < decimals
      ? divided(value, 10n ** BigInt(decimals - wanted))
      : value * 10n ** BigInt(wanted - decimals);
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(wanted + 1, "0");
  const point = digits.length - wanted;
  const fraction = wanted ? `.${digits.slice(point)}` : "";
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, point)}${fraction}`;
}

function exactAmount(value, currency = FIGURES.currency, kind = "amount") {
  return decimalText(value, FIGURES.decimals[kind] ?? 0, FIGURES.minorUnits[currency] ?? 2);
}

// Intl takes the text as it is: no float on the way to the page.
function moneyText(value, currency = FIGURES.currency, kind = "amount") {
  if (value === null) return "–";
  const digits = FIGURES.minorUnits[currency] ?? 2;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  // The page says once which dollars its amounts are; what was paid in others says it each time.
  if (kind === "amount") options.currencyDisplay = "narrowSymbol";
  const text = exactAmount(value, currency, kind);
  try {
    return new Intl.NumberFormat(LOCALE, { style: "currency", currency, ...options }).format(text);
  } catch {
    return `${new Intl.NumberFormat(LOCALE, options).format(text)} ${currency}`; // none of ISO 4217
  }
}

// For axes and positions only, where a rounded number does.
const rough = (value, kind = "amount") => Number(value) / 10 ** (FIGURES.decimals[kind] ?? 0);

const axisFormat = new Intl.NumberFormat(LOCALE, {
  style: "currency", currency: FIGURES.currency, currencyDisplay: "narrowSymbol",
  notation: "compact", maximumFractionDigits: 1,
});

const unitText = (value) =>
  countFormat.format(decimalText(value, FIGURES.decimals.unit ?? 0, FIGURES.decimals.unit ?? 0));

// A share from 0 to 1; null where there is nothing to divide by.
function ratio(part, whole) {
  return Number(whole) === 0 ? null : Number(part) / Number(whole);
}
