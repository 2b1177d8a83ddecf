// Elements of the page. Texts of the shop are set as text, never as markup.

/** @typedef {string | number | boolean | null | undefined | EventListener} Attribute */
/** @typedef {Node | string | null | undefined} Child */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return the element with an id.
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} type
 * @returns {E}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new TypeError(`The page has no ${type.name} with the id ${id}.`);
}

/**
 * @template {Element} E
 * @param {E} made
 * @param {Record<string, Attribute>} attributes
 * @param {Child[]} children
 * @returns {E}
 */
function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/**
 * Make an HTML element. An attribute that is a function is a listener, such as `onclick`.
 * @template {keyof HTMLElementTagNameMap} N
 * @param {N} name
 * @param {Record<string, Attribute>} attributes
 * @param {...Child} children
 */
export const element = (name, attributes = {}, ...children) =>
  fill(document.createElement(name), attributes, children);

/**
 * Make an SVG element.
 * @template {keyof SVGElementTagNameMap} N
 * @param {N} name
 * @param {Record<string, Attribute>} attributes
 * @param {...Child} children
 */
export const svgElement = (name, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, name), attributes, children);

/**
 * Add a section to the page and return its empty content.
 * @param {string} id
 * @param {string} title
 * @param {string | null} note
 * @returns {HTMLElement}
 */
export function addSection(id, title, note) {
  const content = element("div", { class: "content" });
  const heading = element("h2", { id: `${id}-title` }, title);
  const lead = note ? element("p", { class: "note" }, note) : null;
  byId("main", HTMLElement).append(
    element("section", { id, "aria-labelledby": `${id}-title` }, heading, lead, content),
  );
  return content;
}

/** @param {string} [text] */
export const nothing = (text = "Nothing was sold in this period.") =>
  element("p", { class: "nothing" }, text);

/**
 * A name, and below it a detail that tells it from others of the same name.
 * @param {string} name
 * @param {string | null | undefined} detail
 */
export const twoLines = (name, detail) =>
  element(
    "span",
    { class: "two-lines" },
    element("span", { class: "name", title: name }, name),
    detail ? element("span", { class: "detail" }, detail) : null,
  );
