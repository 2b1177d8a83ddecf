// Revenue over time: a bar per day, week or month; gross behind, net before it, and a mark where
// net was in the previous period. Arrow keys read it bar by bar; a table says the same.

const HEIGHT = 260;
const MARGIN = { top: 12, right: 8, bottom: 28, left: 64 };

function drawChart(content, selection, previous) {
  const bars = barsOf(selection);
  if (!bars.some((bar) => bar.sums)) {
    content.replaceChildren(nothing());
    return;
  }
  const earlier = previous ? barsOf(previous, bars.length) : [];
  bars.forEach((bar, place) => { bar.was = earlier[place]?.sums ?? null; });
  const read = element("p", { class: "reading", role: "status" }, legendText(previous));
  const figure = element("div", { class: "chart", tabindex: "0", role: "application", "aria-label": "Revenue over time. Left and right arrow keys read the bars." });
  const show = (place) => {
    figure.dataset.place = place;
    for (const band of figure.querySelectorAll(".band")) band.classList.toggle("shown", Number(band.dataset.place) === place);
    read.textContent = barText(bars[place]);
  };
  figure.addEventListener("keydown", (event) => {
    const last = bars.length - 1;
    const place = Number(figure.dataset.place ?? -1);
    const next = { ArrowRight: Math.min(last, place + 1), ArrowLeft: Math.max(0, place - 1), Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    show(next);
  });
  const draw = () => figure.replaceChildren(drawing(bars, figure.clientWidth || 720, show));
  const undated = total("sales", { ...selection, isDated: false });
  const left = undated && element("p", { class: "note" }, `In no bar: ${countText(undated.order_count)} orders without a day, net ${moneyText(undated.net_amount)}.`);
  content.replaceChildren(...[legend(previous), figure, read, left, asTable(bars, previous)].filter(Boolean));
  draw();
  chartWatch.disconnect();
  chartWatch = new ResizeObserver(draw);
  chartWatch.observe(figure);
}

let chartWatch = new ResizeObserver(() => {});

// `most` bars of a period; sums is null where nothing was sold.
function barsOf(selection, most = Infinity) {
  const { grain, starts } = buckets(selection);
  const place = (day) => {
    let low = 0;
    for (let high = starts.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= day) low = middle;
      else high = middle;
    }
    return low;
  };
  const sums = sumsBy("sales", (columns, row) => place(columns.day[row]), { ...selection, isDated: true });
  return starts.slice(0, most).map((start, index) => ({
    grain, start, end: (starts[index + 1] ?? selection.to + 1) - 1, sums: sums.get(index) ?? null,
  }));
}

function barName(bar) {
  if (bar.grain === "month" && bar.start === monthStart(bar.start) && bar.end === monthEnd(bar.end)) return monthText(bar.start);
  return bar.start === bar.end ? dayText(bar.start) : `${dayText(bar.start)} – ${dayText(bar.end)}`;
}

const net = (sums) => sums?.net_amount ?? 0n;
const gross = (sums) => sums?.gross_amount ?? 0n;

function barText(bar) {
  const was = bar.was ? `; net ${moneyText(net(bar.was))} in the previous period` : "";
  return `${barName(bar)}: net ${moneyText(net(bar.sums))}, gross ${moneyText(gross(bar.sums))}, ${countText(bar.sums?.order_count ?? 0)} orders${was}`;
}

const legendText = (previous) => `Point at a bar, or read them with the arrow keys.${previous ? "" : " There is no earlier period to compare with."}`;

function legend(previous) {
  const entry = (kind, text) => element("span", { class: `key ${kind}` }, text);
  return element("p", { class: "legend" }, entry("net", "Net"), entry("gross", "Gross"), previous ? entry("was", "Net, previous period") : null);
}

function drawing(bars, width, show) {
  const values = bars.flatMap((bar) => [net(bar.sums), gross(bar.sums), net(bar.was)].map((value) => rough(value)));
  const ticks = niceTicks(Math.min(0, ...values), Math.max(0, ...values));
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const inner = { width: width - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const y = (value) => MARGIN.top + inner.height * (1 - (value - low) / (high - low));
  const step = inner.width / bars.length;
  const thick = Math.min(56, Math.max(1, step * 0.72));
  const image = drawn("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, "aria-hidden": "true" });
  for (const tick of ticks) {
    image.append(
      drawn("line", { class: tick === 0 ? "zero" : "grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(tick), y2: y(tick) }),
      drawn("text", { class: "tick", x: MARGIN.left - 8, y: y(tick) + 4, "text-anchor": "end" }, axisFormat.format(tick)),
    );
  }
  const every = Math.ceil(bars.length / Math.max(1, Math.floor(inner.width / 96)));
  bars.forEach((bar, place) => {
    const middle = MARGIN.left + step * (place + 0.5);
    const column = (kind, value, share) => {
      const [from, to] = [y(0), y(rough(value))];
      return drawn("rect", { class: kind, x: middle - (thick * share) / 2, width: thick * share, y: Math.min(from, to), height: Math.abs(to - from), rx: 1 });
    };
    const group = drawn("g", { class: "band", "data-place": place, onpointerenter: () => show(place) },
      drawn("rect", { class: "hit", x: middle - step / 2, width: step, y: MARGIN.top, height: inner.height }),
      column("gross", gross(bar.sums), 1),
      column("net", net(bar.sums), 0.6));
    if (bar.was) group.append(drawn("line", { class: "was", x1: middle - thick / 2, x2: middle + thick / 2, y1: y(rough(net(bar.was))), y2: y(rough(net(bar.was))) }));
    image.append(group);
    if (place % every === 0) {
      const name = bar.grain === "month" ? monthText(bar.start) : shortDay.format(dateOf(bar.start));
      image.append(drawn("text", { class: "tick", x: middle, y: HEIGHT - 8, "text-anchor": "middle" }, name));
    }
  });
  return image;
}

const shortDay = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", timeZone: "UTC" });

// About four round numbers from the least to the greatest.
function niceTicks(low, high) {
  const span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => span / size <= 5);
  const ticks = [];
  for (let place = Math.floor(low / step); place * step < high + step; place += 1) ticks.push(place * step);
  return ticks;
}

function asTable(bars, previous) {
  const rows = bars.filter((bar) => bar.sums || bar.was);
  const table = rowsTable("Revenue over time", [
    { title: "Period", text: barName },
    { title: "Orders", isNumber: true, text: (bar) => countText(bar.sums?.order_count ?? 0) },
    { title: "Gross", isNumber: true, text: (bar) => moneyText(gross(bar.sums)) },
    { title: "Net", isNumber: true, text: (bar) => moneyText(net(bar.sums)), value: (bar) => exactAmount(net(bar.sums)) },
    ...(previous ? [{ title: "Net before", isNumber: true, text: (bar) => (bar.was ? moneyText(net(bar.was)) : "–") }] : []),
  ], rows);
  return element("details", {}, element("summary", {}, "As a table"), table);
}
