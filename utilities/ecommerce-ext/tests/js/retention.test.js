import assert from "node:assert/strict";
import { test } from "node:test";
import { cohortCells, heatStep } from "../../ecommerce_ext/results/assets/retention.js";

test("cells have the retention of their month and the net sales to date per buyer", () => {
  const months = [];
  months[0] = { active_buyer_count: 4, net_amount: 1000n };
  months[2] = { active_buyer_count: 1, net_amount: 150n };
  assert.deepEqual(cohortCells(months, 4, 4), [
    { retention: 1, netPerBuyer: 250n },
    null,
    { retention: 0.25, netPerBuyer: 288n }, // 11.50 / 4 = 2.875
    null,
  ]);
});

test("cells stop at the width", () => {
  const month = { active_buyer_count: 1, net_amount: 10n };
  assert.equal(cohortCells([month, month, month], 1, 2).length, 2);
});

test("a cohort without buyers has no retention", () => {
  const cells = cohortCells([{ active_buyer_count: 0, net_amount: 10n }], 0, 1);
  assert.deepEqual(cells, [{ retention: null, netPerBuyer: 10n }]);
});

test("the colour of a cell has a step of its own for the first month and for nobody", () => {
  assert.equal(heatStep(1, 0), "first");
  assert.equal(heatStep(0, 1), "0");
});

test("the colour of a cell has five steps", () => {
  const shares = [0.01, 0.05, 0.1, 0.2, 0.34, 0.35, 1];
  assert.deepEqual(
    shares.map((share) => heatStep(share, 1)),
    ["1", "2", "3", "4", "4", "5", "5"],
  );
});
