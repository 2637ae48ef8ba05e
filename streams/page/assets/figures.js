// Figures of campaigns, platforms and other places: all of them as cards, and one with everything known of it. Fetched when
// opened, and again when something changes.

import { t } from "./board.js";
import { sparkline } from "./chart.js";
import { bdi, h, icon } from "./dom.js";

const FIRST = 12;
const CALM_MS = 1000; // between two fetches: a bucket's end changes many places, one after the other

/** The view as one element with `show(place, lang)`; `place` null: all of them. `linkTo` gives a place's address. */
export function figuresView(linkTo) {
  const element = h("section", { class: "places", "aria-labelledby": "figures-title" });
  const shownOf = new Map(); // dimension -> places shown
  let wanted = "";
  let find = "";
  let known = null;
  let next = 0;

  async function show(place, lang) {
    wanted = `${place} ${lang}`;
    const mine = wanted;
    const path = place === null ? "api/figures?" : `api/place?scope=${encodeURIComponent(place)}&`;
    try {
      const answer = await fetch(`${path}lang=${lang}`);
      const found = answer.ok ? await answer.json() : null;
      if (mine !== wanted || (!found && answer.status !== 404)) return null;
      known = { place, found };
      draw();
      return found;
    } catch {
      return null; // the connection says that it is lost, and comes back by itself
    }
  }

  /** Show again soon, however often it is asked for. */
  function refresh(place, lang) {
    clearTimeout(next);
    next = setTimeout(() => show(place, lang), CALM_MS);
  }

  function draw() {
    const focus = element.contains(document.activeElement) ? document.activeElement.id : "";
    const { place, found } = known;
    if (place !== null) element.replaceChildren(...(found ? own(found, linkTo(null)) : gone(linkTo(null))));
    else all(found);
    if (focus) element.querySelector(`#${CSS.escape(focus)}`)?.focus({ preventScroll: true });
  }

  function all(found) {
    const search = element.querySelector("#find-place");
    const cards = h("div", { id: "places" }, sections(found));
    const field = search?.parentElement ?? searchField();
    field.querySelector("label").textContent = t("find_place");
    field.querySelector("input").placeholder = t("find_place");
    element.replaceChildren(
      ...[
        h("header", { class: "head" }, h("h2", { id: "figures-title", tabindex: -1 }, t("figures")), h("p", { class: "count" }, t("figures_said"))),
        found.places.length > 0 && h("div", { class: "filters" }, field),
        cards,
        found.left_out > 0 && h("p", { class: "left-out" }, t("places_left_out", { n: found.left_out, max: found.max_places })),
      ].filter(Boolean),
    );
  }

  function searchField() {
    const input = h("input", { type: "search", id: "find-place", oninput: searched });
    return h("div", { class: "field wide" }, h("label", { for: "find-place", class: "unseen" }), input);
  }

  function searched(event) {
    find = event.target.value.trim().toLocaleLowerCase();
    element.querySelector("#places").replaceChildren(...sections(known.found));
  }

  function sections(found) {
    if (found.places.length === 0) {
      return [h("div", { class: "empty" }, h("p", { class: "head" }, t("no_figures")), h("p", {}, t("no_figures_said")))];
    }
    const mine = found.places.filter((place) => place.said.toLocaleLowerCase().includes(find));
    const made = found.dimensions.map(({ dimension, said }) => {
      const places = mine.filter((place) => place.dimension === dimension);
      return places.length > 0 && section(dimension, said, places, found.unusual);
    });
    return made.some(Boolean) ? made.filter(Boolean) : [h("div", { class: "empty" }, h("p", { class: "head" }, t("no_place")))];
  }

  function section(dimension, said, places, unusual) {
    const limit = shownOf.get(dimension) ?? FIRST;
    const rest = places.length - limit;
    const name = `places-${dimension}`;
    const more = () => {
      shownOf.set(dimension, limit + 4 * FIRST);
      draw();
    };
    return h("section", { class: "dimension-of", "aria-labelledby": name }, [
      h("h3", { id: name }, said),
      h(
        "ul",
        { class: "place-cards" },
        places.slice(0, limit).map((place) => h("li", {}, card(place, unusual[place.key] ?? [], linkTo(place.key)))),
      ),
      rest > 0 && h("button", { type: "button", class: "more", id: `more-${dimension}`, onclick: more }, t("more", { n: Math.min(4 * FIRST, rest) })),
    ]);
  }

  return { element, show, refresh, forget: () => element.replaceChildren() };
}

function card(place, unusual, href) {
  const tiles = place.tiles.map((tile) =>
    h(
      "div",
      { class: "tile" },
      h("dt", {}, tile.name_said),
      h("dd", {}, h("strong", {}, (tile.hour ?? tile.day)?.said ?? "–"), tile.spark.o.length > 1 && sparkline(tile.spark, tile.alt)),
    ),
  );
  return h("article", { class: "place", "aria-label": place.said }, [
    h("h4", {}, h("a", { href, class: "whole", "data-place": place.key }, bdi(place.said))),
    h("p", { class: "note" }, place.hour_said ?? place.day_said, " UTC"),
    unusual.length > 0 && marks(unusual),
    h("dl", { class: "tiles" }, tiles),
  ]);
}

/** What is unusual: which measure, how far from usual; in words, not by colour alone. */
function marks(unusual) {
  return h(
    "ul",
    { class: "cautions", "aria-label": t("unusual") },
    unusual.map((one) =>
      h("li", { class: one.severity }, icon("mind"), `${t("unusual")}: ${one.measure_said}${one.change_said ? ` ${one.change_said}` : ""}`),
    ),
  );
}

function back(href) {
  return h("a", { class: "back", id: "back", href }, icon("back"), t("all_places"));
}

function gone(href) {
  return [back(href), h("div", { class: "empty" }, h("h2", { id: "figures-title", tabindex: -1 }, t("no_place")))];
}

/** Everything known of a place. */
function own(place, href) {
  const columns = ["figure", "hour", "day", "sure", "worked_out", "hours"];
  const about = [t("as_of", { at: place.as_of_said }), place.known_said && t("incomplete", { share: place.known_said })];
  return [
    back(href),
    h("header", { class: "lead" }, h("h2", { id: "figures-title", tabindex: -1 }, bdi(place.said))),
    h("p", { class: "note" }, about.filter(Boolean).join(" · ")),
    place.unusual.length > 0 &&
      h("section", { class: "panel", "aria-labelledby": "panel-unusual" }, [
        h("h3", { id: "panel-unusual" }, t("unusual")),
        marks(place.unusual),
        ...place.unusual.map((one) => h("p", { class: "explanation" }, one.explanation)),
      ]),
    h(
      "div",
      { class: "panel scroll-sideways", tabindex: 0, role: "region", "aria-label": t("figures"), id: "figures-scroll" },
      h(
        "table",
        { class: "figures-table" },
        h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, heading(name, place))))),
        h("tbody", {}, place.tiles.map(row)),
      ),
    ),
  ].filter(Boolean);
}

function heading(name, place) {
  const when = { hour: place.hour_said, day: place.day_said }[name];
  return when ? [t(name), h("span", { class: "note" }, when)] : t(name);
}

function row(tile) {
  const sure = tile.day ?? tile.hour;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, tile.name_said),
    [tile.hour?.said, tile.day?.said, sure?.interval, sure?.parts].map((text) => h("td", {}, text ?? "–")),
    h("td", {}, tile.spark.o.length > 1 ? sparkline(tile.spark, tile.alt) : "–"),
  );
}
