// The page: its filters, and its sections, which are drawn again after each change of a filter.

import { dayOf, isoDay, monthStart } from "./calendar.js";
import { drawCampaigns } from "./campaigns.js";
import { drawCategories } from "./categories.js";
import { drawChart } from "./chart.js";
import { drawCohorts } from "./cohorts.js";
import { drawCurrencies } from "./currencies.js";
import { DATA, firstDay, SHOPS, SPAN, shopName, TABLES } from "./data.js";
import { addSection, byId, element } from "./elements.js";
import { countText, dayText, timeText } from "./format.js";
import { freshRates, freshShops, newestOrder } from "./freshness.js";
import { drawHeadline } from "./headline.js";
import { DEFAULT_PRESET, PRESETS, presetPeriod, previousPeriod, snap } from "./period.js";
import { drawProducts } from "./products.js";
import { drawQuality, qualityFacts } from "./quality.js";
import { drawSegments } from "./segments.js";

/** @import { Selection } from "./period.js" */

/**
 * @callback Draw
 * @param {HTMLElement} content
 * @param {Selection} selection
 * @param {Selection | null} previous
 * @returns {void}
 */
/**
 * A section, which the page leaves out if its table is missing.
 * @typedef {object} Section
 * @property {string} id
 * @property {string} title
 * @property {string} table
 * @property {Draw} draw
 * @property {string} [note]
 */

/** @type {Section[]} */
const SECTIONS = [
  { id: "headline", title: "At a glance", table: "sales", draw: drawHeadline },
  { id: "time", title: "Sales over time", table: "sales", draw: drawChart },
  {
    id: "campaigns",
    title: "Campaigns",
    table: "campaigns",
    draw: drawCampaigns,
    note: "Orders by the campaign that they are attributed to. Each order counts once, with all its returns, on its own day.",
  },
  { id: "products", title: "Products", table: "products", draw: drawProducts },
  {
    id: "categories",
    title: "Categories",
    table: "categories",
    draw: drawCategories,
    note: "A category includes its subcategories. A product in several categories counts in each.",
  },
  {
    id: "currencies",
    title: "Currencies",
    table: "sales",
    draw: drawCurrencies,
    note: `In the currency of the orders, and in ${DATA.currency} at the rate of each order's date.`,
  },
  {
    id: "segments",
    title: "Customer segments",
    table: "segments",
    draw: drawSegments,
    note: "Contacts whose last order is in the period, by recency, frequency and net sales to date.",
  },
  {
    id: "cohorts",
    title: "Returning buyers",
    table: "cohorts",
    draw: drawCohorts,
    note: "Buyers by the month of their first order.",
  },
  {
    id: "quality",
    title: "Can these figures be trusted?",
    table: "statuses",
    draw: drawQuality,
  },
];

/** @type {Selection} */
const selection = { shop: null, ...presetPeriod(DEFAULT_PRESET, SPAN) };
const sections = SECTIONS.filter(({ table }) => TABLES[table]).map(
  ({ id, title, note, draw }) => ({ content: addSection(id, title, note ?? null), draw }),
);

const from = byId("from", HTMLInputElement);
const to = byId("to", HTMLInputElement);
const presetButtons = PRESETS.map((preset, place) => ({
  preset,
  button: element("input", {
    type: "radio",
    name: "preset",
    value: place,
    onchange: () => choose(presetPeriod(preset, SPAN)),
  }),
}));

/** @param {Partial<Selection>} changes */
function choose(changes) {
  Object.assign(selection, changes);
  update();
}

function update() {
  const previous = previousPeriod(selection, SPAN, firstDay(selection.shop));
  for (const { content, draw } of sections) draw(content, selection, previous);
  from.value = isoDay(selection.from);
  to.value = isoDay(selection.to);
  checkPreset();
  const link = element("a", { href: "#quality" }, doubtsText());
  byId("status", HTMLElement).replaceChildren(`${periodText(previous)}. `, link);
}

// A short history makes several presets the same period. The chosen one stays checked.
function checkPreset() {
  const fitting = presetButtons.filter(({ preset }) => {
    const period = presetPeriod(preset, SPAN);
    return period.from === selection.from && period.to === selection.to;
  });
  const chosen = fitting.find(({ button }) => button.checked) ?? fitting[0];
  for (const one of presetButtons) one.button.checked = one === chosen;
}

/** @param {Selection | null} previous */
function periodText(previous) {
  const shop = selection.shop === null ? "" : `${shopName(selection.shop)}: `;
  const compared = previous
    ? `compared with ${dayText(previous.from)} – ${dayText(previous.to)}`
    : "no earlier period for comparison";
  return `${shop}${dayText(selection.from)} – ${dayText(selection.to)}, ${compared}`;
}

function doubtsText() {
  const facts = qualityFacts(selection);
  const fresh = freshShops(selection);
  const rates = freshRates(selection);
  const doubts = [
    facts.unmatched ? `${countText(facts.unmatched)} orders with an unresolved contact` : null,
    facts.unconverted ? `${countText(facts.unconverted)} without an exchange rate` : null,
    facts.undated ? `${countText(facts.undated)} without a valid date, only in All` : null,
    fresh.level === "good" ? null : fresh.text,
    !rates || rates.level === "good" ? null : `exchange rates until ${rates.value}`,
    facts.rejected ? `${countText(facts.rejected)} records rejected` : null,
  ].filter(Boolean);
  return doubts.length
    ? `Note: ${doubts.join(", ")}.`
    : "No order has an unresolved contact or lacks a rate.";
}

const shops = SHOPS.map(shopName).join(", ") || "No shop yet";
byId("about", HTMLElement).textContent =
  `${shops} · amounts in ${DATA.currency}; gross and net sales are before tax and shipping`;
const wholeMonths =
  SPAN.daysFrom > SPAN.first
    ? `. Periods before ${dayText(SPAN.daysFrom)} consist of whole months`
    : "";
byId("footer", HTMLElement).textContent =
  `Written ${timeText(DATA.madeAt)}, ${newestOrder()}${wholeMonths}`;

byId("filters", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
byId("shop-filter", HTMLElement).hidden = SHOPS.length < 2;
const shopChoice = byId("shop", HTMLSelectElement);
shopChoice.append(
  element("option", { value: "" }, "All shops"),
  ...SHOPS.map((key) => element("option", { value: key }, shopName(key))),
);
shopChoice.addEventListener("change", () => choose({ shop: shopChoice.value || null }));
byId("presets", HTMLElement).append(
  ...presetButtons.map(({ preset, button }) =>
    element("label", {}, button, element("span", {}, preset.title)),
  ),
);
for (const input of [from, to]) {
  input.min = isoDay(monthStart(SPAN.first));
  input.max = isoDay(SPAN.last);
  input.addEventListener("change", () => {
    if (!input.value) {
      update();
      return;
    }
    const day = dayOf(input.value);
    // A date before the start or after the end moves both dates.
    const start = input === from ? day : Math.min(selection.from, day);
    const end = input === to ? day : Math.max(selection.to, day);
    choose(snap(start, end, SPAN));
  });
}
update();
