// The headline numbers, each against the previous period.

const TILES = [
  { id: "net", title: "Net revenue", help: "Gross − discount − refund, with the tax and shipping paid back", money: (s) => s.net_amount },
  { id: "gross", title: "Gross revenue", help: "What was sold, before discounts and refunds", money: (s) => s.gross_amount },
  { id: "orders", title: "Orders", help: "Neither tests nor deleted; cancelled ones count", count: (s) => s.order_count },
  { id: "average", title: "Average order", help: "(Gross − discount) per order", money: (s) => averageOrder(s) },
  { id: "projected", title: "Projected revenue", help: "Gross − discount of what is not cancelled", money: (s) => s.projected_revenue_amount },
  { id: "realised", title: "Realised revenue", help: "Of projected revenue, what is paid", money: (s) => s.realised_revenue_amount },
  { id: "first", title: "First-time buyers", help: "Orders that were their buyer's first", count: (s) => s.first_order_count },
  { id: "repeat", title: "Repeat orders", help: "Of orders whose buyer is known, the later ones", share: (s) => ratio(s.repeat_order_count, s.first_order_count + s.repeat_order_count) },
  { id: "items", title: "Items per order", help: "Units sold per order", number: (s) => (FIGURES.hasItems ? ratio(rough(s.sold_unit_count, "unit"), s.order_count) : null) },
  { id: "returns", title: "Return rate", help: "Units returned, of units sold", share: (s) => (FIGURES.hasItems ? ratio(s.returned_unit_count, s.sold_unit_count) : null), isBad: true },
];

function averageOrder(sums) {
  const converted = sums.order_count - sums.unconverted_order_count;
  return converted ? divided(sums.gross_amount - sums.discount_amount, BigInt(converted)) : null;
}

function drawHeadline(content, selection, previous) {
  const now = total("sales", selection);
  const then = previous && total("sales", previous);
  if (!now) {
    content.replaceChildren(nothing(TABLES.sales.length ? undefined : "There are no orders yet. The first sync that brings one fills this page."));
    return;
  }
  const tiles = TILES.map((tile) => drawTile(tile, now, then)).filter(Boolean);
  // All as small as the longest needs.
  const lengths = tiles.map((tile) => tile.querySelector(".value").textContent.length);
  content.style.setProperty("--length", Math.max(...lengths));
  content.replaceChildren(...tiles);
}

function drawTile(tile, now, then) {
  const read = tile.money ?? tile.count ?? tile.share ?? tile.number;
  const value = read(now);
  if (value === null && !tile.money) return null;
  const text = tileText(tile, value);
  const exact = tile.money ? (value === null ? "" : exactAmount(value)) : value;
  return element(
    "div",
    { class: "tile", "data-figure": tile.id, "data-value": exact },
    element("h3", { title: tile.help }, tile.title),
    element("p", { class: "value" }, text),
    drawChange(tile, value, then && read(then)),
    element("p", { class: "help" }, tile.help),
  );
}

function tileText(tile, value) {
  if (tile.money) return moneyText(value);
  if (tile.count) return countText(value);
  if (tile.share) return percentText(value);
  return new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
}

// In words as well as by colour: up, down or the same, and from what.
function drawChange(tile, value, was) {
  if (was === null || was === undefined || value === null) return element("p", { class: "change" }, "no earlier figure");
  const difference = Number(value) - Number(was);
  const change = tile.share ? difference : ratio(difference, Math.abs(Number(was)));
  const signed = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 1, signDisplay: "exceptZero" });
  const amount = change === null ? "" : tile.share ? signed.format(change).replace("%", "\u202fpoints") : signed.format(change);
  const direction = difference > 0 ? "up" : difference < 0 ? "down" : "same";
  const mood = direction === "same" ? "same" : (direction === "up") !== Boolean(tile.isBad) ? "good" : "bad";
  const arrow = { up: "▲", down: "▼", same: "●" }[direction];
  return element(
    "p",
    { class: `change ${mood}`, "data-was": tile.money ? exactAmount(was) : was, title: `Before: ${tileText(tile, was)}` },
    element("span", { "aria-hidden": "true" }, `${arrow} `),
    element("span", {}, amount || direction),
    element("span", { class: "was" }, ` from ${tileText(tile, was)}`),
  );
}
