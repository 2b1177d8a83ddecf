// Whether to trust the figures: what could not be matched, converted or taken in, and how fresh.

const CONTACTS = {
  matched: "belong to a contact", guest: "guests", unmatched: "contact not known", ambiguous: "several contacts fit",
  conflict: "id and number disagree", erased: "erased people",
};
const RATES = {
  identity: "needed no rate", shop: "the shop's own", custom: "your own", fixed: "fixed euro rate", exact: "of the day",
  carried: "of a day before", missing_rate: "no rate: no amounts", unknown_currency: "currency not known: no amounts",
};

function qualityFacts(selection) {
  const by = (column) => new Map([...sumsBy("statuses", column, selection)].map(([key, sums]) => [key, sums.order_count]));
  const contacts = by("contact_match_status");
  const rates = by("exchange_rate_status");
  const orders = [...contacts.values()].reduce((sum, count) => sum + count, 0);
  const count = (counts, ...keys) => keys.reduce((sum, key) => sum + (counts.get(key) ?? 0), 0);
  return {
    orders, contacts, rates,
    unmatched: count(contacts, "unmatched", "ambiguous", "conflict"),
    unconverted: count(rates, "missing_rate", "unknown_currency"),
    // Whatever the period: they are in none.
    undated: total("statuses", { ...selection, ...WHOLE, isDated: false })?.order_count ?? 0,
    rejected: total("rejects", selection)?.reject_count ?? 0,
  };
}

function drawQuality(content, selection) {
  const facts = qualityFacts(selection);
  const ordersOf = (count) => `of ${countText(facts.orders)} orders in the period`;
  const tile = (id, title, value, help, isBad) => element("div", { class: "tile", "data-figure": id, "data-value": value },
    element("h3", {}, title),
    element("p", { class: "value" }, typeof value === "number" ? countText(value) : value),
    element("p", { class: `change ${isBad ? "bad" : "good"}` }, element("span", { "aria-hidden": "true" }, isBad ? "! " : "✓ "), help));
  const loaded = FIGURES.freshness.loaded_until;
  content.replaceChildren(
    element("div", { class: "tiles" },
      tile("unmatched", "Orders without their contact", facts.unmatched, ordersOf(), facts.unmatched > 0),
      tile("unconverted", "Orders without a rate", facts.unconverted, `${ordersOf()}; they have no amounts here`, facts.unconverted > 0),
      tile("undated", "Orders without a date", facts.undated, "of all time; in no period but All", facts.undated > 0),
      tile("rejected", "Rejected records", facts.rejected, "of all time; ecommerce_rejects says why", facts.rejected > 0),
      tile("fresh", "Loaded until", loaded ? timeFormat.format(new Date(loaded)) : "never", loaded ? freshText() : "nothing has been loaded yet", !loaded)),
    element("div", { class: "columns" }, statusTable("Contacts", "Orders whose contact is …", facts.contacts, CONTACTS), statusTable("Rates", "Orders whose exchange rate is …", facts.rates, RATES)),
    checks(selection),
  );
}

const freshText = () => (FIGURES.freshness.ordered_until ? `newest order: ${timeFormat.format(new Date(FIGURES.freshness.ordered_until))}` : "no order yet");

function statusTable(caption, title, counts, words) {
  const rows = [...counts].sort(([, one], [, other]) => other - one);
  const whole = rows.reduce((sum, [, count]) => sum + count, 0);
  if (!rows.length) return null;
  return rowsTable(caption, [
    { title, node: ([key]) => twoLines(key ?? "unknown", words[key]), bar: ([, count]) => count / whole },
    { title: "Orders", isNumber: true, text: ([, count]) => countText(count), value: ([, count]) => count },
    { title: "Share", isNumber: true, text: ([, count]) => percentText(count / whole) },
  ], rows);
}

// All checks of the last build, of all time: those that were broken first.
function checks(selection) {
  const { columns, length } = TABLES.checks;
  const weight = { fail: 0, warn: 1, ok: 2 };
  const rows = [];
  for (let row = 0; row < length; row += 1) {
    if (selection.shop !== null && columns.shop[row] !== selection.shop) continue;
    rows.push(Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]])));
  }
  rows.sort((one, other) => weight[one.outcome] - weight[other.outcome] || other.failing_count - one.failing_count);
  const broken = rows.filter((row) => row.failing_count > 0);
  const draw = (shown) => rowsTable("Checks of the last build", [
    { title: "Check", node: (row) => twoLines(row.message, Object.keys(FIGURES.names.shop).length > 1 ? `${row.code} · ${row.shop}` : row.code) },
    { title: "Outcome", node: (row) => element("span", { class: `outcome ${row.outcome}` }, { fail: "✕ fail", warn: "! warning", ok: "✓ within limits" }[row.outcome]) },
    { title: "Rows", isNumber: true, text: (row) => `${countText(row.failing_count)} of ${countText(row.checked_count)}` },
    { title: "Share", isNumber: true, text: (row) => percentText(ratio(row.failing_count, row.checked_count)) },
  ], shown);
  const rest = rows.length - broken.length;
  return element("div", { class: "checks" },
    element("h3", {}, "Checks of the last build, over all time"),
    broken.length ? draw(broken) : element("p", {}, rows.length ? "No row breaks any rule." : "Nothing was checked yet."),
    rest ? element("details", {}, element("summary", {}, `${rest} rules that no row breaks`), draw(rows.filter((row) => !row.failing_count))) : null);
}
