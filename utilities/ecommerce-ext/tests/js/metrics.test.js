import assert from "node:assert/strict";
import { test } from "node:test";
import { averageOrder, changeOf } from "../../ecommerce_ext/results/assets/metrics.js";

test("the average order leaves out orders without amounts", () => {
  const sums = { gross_amount: 10_000n, discount_amount: 950n, order_count: 5 };
  // 90.50 over four orders is 22.625, rounded half away from zero.
  assert.equal(averageOrder({ ...sums, unconverted_order_count: 1 }), 2263n);
  assert.equal(averageOrder({ ...sums, unconverted_order_count: 5 }), null);
});

test("a figure changes by a share of its previous value", () => {
  assert.deepEqual(changeOf(150n, 100n, false), { direction: "up", amount: 0.5 });
  assert.deepEqual(changeOf(50, 200, false), { direction: "down", amount: -0.75 });
  assert.deepEqual(changeOf(7, 7, false), { direction: "same", amount: 0 });
});

test("a figure that was negative changes by a share of its size", () => {
  assert.deepEqual(changeOf(-50n, -100n, false), { direction: "up", amount: 0.5 });
});

test("a figure that was zero has no share to change by", () => {
  assert.deepEqual(changeOf(3, 0, false), { direction: "up", amount: null });
});

test("a share changes by points", () => {
  assert.deepEqual(changeOf(0.5, 0.25, true), { direction: "up", amount: 0.25 });
});
