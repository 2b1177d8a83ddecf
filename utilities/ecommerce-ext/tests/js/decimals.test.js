import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decimalText,
  divideRounded,
  ratio,
} from "../../ecommerce_ext/results/assets/decimals.js";

test("divideRounded rounds half away from zero", () => {
  assert.equal(divideRounded(5n, 2n), 3n);
  assert.equal(divideRounded(-5n, 2n), -3n);
  assert.equal(divideRounded(5n, -2n), -3n);
  assert.equal(divideRounded(-5n, -2n), 3n);
  assert.equal(divideRounded(10n, 3n), 3n);
  assert.equal(divideRounded(-10n, 3n), -3n);
  assert.equal(divideRounded(0n, 7n), 0n);
});

test("divideRounded is exact beyond the integers of a float", () => {
  assert.equal(divideRounded(18014398509481987n, 2n), 9007199254740994n);
});

test("decimalText writes the wanted number of decimals", () => {
  assert.equal(decimalText(1234n, 2, 2), "12.34");
  assert.equal(decimalText(1234n, 2, 0), "12");
  assert.equal(decimalText(1250n, 2, 0), "13");
  assert.equal(decimalText(1234n, 2, 4), "12.3400");
  assert.equal(decimalText(5n, 3, 3), "0.005");
  assert.equal(decimalText(5n, 3, 2), "0.01");
  assert.equal(decimalText(-5n, 3, 2), "-0.01");
  assert.equal(decimalText(0n, 0, 2), "0.00");
});

test("decimalText rounds a negative amount to zero without a sign", () => {
  assert.equal(decimalText(-4n, 3, 2), "0.00");
});

test("decimalText keeps all digits of a large amount", () => {
  assert.equal(decimalText(123456789012345678901n, 2, 2), "1234567890123456789.01");
});

test("ratio of nothing is null", () => {
  assert.equal(ratio(3n, 4n), 0.75);
  assert.equal(ratio(3, 0), null);
  assert.equal(ratio(0n, 0n), null);
});
