// Beside the trends: alerts of the day, and how the stream is.

import { board, t } from "./board.js";
import { bdi, h, icon } from "./dom.js";

const FIRST = 12;

/** An alert as a line that opens. `href` leads to its trend; null: there is none. `head` stands in for its subject. */
export function alertItem(alert, href, prefix, head = null) {
  return h(
    "li",
    { class: `alert ${alert.severity}` },
    h(
      "details",
      { id: `${prefix}-${alert.id.replace(/\W/g, "-")}` },
      h(
        "summary",
        {},
        h("span", { class: "top" }, h("span", { class: "label" }, head ?? bdi(alert.label)), h("time", {}, alert.at_said)),
        h(
          "span",
          { class: "below" },
          h("span", { class: `severity ${alert.severity}` }, alert.severity_said),
          head ? null : `${alert.alert_kind_said} ${alert.action_said}`,
          h("span", { class: "where" }, bdi(alert.scope_said)),
        ),
      ),
      h("p", {}, alert.explanation),
      href && h("a", { href }, bdi(alert.label)),
    ),
  );
}

/** Alerts of the day as one element with `draw`. */
export function alertList(linkTo) {
  const list = h("ol", { class: "alerts" });
  const more = h("button", { type: "button", class: "more", onclick: showMore });
  const empty = h("p", { class: "note" });
  const title = h("h2", { id: "alerts-title" });
  const element = h("section", { class: "aside", id: "alerts", "aria-labelledby": "alerts-title" }, title, list, empty, more);
  let limit = FIRST;

  function showMore() {
    limit += 4 * FIRST;
    draw();
  }

  function draw() {
    const all = [...board.alerts.values()].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
    const open = new Set([...list.querySelectorAll("details[open]")].map((each) => each.id));
    const focus = list.contains(document.activeElement) ? document.activeElement.parentElement.id : "";
    const items = all.slice(0, limit).map((alert) => {
      const href = alert.trend && board.trends.has(alert.trend) ? linkTo(alert.trend) : null;
      const item = alertItem(alert, href, "alert");
      item.firstElementChild.open = open.has(item.firstElementChild.id);
      return item;
    });
    title.textContent = t("alerts");
    list.replaceChildren(...items);
    list.hidden = items.length === 0;
    if (focus) list.querySelector(`#${CSS.escape(focus)} summary`)?.focus({ preventScroll: true });
    empty.hidden = all.length > 0;
    empty.textContent = t("no_alerts");
    more.hidden = all.length <= limit;
    more.textContent = t("earlier", { n: Math.min(4 * FIRST, all.length - limit) });
  }

  return { element, draw };
}

/** Health of the stream as one element with `draw`. */
export function streamHealth() {
  const element = h("section", { class: "aside", id: "stream", "aria-labelledby": "stream-title" });

  function draw() {
    const health = board.health;
    element.replaceChildren(
      ...[
        h("h2", { id: "stream-title" }, t("stream")),
        health && h("p", { class: `status ${health.status}` }, health.said),
        health && health.notices.length > 0 && h("ul", { class: "notices" }, health.notices.map((n) => h("li", {}, n))),
        health && health.figures.length > 0 && h("dl", {}, health.figures.map(figure)),
        health?.hint && h("p", { class: "note" }, health.hint),
        h("p", { class: "note" }, t("utc")),
      ].filter(Boolean),
    );
  }

  return { element, draw };
}

function figure(each) {
  return h("div", {}, h("dt", {}, each.name), h("dd", {}, each.said, each.note && h("span", { class: "note" }, each.note)));
}

/** What must be seen at once, above everything: the connection is lost, or the stream is late or in trouble. */
export function banner() {
  const element = h("div", { class: "banner", role: "alert", hidden: true });
  let said = "";

  function draw(disconnectedAt) {
    const health = board.health;
    const trouble = health && ["bad", "late"].includes(health.status) ? health.notices[0] : "";
    const text = disconnectedAt ? t("disconnected_said", { at: clock(disconnectedAt) }) : trouble;
    element.hidden = !text;
    if (text === said) return; // said once: a screen reader would repeat it
    said = text;
    element.replaceChildren(...(text ? [icon("mind"), h("p", {}, text)] : []));
  }

  return { element, draw };
}

const clock = (at) => `${at.toISOString().slice(11, 19)} UTC`;
