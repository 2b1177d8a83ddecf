// Sales over time: a bar per day, week or month; gross sales behind, net sales before them, and
// a mark at the net sales of the previous period. Arrow keys read the bars; a table shows the same figures.

import { axisName, barName, barsOf, barText, grossOf, netOf } from "./bars.js";
import { total } from "./data.js";
import { element, nothing, svgElement } from "./elements.js";
import { axisText, countText, exactAmount, moneyText, rough } from "./format.js";
import { rowsTable } from "./rows.js";
import { niceTicks } from "./scale.js";

/** @import { Bar } from "./bars.js" */
/** @import { Selection } from "./period.js" */
/** @import { Column } from "./rows.js" */

const HEIGHT = 260;
const MARGIN = { top: 12, right: 8, bottom: 28 };
const TICK_GAP = 8;
const DIGIT_WIDTH = 7;

let chartWatch = new ResizeObserver(() => {});

/**
 * @param {HTMLElement} content
 * @param {Selection} selection
 * @param {Selection | null} previous
 */
export function drawChart(content, selection, previous) {
  const bars = barsOf(selection, previous);
  if (!bars.some((bar) => bar.sums)) {
    content.replaceChildren(nothing());
    return;
  }
  const reading = element("p", { class: "reading", role: "status" }, hint(previous));
  const { chart, draw } = readableChart(bars, reading);
  const undated = total("sales", { ...selection, isDated: false });
  const note =
    undated &&
    element(
      "p",
      { class: "note" },
      `Not in the bars: ${countText(undated.order_count)} orders without a valid date, net sales ${moneyText(undated.net_amount)}.`,
    );
  content.replaceChildren(
    legend(previous),
    chart,
    reading,
    ...(note ? [note] : []),
    asTable(bars, previous),
  );
  draw();
  chartWatch.disconnect();
  chartWatch = new ResizeObserver(draw);
  chartWatch.observe(chart);
}

/**
 * Make a chart whose bars the pointer and the arrow keys read into another element.
 * @param {Bar[]} bars
 * @param {HTMLElement} reading
 */
function readableChart(bars, reading) {
  const chart = element("div", {
    class: "chart",
    tabindex: "0",
    role: "application",
    "aria-label": "Sales over time. Use the left and right arrow keys to read the bars.",
  });
  /** @param {number} place */
  const show = (place) => {
    chart.dataset.place = String(place);
    for (const band of chart.querySelectorAll(".band"))
      band.classList.toggle("shown", Number(band.getAttribute("data-place")) === place);
    reading.textContent = barText(bars[place]);
  };
  chart.addEventListener("keydown", (event) => {
    const last = bars.length - 1;
    const place = Number(chart.dataset.place ?? -1);
    /** @type {Record<string, number>} */
    const places = {
      ArrowRight: Math.min(last, place + 1),
      ArrowLeft: Math.max(0, place - 1),
      Home: 0,
      End: last,
    };
    const next = places[event.key];
    if (next === undefined) return;
    event.preventDefault();
    show(next);
  });
  const draw = () => chart.replaceChildren(drawing(bars, chart.clientWidth || 720, show));
  return { chart, draw };
}

/** @param {Selection | null} previous */
const hint = (previous) =>
  `Point at a bar, or use the arrow keys.${previous ? "" : " There is no earlier period for comparison."}`;

/** @param {Selection | null} previous */
function legend(previous) {
  /**
   * @param {string} kind
   * @param {string} text
   */
  const entry = (kind, text) => element("span", { class: `key ${kind}` }, text);
  return element(
    "p",
    { class: "legend" },
    entry("net", "Net sales"),
    entry("gross", "Gross sales"),
    previous ? entry("was", "Net sales, previous period") : null,
  );
}

/**
 * @param {Bar[]} bars
 * @param {number} width
 * @param {(place: number) => void} show
 * @returns {SVGElement}
 */
