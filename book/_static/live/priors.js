// Priors: choose those of the three scales, and read the exact posterior and the
// homes that the priors expect before any was measured.

import { cells, density, outcome, posterior, priorDensity, reading } from "./engine.js";
import { above, exceeded, imagine } from "./prior-predictive.js";
import {
  announcer, axis, button, choice, fixed, html, linear, log, menu, onFrame, onWidth, pci, set, show,
  slider, state, svg, symbol, ticksAt, unique,
} from "./ui.js";

const SCALES = {
  sigma_alpha: { mark: () => symbol("σ", "α"), means: "spread of levels" },
  sigma_beta: { mark: () => symbol("σ", "β"), means: "spread of slopes" },
  sigma: { mark: () => symbol("σ"), means: "spread of homes" },
};
const MEANS = { mu_alpha: () => symbol("μ", "α"), mu_beta: () => symbol("μ", "β") };
const FAMILIES = [["half-cauchy", "half-Cauchy"], ["half-normal", "half-normal"], ["exponential", "exponential"]];
const STOPS = stops([0.05, 0.1, 0.01], [0.1, 0.5, 0.01], [0.5, 1, 0.05], [1, 5, 0.1]); // [log pCi/L]
const USUAL = {
  alpha: "half-cauchy", alpha_scale: 1, beta: "half-cauchy", beta_scale: 1,
  sigma: "half-cauchy", sigma_scale: 1, floor: 1,
};
const WIDEST = 1.2; // of the densities' axis [log pCi/L]
const SEEN = [0.1, 10_000]; // [pCi/L]
const LEVELS = [4, 1000]; // [pCi/L]: the action level, and what no home reads
const FLOORS = ["basements", "first floors"];
const TAIL = 0.05;

const key = (name) => name.replace("sigma_", "");
const known = (family) => FAMILIES.some(([name]) => name === family);

/** Values a scale can take: from, to and step of each stretch. */
function stops(...stretches) {
  const all = stretches.flatMap(([from, to, step]) =>
    Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => Number((from + i * step).toFixed(2))));
  return [...new Set(all)];
}

/** Write a probability in percent. */
function share(p) {
  if (p > 0 && p < 0.0005) return "< 0.1 %";
  return `${fixed(100 * p, p < 0.0995 && p > 0 ? 1 : 0)} %`;
}

