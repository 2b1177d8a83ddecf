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
  const fresh = freshShops(selection);
  const rates = freshRates(selection);
  const tile = (id, title, value, help, level) => element("div", { class: "tile", "data-figure": id, "data-value": value, "data-level": level },
    element("h3", {}, title),
    element("p", { class: "value" }, typeof value === "number" ? countText(value) : value),
    element("p", { class: `change ${level}` }, element("span", { "aria-hidden": "true" }, level === "good" ? "✓ " : "! "), help));
  const judged = (count) => (count > 0 ? "bad" : "good");
  content.replaceChildren(
    element("div", { class: "tiles" },
      tile("unmatched", "Orders without their contact", facts.unmatched, ordersOf(), judged(facts.unmatched)),
      tile("unconverted", "Orders without a rate", facts.unconverted, `${ordersOf()}; they have no amounts here`, judged(facts.unconverted)),
      tile("undated", "Orders without a day", facts.undated, "dated never or in the future; in no period but All", judged(facts.undated)),
      tile("rejected", "Rejected records", facts.rejected, "of all time; ecommerce_rejects says why", judged(facts.rejected)),
      tile("fresh", "Loaded", fresh.value, fresh.help, fresh.level),
      rates ? tile("rates", "Exchange rates until", rates.value, rates.said, rates.level) : ""),
    element("div", { class: "columns" }, statusTable("Contacts", "Orders whose contact is …", facts.contacts, CONTACTS), statusTable("Rates", "Orders whose exchange rate is …", facts.rates, RATES)),
    checks(selection),
  );
}

// How old what was loaded is, when the page was made: what to say of it, and how bad that is.
function ageOf(loadedAt, unit, [late, stale]) {
  if (!loadedAt) return { age: Infinity, said: "never loaded", level: "bad" };
  const hours = (Date.parse(FIGURES.madeAt) - Date.parse(loadedAt)) / 3600000;
  const age = hours / unit;
  const whole = hours < 48 ? Math.round(hours) : Math.round(hours / 24);
  const said = hours < 1 ? "loaded within the hour" : `loaded ${countText(whole)} ${hours < 48 ? "hour" : "day"}${whole === 1 ? "" : "s"} ago`;
  return { age, said, level: age > stale ? "bad" : age > late ? "warn" : "good" };
}

// Of the selected shops, the one that was not loaded for the longest.
function freshShops(selection) {
  const shops = FIGURES.freshness.shops.filter((row) => selection.shop === null || row.shop === selection.shop)
    .map((row) => ({ ...row, ...ageOf(row.loaded_at, 1, FIGURES.freshness.shopHours) }))
    .sort((one, other) => other.age - one.age);
  if (!shops.length) return { value: "never", said: "never loaded", help: "no shop has been loaded yet", level: "bad" };
  const [oldest] = shops;
  const late = shops.filter((row) => row.level !== "good").length;
  const said = FIGURES.freshness.shops.length > 1 ? `${nameOf("shop", oldest.shop).name ?? oldest.shop} ${oldest.said}` : oldest.said;
  const help = [
    said,
    late && shops.length > 1 ? `${countText(late)} of ${countText(shops.length)} shops are late` : null,
    oldest.ordered_until ? `newest order: ${timeFormat.format(new Date(oldest.ordered_until))}` : "no order yet",
  ];
  const value = oldest.loaded_at ? timeFormat.format(new Date(oldest.loaded_at)) : "never";
  return { value, said, help: help.filter(Boolean).join("; "), level: oldest.level };
}

// Null where no order needs a rate of a day.
function freshRates(selection) {
  const needing = sumsBy("statuses", "exchange_rate_status", { ...selection, ...WHOLE });
  if (!["exact", "carried", "missing_rate"].some((status) => needing.has(status))) return null;
  const { loaded_at: loadedAt, rates_until: until } = FIGURES.freshness.rates;
  const loaded = ageOf(loadedAt, 24, FIGURES.freshness.ratesDays);
  // However new the load: without a rate of the last days orders have none.
  const [, stale] = FIGURES.freshness.ratesDays;
  const days = until ? dayOf(FIGURES.madeAt) - dayOf(until) : 0;
  const said = days > stale ? `the newest is ${countText(days)} days old; ${loaded.said}` : loaded.said;
  return { value: until ? dayText(dayOf(until)) : "never", said, level: days > stale ? "bad" : loaded.level };
}

function newestOrder() {
  const times = FIGURES.freshness.shops.map((row) => row.ordered_until).filter(Boolean).map((text) => new Date(text));
  return times.length ? `newest order: ${timeFormat.format(new Date(Math.max(...times)))}` : "no order yet";
}

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
