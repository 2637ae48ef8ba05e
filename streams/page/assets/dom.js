// Elements from plain values. What people wrote only ever becomes a text node or an attribute: there is no markup here.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element. Attributes: `class`, `on…` handlers, true for a bare one, null for none. Children: nodes, text, null. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for pictures. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A word as people wrote it: it may run in its own direction, and turns nothing around it. */
export const bdi = (text) => h("bdi", {}, text);

const ICONS = {
  emerging: "M3 11.500 6.500 8l2.500 2 4-5.500",
  rising: "M3 12 13 3.500M7.500 3.500H13V9",
  peaking: "M2.500 11.500 8 4.500l5.500 7",
  resurgent: "M3 5l4 5 2.500-2.500L13 12M13 8v4H9",
  declining: "M3 4l10 8.500M13 7v5.500H7.500",
  ended: "M3 8h10",
  slow: "M8 2.500a5.500 5.500 0 1 0 .01 0M8 5v3.200l2.200 1.500",
  mind: "M8 2.500 14 13.500H2ZM8 6.500v3.200M8 11.600v.2",
  back: "M9.500 3 4.500 8l5 5",
};

/** A small picture that says no more than the word beside it. */
export function icon(name) {
  if (!ICONS[name]) return null;
  const upside = name === "resurgent" ? "scale(1 -1) translate(0 -16)" : null;
  return svg(
    "svg",
    { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" },
    svg("path", { d: ICONS[name], transform: upside }),
  );
}