/** Write a reading [pCi/L], however absurd. */
function level(value) {
  if (value < 9999.5) return pci(value);
  const power = Math.floor(Math.log10(value));
  const raised = [...String(power)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");
  return `10${raised}`;
}

/** What was measured on a floor: the readings in order, and their summary. */
function measured(counties, floor) {
  const all = counties.flatMap(({ homes }) => homes.filter((home) => home[0] === floor));
  const sorted = all.map((home) => home[1]).sort((a, b) => a - b);
  const quantile = (p) => {
    const at = p * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
    return low + (high - low) * (at % 1);
  };
  return {
    sorted,
    quantiles: [TAIL, 0.5, 1 - TAIL].map(quantile),
    above: LEVELS.map((x) => sorted.filter((value) => value > x).length / sorted.length),
  };
}

/** What the priors expect of a floor, summarised alike. */
function expected(mixture, shift) {
  const far = exceeded(mixture, TAIL);
  return {
    mixture,
    quantiles: [-far, 0, far].map((y) => Math.max(reading(y, shift), 0)),
    above: LEVELS.map((x) => above(mixture, outcome(x, shift))),
  };
}

const EVEN = Float64Array.from({ length: 97 }, (_, i) => (i * WIDEST) / 96);

/** Points of the densities' axis, close where the posterior is. */
function points({ mean, sd }) {
  const even = Array.from({ length: 9 }, (_, i) => ((i + 0.01) * WIDEST) / 8.01);
  const near = Array.from({ length: 45 }, (_, i) => mean + (i / 22 - 1) * 4 * sd);
  const all = [...even, ...near.filter((x) => x > 0 && x < WIDEST)];
  return Float64Array.from(all).sort();
}

const line = (xs, ys) => `M${Array.from(xs, (x, i) => `${x.toFixed(1)},${ys[i].toFixed(1)}`).join("L")}`;

const FILL = { fill: "var(--live-prior)", "fill-opacity": 0.3 };
const PRIOR = {
  fill: "none", stroke: "var(--live-partial)", "stroke-width": 1.6, "stroke-dasharray": "5 3",
};
const POSTERIOR = { fill: "none", stroke: "var(--live-partial)", "stroke-width": 2.4 };
const MEASURED = { fill: "none", stroke: "var(--live-measurements)", "stroke-width": 2 };

/** Prior and posterior density of one scale. */
function densities(name) {
  const clip = unique();
  const frame = svg("rect", {});
  const [area, prior, curve] = [FILL, PRIOR, POSTERIOR].map((look) => svg("path", look));
  const bottom = axis("bottom", "log pCi/L");
  const summary = svg("text", { class: "live-halo", y: 14, "text-anchor": "end" });
  const element = svg(
    "svg", { role: "img" },
    svg("clipPath", { id: clip }, frame),
    svg("g", { "clip-path": `url(#${clip})` }, area, prior, curve),
    bottom.element, summary,
  );
  const box = { left: 5, top: 4, bottom: 104 };
  let x;
  return {
    element,
    layout() {
      box.right = element.parentNode.clientWidth - 10;
      x = linear([0, WIDEST], [box.left, box.right]);
      set(element, { height: box.bottom + 40 });
      set(frame, { x: box.left, y: 0, width: box.right - box.left, height: box.bottom });
      set(summary, { x: box.right });
      bottom.draw(x, box, ticksAt([0, 0.5, 1]));
    },
    draw(post, chosen) {
      const at = points(post.scales[name]);
      const after = density(post, name, at);
      const y = linear([0, after.reduce((a, b) => Math.max(a, b)) * 1.05], [box.bottom, box.top]);
      const before = EVEN.map((value) => Math.max(y(priorDensity(chosen, value)), -20));
      const outline = line(EVEN.map(x), before);
      set(area, { d: `${outline}V${box.bottom}H${box.left}Z` });
      set(prior, { d: outline });
      set(curve, { d: line(at.map(x), after.map(y)) });
      const { mean, sd } = post.scales[name];
      summary.textContent = `${fixed(mean, 2)} ± ${fixed(sd, 2)}`;
      set(element, { "aria-label":
        `Density of ${name.replace("_", " ")}: the prior dashed, the posterior around ` +
        `${fixed(mean, 2)} with sd ${fixed(sd, 2)}.` });
    },
  };
}

/** Share of homes at or below each reading: expected, and measured. */
function shares(shift) {
  const [area, curve, steps] = [FILL, PRIOR, MEASURED].map((look) => svg("path", look));
  const marks = [
    svg("line", { class: "live-action" }),
    svg("line", { stroke: "var(--live-rule)", "stroke-dasharray": "2 3" }),
  ];
  const action = svg("text", { class: "live-halo" }, "action level");
  const bottom = axis("bottom", "radon [pCi/L], log axis");
  const left = axis("left", "share of homes at or below");
  const names = ["expected", "measured"].map((text) =>
    svg("text", { class: "live-halo", "text-anchor": "end" }, text));
  const element = svg(
    "svg", { role: "img" }, area, marks, steps, curve, bottom.element, left.element, action, names,
  );
  const box = { left: 46, top: 28, bottom: 218 };
  const grid = Array.from({ length: 61 }, (_, i) => SEEN[0] * (SEEN[1] / SEEN[0]) ** (i / 60));
  let x, y, stepped;
  function staircase(sorted) {
    let at = sorted.findIndex((value) => value >= SEEN[0]);
    let path = `M${box.left},${y(at / sorted.length).toFixed(1)}`;
    for (; at < sorted.length; at++) {
      path += `H${x(sorted[at]).toFixed(1)}V${y((at + 1) / sorted.length).toFixed(1)}`;
    }
    return `${path}H${box.right}`;
  }
  return {
    element,
    layout() {
      box.right = element.parentNode.clientWidth - 20;
      x = log(SEEN, [box.left, box.right]);
      y = linear([0, 1], [box.bottom, box.top]);
      stepped = null;
      set(element, { height: box.bottom + 42 });
      const tens = [0.1, 1, 10, 100, 1000, 10000];
      bottom.draw(x, box, tens.map((value) => ({ value, label: value.toLocaleString("en-GB") })));
      left.draw(y, box, [0, 0.5, 1].map((value) => ({ value, label: share(value) })));
      marks.forEach((mark, k) => {
        const at = x(LEVELS[k]);
        set(mark, { x1: at, x2: at, y1: box.top, y2: box.bottom });
      });
      set(action, { x: x(LEVELS[0]) + 5, y: box.bottom - 8 });
      set(names[0], { x: x(LEVELS[1]) - 8, y: y(0.5) });
      set(names[1], { x: x(LEVELS[1]) - 8, y: box.top - 7 });
    },
    draw(imagined, seen, floor, sentence) {
      const below = grid.map((value) => 1 - above(imagined.mixture, outcome(value, shift)));
      const outline = line(grid.map(x), below.map(y));
      set(curve, { d: outline });
      set(area, { d: `${outline}V${box.bottom}H${box.left}Z` });
      if (stepped !== seen) set(steps, { d: staircase(seen.sorted) });
      stepped = seen;
      set(element, { "aria-label": `Share of ${FLOORS[floor]} at or below each reading. ${sentence}` });
    },
  };
}

/** A table: heads of columns, then rows of a head and their cells. */
function table(caption, heads, rows) {
  const cell = (content) => html("td", {}, content);
  return html(
    "table", { class: "live-table" },
    html("caption", {}, caption),
    html("thead", {}, html("tr", {}, cell([]), heads.map((head) => html("th", { scope: "col" }, head)))),
    html("tbody", {}, rows.map(([head, cells_]) =>
      html("tr", {}, html("th", { scope: "row" }, head), cells_.map(cell)))),
  );
}

/** A place for a number, found by its key. */
const place = (key) => html("output", { "data-key": key });

/** A row that sums up homes, and fill(summary) to show it. */
function summaryRow(source) {
  const outputs = ["q05", "q50", "q95", "above4", "above1000"].map((what) => place(`${source}.${what}`));
  return {
    row: [source, outputs],
    fill({ quantiles, above: over }) {
      quantiles.forEach((value, i) => show(outputs[i], value, level(value)));
      over.forEach((value, i) => show(outputs[3 + i], value, share(value)));
    },
  };
}

/** The table of posterior moments, and fill(posterior, column). */
function moments() {
  const marks = { ...MEANS, ...Object.fromEntries(Object.entries(SCALES).map(([name, { mark }]) => [name, mark])) };
  const outputs = {};
  const pair = (name, column) => {
    const both = ["mean", "sd"].map((what) => place(`${column}.${name}.${what}`));
    outputs[`${column}.${name}`] = both;
    return [both[0], " ± ", both[1]];
  };
  const rows = Object.entries(marks).map(([name, mark]) =>
    [mark(), ["posterior", "original"].map((column) => pair(name, column))]);
  return {
    element: table("Posterior, mean ± sd", ["these priors", "the original’s"], rows),
    fill(post, column) {
      for (const [name, { mean, sd }] of Object.entries({ ...post.scales, ...post.means })) {
        const [first, second] = outputs[`${column}.${name}`];
        show(first, mean, fixed(mean, 2));
        show(second, sd, fixed(sd, 2));
      }
    },
  };
}

/** Draw the figure on its stage. */
export function mount(stage, survey) {
  const counties = survey.counties.map(({ homes }) => cells(homes, survey.shift));
  const seen = [0, 1].map((floor) => measured(survey.counties, floor));
  const names = Object.keys(SCALES);
  const checks = { floor: (floor) => floor === 0 || floor === 1 };
  for (const name of names) {
    checks[key(name)] = known;
    checks[`${key(name)}_scale`] = (value) => STOPS.includes(value);
  }
  const address = state("priors", USUAL, checks);
  const values = address.read();
  const say = announcer(stage);
  const chosen = (from) => Object.fromEntries(names.map((name) =>
    [name, { family: from[key(name)], value: from[`${key(name)}_scale`] }]));

  const changed = () => {
    address.write(values);
    redraw();
  };
  const parts = names.map((name) => {
    const k = key(name);
    const family = menu({
      label: [SCALES[name].mark(), ` ${SCALES[name].means}`], options: FAMILIES, value: values[k],
      oninput(value) { values[k] = value; scale.element.firstChild.textContent = word(); changed(); },
    });
    const word = () => (values[k] === "exponential" ? "mean" : "scale");
    const scale = slider({
      label: word(), min: 0, max: STOPS.length - 1, step: 1, value: STOPS.indexOf(values[`${k}_scale`]),
      format: (i) => fixed(STOPS[i], 2),
      oninput(i) { values[`${k}_scale`] = STOPS[i]; changed(); },
    });
    const picture = densities(name);
    const element = html("div", { class: "live-stack" }, family.element, scale.element, picture.element);
    const sync = () => {
      family.value = values[k];
      scale.value = STOPS.indexOf(values[`${k}_scale`]);
      scale.element.firstChild.textContent = word();
    };
    return { element, picture, sync };
  });

  const floor = choice({
    label: "Homes", options: FLOORS.map((text, x) => [String(x), text]), value: String(values.floor),
    oninput(x) { values.floor = Number(x); changed(); },
  });
  const picture = shares(survey.shift);
  const learnt = moments();
  const rows = { expected: summaryRow("expected"), measured: summaryRow("measured") };
  const homes = table(
    "One home, in pCi/L", ["5 %", "50 %", "95 %", "above 4", "above 1,000"],
    [rows.expected.row, rows.measured.row],
  );
  const told = html("p", { class: "live-told" });

  const redraw = onFrame("priors", () => {
    const priors = chosen(values);
    const post = posterior(counties, { priors });
    const imagined = imagine(priors).map((mixture) => expected(mixture, survey.shift));
    const x = values.floor;
    const sentence =
      `Of ${FLOORS[x]} these priors expect ${share(imagined[x].above[0])} above 4 pCi/L and ` +
      `${share(imagined[x].above[1])} above 1,000; of those measured it is ` +
      `${share(seen[x].above[0])} and ${share(seen[x].above[1])}.`;
    names.forEach((name, i) => parts[i].picture.draw(post, priors[name]));
    learnt.fill(post, "posterior");
    rows.expected.fill(imagined[x]);
    rows.measured.fill(seen[x]);
    picture.draw(imagined[x], seen[x], x, sentence);
    told.textContent = sentence;
    const [a, b] = ["sigma_alpha", "sigma_beta"].map((name) => post.scales[name]);
    say(`Posterior of sigma alpha: ${fixed(a.mean, 2)}, sd ${fixed(a.sd, 2)}; of sigma beta: ` +
      `${fixed(b.mean, 2)}, sd ${fixed(b.sd, 2)}. ${sentence}`);
  });
  const reset = button("Reset", () => {
    Object.assign(values, USUAL);
    parts.forEach((part) => part.sync());
    floor.value = String(values.floor);
    changed();
  });

  const group = html(
    "div", { role: "group", "aria-label": "Priors of the scales, the exact posterior, and the homes expected" },
    html("div", { class: "live-columns" }, parts.map((part) => part.element)),
    html("p", { class: "live-note" }, "Dashed: prior. Line: exact posterior, given all homes."),
    html("div", { class: "live-controls" }, floor.element, reset),
    told,
    html("div", {}, picture.element), homes, learnt.element,
  );
  stage.append(group);
  learnt.fill(posterior(counties), "original");
  onWidth(stage, () => {
    for (const part of [...parts.map((each) => each.picture), picture]) part.layout();
    redraw();
  });
}
