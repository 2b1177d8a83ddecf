// Elements of the page. Texts of the shop are set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// A section of its own, whose content is made anew with each selection.
function section(id, title, note) {
  const content = element("div", { class: "content" });
  const heading = element("h2", { id: `${id}-title` }, title);
  const lead = note ? element("p", { class: "note" }, note) : null;
  document.getElementById("main").append(
    element("section", { id, "aria-labelledby": `${id}-title` }, heading, lead, content),
  );
  return content;
}

function nothing(text = "Nothing was sold in this period.") {
  return element("p", { class: "nothing" }, text);
}

// columns: { title, text(row) or node(row), value(row), isNumber, bar(row) }; bar is a share of 1.
function rowsTable(caption, columns, rows) {
  const head = columns.map((column) =>
    element("th", { scope: "col", class: column.isNumber ? "number" : null }, column.title),
  );
  const body = rows.map((row) => element("tr", {}, ...columns.map((column, place) => cell(column, row, place))));
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    element(
      "table",
      {},
      element("caption", { class: "hidden" }, caption),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...body),
    ),
  );
}

function cell(column, row, place) {
  const attributes = { class: column.isNumber ? "number" : null, "data-value": column.value ? column.value(row) : null };
  const content = [column.node ? column.node(row) : column.text(row)];
  const share = column.bar?.(row) ?? null;
  if (share !== null) {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", Math.max(0, share));
    content.push(bar);
  }
  return place === 0
    ? element("th", { scope: "row", ...attributes }, ...content)
    : element("td", attributes, ...content);
}

// A name, and beneath it what tells it from others of the same name.
function twoLines(name, detail) {
  return element(
    "span",
    { class: "two-lines" },
    element("span", { class: "name", title: name }, name),
    detail ? element("span", { class: "detail" }, detail) : null,
  );
}

const MOST_SHOWN = 10;

// The first rows of a long table with those that always stay, a button for the rest, and a note.
function ranked(content, caption, columns, rows, stays, note = null) {
  const first = rows.filter((row, place) => place < MOST_SHOWN || stays(row));
  const draw = (all) => {
    const part = all ? rows : first;
    const more = element(
      "button",
      { type: "button", class: "more", onclick: () => { draw(!all); content.querySelector(".more").focus(); } },
      all ? "Show fewer" : `Show all ${countText(rows.length)}`,
    );
    content.replaceChildren(rowsTable(caption, columns, part), ...(rows.length > first.length ? [more] : []), ...(note ? [note] : []));
  };
  draw(false);
}
