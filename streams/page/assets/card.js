// A trend as a card in the list.

import { board, t } from "./board.js";
import { compared, sparkline } from "./chart.js";
import { bdi, h, icon } from "./dom.js";

/** Severity and state, in words with a mark each: never by colour alone. */
export function badges(trend) {
  return h(
    "p",
    { class: "badges" },
    h("span", { class: `severity ${trend.severity}` }, trend.severity_said),
    h("span", { class: `state ${trend.state}` }, icon(trend.state), trend.state_said),
    slow(trend) && h("span", { class: "pace" }, icon("slow"), trend.pace_said),
    h("span", { class: "where" }, `${trend.kind_said} · `, bdi(trend.scope_said)),
  );
}

/** Whether it grew for a day or a week, not within hours: it counts voice-hours, and has no curve. */
export const slow = (trend) => trend.pace !== "burst";

/** How many people, against how many were to be expected. */
export function size(trend) {
  return h(
    "p",
    { class: "size" },
    h("span", { class: "people" }, h("strong", {}, trend.people), ` ${t(slow(trend) ? "voice_hours" : "people")}`),
    trend.expected !== null &&
      h(
        "span",
        { class: "expected" },
        `${trend.expected} ${t("expected")}`,
        trend.times && h("span", { class: "times" }, trend.times),
      ),
  );
}

/** How it grows. */
export function growth(trend) {
  if (trend.growth === null) return null;
  const way = ["down", "even", "up"][trend.direction + 1];
  const doubling = trend.direction > 0 && trend.doubling ? h("span", { class: "doubling" }, trend.doubling) : null;
  return h("p", { class: `growth ${way}` }, h("span", { class: "unseen" }, `${t("growth")}: `), trend.growth, " ", doubling);
}

/** Voice-hours in plain words. */
export const hourly = (trend) => h("p", { class: "hourly" }, trend.hourly);

/** Who carries it: a chip a dimension, with the shares of its values. */
export function carriers(drivers) {
  if (drivers.length === 0) return null;
  const dimensions = [...new Set(drivers.map((driver) => driver.dimension))];
  const chips = dimensions.map((dimension) => {
    const mine = drivers.filter((driver) => driver.dimension === dimension);
    const shares = mine.flatMap((driver) => [bdi(driver.value), h("span", { class: "share" }, driver.share_said)]);
    return h("li", {}, h("span", { class: "dimension" }, mine[0].dimension_said), shares);
  });
  return h("ul", { class: "carriers", "aria-label": t("carried") }, chips);
}

/** What to mind before believing it. */
export function cautions(flags) {
  if (flags.length === 0) return null;
  return h(
    "ul",
    { class: "cautions", "aria-label": t("mind") },
    flags.map((flag) => h("li", {}, icon("mind"), flag)),
  );
}

/** Posts by id, or as links where the deployment says how. */
export function posts(ids) {
  return ids.map((id) => {
    if (!board.postUrl) return h("li", {}, h("code", {}, bdi(id)));
    const href = board.postUrl.replace("{post_id}", () => encodeURIComponent(id));
    return h("li", {}, h("a", { href, target: "_blank", rel: "noopener noreferrer" }, bdi(id)));
  });
}

/** The content of a card. `href` leads to the trend's own view. */
export function card(trend, href) {
  const name = `trend-${trend.id}`;
  return h(
    "article",
    { class: `card ${trend.severity} ${trend.state}`, "aria-labelledby": name },
    h(
      "div",
      { class: "what" },
      badges(trend),
      h("h3", { id: name }, h("a", { href, class: "whole", "data-trend": trend.id }, bdi(trend.label))),
      h("p", { class: "explanation" }, trend.explanation),
      cautions(trend.flags),
      carriers(trend.drivers),
      h(
        "div",
        { class: "posts" },
        h("span", {}, trend.posts.said),
        h("ul", { "aria-label": t("posts") }, posts(trend.posts.ids.slice(0, 3))),
      ),
    ),
    h(
      "div",
      { class: "figures" },
      size(trend),
      slow(trend) ? compared(trend.compared, trend.alt) : sparkline(trend.spark, trend.alt),
      slow(trend) && hourly(trend),
      growth(trend),
      trend.forecast && h("p", { class: "forecast" }, h("span", {}, t("forecast")), trend.forecast.said),
    ),
  );
}
