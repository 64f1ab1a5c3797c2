// Shrinkage: 85 intercepts between one for all and a level of their own.
import { cells, posterior, quantiles, reading, weight } from "./engine.js";
import { READINGS, count, interval, levels, readings } from "./homes.js";
import {
  announcer, axis, button, choice, fixed, html, legend, linear, log, onFrame,
  onWidth, pci, set, show, slider, state, svg, symbol, ticksAt,
} from "./ui.js";

const MIDDLE = 0.3; // [log pCi/L] the spread in the middle of the slider
const STEPS = 200; // of the slider, from 0 to infinity
const HEIGHT = 360;
const REACH = 32; // [px] from which a pointer finds a county
const PROBABILITIES = [0.05, 0.5, 0.95];

const spreadAt = (step) =>
  step >= STEPS ? Infinity : (MIDDLE * step) / (STEPS - step);
const stepAt = (spread) =>
  spread === Infinity ? STEPS : (STEPS * spread) / (MIDDLE + spread);

/** Write a spread, with more decimals where it is small. */
function spreadText(spread) {
  return fixed(spread, spread === 0 || spread >= 10 ? 0 : spread < 0.1 ? 3 : 2);
}

const heldAt = (spread) => `held at ${spreadText(spread)}`;

/** Places of counties on the axis of homes, those of one size kept apart. */
function places(sizes) {
  const seen = {};
  return sizes.map((n) => {
    seen[n] = (seen[n] ?? 0) + 1;
    const side = ((seen[n] * 0.618034) % 1) - 0.5;
    return n * Math.exp(2 * side * Math.min(0.22, 0.3 / n + 0.04));
  });
}

/** A county's level: its mean reading, less the floor's share of it. */
function ownLevel({ n, mean }, beta) {
  return (n[0] * mean[0] + n[1] * (mean[1] - beta)) / (n[0] + n[1]);
}

/** A name and a value that follows. */
function fact(key, ...name) {
  const value = html("output", { "data-key": key, "aria-live": "off" });
  const element = html("div", {}, html("dt", {}, name), html("dd", {}, value));
  return { element, value };
}

