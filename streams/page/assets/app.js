// Puts the page together: what is drawn where, what the address says, and what happens when something changes.

import { apply, board, t } from "./board.js";
import { h } from "./dom.js";
import { filterBar, filtersOf } from "./filters.js";
import { trendList } from "./list.js";
import { live } from "./live.js";
import { alertList, banner, streamHealth } from "./side.js";
import { foot, jumpTo, topBar } from "./top.js";
import { trendView } from "./trend.js";

const address = () => new URLSearchParams(location.search);
let lang = language();
let connection = "connecting";
let lostAt = null;
let scrolled = 0;

const list = trendList((id) => linkTo({ trend: id }));
const filters = filterBar(choose);
const own = trendView(() => linkTo({ trend: null }));
const alerts = alertList((id) => linkTo({ trend: id }));
const health = streamHealth();
const trouble = banner();
const top = topBar(switchLanguage);
const jump = jumpTo();
const end = foot();
const title = h("h2", { id: "title", tabindex: -1 });
const trends = h("section", { class: "trends", "aria-labelledby": "title" }, [
  h("header", { class: "head" }, title, list.count),
  filters.element,
  list.element,
]);
const main = h("main", { id: "main" }, trends, own.element);
const side = h("aside", {}, health.element, alerts.element);
const columns = h("div", { class: "columns" }, main, side);
document.getElementById("page").append(top.element, trouble.element, jump.element, columns, end.element);

/** The address of this page with some parameters changed; null takes one out. */
function linkTo(changes) {
  const parameters = address();
  for (const [name, value] of Object.entries(changes)) value ? parameters.set(name, value) : parameters.delete(name);
  return `?${parameters}`;
}

function language() {
  const asked = new URLSearchParams(location.search).get("lang") ?? stored() ?? navigator.language.slice(0, 2);
  return asked === "fr" ? "fr" : "en";
}

function stored() {
  try {
    return localStorage.getItem("freshet.lang");
  } catch {
    return null; // storage is off
  }
}

function switchLanguage() {
  lang = lang === "fr" ? "en" : "fr";
  try {
    localStorage.setItem("freshet.lang", lang);
  } catch {
    // not kept, then
  }
  if (address().has("lang")) history.replaceState(null, "", linkTo({ lang }));
  begin(lang);
}

function choose(facet, value) {
  const changes = facet === null ? { kind: null, scope: null, language: null, state: null, find: null } : { [facet]: value };
  history.replaceState(null, "", linkTo(changes));
  draw();
  if (facet === null) document.getElementById("find").focus();
}

/** Draw what the address and the board say. */
function draw() {
  if (!board.loaded) return;
  document.documentElement.lang = lang;
  title.textContent = t("title");
  side.setAttribute("aria-label", `${t("stream")}, ${t("alerts")}`);
  top.draw(connection);
  jump.draw();
  end.draw();
  trouble.draw(lostAt);
  alerts.draw();
  health.draw();
  const trend = address().get("trend");
  trends.hidden = trend !== null;
  own.element.hidden = trend === null;
  if (trend === null) {
    document.title = "Freshet";
    filters.draw(filtersOf(address()));
    list.draw(filtersOf(address()));
  }
}

/** Go to what the address now says. */
async function go() {
  draw();
  const trend = address().get("trend");
  if (trend === null) {
    own.forget();
    window.scrollTo(0, scrolled);
    return;
  }
  const found = await own.show(trend, lang);
  if (address().get("trend") !== trend) return;
  document.title = `${found ? found.label : t("no_trend")} · Freshet`;
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a");
  if (!link || !link.getAttribute("href").startsWith("?") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await open(link.getAttribute("href"));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && address().has("trend") && !event.target.closest("input, select")) {
    open(linkTo({ trend: null }));
  }
});

/** Follow a link of our own; the focus goes where the reading goes on. */
async function open(href) {
  const from = address().get("trend");
  if (from === null) scrolled = window.scrollY;
  history.pushState(null, "", href);
  await go();
  if (address().has("trend")) {
    window.scrollTo(0, 0);
    document.getElementById("trend-title")?.focus({ preventScroll: true });
  } else {
    const back = from && document.querySelector(`[data-trend="${CSS.escape(from)}"]`);
    (back || title).focus({ preventScroll: true });
  }
}

window.addEventListener("popstate", go);

function take(news) {
  const { fresh, touched } = apply(news);
  if (news.reset) list.forget();
  const trend = address().get("trend");
  if (news.reset) {
    go();
    performance.mark("drawn");
  } else {
    draw();
    if (trend !== null && touched.has(trend)) own.show(trend, lang);
  }
  announce(fresh);
}

/** Say new trends to a screen reader, a few at a time. */
function announce(fresh) {
  const names = fresh.slice(0, 3).map((trend) => `${trend.label}, ${trend.severity_said}`);
  if (names.length > 0) document.getElementById("announce").textContent = t("updated", { what: names.join("; ") });
}

function say(state, since) {
  connection = state;
  lostAt = state === "disconnected" ? since : null;
  draw();
}

top.draw(connection);
const begin = live(take, say);
begin(lang);
