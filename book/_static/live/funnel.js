// The funnel: the slope of one county against the spread of them all, centred
// and non-centred, and where a leapfrog step is too long for the place it is in.

import { cells, density, posterior } from "./engine.js";
import { contours, geometry, spreads } from "./funnel-geometry.js";
import {
  announcer,
  axis,
  button,
  fixed,
  html,
  linear,
  log,
  onFrame,
  onWidth,
  set,
  show,
  slider,
  state,
  svg,
  ticksAt,
  unique,
} from "./ui.js";

const COUNTY = "Cass";
const HOMES = [0, 1, 2, 3, 5, 10, 20, 50, 100, 200];
const READING = { min: -1.8, max: 0.6 }; // [log pCi/L]
const STEP = { min: 0.1, max: 2 }; // posterior sds
const USUAL = { homes: 0, reading: -0.3, step: 1 };
const GRID = [1e-5, 5, 420]; // of the spread: lowest, highest, how many
const SEEN = [0.01, 2]; // of the spread
const MASSES = [0.99, 0.9, 0.5];
const FORMS = {
  centred: {
    title: "Centred",
    domain: [-2.2, 0.9],
    ticks: [-2, -1, 0],
    label: (wide) => `slope β of ${COUNTY}${wide ? " [log pCi/L]" : ""}`,
  },
  noncentred: {
    title: "Non-centred",
    domain: [-4.5, 4.5],
    ticks: [-4, -2, 0, 2, 4],
    label: (wide) =>
      `z${wide ? `, the slope of ${COUNTY} in spreads` : " = (β − μᵦ) / σᵦ"}`,
  },
};

const between =
  ({ min, max }) =>
  (value) =>
    value >= min && value <= max;
const factor = (y) => fixed(Math.exp(y), 2);
const homes = (n) => (n === 0 ? "none" : n === 1 ? "1 home" : `${n} homes`);

/** Write a probability as a share, rounded to none or all only where it is. */
function share(p) {
  if (p === 0 || p === 1) return `${100 * p} %`;
  if (p < 0.001) return "< 0.1 %";
  if (p > 0.999) return "> 99.9 %";
  return `${fixed(100 * p, p < 0.0995 || p > 0.995 ? 1 : 0)} %`;
}

/** Outline of a region: the centre less and plus so many sds, row by row. */
function outline(rows, x, y, { centre, sd }, reach) {
  const left = [],
    right = [];
  for (const { i, at } of rows) {
    if (!(reach[i] > 0 || reach[i - 1] > 0 || reach[i + 1] > 0)) continue;
    const half = reach[i] * sd[i];
    left.push(`${x(centre[i] - half).toFixed(1)},${at}`);
    right.push(`${x(centre[i] + half).toFixed(1)},${at}`);
  }
  return left.length ? `M${left.join("L")}L${right.reverse().join("L")}Z` : "";
}

