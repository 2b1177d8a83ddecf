import assert from "node:assert/strict";
import { test } from "node:test";
import { childrenOf } from "../../ecommerce_ext/results/assets/hierarchy.js";

const tree = (keys, parents) => [...childrenOf(keys, (key) => parents[key] ?? null)];

test("children stand below their parents in the order of the keys", () => {
  assert.deepEqual(
    tree(["garden", "pots", "home", "seeds"], { pots: "garden", seeds: "garden" }),
    [
      [null, ["garden", "home"]],
      ["garden", ["pots", "seeds"]],
    ],
  );
});

test("a key whose parent is not a key is at the top", () => {
  assert.deepEqual(tree(["pots"], { pots: "garden" }), [[null, ["pots"]]]);
});

test("keys in a circle of parents are at the top, and each key occurs once", () => {
  const circle = tree(["a", "b", "c", "d"], { a: "b", b: "a", c: "c", d: "a" });
  assert.deepEqual(circle, [
    [null, ["a", "b", "c"]],
    ["a", ["d"]],
  ]);
});
