// The filters above the list. What is chosen lives in the page's address, so that a view can be shared and gone back to.

import { FACETS, board, choices, t } from "./board.js";
import { h } from "./dom.js";

/** What the address says. */
export function filtersOf(parameters) {
  const found = Object.fromEntries(FACETS.map((facet) => [facet, parameters.get(facet) ?? ""]));
  return { ...found, find: (parameters.get("find") ?? "").toLocaleLowerCase() };
}

/** The filters as one element with `draw`. `choose` is told a facet and its new value. */
export function filterBar(choose) {
  const selects = {};
  const find = h("input", {
    type: "search",
    id: "find",
    autocomplete: "off",
    spellcheck: "false",
    oninput: (event) => choose("find", event.target.value),
  });
  const clear = h("button", { type: "button", class: "clear", onclick: () => choose(null) });
  const finder = h("label", { for: "find", class: "unseen" });
  const fields = FACETS.map((facet) => {
    selects[facet] = h("select", { id: `filter-${facet}`, onchange: (event) => choose(facet, event.target.value) });
    return h("div", { class: "field" }, h("label", { for: `filter-${facet}` }), selects[facet]);
  });
  const toggle = h("button", { type: "button", class: "toggle", "aria-expanded": "false", onclick: unfold });
  const element = h("form", { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() }, [
    h("div", { class: "field wide" }, finder, find),
    toggle,
    ...fields,
    clear,
  ]);

  /** Where there is little room, all but the search is shown on demand: the trends are what one came for. */
  function unfold() {
    toggle.setAttribute("aria-expanded", String(element.classList.toggle("unfolded")));
  }

  function draw(filters) {
    const chosen = FACETS.filter((facet) => filters[facet]).length;
    toggle.textContent = chosen > 0 ? `${t("filters")} (${chosen})` : t("filters");
    element.setAttribute("aria-label", t("filters"));
    finder.textContent = t("find");
    find.placeholder = t("find");
    clear.textContent = t("clear");
    clear.hidden = ![...FACETS, "find"].some((facet) => filters[facet]);
    if (document.activeElement !== find) find.value = filters.find;
    for (const facet of FACETS) {
      const select = selects[facet];
      select.previousElementSibling.textContent = t(facet);
      options(select, facet, filters);
    }
  }

  /** Changed only where they differ: an open list must not close under somebody's hand. */
  function options(select, facet, filters) {
    const found = choices(facet, filters);
    const first = facet === "state" ? [["", t("open")], ["*", t("any")]] : [["", t("any")]];
    const wanted = [...first, ...found.map(([value, { said, n }]) => [value, `${said} (${n})`])];
    const chosen = filters[facet];
    if (chosen && !wanted.some(([value]) => value === chosen)) wanted.push([chosen, chosen]);
    const key = JSON.stringify([wanted, board.chrome.any]);
    if (select.dataset.key !== key) {
      select.dataset.key = key;
      select.replaceChildren(...wanted.map(([value, said]) => h("option", { value }, said)));
    }
    select.value = chosen;
    select.classList.toggle("chosen", Boolean(chosen));
  }

  return { element, draw };
}
