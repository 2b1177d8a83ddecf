import assert from "node:assert/strict";
import { test } from "node:test";
import { niceTicks } from "../../ecommerce_ext/results/assets/scale.js";

test("ticks are round numbers that span the values", () => {
  assert.deepEqual(niceTicks(0, 7300), [0, 2000, 4000, 6000, 8000]);
  assert.deepEqual(niceTicks(-30, 90), [-50, -25, 0, 25, 50, 75, 100]);
  assert.deepEqual(niceTicks(0, 1000), [0, 200, 400, 600, 800, 1000]);
});

test("ticks of values that are all zero span more than zero", () => {
  const ticks = niceTicks(0, 0);
  assert.equal(ticks[0], 0);
  assert.ok(ticks.length >= 2);
  assert.ok(ticks.every(Number.isFinite));
});
