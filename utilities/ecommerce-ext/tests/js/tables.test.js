import assert from "node:assert/strict";
import { test } from "node:test";
import { byNet, decodeTable, groupSums } from "../../ecommerce_ext/results/assets/tables.js";

const FIRST = 100;
const SPAN = { first: FIRST, last: FIRST + 9, daysFrom: FIRST };
const WHOLE = { shop: null, from: FIRST, to: FIRST + 9 };
// Five rows: the last has no day, the third a negative amount beyond a float's integers.
const TABLE = decodeTable(
  {
    shop: { values: ["north", "south"], rows: [0, 1, 0, 1, 0] },
    campaign: { values: [null, "spring"], rows: [1, 1, 0, 1, 1] },
    day: [0, 0, 4, 9, null],
    net_amount: "100 250 -9007199254740993 7 1000",
    order_count: [1, 2, 3, 4, 5],
    month_number: [0, 1, 2, 3, 4],
  },
  FIRST,
);

const sums = (selection, keyOf = () => "all") =>
  [...groupSums(TABLE, keyOf, { ...WHOLE, ...selection }, SPAN)].map(([key, row]) => [
    key,
    row.net_amount,
    row.order_count,
  ]);

test("decodeTable restores texts, days, numbers and exact amounts", () => {
  assert.deepEqual(TABLE, {
    length: 5,
    days: [100, 100, 104, 109, null],
    texts: {
      shop: ["north", "south", "north", "south", "north"],
      campaign: ["spring", "spring", null, "spring", "spring"],
    },
    numbers: { order_count: [1, 2, 3, 4, 5], month_number: [0, 1, 2, 3, 4] },
    amounts: { net_amount: [100n, 250n, -9007199254740993n, 7n, 1000n] },
  });
});

test("an empty table has no sums", () => {
  const empty = decodeTable({}, FIRST);
  assert.equal(empty.length, 0);
  assert.equal(groupSums(empty, () => "all", WHOLE, SPAN).size, 0);
});

test("sums over the whole span include rows without a day", () => {
  assert.deepEqual(sums({}), [["all", -9007199254739636n, 15]]);
});

test("sums of a period include its first and its last day only", () => {
  assert.deepEqual(sums({ to: 104 }), [["all", -9007199254740643n, 6]]);
  assert.deepEqual(sums({ from: 104, to: 109 }), [["all", -9007199254740986n, 7]]);
  assert.deepEqual(sums({ from: 105, to: 108 }), []);
});

test("sums of a shop leave out the other shops", () => {
  assert.deepEqual(sums({ shop: "south" }), [["all", 257n, 6]]);
});

test("isDated selects rows with or without a day", () => {
  assert.deepEqual(sums({ isDated: false }), [["all", 1000n, 5]]);
  assert.deepEqual(sums({ isDated: true, shop: "south" }), [["all", 257n, 6]]);
  assert.deepEqual(sums({ isDated: true }), [["all", -9007199254740636n, 10]]);
});

test("sums are grouped by key, and null is a key", () => {
  const byCampaign = sums({}, (row) => TABLE.texts.campaign[row]);
  assert.deepEqual(byCampaign, [
    ["spring", 1357n, 12],
    [null, -9007199254740993n, 3],
  ]);
});

test("only metrics are added up", () => {
  const [row] = groupSums(TABLE, () => "all", WHOLE, SPAN).values();
  assert.deepEqual(Object.keys(row).sort(), ["net_amount", "order_count"]);
});

test("a table without days is selected by shop only", () => {
  const rejects = decodeTable(
    { shop: { values: ["north", "south"], rows: [0, 1] }, reject_count: [3, 4] },
    FIRST,
  );
  const selection = { shop: "south", from: 105, to: 105 };
  const [row] = groupSums(rejects, () => "all", selection, SPAN).values();
  assert.equal(row.reject_count, 4);
});

test("byNet orders the largest net sales first", () => {
  const rows = [1n, 9007199254740993n, 9007199254740992n, -2n].map((net) => [
    null,
    { net_amount: net },
  ]);
  assert.deepEqual(
    rows.sort(byNet).map(([, row]) => row.net_amount),
    [9007199254740993n, 9007199254740992n, 1n, -2n],
  );
});
