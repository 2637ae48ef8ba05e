// Readers' rules: what each asks for, how many, when; and what was refused. To look at only. Fetched when opened, and again
// when something changes.

import { board, t } from "./board.js";
import { bdi, h, icon } from "./dom.js";

/** The view as one element with `show(lang)`. `linkTo` gives the address of a trend's own view. */
export function rulesView(linkTo) {
  const element = h("section", { class: "rules", "aria-labelledby": "rules-title" });
  let wanted = 0;

  async function show(lang) {
    const mine = (wanted += 1);
    try {
      const answer = await fetch(`api/rules?lang=${lang}`);
      if (mine === wanted && answer.ok) draw(await answer.json());
    } catch {
      // the connection says that it is lost, and comes back by itself
    }
  }

  function draw({ rules, refused }) {
    const focus = element.contains(document.activeElement) ? document.activeElement.id : "";
    const head = h("h2", { id: "rules-title", tabindex: -1 }, t("rules"));
    element.replaceChildren(
      ...[
        h("header", { class: "head" }, head, h("p", { class: "count" }, marked(t("rules_said")))),
        refused.length > 0 && turnedDown(refused),
        rules.length > 0 && h("ul", { class: "rule-cards" }, rules.map((rule) => h("li", {}, card(rule, linkTo)))),
        rules.length === 0 && none(),
      ].filter(Boolean),
    );
    if (focus) element.querySelector(`#${CSS.escape(focus)}`)?.focus({ preventScroll: true });
  }

  return { element, show, forget: () => element.replaceChildren() };
}

/** A sentence of our own with a command in it, between backticks. */
function marked(text) {
  return text.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));
}

function none() {
  return h("div", { class: "empty" }, h("p", { class: "head" }, t("no_rules")), h("p", {}, marked(t("no_rules_said"))));
}

function card(rule, linkTo) {
  const name = `rule-${rule.id}`;
  const standing = h("span", { class: "standing" }, t(rule.enabled ? "in_force" : "silenced"));
  const when = rule.when.length > 0 ? rule.when : [t("at_once")];
  return h("article", { class: rule.enabled ? "rule" : "rule off", "aria-labelledby": name }, [
    h("header", {}, h("h3", { id: name }, bdi(rule.name)), standing),
    rule.name !== rule.id && h("p", { class: "note" }, h("code", {}, rule.id)),
    part("asks", rule.asks.length > 0 ? h("dl", { class: "asked" }, rule.asks.map(asked)) : h("p", {}, t("everything"))),
    part("many", h("p", {}, rule.many)),
    part("timing", when.map((said) => h("p", {}, said))),
    rule.mutes.length > 0 && part("muted", h("ul", {}, rule.mutes.map((mute) => muted(mute, linkTo)))),
  ]);
}

/** What an alert must have: one of these values is enough. */
function asked({ field, said, values }) {
  const names = h("ul", { class: "names" }, values.map((value) => h("li", {}, bdi(value))));
  return h("div", { class: field }, h("dt", {}, said), h("dd", {}, names));
}

function part(name, content) {
  return h("section", { class: "part" }, h("h4", {}, t(name)), h("div", {}, content));
}

/** What is muted: a subject's name, or a trend, by its name where the page knows it. */
function muted(mute, linkTo) {
  const trend = board.trends.get(mute.trend);
  const what = mute.trend === null ? bdi(mute.subject) : h("code", {}, bdi(mute.trend));
  const link = trend && h("a", { href: linkTo(mute.trend) }, bdi(trend.label));
  return h("li", {}, link ?? what, " ", h("span", { class: "note" }, mute.until_said));
}

function turnedDown(refused) {
  const rows = refused.map((one) => {
    const stands = h("p", { class: "note" }, t(one.stands ? "refused_stands" : "refused_none"));
    return h("li", {}, h("code", {}, bdi(one.id)), h("p", {}, bdi(one.why)), stands);
  });
  return h("section", { class: "refused", "aria-labelledby": "refused-title" }, [
    h("h3", { id: "refused-title" }, icon("mind"), `${t("refused")} (${refused.length})`),
    h("ul", {}, rows),
  ]);
}