export function mount(stage, { shift, counties }) {
  const names = counties.map(({ name }) => name);
  const sums = counties.map(({ homes }) => cells(homes, shift));
  const sizes = sums.map(({ n }) => n[0] + n[1]);
  const at = places(sizes);
  const order = names.map((_, j) => j).sort((i, j) => at[i] - at[j]);

  const address = state(
    "shrinkage",
    { spread: "posterior", county: "Murray" },
    {
      spread: (text) => text === "posterior" || (text !== "" && Number(text) >= 0),
      county: (name) => names.includes(name),
    },
  );
  const start = address.read();
  let spread = start.spread === "posterior" ? null : Number(start.spread);
  let chosen = names.indexOf(start.county);
  let x, y, strip, post;

  // Controls
  const posteriorOf = (value) =>
    posterior(sums, {
      slopes: false,
      priors: value === null ? {} : { sigma_alpha: { family: "fixed", value } },
    });
  const free = posteriorOf(null);
  const dial = slider({
    label: ["Spread between counties ", symbol("σ", "α")],
    min: 0,
    max: STEPS,
    step: 1,
    value: STEPS / 2,
    format: (step) => heldAt(spreadAt(step)),
    oninput: (step) => change(spreadAt(step)),
  });
  dial.element.append(
    html("span", { class: "live-end" }, "0: one line for all"),
    html("span", { class: "live-end" }, "∞: each its own"),
  );
  set(dial.output, { "data-key": "spread" });
  const letChoose = button("Let the posterior choose", () => glide());
  const menu = choice({
    label: "County",
    options: names.map((name) => [name, name]),
    value: names[chosen],
    oninput: (name) => choose(names.indexOf(name)),
  });

  // The plot
  const across = axis("bottom", "measured homes in the county");
  const up = axis("left", "expected basement reading α [log pCi/L]");
  const band = svg("rect", { class: "live-band" });
  const mean = svg("line", { class: "live-mean" });
  const meanName = svg("text", { class: "live-halo live-mean-name", "text-anchor": "end" });
  const links = names.map(() => svg("line", { class: "live-link" }));
  const owns = names.map(() => svg("circle", { class: "live-own", r: 3 }));
  const dots = names.map((name, j) =>
    svg("circle", {
      class: "live-dot",
      r: 4.5,
      role: "option",
      "aria-label": `${name}, ${count(sizes[j])}`,
      onfocus: () => choose(j),
    }),
  );
  const pull = svg("line", { class: "live-pull" });
  const ring = svg("circle", { class: "live-ring", r: 9 });
  const tag = svg("text", { class: "live-halo live-tag" });
  const list = svg(
    "g",
    { role: "listbox", "aria-label": "Counties, from few homes to many", onkeydown: walk },
    order.map((j) => dots[j]),
  );
  const clip = svg("rect", {});
  const plot = svg(
    "svg",
    { class: "live-plot", height: HEIGHT, role: "group", onclick: pick },
    svg("clipPath", { id: "live-shrinkage-clip" }, clip),
    svg(
      "g",
      { "aria-hidden": "true" },
      svg("g", { "clip-path": "url(#live-shrinkage-clip)" }, band, mean),
      across.element, up.element, links, pull, owns, ring,
    ),
    list,
    svg("g", { "aria-hidden": "true" }, meanName, tag),
  );
  const key = legend([
    ["live-partial", "posterior mean of a county"],
    ["live-none", "its own level: its homes alone"],
  ]);

  // The county
  const facts = {
    n: fact("n", "Measured homes"),
    weight: fact("weight", "Weight ", html("i", {}, "w"), " of its homes"),
    alpha: fact("alpha", "Intercept ", symbol("α", "j"), " ± sd"),
    typical: fact("typical", "A typical basement"),
  };
  const bounds = html("output", {
    class: "live-bounds", "data-key": "typical.bounds", "aria-live": "off",
  });
  const homesAxis = axis("bottom", "reading [pCi/L]");
  const guess = interval("live-partial");
  const ownMark = svg("circle", { class: "live-own", r: 4 });
  const stateMark = svg("line", { class: "live-mean" });
  const homes = svg("g", {});
  const homesPlot = svg(
    "svg",
    { class: "live-strip", role: "img" },
    stateMark, homesAxis.element, homes, guess.element, ownMark,
  );
  const spreads = [html("output", { "aria-live": "off" }), html("output", { "aria-live": "off" })];
  const formula = html(
    "p",
    { class: "live-note" },
    html("i", {}, "w = n / (n + ", symbol("σ"), "² / ", symbol("σ", "α"), "²)"),
    " at ", symbol("σ"), " = ", spreads[0], " and ", symbol("σ", "α"), " = ", spreads[1],
    " log pCi/L",
  );
  facts.typical.element.lastChild.append(bounds);
  const card = html(
    "div",
    { class: "live-card" },
    menu.element,
    html("dl", { class: "live-facts" }, Object.values(facts).map((f) => f.element)),
    formula,
    homesPlot,
    legend([
      ["live-partial", "a typical basement, 90 %", "across"],
      ["live-none", "its own level"],
      ["live-basement", "basement"],
      ["live-first", "first floor"],
      ["live-state", "a typical basement of the state", "upright"],
    ]),
  );

  stage.append(
    html("div", { class: "live-controls" }, dial.element, letChoose),
    plot,
    key,
    card,
  );
  set(stage, { role: "group", "aria-label": "Shrinkage of 85 county intercepts" });
  const say = announcer(stage);
  const ask = onFrame("shrinkage", draw);

  function change(value) {
    spread = value;
    remember();
    ask();
  }

  function choose(j) {
    if (j === chosen) return;
    chosen = j;
    menu.value = names[j];
    fillHomes();
    remember();
    ask();
  }

  function remember() {
    address.write({
      spread: spread === null ? "posterior" : String(Number(spread.toPrecision(4))),
      county: names[chosen],
    });
  }

  /** Walk with the spread to where the posterior has it, then let it go. */
  function glide() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const from = spread === null ? null : stepAt(spread);
    if (still || from === null) return change(null);
    const to = stepAt(free.scales.sigma_alpha.mean);
    const begun = performance.now();
    let last = spread;
    requestAnimationFrame(function go(now) {
      if (spread !== last) return; // the reader's hand goes first
      const t = Math.min(Math.max((now - begun) / 500, 0), 1);
      if (t === 1) return change(null);
      spread = last = spreadAt(from + (to - from) * t * t * (3 - 2 * t));
      draw();
      requestAnimationFrame(go);
    });
  }

  function walk(event) {
    const here = order.indexOf(chosen);
    const steps = {
      ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10,
      PageUp: -10, Home: -Infinity, End: Infinity,
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const there = Math.max(0, Math.min(here + steps[event.key], order.length - 1));
    dots[order[there]].focus();
  }

  function pick(event) {
    const corner = plot.getBoundingClientRect();
    const [px, py] = [event.clientX - corner.left, event.clientY - corner.top];
    const far = names.map((_, j) =>
      Math.hypot(x(at[j]) - px, y(post.alpha.mean[j]) - py));
    const nearest = far.indexOf(Math.min(...far));
    if (far[nearest] < REACH) dots[nearest].focus({ preventScroll: true });
  }

  function fillHomes() {
    const { homes: all } = counties[chosen];
    const radius = all.length > 40 ? 3 : 4.5;
    const pixels = all.map(([, value]) => strip(value));
    const level = levels(pixels, 2 * radius + 0.5);
    const reach = Math.max(...level.map(Math.abs));
    const middle = 40 + radius * (2 * reach + 1);
    const bottom = middle + radius * (2 * reach + 1) + 8;
    homes.replaceChildren(
      ...all.map(([floor], i) =>
        svg("circle", {
          class: `live-home ${floor ? "live-first" : "live-basement"}`,
          cx: pixels[i],
          cy: middle + level[i] * 2 * radius,
          r: radius,
        }),
      ),
    );
    const box = { left: strip(0) - 8, right: homesPlot.clientWidth, top: 0, bottom };
    homesAxis.draw(strip, box, READINGS);
    set(homesPlot, { height: bottom + 42 });
    set(stateMark, { y1: 8, y2: bottom });
  }

  function layout(width) {
    const box = { left: 30, right: width - 4, top: 30, bottom: HEIGHT - 42 };
    x = log([0.75, 145], [box.left, box.right]);
    y = linear([0, 3.25], [box.bottom, box.top]);
    across.draw(x, box, ticksAt([1, 2, 5, 10, 20, 50, 100]));
    up.draw(y, box, y.ticks(6));
    set(clip, { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top });
    set(band, { x: box.left, width: box.right - box.left });
    set(mean, { x1: box.left, x2: box.right });
    set(meanName, { x: box.right });
    names.forEach((_, j) => {
      const px = x(at[j]);
      set(links[j], { x1: px, x2: px });
      set(owns[j], { cx: px });
      set(dots[j], { cx: px });
    });
    strip = readings(8, homesPlot.clientWidth - 12, shift);
    fillHomes();
    draw();
  }

  function draw() {
    post = spread === null ? free : posteriorOf(spread);
    const mu = post.means.mu_alpha;
    const beta = post.means.mu_beta.mean;
    const sigmaAlpha = spread ?? free.scales.sigma_alpha.mean;
    const low = y(mu.mean - 1.645 * mu.sd);
    const high = y(mu.mean + 1.645 * mu.sd);
    set(band, { y: high, height: low - high });
    set(mean, { y1: y(mu.mean), y2: y(mu.mean) });
    set(meanName, { y: y(mu.mean) - 6 });
    show(meanName, mu.mean, spread === Infinity ? "state mean: its prior again" : "state mean");
    names.forEach((_, j) => {
      const own = y(ownLevel(sums[j], beta));
      const now = y(post.alpha.mean[j]);
      set(links[j], { y1: own, y2: now });
      set(owns[j], { cy: own });
      set(dots[j], {
        cy: now,
        tabindex: j === chosen ? 0 : -1,
        "aria-selected": String(j === chosen),
        "data-value": post.alpha.mean[j],
      });
    });
    drawControls(sigmaAlpha);
    drawCounty(beta, sigmaAlpha);
  }

  function drawCounty(beta, sigmaAlpha) {
    const j = chosen;
    const own = ownLevel(sums[j], beta);
    const [px, py, end] = [x(at[j]), y(post.alpha.mean[j]), y(own)];
    set(ring, { cx: px, cy: py });
    set(pull, { x1: px, x2: px, y1: py, y2: end });
    const side = px < x(2) ? "start" : px > x(50) ? "end" : "middle";
    const outward = end < py ? Math.min(end - 9, py - 14) : Math.max(end + 18, py + 24);
    set(tag, { x: px, y: outward, "text-anchor": side });
    show(tag, j, names[j]);

    const sigma = post.scales.sigma.mean;
    const share = weight(sizes[j], sigma, sigmaAlpha);
    const { mean: means, sd } = post.alpha;
    const [low, middle, high] = quantiles(post, { county: j }, PROBABILITIES)
      .map((value) => reading(value, shift));
    show(facts.n.value, sizes[j], String(sizes[j]));
    show(facts.weight.value, share, `${fixed(100 * share, 0)} %`);
    show(spreads[0], sigma, fixed(sigma, 2));
    show(spreads[1], sigmaAlpha, spreadText(sigmaAlpha));
    show(facts.alpha.value, means[j], `${fixed(means[j], 2)} ± ${fixed(sd[j], 2)}`);
    set(facts.alpha.value, { "data-sd": sd[j] });
    show(facts.typical.value, middle, `${pci(middle)} pCi/L`);
    show(bounds, low, `90 %: ${pci(low)} to ${pci(high)}`);
    set(bounds, { "data-high": high });

    guess.draw(strip(low), strip(middle), strip(high), 22);
    set(ownMark, { cx: strip(reading(own, shift)), cy: 22 });
    const level = strip(reading(post.means.mu_alpha.mean, shift));
    set(stateMark, { x1: level, x2: level });
    const what = `${names[j]}, ${count(sizes[j])}: weight ${fixed(100 * share, 0)} %, `
      + `intercept ${fixed(means[j], 2)}, typical basement ${pci(middle)} pCi/L, `
      + `90 % from ${pci(low)} to ${pci(high)}.`;
    set(homesPlot, { "aria-label": what });
    say(`Spread ${dial.output.textContent}. ${what}`);
  }

  function drawControls(sigmaAlpha) {
    const text = `${spreadText(sigmaAlpha)} (posterior)`;
    dial.input.value = stepAt(sigmaAlpha);
    set(letChoose, { "aria-pressed": String(spread === null) });
    show(dial.output, sigmaAlpha, spread === null ? text : heldAt(spread));
    set(dial.input, { "aria-valuetext": dial.output.textContent });
    set(plot, {
      "aria-label": `Intercepts of 85 counties against their homes, spread ${dial.output.textContent}; `
        + `state mean ${fixed(post.means.mu_alpha.mean, 2)}.`,
    });
  }

  onWidth(stage, layout);
}
