// A trend's own view: its history, who carries it, what it rests on. Fetched when opened and when it changes.

import { board, t } from "./board.js";
import { badges, cautions, growth, hourly, posts, size, slow } from "./card.js";
import { comparedInLarge, history } from "./chart.js";
import { bdi, h, icon } from "./dom.js";
import { alertItem } from "./side.js";

/** The view as one element with `show(id, lang)`, which fetches and draws. */
export function trendView(linkBack) {
  const element = h("section", { class: "trend", "aria-labelledby": "trend-title" });
  let wanted = null;

  async function show(id, lang) {
    wanted = `${id} ${lang}`;
    const mine = wanted;
    try {
      const answer = await fetch(`api/trends/${encodeURIComponent(id)}?lang=${lang}`);
      const trend = answer.ok ? await answer.json() : null;
      if (mine !== wanted || (!trend && answer.status !== 404)) return null;
      draw(id, trend);
      return trend;
    } catch {
      return null; // the connection says that it is lost, and comes back by itself
    }
  }

  function draw(id, trend) {
    const open = [...element.querySelectorAll("details[open]")].map((each) => each.id);
    const focus = element.contains(document.activeElement) ? document.activeElement.id : "";
    element.replaceChildren(...(trend ? parts(trend) : gone(id)));
    for (const each of open) element.querySelector(`#${each}`)?.setAttribute("open", "");
    if (focus) element.querySelector(`#${CSS.escape(focus)}`)?.focus({ preventScroll: true });
  }

  const back = () => h("a", { class: "back", id: "back", href: linkBack() }, icon("back"), t("back"));

  function gone(id) {
    const about = [...board.alerts.values()].filter((alert) => alert.about === id);
    return [
      back(),
      h("div", { class: "empty" }, h("h2", { id: "trend-title", tabindex: -1 }, t("no_trend")), h("p", {}, t("no_trend_said"))),
      about.length > 0 && timeline(about),
    ].filter(Boolean);
  }

  return { element, show, forget: () => element.replaceChildren() };
}

function parts(trend) {
  return [
    h("a", { class: "back", id: "back", href: backHref() }, icon("back"), t("back")),
    h(
      "header",
      { class: `lead ${trend.severity}` },
      h("div", {}, badges(trend), h("h2", { id: "trend-title", tabindex: -1 }, bdi(trend.label))),
      h("div", { class: "figures" }, size(trend), growth(trend)),
    ),
    h("p", { class: "explanation" }, trend.explanation),
    trend.forecast &&
      panel("forecast", h("p", { class: "promise" }, trend.forecast.said), h("p", { class: "note" }, trend.forecast.more)),
    slow(trend) ? against(trend) : over(trend),
    h("div", { class: "pair" }, carried(trend), facts(trend)),
    integrity(trend),
    looked(trend),
    trend.members.length > 0 && members(trend),
    trend.timeline.length > 0 && timeline(trend.timeline),
  ].filter(Boolean);
}

function backHref() {
  const parameters = new URLSearchParams(location.search);
  parameters.delete("trend");
  return `?${parameters}`;
}

function panel(name, ...content) {
  return h("section", { class: "panel", "aria-labelledby": `panel-${name}` }, [
    h("h3", { id: `panel-${name}` }, t(name)),
    ...content,
  ]);
}

function over(trend) {
  const marks = trend.timeline.map((alert) => alert.at);
  const table = h(
    "details",
    { id: "table" },
    h("summary", { id: "table-summary" }, t("table")),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": t("table"), id: "table-scroll" },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ["when", "people", "expected", "usual"].map((name) => h("th", { scope: "col" }, t(name))))),
        h(
          "tbody",
          {},
          trend.points
            .toReversed()
            .map((p) =>
              h(
                "tr",
                {},
                h("th", { scope: "row" }, p.at_said),
                [p.observed_said, p.expected_said, p.usual_said].map((text) => h("td", {}, text)),
              ),
            ),
        ),
      ),
    ),
  );
  return panel("history", trend.points.length > 0 && history(trend.points, marks, trend.alt), h("p", { class: "note" }, t("history_said")), table);
}

/** Of a slow trend there is no curve: the whole window against what is usual. */
function against(trend) {
  const names = {
    observed: `${trend.people} ${t("voice_hours")}`,
    usual: trend.usual && t("usual_of", { usual: trend.usual }),
  };
  const picture = comparedInLarge(trend.compared, trend.alt, names);
  return panel("compared", picture, hourly(trend), h("p", { class: "note" }, t("slow_said")));
}

/** A share as a bar, its number beside it; the bar adds nothing for who cannot see it. */
function bar(share, usual = null) {
  const filled = h("span", { class: "filled" });
  filled.style.inlineSize = `${Math.round(100 * Math.min(1, share))}%`;
  const mark = usual === null ? null : h("span", { class: "usual" });
  if (mark) mark.style.insetInlineStart = `${Math.round(100 * Math.min(1, usual))}%`;
  return h("span", { class: "bar", "aria-hidden": "true" }, filled, mark);
}

function carried(trend) {
  if (trend.all_drivers.length === 0) return null;
  const rows = trend.all_drivers.map((driver) =>
    h(
      "li",
      {},
      h("span", { class: "name" }, h("span", { class: "dimension" }, driver.dimension_said), bdi(driver.value)),
      h("span", { class: "share" }, driver.share_said),
      bar(driver.share),
    ),
  );
  return panel("carried", h("ul", { class: "shares" }, rows));
}

function facts(trend) {
  const rows = trend.facts.map((fact) => h("div", {}, h("dt", {}, fact.name), h("dd", {}, fact.said)));
  return panel("facts", h("dl", {}, rows));
}

function integrity(trend) {
  if (trend.flags.length === 0 && trend.signs.length === 0) return null;
  const rows = trend.signs.map((sign) =>
    h("li", {}, h("span", { class: "name" }, sign.name), h("span", { class: "share" }, sign.said), bar(sign.share, sign.usual)),
  );
  return panel(
    "integrity",
    cautions(trend.flags),
    rows.length > 0 && h("ul", { class: "shares" }, rows),
    trend.clean && h("p", { class: "note" }, trend.clean),
  );
}

function looked(trend) {
  const ids = trend.posts.ids;
  const copy = h("button", { type: "button", class: "quiet", id: "copy", onclick: () => copied(copy, ids) }, t("copy"));
  return panel(
    "posts",
    h("p", { class: "note" }, [trend.posts.said, trend.posts.missing].filter(Boolean).join(" · ")),
    h("ul", { class: "ids" }, posts(ids)),
    ids.length > 0 && navigator.clipboard && copy,
  );
}

async function copied(button, ids) {
  await navigator.clipboard.writeText(ids.join("\n"));
  button.textContent = t("copied");
}

function members(trend) {
  const items = trend.members.map((member) =>
    h("li", {}, bdi(member.label), h("span", { class: "dimension" }, member.kind_said)),
  );
  return panel("members", h("ul", { class: "members" }, items));
}

function timeline(alerts) {
  return panel("timeline", h("ol", { class: "alerts" }, alerts.map((alert) => alertItem(alert, null, "timeline", `${alert.alert_kind_said} ${alert.action_said}`))));
}
