// Puts the page together: what is drawn where, what the address says, and what happens when something changes.

import { FACETS, apply, board, t } from "./board.js";
import { h } from "./dom.js";
import { figuresView } from "./figures.js";
import { filterBar, filtersOf } from "./filters.js";
import { trendList } from "./list.js";
import { live } from "./live.js";
import { rulesView } from "./rules.js";
import { alertList, banner, streamHealth } from "./side.js";
import { VIEWS, foot, jumpTo, topBar } from "./top.js";
import { trendView } from "./trend.js";

const address = () => new URLSearchParams(location.search);
let lang = language();
let connection = "connecting";
let lostAt = null;
let scrolled = 0;

const list = trendList((id) => linkTo({ trend: id }));
const filters = filterBar(choose);
const own = trendView(() => linkTo({ trend: null }));
const figures = figuresView((place) => linkTo({ trend: null, view: "figures", place }));
const rules = rulesView((id) => linkTo({ trend: id, view: null }));
const alerts = alertList((id) => linkTo({ trend: id, view: null, place: null }));
const health = streamHealth();
const trouble = banner();
const top = topBar(switchLanguage, (view) => linkTo({ trend: null, place: null, view: view === "trends" ? null : view }));
const jump = jumpTo();
const end = foot();
const title = h("h2", { id: "title", tabindex: -1 });
const trends = h("section", { class: "trends", "aria-labelledby": "title" }, [
  h("header", { class: "head" }, title, list.count),
  filters.element,
  list.element,
]);
const main = h("main", { id: "main" }, trends, own.element, figures.element, rules.element);
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
  const changes = facet === null ? Object.fromEntries([...FACETS, "find"].map((each) => [each, null])) : { [facet]: value };
  history.replaceState(null, "", linkTo(changes));
  draw();
  if (facet === null) document.getElementById("find").focus();
}

/** What the address asks for: a trend, figures of all places or of one, the rules, or the list of trends. */
function asked() {
  const [trend, wanted, place] = ["trend", "view", "place"].map((name) => address().get(name));
  const view = trend === null && VIEWS.includes(wanted) ? wanted : "trends";
  return { trend, view, place: view === "figures" ? place : null };
}

/** Draw what the address and the board say. */
function draw() {
  if (!board.loaded) return;
  document.documentElement.lang = lang;
  title.textContent = t("title");
  side.setAttribute("aria-label", `${t("stream")}, ${t("alerts")}`);
  const { trend, view } = asked();
  top.draw(connection, view);
  jump.draw();
  end.draw();
  trouble.draw(lostAt);
  alerts.draw();
  health.draw();
  trends.hidden = trend !== null || view !== "trends";
  own.element.hidden = trend === null;
  figures.element.hidden = view !== "figures";
  rules.element.hidden = view !== "rules";
  if (!trends.hidden) {
    document.title = "Freshet";
    filters.draw(filtersOf(address()));
    list.draw(filtersOf(address()));
  }
}

/** Go to what the address now says. */
async function go() {
  draw();
  const { trend, view, place } = asked();
  if (trend === null) own.forget();
  if (view !== "figures") figures.forget();
  if (view !== "rules") rules.forget();
  if (view === "figures") {
    const found = await figures.show(place, lang);
    named(view, (place !== null && found?.said) || t("figures"));
  } else if (view === "rules") {
    await rules.show(lang);
    named(view, t("rules"));
  } else if (trend === null) {
    window.scrollTo(0, scrolled);
  } else {
    const found = await own.show(trend, lang);
    if (asked().trend === trend) named(view, found ? found.label : t("no_trend"));
  }
}

/** The name of what is shown, unless something else is by now. */
function named(view, said) {
  if (asked().view === view) document.title = `${said} · Freshet`;
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a");
  if (!link || !link.getAttribute("href").startsWith("?") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await open(link.getAttribute("href"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.target.closest("input, select")) return;
  if (asked().trend !== null) open(linkTo({ trend: null }));
  else if (asked().place !== null) open(linkTo({ place: null }));
});

/** Follow a link of our own; the focus goes where the reading goes on. */
async function open(href) {
  const from = asked();
  if (from.trend === null && from.view === "trends") scrolled = window.scrollY;
  history.pushState(null, "", href);
  await go();
  const { trend, view, place } = asked();
  if (trend !== null || view !== "trends") window.scrollTo(0, 0);
  const marked = (name, value) => value && document.querySelector(`[data-${name}="${CSS.escape(value)}"]`);
  const left = { trends: () => marked("trend", from.trend), figures: () => place === null && marked("place", from.place) }[view];
  const back = trend === null && left?.();
  const head = { trends: "title", figures: "figures-title", rules: "rules-title" }[view];
  (back || document.getElementById(trend === null ? head : "trend-title"))?.focus({ preventScroll: true });
}

window.addEventListener("popstate", go);

function take(news) {
  const { fresh, touched, figures: ofFigures, rules: ofRules } = apply(news);
  if (news.reset) list.forget();
  const { trend, view, place } = asked();
  if (news.reset) {
    go();
    performance.mark("drawn");
  } else {
    draw();
    if (trend !== null && touched.has(trend)) own.show(trend, lang);
    if (view === "figures" && ofFigures) figures.refresh(place, lang);
    if (view === "rules" && ofRules) rules.show(lang);
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

top.draw(connection, "trends");
const begin = live(take, say);
begin(lang);
