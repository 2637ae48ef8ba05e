// Pictures of people over time: a small one for a card, a large one for a trend's own view.

import { h, svg } from "./dom.js";

const round = (x) => Math.round(x * 10) / 10;
const path = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${round(x)} ${round(y)}`).join("");

/** A smooth-free line, what is below it, and the usual range behind; `last` marks where it is now. */
function layers(xs, observed, low, high, y) {
  const line = observed.map((value, i) => [xs[i], y(value)]);
  const usual = [...high.map((v, i) => [xs[i], y(v)]), ...low.map((v, i) => [xs[i], y(v)]).reverse()];
  const area = [...line, [xs.at(-1), y(0)], [xs[0], y(0)]];
  return [
    svg("path", { class: "area", d: `${path(area)}Z` }),
    usual.length > 0 && svg("path", { class: "band", d: `${path(usual)}Z` }),
    svg("path", { class: "line", d: path(line) }),
    svg("circle", { class: "last", cx: round(xs.at(-1)), cy: round(line.at(-1)[1]), r: 3 }),
  ];
}

/** A small picture; without `lo` and `hi` no usual range is known. `said` is what it shows, in words. */
export function sparkline(spark, said) {
  const [width, height, pad] = [200, 52, 5];
  const n = spark.o.length;
  const box = { viewBox: `0 0 ${width} ${height}`, class: "spark", role: "img", "aria-label": said };
  if (n === 0) return svg("svg", box);
  const span = Math.max(1, spark.t[n - 1]);
  const [low, high] = [spark.lo ?? [], spark.hi ?? []];
  const top = Math.max(0, ...spark.o, ...high) || 1;
  const xs = n === 1 ? [width - pad] : spark.t.map((t) => pad + (t / span) * (width - 2 * pad));
  const y = (value) => height - pad - (value / top) * (height - 2 * pad);
  return svg("svg", box, ...layers(xs, spark.o, low, high, y));
}

/** How much against how much is usual, on one line from nothing on: of what has no curve. `said` is that in words. */
export function compared(figures, said) {
  const [width, height] = [200, 26];
  const box = { viewBox: `0 0 ${width} ${height}`, class: "spark compared", role: "img", "aria-label": said };
  return svg("svg", box, onLine(figures, scale(figures, width, 5), 13, 7));
}

/** The same in large, with words at its marks: how much it is, and what is usual. */
export function comparedInLarge(figures, said, names) {
  const narrow = window.innerWidth < 640; // its letters shrink with it
  const [width, height, middle] = [narrow ? 340 : 760, 92, 44];
  const x = scale(figures, width, 10);
  const beside = x(figures.observed) > width / 2 ? "tick end strong" : "tick strong";
  const box = { viewBox: `0 0 ${width} ${height}`, class: "compared large", role: "img", "aria-label": said };
  return svg("svg", box, [
    svg("text", { class: beside, x: x(figures.observed), y: middle - 22 }, names.observed),
    ...onLine(figures, x, middle, 12),
    names.usual && svg("text", { class: "tick", x: x(figures.lo), y: middle + 34 }, names.usual),
  ]);
}

function scale({ observed, expected, hi }, width, pad) {
  const most = Math.max(1, observed, expected ?? 0, hi ?? 0) * 1.04;
  const x = (value) => round(pad + (value / most) * (width - 2 * pad));
  x.end = width - pad;
  return x;
}

function onLine({ observed, expected, lo, hi }, x, middle, half) {
  const across = (className, value) => svg("line", { class: className, x1: x(value), x2: x(value), y1: middle - half, y2: middle + half });
  return [
    svg("line", { class: "track", x1: x(0), x2: x.end, y1: middle, y2: middle }),
    hi !== null && svg("rect", { class: "band", x: x(lo), y: middle - half, width: Math.max(2, round(x(hi) - x(lo))), height: 2 * half, rx: 4 }),
    svg("line", { class: "line", x1: x(0), x2: x(observed), y1: middle, y2: middle }),
    expected !== null && across("expect", expected),
    svg("circle", { class: "last", cx: x(observed), cy: middle, r: half * 0.6 }),
  ];
}

/** Round steps for an axis up to `top`: at most four of them. */
export function steps(top) {
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough));
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
}

/** A large picture with axes and a readout that follows the pointer. `marks` are instants of alerts, epoch seconds. */
export function history(points, marks, said) {
  const narrow = window.innerWidth < 640; // its letters shrink with it
  const [width, height, left, right, top, bottom] = [narrow ? 360 : 760, narrow ? 220 : 270, 40, 16, 14, 30];
  const from = points[0].at;
  const span = Math.max(1, points.at(-1).at - from);
  const most = Math.max(1, ...points.map((p) => Math.max(p.observed, p.hi))) * 1.08;
  const x = (at) => (points.length === 1 ? width - right : left + ((at - from) / span) * (width - left - right));
  const y = (value) => height - bottom - (value / most) * (height - top - bottom);
  const xs = points.map((p) => x(p.at));
  const grid = steps(most).map((value) => [
    svg("line", { class: "grid", x1: left, x2: width - right, y1: round(y(value)), y2: round(y(value)) }),
    svg("text", { class: "tick end", x: left - 8, y: round(y(value)) + 4 }, String(value)),
  ]);
  const every = Math.max(1, Math.ceil(points.length / (narrow ? 4 : 6)));
  const hours = points
    .map((p, i) => [p, i])
    .filter(([, i]) => i % every === 0)
    .map(([p, i]) => svg("text", { class: i === 0 ? "tick" : "tick mid", x: round(xs[i]), y: height - 8 }, p.clock));
  const flags = marks
    .filter((at) => at >= from && at <= points.at(-1).at + 600)
    .map((at) => svg("line", { class: "mark", x1: round(x(at)), x2: round(x(at)), y1: top, y2: height - bottom }));
  const rule = svg("line", { class: "rule", y1: top, y2: height - bottom, visibility: "hidden" });
  const readout = h("p", { class: "readout", "aria-hidden": "true" }, "\u00a0");
  const picture = svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "history", role: "img", "aria-label": said },
    ...grid.flat(),
    ...flags,
    ...layers(xs, points.map((p) => p.observed), points.map((p) => p.lo), points.map((p) => p.hi), y),
    ...hours,
    rule,
  );
  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * width;
    const i = xs.reduce((best, each, j) => (Math.abs(each - at) < Math.abs(xs[best] - at) ? j : best), 0);
    rule.setAttribute("x1", xs[i]);
    rule.setAttribute("x2", xs[i]);
    rule.setAttribute("visibility", "visible");
    const p = points[i];
    readout.textContent = `${p.at_said} · ${p.observed_said} (${p.usual_said})`;
  });
  picture.addEventListener("pointerleave", () => {
    rule.setAttribute("visibility", "hidden");
    readout.textContent = "\u00a0";
  });
  return h("div", { class: "chart" }, picture, readout);
}