function drawing(bars, width, show) {
  const values = bars.flatMap((bar) =>
    [netOf(bar.sums), grossOf(bar.sums), netOf(bar.previous)].map((value) => rough(value)),
  );
  const ticks = niceTicks(Math.min(0, ...values), Math.max(0, ...values));
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const longest = Math.max(...ticks.map((tick) => axisText(tick).length));
  const left = Math.max(64, DIGIT_WIDTH * longest + 2 * TICK_GAP);
  const inner = {
    width: width - left - MARGIN.right,
    height: HEIGHT - MARGIN.top - MARGIN.bottom,
  };
  /** @param {number} value */
  const y = (value) => MARGIN.top + inner.height * (1 - (value - low) / (high - low));
  const step = inner.width / bars.length;
  const image = svgElement("svg", {
    width,
    height: HEIGHT,
    viewBox: `0 0 ${width} ${HEIGHT}`,
    "aria-hidden": "true",
  });
  image.append(...ticks.flatMap((tick) => gridLine(tick, y(tick), left, width)));
  const every = Math.ceil(bars.length / Math.max(1, Math.floor(inner.width / 96)));
  bars.forEach((bar, place) => {
    const middle = left + step * (place + 0.5);
    const band = svgElement(
      "g",
      { class: "band", "data-place": place, onpointerenter: () => show(place) },
      svgElement("rect", {
        class: "hit",
        x: middle - step / 2,
        width: step,
        y: MARGIN.top,
        height: inner.height,
      }),
      ...barShapes(bar, middle, Math.min(56, Math.max(1, step * 0.72)), y),
    );
    image.append(band);
    if (place % every === 0) {
      const at = { class: "tick", x: middle, y: HEIGHT - 8, "text-anchor": "middle" };
      image.append(svgElement("text", at, axisName(bar)));
    }
  });
  return image;
}

/**
 * @param {number} tick
 * @param {number} y
 * @param {number} left
 * @param {number} width
 * @returns {SVGElement[]}
 */
const gridLine = (tick, y, left, width) => [
  svgElement("line", {
    class: tick === 0 ? "zero" : "grid",
    x1: left,
    x2: width - MARGIN.right,
    y1: y,
    y2: y,
  }),
  svgElement(
    "text",
    { class: "tick", x: left - TICK_GAP, y: y + 4, "text-anchor": "end" },
    axisText(tick),
  ),
];

/**
 * @param {Bar} bar
 * @param {number} middle
 * @param {number} thick
 * @param {(value: number) => number} y
 * @returns {SVGElement[]}
 */
function barShapes(bar, middle, thick, y) {
  /**
   * @param {string} kind
   * @param {bigint} value
   * @param {number} share
   */
  const column = (kind, value, share) => {
    const [from, to] = [y(0), y(rough(value))];
    return svgElement("rect", {
      class: kind,
      x: middle - (thick * share) / 2,
      width: thick * share,
      y: Math.min(from, to),
      height: Math.abs(to - from),
      rx: 1,
    });
  };
  /** @type {SVGElement[]} */
  const shapes = [column("gross", grossOf(bar.sums), 1), column("net", netOf(bar.sums), 0.6)];
  if (bar.previous) {
    const at = y(rough(netOf(bar.previous)));
    const ends = { x1: middle - thick / 2, x2: middle + thick / 2, y1: at, y2: at };
    shapes.push(svgElement("line", { class: "was", ...ends }));
  }
  return shapes;
}

/**
 * @param {Bar[]} bars
 * @param {Selection | null} previous
 */
function asTable(bars, previous) {
  /** @type {Column<Bar>[]} */
  const columns = [
    { title: "Period", text: barName },
    {
      title: "Orders",
      isNumber: true,
      text: (bar) => countText(bar.sums?.order_count ?? 0),
    },
    { title: "Gross sales", isNumber: true, text: (bar) => moneyText(grossOf(bar.sums)) },
    {
      title: "Net sales",
      isNumber: true,
      text: (bar) => moneyText(netOf(bar.sums)),
      value: (bar) => exactAmount(netOf(bar.sums)),
    },
  ];
  if (previous)
    columns.push({
      title: "Previous net sales",
      isNumber: true,
      text: (bar) => (bar.previous ? moneyText(netOf(bar.previous)) : "–"),
    });
  const rows = bars.filter((bar) => bar.sums || bar.previous);
  const table = rowsTable("Sales over time as a table", columns, rows);
  return element("details", {}, element("summary", {}, "As a table"), table);
}
