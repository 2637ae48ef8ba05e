// What the browser knows: trends and alerts by id, and what is shown of them. It fetches nothing and draws nothing.

export const board = {
  chrome: {},
  postUrl: "",
  trends: new Map(),
  alerts: new Map(),
  health: null,
  leftOut: 0,
  maxTrends: 0,
  loaded: false,
};

/** Take in what the server sent: all of it, or what changed. Gives the ids that are new, changed or gone. */
export function apply(news) {
  if (news.reset) {
    board.chrome = news.chrome;
    board.postUrl = news.post_url;
    board.trends.clear();
    board.alerts.clear();
  }
  const fresh = news.trends.filter((trend) => !board.trends.has(trend.id));
  const touched = new Set([...news.trends.map((t) => t.id), ...news.gone, ...news.alerts.map((a) => a.about)]);
  for (const trend of news.trends) board.trends.set(trend.id, trend);
  for (const id of news.gone) board.trends.delete(id);
  for (const alert of news.alerts) board.alerts.set(alert.id, alert);
  for (const id of news.alerts_gone) board.alerts.delete(id);
  if (news.health) board.health = news.health;
  board.leftOut = news.left_out;
  board.maxTrends = news.max_trends;
  const first = !board.loaded || news.reset;
  board.loaded = true;
  return { fresh: first ? [] : fresh, touched, figures: news.figures || news.alerts.length > 0, rules: news.rules };
}

/** The page's own words; `{n}` and the like are filled in. */
export function t(name, values = {}) {
  const text = board.chrome[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
}

/** The greatest first; the id settles ties, so that nothing jumps about. */
export function byRank(a, b) {
  for (let i = 0; i < a.rank.length; i += 1) if (a.rank[i] !== b.rank[i]) return b.rank[i] - a.rank[i];
  return a.id < b.id ? -1 : 1;
}

export const FACETS = ["pace", "kind", "scope", "language", "state"];

const OPEN = (trend) => trend.state !== "ended";

/** Pairs of value and name that a trend has in a facet. */
export function facetOf(trend, facet) {
  if (facet === "pace") return [[trend.pace, trend.pace_said]];
  if (facet === "kind") return [[trend.kind, trend.kind_said]];
  if (facet === "scope") return [[trend.scope, trend.scope_said]];
  if (facet === "state") return [[trend.state, trend.state_said]];
  return trend.languages.map((code, i) => [code, trend.languages_said[i]]);
}

/** Whether a trend passes the filters; one facet may be left out, to count what it would give. */
export function passes(trend, filters, except = null) {
  if (filters.find && !`${trend.label} ${trend.explanation}`.toLocaleLowerCase().includes(filters.find)) return false;
  return FACETS.every((facet) => {
    if (facet === except) return true;
    const wanted = filters[facet];
    if (facet === "state" && !wanted) return OPEN(trend);
    if (!wanted || wanted === "*") return true;
    return facetOf(trend, facet).some(([value]) => value === wanted);
  });
}

/** The trends to show, in their order. */
export function shown(filters) {
  return [...board.trends.values()].filter((trend) => passes(trend, filters)).sort(byRank);
}

/** The choices of a facet: value -> name and number of trends, the most first. */
export function choices(facet, filters) {
  const found = new Map();
  for (const trend of board.trends.values()) {
    if (!passes(trend, filters, facet)) continue;
    for (const [value, said] of facetOf(trend, facet)) {
      const choice = found.get(value) ?? { said, n: 0 };
      choice.n += 1;
      found.set(value, choice);
    }
  }
  return [...found].sort(([, a], [, b]) => b.n - a.n || (a.said < b.said ? -1 : 1));
}
