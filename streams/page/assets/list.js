// The list of trends: cards by rank, some at first, more on demand. Cards stay where they are in the tree while they change.

import { board, shown, t } from "./board.js";
import { card } from "./card.js";
import { h } from "./dom.js";

const PAGE = 40;

/** The list as one element with `draw`. `linkTo` gives the address of a trend's own view. */
export function trendList(linkTo) {
  const rows = new Map(); // id -> { li, trend }
  const list = h("ol", { class: "cards" });
  const more = h("button", { class: "more", type: "button", onclick: showMore });
  const left = h("p", { class: "left-out" });
  const empty = h("div", { class: "empty" });
  const count = h("p", { class: "count" });
  const element = h("div", {}, list, empty, more, left);
  let limit = PAGE;
  let last = "";
  let filters = {};

  function showMore() {
    const first = limit;
    limit += PAGE;
    draw(filters);
    list.children[first]?.querySelector("a")?.focus();
  }

  function draw(wanted) {
    const key = JSON.stringify(wanted);
    if (key !== last) limit = PAGE;
    last = key;
    filters = wanted;
    const all = shown(filters);
    const visible = all.slice(0, limit);
    const ids = new Set(visible.map((trend) => trend.id));
    for (const [id, row] of rows) {
      if (!ids.has(id)) {
        row.li.remove();
        rows.delete(id);
      }
    }
    visible.forEach((trend, i) => place(trend, i));
    const open = [...board.trends.values()].filter((trend) => trend.state !== "ended").length;
    const n = all.length === 1 && open === 1 ? t("count_one") : t("count", { n: all.length });
    count.textContent = all.length === open ? n : t("of", { n: all.length, all: board.trends.size });
    const rest = all.length - visible.length;
    more.hidden = rest <= 0;
    more.textContent = t("more", { n: Math.min(PAGE, rest) });
    left.hidden = board.leftOut === 0;
    left.textContent = t("left_out", { n: board.leftOut, max: board.maxTrends });
    say(all.length);
  }

  function say(n) {
    empty.hidden = n > 0;
    if (n > 0) return;
    const loading = board.health?.loading;
    const head = loading ? t("loading") : board.trends.size ? t("none_match") : t("none");
    empty.replaceChildren(h("p", { class: "head" }, head), board.trends.size || loading ? "" : h("p", {}, t("none_said")));
  }

  /** Put a trend at its place; a card that has the focus keeps it. */
  function place(trend, i) {
    let row = rows.get(trend.id);
    if (!row) {
      row = { li: h("li", { class: rows.size ? "fresh" : null }), trend: null };
      rows.set(trend.id, row);
    }
    const focused = row.li.contains(document.activeElement);
    if (row.trend !== trend) {
      row.li.replaceChildren(card(trend, linkTo(trend.id)));
      row.trend = trend;
    }
    if (list.children[i] !== row.li) list.insertBefore(row.li, list.children[i] ?? null);
    if (focused && !row.li.contains(document.activeElement)) row.li.querySelector("h3 a").focus({ preventScroll: true });
  }

  /** Words changed: draw all anew. */
  function forget() {
    rows.clear();
    list.replaceChildren();
  }

  return { element, count, draw, forget };
}
