"use strict";
// The figures as columns, and sums over their rows. Amounts and units are whole numbers (BigInt)
// with so many decimals as FIGURES.decimals says of their kind: sums are exact.

const FIGURES = JSON.parse(document.getElementById("figures").textContent);

const TABLES = Object.fromEntries(
  Object.entries(FIGURES.sections).map(([name, columns]) => [name, table(columns)]),
);

function table(columns) {
  const decoded = {};
  const measures = [];
  let length = 0;
  for (const [name, column] of Object.entries(columns)) {
    if (typeof column === "string") {
      decoded[name] = column.split(" ").map(BigInt);
    } else if (!Array.isArray(column)) {
      decoded[name] = column.rows.map((place) => column.values[place]);
    } else {
      decoded[name] = column;
    }
    if (/_(amount|count)$/.test(name)) measures.push(name);
    length = decoded[name].length;
  }
  return { columns: decoded, measures, length };
}

// What is selected: { shop (null for all), from, to }, days as numbers, both included. What has no
// day is in no period but the whole; isDated true or false leaves it out, or all else.
function isSelected(columns, row, selection) {
  if (selection.shop !== null && columns.shop[row] !== selection.shop) return false;
  if (!columns.day) return true;
  const day = columns.day[row];
  if (day === null) return selection.isDated !== true && isWhole(selection);
  return selection.isDated !== false && day >= selection.from && day <= selection.to;
}

// By the value of a column, or what a function of columns and row gives: the sums of all measures.
function sumsBy(name, by, selection) {
  const { columns, measures, length } = TABLES[name];
  const key = typeof by === "function" ? by : (all, row) => all[by][row];
  const sums = new Map();
  for (let row = 0; row < length; row += 1) {
    if (!isSelected(columns, row, selection)) continue;
    const group = key(columns, row);
    if (!sums.has(group)) sums.set(group, zeros(measures, columns));
    const sum = sums.get(group);
    for (const measure of measures) sum[measure] += columns[measure][row];
  }
  return sums;
}

function zeros(measures, columns) {
  return Object.fromEntries(
    measures.map((measure) => [measure, typeof columns[measure][0] === "bigint" ? 0n : 0]),
  );
}

// The sums over all selected rows; null where there is none.
function total(name, selection) {
  return sumsBy(name, () => "", selection).get("") ?? null;
}

function nameOf(column, key) {
  return (FIGURES.names[column] ?? {})[key] ?? {};
}
