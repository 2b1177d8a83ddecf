import assert from "node:assert/strict";
import { test } from "node:test";
import { moneyFormat } from "../../ecommerce_ext/results/assets/currency.js";

const CURRENCIES = ["CAD", "USD", "AUD", "JPY", "CNY", "GBP", "EUR", "SEK"];
const LOCALES = [
  "en",
  "en-US",
  "en-CA",
  "en-AU",
  "en-GB",
  "de",
  "fr-CA",
  "sv",
  "ja",
  "zh",
  "es-MX",
];
const WHOLE = { minimumFractionDigits: 0, maximumFractionDigits: 0 };

const text = (locale, currency, hasOthers, amount = "7") =>
  moneyFormat(locale, currency, WHOLE, hasOthers)(amount).replaceAll(/[\u00a0\u202f]/g, " ");

test("dollars next to other currencies name their country", () => {
  assert.deepEqual(
    CURRENCIES.map((currency) => text("en", currency, true)),
    ["CA$7", "US$7", "A$7", "JP¥7", "CN¥7", "£7", "€7", "SEK 7"],
  );
  assert.equal(text("en-US", "USD", true), "US$7");
  assert.equal(text("en-CA", "CAD", true), "CA$7");
  assert.equal(text("en-CA", "USD", true), "US$7");
  assert.equal(text("de", "USD", true), "7 US$");
  assert.equal(text("ja", "JPY", true), "JP¥7");
});

test("currencies have different texts in every locale", () => {
  for (const locale of LOCALES) {
    const texts = CURRENCIES.map((currency) => text(locale, currency, true));
    assert.equal(new Set(texts).size, CURRENCIES.length, `${locale}: ${texts}`);
  }
});

test("the only currency has its short symbol", () => {
  assert.equal(text("en", "CAD", false), "$7");
  assert.equal(text("en-CA", "CAD", false), "$7");
  assert.equal(text("en", "JPY", false), "¥7");
});

test("amounts keep every digit, their sign and the order of the locale", () => {
  const amount = "-12345678901234567890.12";
  const options = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  assert.equal(
    moneyFormat("en", "CAD", options, true)(amount),
    "-CA$12,345,678,901,234,567,890.12",
  );
  assert.equal(text("de", "CAD", true, "-1234"), "-1.234 CA$");
});

test("a code that is not of ISO 4217 is an error", () => {
  assert.throws(() => moneyFormat("en", "dollars", WHOLE, true), RangeError);
});