/** One form's panel: layout(box) gives it a place, draw(geometry) a content. */
function panel(form, tau, hatch) {
  const { domain, ticks, label } = FORMS[form];
  const clip = unique();
  const frame = svg("rect", {});
  const regions = MASSES.map((_, k) =>
    svg("path", {
      fill: "var(--live-partial)",
      "fill-opacity": [0.14, 0.28, 0.5][k],
      stroke: "var(--live-partial)",
      "stroke-width": 0.75,
    }),
  );
  const walls = [-1, 1].map(() =>
    svg("path", { fill: "none", stroke: "var(--live-ink)", "stroke-width": 1 }),
  );
  const stuck = svg("rect", { fill: `url(#${hatch})`, x: 0 });
  const edge = svg("line", {
    stroke: "var(--live-ink)",
    "stroke-dasharray": "5 3",
  });
  const steps = [0, 1].map(() =>
    svg("path", {
      fill: "none",
      stroke: "var(--live-ink)",
      "stroke-width": 2.5,
    }),
  );
  const stepText = svg(
    "text",
    { class: "live-halo", "text-anchor": "middle" },
    "one step",
  );
  const stuckText = svg(
    "text",
    { class: "live-halo", "text-anchor": "end" },
    "step too long",
  );
  const bottom = axis("bottom", "");
  const element = svg(
    "g",
    {},
    svg("clipPath", { id: clip }, frame),
    svg(
      "g",
      { "clip-path": `url(#${clip})` },
      regions,
      stuck,
      walls,
      edge,
      steps,
    ),
    bottom.element,
    stuckText,
    stepText,
  );
  let x, y, box, rows;

  function layout(place) {
    box = place;
    x = linear(domain, [box.left, box.right]);
    y = log(SEEN, [box.bottom, box.top]);
    rows = [];
    tau.forEach((value, i) => {
      if (value > SEEN[0] / 1.1 && value < SEEN[1] * 1.1)
        rows.push({ i, at: y(value).toFixed(1) });
    });
    const size = { width: box.right - box.left, height: box.bottom - box.top };
    set(frame, { x: box.left, y: box.top, ...size });
    set(stuck, { x: box.left, width: size.width });
    bottom.element.lastChild.textContent = label(size.width > 240);
    bottom.draw(
      x,
      box,
      ticks.map((value) => ({ value, label: fixed(value, 0) })),
    );
  }

  function drawStep(path, at, g) {
    if (!(at > SEEN[0] && at < SEEN[1])) return set(path, { d: "" });
    const i = Math.round(Math.log(at / tau[0]) / Math.log(tau[1] / tau[0]));
    const [a, b, h] = [
      x(g.centre[i] - g.step / 2),
      x(g.centre[i] + g.step / 2),
      y(at),
    ];
    return set(path, {
      d: `M${a} ${h}H${b}M${a} ${h - 5}v10M${b} ${h - 5}v10`,
    });
  }

  function draw(g, reaches) {
    regions.forEach((path, k) =>
      set(path, { d: outline(rows, x, y, g, reaches[k]) }),
    );
    walls.forEach((path, k) => {
      const side = k ? 1 : -1;
      const points = rows.map(
        ({ i, at }) => `${x(g.centre[i] + side * g.sd[i]).toFixed(1)},${at}`,
      );
      set(path, { d: `M${points.join("L")}` });
    });
    const top = Math.max(y(Math.min(g.to, SEEN[1])), box.top);
    const foot = Math.min(y(Math.max(g.from, SEEN[0])), box.bottom);
    const height = Math.max(foot - top, 0);
    set(stuck, { y: top, height });
    const border = form === "centred" ? g.to : g.from;
    const seen = border > SEEN[0] && border < SEEN[1];
    set(edge, {
      x1: box.left,
      x2: box.right,
      y1: seen && y(border),
      y2: seen && y(border),
    });
    set(edge, { visibility: seen ? null : "hidden" });
    const typical = Math.min(Math.max(g.median, SEEN[0]), SEEN[1]);
    drawStep(steps[0], typical, g);
    drawStep(steps[1], border, g);
    const middle = x(
      g.centre[
        Math.round(Math.log(typical / tau[0]) / Math.log(tau[1] / tau[0]))
      ],
    );
    set(stepText, {
      x: Math.min(Math.max(middle, box.left + 30), box.right - 30),
      y: y(typical) - 9,
    });
    set(stuckText, {
      x: box.right - 4,
      y: form === "centred" ? foot - 8 : top + 16,
      visibility: height > 22 ? null : "hidden",
    });
  }
  return { element, layout, draw };
}

/** The numbers of one form, above its panel. */
function readout(form) {
  const output = (key, attributes) =>
    html("output", { "data-key": `${form}.${key}`, ...attributes });
  const [stuck, step, sd] = [
    output("stuck", { class: "live-much" }),
    output("step"),
    output("sd"),
  ];
  const element = html(
    "div",
    {},
    html("b", {}, FORMS[form].title),
    stuck,
    "where a step is too long",
    html("div", {}, "step ", step, ", sd ", sd),
  );
  return {
    element,
    draw(g) {
      show(stuck, g.stuck, share(g.stuck));
      show(step, g.step, fixed(g.step, 2));
      show(sd, g.spread, fixed(g.spread, 2));
    },
  };
}

/** Say which form a sampler would rather have. */
function verdict(n, { centred, noncentred }) {
  const given = n === 0 ? "With no home" : `With ${homes(n)}`;
  const [more, less] =
    centred.stuck > noncentred.stuck
      ? ["centred", "non-centred"]
      : ["non-centred", "centred"];
  if (Math.max(centred.stuck, noncentred.stuck) < 0.005) {
    return `${given} and this step, neither form has a neck that matters.`;
  }
  if (Math.abs(centred.stuck - noncentred.stuck) < 0.005) {
    return `${given} and this step, either form is as bad as the other.`;
  }
  return `${given} the ${more} form has the neck: take the ${less} one.`;
}

