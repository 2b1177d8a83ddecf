import assert from "node:assert/strict";
import { test } from "node:test";
import { hoursBetween, levelOf, roundedAge } from "../../ecommerce_ext/results/assets/ages.js";

test("hours between two times take time zones into account", () => {
  assert.equal(hoursBetween("2024-03-01T10:00:00+02:00", "2024-03-01T09:30:00+00:00"), 1.5);
});

test("an age is late or stale only beyond its limit", () => {
  assert.deepEqual(
    [0, 24, 24.1, 48, 48.1, Infinity].map((age) => levelOf(age, [24, 48])),
    ["good", "good", "warn", "warn", "bad", "bad"],
  );
});

test("ages from two days on are in days", () => {
  assert.deepEqual(roundedAge(1.4), { count: 1, unit: "hour" });
  assert.deepEqual(roundedAge(47.9), { count: 48, unit: "hour" });
  assert.deepEqual(roundedAge(48), { count: 2, unit: "day" });
  assert.deepEqual(roundedAge(61), { count: 3, unit: "day" });
});
