// The page as a whole: its filters, and its sections, which are drawn anew with each choice.

const selection = { shop: null, ...snapped(PRESETS[2][1](), LAST) };
const sections = [
  ["headline", "At a glance", null, drawHeadline, "sales"],
  ["time", "Revenue over time", null, drawChart, "sales"],
  ["campaigns", "Campaigns", "Which message earned the orders. Each order counts once.", drawCampaigns, "campaigns"],
  ["products", "Products", null, drawProducts, "products"],
  ["categories", "Categories", "With all that is below; a product in several categories counts in each.", drawCategories, "categories"],
  ["currencies", "Currencies", `As paid, and converted into ${FIGURES.currency} at the rate of each order's day.`, drawCurrencies, "sales"],
  ["segments", "Customer segments", "Contacts whose last order was in the period, by recency, frequency and money to date.", drawSegments, "segments"],
  ["cohorts", "Who comes back", "Buyers by the month of their first order.", drawCohorts, "cohorts"],
  ["quality", "Can these figures be trusted?", null, drawQuality, "statuses"],
].filter(([, , , , table]) => TABLES[table])
  .map(([id, title, note, draw]) => ({ content: section(id, title, note), draw }));
document.querySelector("#headline .content").classList.add("tiles");

const shops = Object.keys(FIGURES.names.shop);
const shopName = (key) => nameOf("shop", key).name ?? key;

function update() {
  const previous = before(selection);
  for (const { content, draw } of sections) draw(content, selection, previous);
  document.getElementById("from").value = isoDay(selection.from);
  document.getElementById("to").value = isoDay(selection.to);
  const presets = [...document.querySelectorAll("#presets input")];
  const fitting = presets.filter((button) => {
    const preset = snapped(PRESETS[Number(button.value)][1](), LAST);
    return preset.from === selection.from && preset.to === selection.to;
  });
  // Of a short history several are the same: what was chosen stays chosen.
  const chosen = fitting.find((button) => button.checked) ?? fitting[0];
  for (const button of presets) button.checked = button === chosen;
  const facts = qualityFacts(selection);
  const [fresh, rates] = [freshShops(selection), freshRates(selection)];
  const told = [
    `${selection.shop === null ? "" : `${shopName(selection.shop)}: `}${dayText(selection.from)} – ${dayText(selection.to)}`,
    previous ? `compared with ${dayText(previous.from)} – ${dayText(previous.to)}` : "no earlier period to compare with",
  ];
  const doubts = [
    facts.unmatched ? `${countText(facts.unmatched)} orders without their contact` : null,
    facts.unconverted ? `${countText(facts.unconverted)} without a rate` : null,
    facts.undated ? `${countText(facts.undated)} without a day, in no period but All` : null,
    fresh.level === "good" ? null : fresh.said,
    !rates || rates.level === "good" ? null : `exchange rates until ${rates.value}`,
    facts.rejected ? `${countText(facts.rejected)} records rejected` : null,
  ].filter(Boolean);
  document.getElementById("told").replaceChildren(
    `${told.join(", ")}. `,
    element("a", { href: "#quality" }, doubts.length ? `To keep in mind: ${doubts.join(", ")}.` : "Every order has its contact and rate."),
  );
}

function choose(changes) {
  Object.assign(selection, changes);
  update();
}

document.getElementById("about").textContent =
  `${shops.map(shopName).join(", ") || "No shop yet"} · amounts in ${FIGURES.currency}: gross before tax and shipping, refunds as paid back, with both`;
document.getElementById("footer").textContent =
  `Made ${timeFormat.format(new Date(FIGURES.madeAt))}, ${newestOrder()}`
  + (DAYS_FROM > FIRST ? `. Before ${dayText(DAYS_FROM)} periods are of whole months` : "");
document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
document.getElementById("shop-filter").hidden = shops.length < 2;
document.getElementById("shop").append(
  element("option", { value: "" }, "All shops"),
  ...shops.map((key) => element("option", { value: key }, shopName(key))),
);
document.getElementById("shop").addEventListener("change", (event) => choose({ shop: event.target.value || null }));
document.getElementById("presets").append(...PRESETS.map(([title, start], place) => element("label", {},
  element("input", { type: "radio", name: "preset", value: place, onchange: () => choose(snapped(start(), LAST)) }),
  element("span", {}, title))));
for (const end of ["from", "to"]) {
  const input = document.getElementById(end);
  input.min = isoDay(monthStart(FIRST));
  input.max = isoDay(LAST);
  input.addEventListener("change", () => {
    if (!input.value) return update();
    const day = dayOf(input.value);
    // An end before the other moves the other with it.
    const from = end === "from" ? day : Math.min(selection.from, day);
    const to = end === "to" ? day : Math.max(selection.to, day);
    return choose(snapped(from, to));
  });
}
update();
