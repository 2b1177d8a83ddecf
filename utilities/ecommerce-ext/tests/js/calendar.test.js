import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dayOf,
  isoDay,
  monthEnd,
  monthStart,
  monthsBetween,
} from "../../ecommerce_ext/results/assets/calendar.js";

test("days count from 1970-01-01", () => {
  assert.equal(dayOf("1970-01-01"), 0);
  assert.equal(dayOf("1970-02-01"), 31);
  assert.equal(dayOf("1969-12-31"), -1);
  assert.equal(dayOf("2000-03-01"), 11017); // 30 × 365 + 7 leap days + 31 + 29
});

test("the day of a timestamp is its own date", () => {
  assert.equal(dayOf("1970-01-02T23:59:59+00:00"), 1);
  assert.equal(isoDay(11017), "2000-03-01");
});

test("months have their first and last day", () => {
  const leapDay = dayOf("2024-02-29");
  assert.equal(isoDay(monthStart(leapDay)), "2024-02-01");
  assert.equal(isoDay(monthEnd(leapDay)), "2024-02-29");
  assert.equal(isoDay(monthStart(leapDay, -11)), "2023-03-01");
  assert.equal(isoDay(monthEnd(leapDay, 10)), "2024-12-31");
  assert.equal(isoDay(monthEnd(leapDay, -12)), "2023-02-28");
});

test("monthsBetween includes both months", () => {
  assert.equal(monthsBetween(dayOf("2024-05-31"), dayOf("2024-05-01")), 1);
  assert.equal(monthsBetween(dayOf("2023-12-31"), dayOf("2024-01-01")), 2);
  assert.equal(monthsBetween(dayOf("2022-03-01"), dayOf("2024-02-29")), 24);
});