/** Draw the figure on its stage. */
export function mount(stage, survey) {
  const post = posterior(
    survey.counties.map(({ homes: own }) => cells(own, survey.shift)),
  );
  const mu = post.means.mu_beta.mean;
  const sigma = post.scales.sigma.mean;
  const grid = spreads((tau) => density(post, "sigma_beta", tau), ...GRID);
  const address = state("funnel", USUAL, {
    homes: (n) => HOMES.includes(n),
    reading: between(READING),
    step: between(STEP),
  });
  const values = address.read();
  const say = announcer(stage);
  const names = Object.keys(FORMS);

  const hatch = unique();
  const pattern = svg(
    "pattern",
    {
      id: hatch,
      width: 7,
      height: 7,
      patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(45)",
    },
    svg("line", { y2: 7, stroke: "var(--live-rule)", "stroke-width": 1.6 }),
  );
  const panels = names.map((form) => panel(form, grid.tau, hatch));
  const readouts = names.map(readout);
  const left = axis("left", "spread of slopes [log pCi/L]");
  const picture = svg(
    "svg",
    { role: "img" },
    svg("defs", {}, pattern),
    left.element,
    panels.map((p) => p.element),
  );
  const told = html("p", { class: "live-told" });

  const redraw = onFrame("funnel", () => {
    const setting = { n: values.homes, mean: values.reading, mu, sigma };
    const found = {};
    names.forEach((form, k) => {
      found[form] = geometry(form, grid, setting, values.step);
      panels[k].draw(found[form], contours(grid, found[form], MASSES));
      readouts[k].draw(found[form]);
    });
    told.textContent = verdict(values.homes, found);
    const [a, b] = names.map((form) => share(found[form].stuck));
    const stuck = `a step is too long in ${a} of the centred posterior and ${b} of the non-centred`;
    set(picture, {
      "aria-label": `Joint density of the spread of slopes and ${COUNTY}'s slope in both forms; ${stuck}.`,
    });
    say(`${told.textContent} ${stuck[0].toUpperCase()}${stuck.slice(1)}.`);
  });
  function changed() {
    reading.disabled = values.homes === 0;
    address.write(values);
    redraw();
  }

  const count = slider({
    label: `First-floor homes given to ${COUNTY}`,
    min: 0,
    max: HOMES.length - 1,
    step: 1,
    value: HOMES.indexOf(values.homes),
    format: (i) => homes(HOMES[i]),
    oninput(i) {
      values.homes = HOMES[i];
      changed();
    },
  });
  const reading = slider({
    label: "They read",
    ...READING,
    step: 0.1,
    value: values.reading,
    format: (y) => `${factor(y)} × the basement (${fixed(y, 1)})`,
    oninput(y) {
      values.reading = y;
      changed();
    },
  });
  const length = slider({
    label: "Leapfrog step",
    ...STEP,
    step: 0.05,
    value: values.step,
    format: (step) => `${fixed(step, 2)} posterior sd`,
    oninput(step) {
      values.step = step;
      changed();
    },
  });
  const reset = button("Reset", () => {
    Object.assign(values, USUAL);
    count.value = HOMES.indexOf(values.homes);
    reading.value = values.reading;
    length.value = values.step;
    changed();
  });
  reading.disabled = values.homes === 0;

  const numbers = html(
    "div",
    { class: "live-pair" },
    readouts.map((r) => r.element),
  );
  const group = html(
    "div",
    {
      role: "group",
      "aria-label": "The funnel: one county's slope, centred and non-centred",
    },
    html(
      "div",
      { class: "live-controls" },
      count.element,
      reading.element,
      length.element,
      reset,
    ),
    numbers,
    picture,
    told,
    html(
      "p",
      { class: "live-note" },
      "Blue: half, 90 % and 99 % of the joint posterior, exactly; lines: one sd either side, given the spread. " +
        "Leapfrog is unstable where its step is longer than the distance between the lines: hatched. " +
        `The spread has the posterior of the survey, μᵦ = ${fixed(mu, 2)} and σ = ${fixed(sigma, 2)} are its means.`,
    ),
  );
  stage.append(group);

  onWidth(stage, (width) => {
    const gap = width > 560 ? 32 : 16;
    const margin = 42;
    const each = (width - margin - gap - 6) / 2;
    const height = Math.round(Math.min(Math.max(each * 1.05, 220), 320));
    const boxes = [0, 1].map((k) => {
      const start = margin + k * (each + gap);
      return { left: start, right: start + each, top: 26, bottom: 26 + height };
    });
    numbers.style.paddingLeft = `${margin}px`;
    numbers.style.columnGap = `${gap}px`;
    set(picture, { height: height + 26 + 46 });
    left.draw(
      log(SEEN, [boxes[0].bottom, boxes[0].top]),
      boxes[0],
      ticksAt([0.01, 0.03, 0.1, 0.3, 1]),
    );
    panels.forEach((p, k) => p.layout(boxes[k]));
    redraw();
  });
}
