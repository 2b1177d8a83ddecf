import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf, isoDay } from "../../ecommerce_ext/results/assets/calendar.js";
import {
  bucketOf,
  buckets,
  isWhole,
  PRESETS,
  presetPeriod,
  previousPeriod,
  snap,
  wholeSpan,
} from "../../ecommerce_ext/results/assets/period.js";

const SPAN = {
  first: dayOf("2022-05-10"),
  last: dayOf("2024-08-20"),
  daysFrom: dayOf("2023-07-01"),
};

const selected = (from, to) => ({ shop: null, from: dayOf(from), to: dayOf(to) });
const inText = (period) => period && [isoDay(period.from), isoDay(period.to)];
const snapped = (from, to) => inText(snap(dayOf(from), dayOf(to), SPAN));
const previous = (from, to, first = "2022-05-10") =>
  inText(previousPeriod(selected(from, to), SPAN, dayOf(first)));
const bars = (from, to) => {
  const { grain, starts } = buckets(selected(from, to), SPAN);
  return [grain, starts.map(isoDay)];
};

test("presets end with the last day", () => {
  const periods = PRESETS.map((preset) => [preset.title, inText(presetPeriod(preset, SPAN))]);
  assert.deepEqual(periods, [
    ["30 days", ["2024-07-22", "2024-08-20"]],
    ["90 days", ["2024-05-23", "2024-08-20"]],
    ["12 months", ["2023-09-01", "2024-08-20"]],
    ["All", ["2022-05-01", "2024-08-20"]],
  ]);
});

test("a period within the known days stays as it is", () => {
  assert.deepEqual(snapped("2023-07-05", "2024-01-09"), ["2023-07-05", "2024-01-09"]);
});

test("a period with exchanged ends is put in order", () => {
  assert.deepEqual(snapped("2024-01-09", "2023-07-05"), ["2023-07-05", "2024-01-09"]);
});

test("a period before the known days has whole months", () => {
  assert.deepEqual(snapped("2022-06-15", "2022-09-03"), ["2022-06-01", "2022-09-30"]);
  assert.deepEqual(snapped("2022-06-15", "2023-07-03"), ["2022-06-01", "2023-07-03"]);
});

test("a period beyond the span ends with the span", () => {
  assert.deepEqual(snapped("2020-01-01", "2030-01-01"), ["2022-05-01", "2024-08-20"]);
});

test("only a period of the whole span is whole", () => {
  assert.ok(isWhole(selected("2022-05-01", "2024-08-20"), SPAN));
  assert.ok(!isWhole(selected("2022-05-11", "2024-08-20"), SPAN));
  assert.ok(!isWhole(selected("2022-05-01", "2024-08-19"), SPAN));
  const whole = wholeSpan({ ...selected("2024-01-01", "2024-01-02"), shop: "north" }, SPAN);
  assert.deepEqual([whole.shop, ...inText(whole)], ["north", "2022-05-10", "2024-08-20"]);
});

test("whole months are compared with as many months before", () => {
  assert.deepEqual(previous("2024-03-01", "2024-03-31"), ["2024-02-01", "2024-02-29"]);
  assert.deepEqual(previous("2024-01-01", "2024-03-31"), ["2023-10-01", "2023-12-31"]);
});

test("a begun month is compared with the same dates of the month before", () => {
  assert.deepEqual(previous("2024-03-01", "2024-03-12"), ["2024-02-01", "2024-02-12"]);
  assert.deepEqual(previous("2024-03-01", "2024-03-30"), ["2024-02-01", "2024-02-29"]);
});

test("other periods are compared with as many days before", () => {
  assert.deepEqual(previous("2024-03-11", "2024-03-30"), ["2024-02-20", "2024-03-10"]);
});

test("a period that is not fully known before has no previous period", () => {
  assert.equal(previous("2022-05-01", "2022-05-31"), null);
  assert.equal(previous("2023-07-02", "2023-07-03"), null); // needs days of June 2023
});

test("a previous period that begins before the first order is not compared", () => {
  // 12 to 30 March follow 22 February to 11 March.
  assert.equal(previous("2024-03-12", "2024-03-30", "2024-02-23"), null);
  assert.deepEqual(previous("2024-03-12", "2024-03-30", "2024-02-22"), [
    "2024-02-22",
    "2024-03-11",
  ]);
  // The first order was within the previous months, or after the period.
  assert.equal(previous("2024-06-01", "2024-06-30", "2024-05-02"), null);
  assert.equal(previous("2024-06-01", "2024-06-30", "2024-07-01"), null);
  assert.deepEqual(previous("2024-06-01", "2024-06-30", "2024-05-01"), [
    "2024-05-01",
    "2024-05-31",
  ]);
  assert.equal(previousPeriod(selected("2024-06-01", "2024-06-30"), SPAN, null), null);
});

test("bars are days, weeks or months by the length of the period", () => {
  assert.deepEqual(bars("2024-03-01", "2024-03-03"), [
    "day",
    ["2024-03-01", "2024-03-02", "2024-03-03"],
  ]);
  assert.equal(bars("2024-03-01", "2024-04-14")[0], "day"); // 45 days
  const [grain, starts] = bars("2024-03-01", "2024-04-15"); // 46 days
  assert.equal(grain, "week");
  assert.deepEqual(starts.slice(0, 2), ["2024-03-01", "2024-03-08"]);
  assert.equal(starts.length, 7);
  assert.equal(bars("2024-01-01", "2024-07-18")[0], "week"); // 200 days
  assert.equal(bars("2024-01-01", "2024-07-19")[0], "month"); // 201 days
});

test("bars before the known days are months", () => {
  assert.deepEqual(bars("2022-06-01", "2022-07-31"), ["month", ["2022-06-01", "2022-07-01"]]);
});

test("a day belongs to the last bar that starts by then", () => {
  assert.deepEqual(
    [10, 16, 17, 24, 99].map((day) => bucketOf([10, 17, 24], day)),
    [0, 0, 1, 2, 2],
  );
});
