// The bar on top: whose page it is, whether it is live, in which language and colours.

import { board, t } from "./board.js";
import { h, svg } from "./dom.js";

export const VIEWS = ["trends", "figures", "rules"];
const THEMES = ["auto", "light", "dark"];

function mark() {
  return svg("svg", { viewBox: "0 0 32 32", class: "mark", "aria-hidden": "true" }, [
    svg("path", { class: "far", d: "M3 22.5c4.500 0 5-3.500 9-3.500s4.500 3.500 8.500 3.500 4-2.300 8.500-2.300" }),
    svg("path", { class: "near", d: "M3 16.5c5.500 0 7-9.500 12.500-9.500S21 16.500 29 14" }),
  ]);
}

/** The bar as one element with `draw`. `linkTo` gives the address of a view of the page. */
export function topBar(switchLanguage, linkTo) {
  const skip = h("a", { class: "skip", href: "#main" });
  const pulse = h("p", { class: "pulse" });
  const tongue = h("button", { type: "button", class: "quiet", id: "switch", onclick: switchLanguage });
  const views = new Map(VIEWS.map((view) => [view, h("a", { id: `view-${view}` })]));
  const nav = h("nav", { class: "views" }, [...views.values()]);
  const element = h("header", { class: "bar" }, [skip, h("h1", {}, mark(), "Freshet"), nav, pulse, tongue]);

  function draw(connection, view) {
    const late = connection === "live" && board.health && ["late", "bad"].includes(board.health.status);
    const state = late ? "late" : connection;
    pulse.className = `pulse ${state}`;
    pulse.textContent = late && board.health.status === "bad" ? board.health.said : t(state);
    if (!board.loaded) return;
    skip.textContent = t("skip");
    nav.setAttribute("aria-label", t("views"));
    for (const [name, link] of views) {
      link.textContent = t(name);
      link.href = linkTo(name);
      if (name === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    tongue.textContent = t("switch");
    tongue.lang = document.documentElement.lang === "fr" ? "en" : "fr";
  }

  return { element, draw };
}

/** Ways to what stands beside the trends, for narrow screens, where it stands below them. */
export function jumpTo() {
  const parts = ["stream", "alerts"];
  const links = parts.map((id) => h("a", { href: `#${id}` }));
  const element = h("nav", { class: "jump" }, links);

  function draw() {
    element.setAttribute("aria-label", t("sections"));
    parts.forEach((name, i) => (links[i].textContent = t(name)));
  }

  return { element, draw };
}

/** The end of the page: which colours. */
export function foot() {
  const theme = h("select", { id: "theme", onchange: (event) => setTheme(event.target.value) });
  const named = h("label", { for: "theme" });
  const element = h("footer", { class: "foot" }, named, theme);

  function draw() {
    if (named.textContent === t("theme")) return;
    named.textContent = t("theme");
    theme.replaceChildren(...THEMES.map((each) => h("option", { value: each }, t(`theme_${each}`))));
    theme.value = document.documentElement.dataset.theme ?? "auto";
  }

  return { element, draw };
}

function setTheme(chosen) {
  const root = document.documentElement;
  if (chosen === "auto") delete root.dataset.theme;
  else root.dataset.theme = chosen;
  try {
    localStorage.setItem("freshet.theme", chosen);
  } catch {
    // storage is off: for this visit only
  }
}
