// Revenue by category, as a tree: what is in a category or below it, each product once.

// A small tree is open at first.
const openCategories = new Set(
  Object.keys(FIGURES.names.category ?? {}).length > 30 ? [] : Object.values(FIGURES.names.category ?? {}).map(({ parent }) => parent),
);

function drawCategories(content, selection) {
  const sums = sumsBy("categories", "category", selection);
  if (!sums.size) return content.replaceChildren(nothing());
  const children = childrenOf(sums);
  const whole = total("products", selection)?.net_amount ?? 0n;
  const roots = children.get(null) ?? [];
  const largest = roots.reduce((most, key) => (sums.get(key).net_amount > most ? sums.get(key).net_amount : most), 0n);
  const rows = [];
  const visit = (key, level) => {
    rows.push({ key, level, sums: sums.get(key), count: (children.get(key) ?? []).length });
    if (openCategories.has(key)) for (const child of children.get(key) ?? []) visit(child, level + 1);
  };
  for (const root of roots) visit(root, 1);
  const toggle = (key) => {
    if (!openCategories.delete(key)) openCategories.add(key);
    drawCategories(content, selection);
    content.querySelector(`[data-category="${CSS.escape(key)}"]`)?.focus();
  };
  const columns = [
    { title: "Category", node: (row) => categoryName(row, toggle), bar: (row) => ratio(row.sums.net_amount, largest) },
    { title: "Net", isNumber: true, text: (row) => moneyText(row.sums.net_amount), value: (row) => exactAmount(row.sums.net_amount) },
    { title: "Share", isNumber: true, text: (row) => percentText(ratio(row.sums.net_amount, whole)) },
    { title: "Directly in it", isNumber: true, text: (row) => moneyText(row.sums.own_net_amount) },
  ];
  return content.replaceChildren(rowsTable("Revenue by category", columns, rows));
}

function childrenOf(sums) {
  const children = new Map();
  for (const [key] of [...sums].sort(byNet)) {
    let parent = nameOf("category", key).parent ?? null;
    if (!sums.has(parent) || isBelow(parent, key)) parent = null;
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(key);
  }
  return children;
}

// A circle of parents has no top: it is cut where it is met.
function isBelow(key, ancestor) {
  const seen = new Set();
  for (let one = key; one && !seen.has(one); one = nameOf("category", one).parent) {
    if (one === ancestor) return true;
    seen.add(one);
  }
  return false;
}

function categoryName({ key, level, count }, toggle) {
  const name = nameOf("category", key).name ?? key;
  const isOpen = openCategories.has(key);
  const content = count
    ? element("button", { type: "button", class: "branch", "data-category": key, "aria-expanded": String(isOpen), onclick: () => toggle(key) }, name)
    : element("span", { class: "leaf" }, name);
  const made = element("span", { class: "category" }, content, level > 1 ? element("span", { class: "hidden" }, ` (level ${level})`) : null);
  made.style.setProperty("--level", level - 1);
  return made;
}
