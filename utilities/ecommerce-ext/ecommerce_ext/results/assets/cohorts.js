// Who came back: buyers by the month of their first order, and the months since.

const MOST_COHORTS = 24;
const MOST_MONTHS = 13;
let cohortMeasure = "retention";

function drawCohorts(content, selection) {
  // A cohort belongs to the period when its month meets it.
  const months = { ...selection, from: monthStart(selection.from), to: monthEnd(selection.to) };
  const cells = sumsBy("cohorts", (columns, row) => `${columns.day[row]} ${columns.month_number[row]}`, months);
  if (!cells.size) return content.replaceChildren(nothing("No buyer's first order was in this period."));
  const cohorts = new Map();
  for (const [key, sums] of cells) {
    const [month, number] = key.split(" ").map(Number);
    if (!cohorts.has(month)) cohorts.set(month, []);
    cohorts.get(month)[number] = sums;
  }
  const newest = [...cohorts.keys()].sort((one, other) => other - one).slice(0, MOST_COHORTS);
  const width = Math.min(MOST_MONTHS, Math.max(...newest.map((month) => cohorts.get(month).length)));
  const head = ["First order", "Buyers", ...Array.from({ length: width }, (_, number) => String(number))];
  const rows = newest.map((month) => cohortRow(month, cohorts.get(month), width));
  const choice = (value, title) => element("label", {},
    element("input", { type: "radio", name: "cohort", value, checked: cohortMeasure === value, onchange: () => {
      cohortMeasure = value;
      drawCohorts(content, selection);
      content.querySelector(":checked").focus();
    } }), element("span", {}, title));
  return content.replaceChildren(
    element("fieldset", { class: "choices" }, element("legend", { class: "hidden" }, "What the cells show"), choice("retention", "Retention"), choice("value", "Net per buyer")),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Cohorts" },
      element("table", { class: "heat" }, element("caption", { class: "hidden" }, "Cohorts by months since the first order"),
        element("thead", {}, element("tr", {}, ...head.map((title, place) => element("th", { scope: "col", class: place ? "number" : null }, title)))),
        element("tbody", {}, ...rows))),
    element("p", { class: "note" }, `Columns are months since the first order: the share of the cohort that bought in that month, or its net to date per buyer${cohorts.size > newest.length ? `; the newest ${MOST_COHORTS} of ${cohorts.size} cohorts` : ""}.`),
  );
}

function cohortRow(month, cells, width) {
  const buyers = cells[0].cohort_buyer_count;
  let value = 0n;
  const drawnCells = Array.from({ length: width }, (_, number) => {
    const sums = cells[number];
    if (!sums) return element("td", { class: "none" });
    value += sums.net_amount;
    const retention = ratio(sums.active_buyer_count, buyers);
    if (cohortMeasure === "retention") return heatCell(retention, wholePercent.format(retention ?? 0), number);
    return element("td", { class: "number" }, wholeMoney(divided(value, BigInt(buyers || 1))));
  });
  return element("tr", {}, element("th", { scope: "row" }, monthText(month)), element("td", { class: "number", "data-value": buyers }, countText(buyers)), ...drawnCells);
}

const wholePercent = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 0 });
const wholeFormat = new Intl.NumberFormat(LOCALE, { style: "currency", currency: FIGURES.currency, currencyDisplay: "narrowSymbol", maximumFractionDigits: 0, minimumFractionDigits: 0 });
const wholeMoney = (value) => wholeFormat.format(decimalText(value, FIGURES.decimals.amount ?? 0, 0));

// Five steps of one colour: the number in the cell says it, the colour lets it be seen.
function heatCell(share, text, number) {
  const step = number === 0 ? "first" : share === 0 ? "0" : String([0.05, 0.1, 0.2, 0.35, Infinity].findIndex((limit) => share < limit) + 1);
  return element("td", { class: "number heat", "data-step": step }, text);
}
