// The pictures of the figure of priors: densities, and shares of homes.

import { density, outcome, priorDensity } from "./engine.js";
import { above } from "./prior-predictive.js";
import { axis, fixed, linear, log, set, svg, ticksAt, unique } from "./ui.js";

const WIDEST = 1.2; // of the densities' axis [log pCi/L]
const SEEN = [0.1, 10_000]; // [pCi/L]
export const LEVELS = [4, 1000]; // [pCi/L]: the action level, and what no home reads
export const FLOORS = ["basements", "first floors"];

/** Write a probability in percent. */
export function share(p) {
  if (p > 0 && p < 0.0005) return "< 0.1 %";
  return `${fixed(100 * p, p < 0.0995 && p > 0 ? 1 : 0)} %`;
}

const EVEN = Float64Array.from({ length: 97 }, (_, i) => (i * WIDEST) / 96);

/** Points of the densities' axis, close where the posterior is. */
function points({ mean, sd }) {
  const even = Array.from(
    { length: 9 },
    (_, i) => ((i + 0.01) * WIDEST) / 8.01,
  );
  const near = Array.from(
    { length: 45 },
    (_, i) => mean + (i / 22 - 1) * 4 * sd,
  );
  const all = [...even, ...near.filter((x) => x > 0 && x < WIDEST)];
  return Float64Array.from(all).sort();
}

const line = (xs, ys) =>
  `M${Array.from(xs, (x, i) => `${x.toFixed(1)},${ys[i].toFixed(1)}`).join("L")}`;

const FILL = { fill: "var(--live-prior)", "fill-opacity": 0.3 };
const PRIOR = {
  fill: "none",
  stroke: "var(--live-partial)",
  "stroke-width": 1.6,
  "stroke-dasharray": "5 3",
};
const POSTERIOR = {
  fill: "none",
  stroke: "var(--live-partial)",
  "stroke-width": 2.4,
};
const MEASURED = {
  fill: "none",
  stroke: "var(--live-measurements)",
  "stroke-width": 2,
};

/** Prior and posterior density of one scale. */
export function densities(name) {
  const clip = unique();
  const frame = svg("rect", {});
  const [area, prior, curve] = [FILL, PRIOR, POSTERIOR].map((look) =>
    svg("path", look),
  );
  const bottom = axis("bottom", "log pCi/L");
  const summary = svg("text", {
    class: "live-halo",
    y: 14,
    "text-anchor": "end",
  });
  const element = svg(
    "svg",
    { role: "img" },
    svg("clipPath", { id: clip }, frame),
    svg("g", { "clip-path": `url(#${clip})` }, area, prior, curve),
    bottom.element,
    summary,
  );
  const box = { left: 5, top: 4, bottom: 104 };
  let x;
  return {
    element,
    layout() {
      box.right = element.parentNode.clientWidth - 10;
      x = linear([0, WIDEST], [box.left, box.right]);
      set(element, { height: box.bottom + 40 });
      set(frame, {
        x: box.left,
        y: 0,
        width: box.right - box.left,
        height: box.bottom,
      });
      set(summary, { x: box.right });
      bottom.draw(x, box, ticksAt([0, 0.5, 1]));
    },
    draw(post, chosen) {
      const at = points(post.scales[name]);
      const after = density(post, name, at);
      const y = linear(
        [0, after.reduce((a, b) => Math.max(a, b)) * 1.05],
        [box.bottom, box.top],
      );
      const before = EVEN.map((value) =>
        Math.max(y(priorDensity(chosen, value)), -20),
      );
      const outline = line(EVEN.map(x), before);
      set(area, { d: `${outline}V${box.bottom}H${box.left}Z` });
      set(prior, { d: outline });
      set(curve, { d: line(at.map(x), after.map(y)) });
      const { mean, sd } = post.scales[name];
      summary.textContent = `${fixed(mean, 2)} ± ${fixed(sd, 2)}`;
      set(element, {
        "aria-label":
          `Density of ${name.replace("_", " ")}: the prior dashed, the posterior around ` +
          `${fixed(mean, 2)} with sd ${fixed(sd, 2)}.`,
      });
    },
  };
}

/** Share of homes at or below each reading: expected, and measured. */
export function shares(shift) {
  const [area, curve, steps] = [FILL, PRIOR, MEASURED].map((look) =>
    svg("path", look),
  );
  const marks = [
    svg("line", { class: "live-action" }),
    svg("line", { stroke: "var(--live-rule)", "stroke-dasharray": "2 3" }),
  ];
  const action = svg("text", { class: "live-halo" }, "action level");
  const bottom = axis("bottom", "radon [pCi/L], log axis");
  const left = axis("left", "share of homes at or below");
  const names = ["expected", "measured"].map((text) =>
    svg("text", { class: "live-halo", "text-anchor": "end" }, text),
  );
  const element = svg(
    "svg",
    { role: "img" },
    area,
    marks,
    steps,
    curve,
    bottom.element,
    left.element,
    action,
    names,
  );
  const box = { left: 46, top: 28, bottom: 218 };
  const grid = Array.from(
    { length: 61 },
    (_, i) => SEEN[0] * (SEEN[1] / SEEN[0]) ** (i / 60),
  );
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
      bottom.draw(
        x,
        box,
        tens.map((value) => ({ value, label: value.toLocaleString("en-GB") })),
      );
      left.draw(
        y,
        box,
        [0, 0.5, 1].map((value) => ({ value, label: share(value) })),
      );
      marks.forEach((mark, k) => {
        const at = x(LEVELS[k]);
        set(mark, { x1: at, x2: at, y1: box.top, y2: box.bottom });
      });
      set(action, { x: x(LEVELS[0]) + 5, y: box.bottom - 8 });
      set(names[0], { x: x(LEVELS[1]) - 8, y: y(0.5) });
      set(names[1], { x: x(LEVELS[1]) - 8, y: box.top - 7 });
    },
    draw(imagined, seen, floor, sentence) {
      const below = grid.map(
        (value) => 1 - above(imagined.mixture, outcome(value, shift)),
      );
      const outline = line(grid.map(x), below.map(y));
      set(curve, { d: outline });
      set(area, { d: `${outline}V${box.bottom}H${box.left}Z` });
      if (stepped !== seen) set(steps, { d: staircase(seen.sorted) });
      stepped = seen;
      set(element, {
        "aria-label": `Share of ${FLOORS[floor]} at or below each reading. ${sentence}`,
      });
    },
  };
}
