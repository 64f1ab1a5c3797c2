// Priors: choose those of the three scales, and read the exact posterior and the
// homes that the priors expect before any was measured.

import { cells, outcome, posterior, reading } from "./engine.js";
import { above, exceeded, imagine } from "./prior-predictive.js";
import { FLOORS, LEVELS, densities, share, shares } from "./priors-pictures.js";
import {
  announcer,
  button,
  choice,
  fixed,
  html,
  menu,
  onFrame,
  onWidth,
  pci,
  show,
  slider,
  state,
  symbol,
} from "./ui.js";

const SCALES = {
  sigma_alpha: { mark: () => symbol("σ", "α"), means: "spread of levels" },
  sigma_beta: { mark: () => symbol("σ", "β"), means: "spread of slopes" },
  sigma: { mark: () => symbol("σ"), means: "spread of homes" },
};
const MEANS = {
  mu_alpha: () => symbol("μ", "α"),
  mu_beta: () => symbol("μ", "β"),
};
const FAMILIES = [
  ["half-cauchy", "half-Cauchy"],
  ["half-normal", "half-normal"],
  ["exponential", "exponential"],
];
const STOPS = stops(
  [0.05, 0.1, 0.01],
  [0.1, 0.5, 0.01],
  [0.5, 1, 0.05],
  [1, 5, 0.1],
); // [log pCi/L]
const USUAL = {
  alpha: "half-cauchy",
  alpha_scale: 1,
  beta: "half-cauchy",
  beta_scale: 1,
  sigma: "half-cauchy",
  sigma_scale: 1,
  floor: 1,
};
const TAIL = 0.05;

const key = (name) => name.replace("sigma_", "");
const known = (family) => FAMILIES.some(([name]) => name === family);

/** Values a scale can take: from, to and step of each stretch. */
function stops(...stretches) {
  const all = stretches.flatMap(([from, to, step]) =>
    Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) =>
      Number((from + i * step).toFixed(2)),
    ),
  );
  return [...new Set(all)];
}

/** Write a reading [pCi/L], however absurd. */
function level(value) {
  if (value < 9999.5) return pci(value);
  const power = Math.floor(Math.log10(value));
  const raised = [...String(power)]
    .map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit])
    .join("");
  return `10${raised}`;
}

/** What was measured on a floor: the readings in order, and their summary. */
function measured(counties, floor) {
  const all = counties.flatMap(({ homes }) =>
    homes.filter((home) => home[0] === floor),
  );
  const sorted = all.map((home) => home[1]).sort((a, b) => a - b);
  const quantile = (p) => {
    const at = p * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
    return low + (high - low) * (at % 1);
  };
  return {
    sorted,
    quantiles: [TAIL, 0.5, 1 - TAIL].map(quantile),
    above: LEVELS.map(
      (x) => sorted.filter((value) => value > x).length / sorted.length,
    ),
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

/** A table: heads of columns, then rows of a head and their cells. */
function table(caption, heads, rows) {
  const cell = (content) => html("td", {}, content);
  return html(
    "table",
    { class: "live-table" },
    html("caption", {}, caption),
    html(
      "thead",
      {},
      html(
        "tr",
        {},
        cell([]),
        heads.map((head) => html("th", { scope: "col" }, head)),
      ),
    ),
    html(
      "tbody",
      {},
      rows.map(([head, cells_]) =>
        html("tr", {}, html("th", { scope: "row" }, head), cells_.map(cell)),
      ),
    ),
  );
}

/** A place for a number, found by its key. */
const place = (key) => html("output", { "data-key": key });

/** A row that sums up homes, and fill(summary) to show it. */
function summaryRow(source) {
  const outputs = ["q05", "q50", "q95", "above4", "above1000"].map((what) =>
    place(`${source}.${what}`),
  );
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
  const marks = {
    ...MEANS,
    ...Object.fromEntries(
      Object.entries(SCALES).map(([name, { mark }]) => [name, mark]),
    ),
  };
  const outputs = {};
  const pair = (name, column) => {
    const both = ["mean", "sd"].map((what) =>
      place(`${column}.${name}.${what}`),
    );
    outputs[`${column}.${name}`] = both;
    return [both[0], " ± ", both[1]];
  };
  const rows = Object.entries(marks).map(([name, mark]) => [
    mark(),
    ["posterior", "original"].map((column) => pair(name, column)),
  ]);
  return {
    element: table(
      "Posterior, mean ± sd",
      ["these priors", "the original’s"],
      rows,
    ),
    fill(post, column) {
      for (const [name, { mean, sd }] of Object.entries({
        ...post.scales,
        ...post.means,
      })) {
        const [first, second] = outputs[`${column}.${name}`];
        show(first, mean, fixed(mean, 2));
        show(second, sd, fixed(sd, 2));
      }
    },
  };
}

/** Draw the figure on its stage. */
export function mount(stage, survey) {
  const counties = survey.counties.map(({ homes }) =>
    cells(homes, survey.shift),
  );
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
  const chosen = (from) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        { family: from[key(name)], value: from[`${key(name)}_scale`] },
      ]),
    );

  const changed = () => {
    address.write(values);
    redraw();
  };
  const parts = names.map((name) => {
    const k = key(name);
    const family = menu({
      label: [SCALES[name].mark(), ` ${SCALES[name].means}`],
      options: FAMILIES,
      value: values[k],
      oninput(value) {
        values[k] = value;
        scale.element.firstChild.textContent = word();
        changed();
      },
    });
    const word = () => (values[k] === "exponential" ? "mean" : "scale");
    const scale = slider({
      label: word(),
      min: 0,
      max: STOPS.length - 1,
      step: 1,
      value: STOPS.indexOf(values[`${k}_scale`]),
      format: (i) => fixed(STOPS[i], 2),
      oninput(i) {
        values[`${k}_scale`] = STOPS[i];
        changed();
      },
    });
    const picture = densities(name);
    const element = html(
      "div",
      { class: "live-stack" },
      family.element,
      scale.element,
      picture.element,
    );
    const sync = () => {
      family.value = values[k];
      scale.value = STOPS.indexOf(values[`${k}_scale`]);
      scale.element.firstChild.textContent = word();
    };
    return { element, picture, sync };
  });

  const floor = choice({
    label: "Homes",
    options: FLOORS.map((text, x) => [String(x), text]),
    value: String(values.floor),
    oninput(x) {
      values.floor = Number(x);
      changed();
    },
  });
  const picture = shares(survey.shift);
  const learnt = moments();
  const rows = {
    expected: summaryRow("expected"),
    measured: summaryRow("measured"),
  };
  const homes = table(
    "One home, in pCi/L",
    ["5 %", "50 %", "95 %", "above 4", "above 1,000"],
    [rows.expected.row, rows.measured.row],
  );
  const told = html("p", { class: "live-told" });

  const redraw = onFrame("priors", () => {
    const priors = chosen(values);
    const post = posterior(counties, { priors });
    const imagined = imagine(priors).map((mixture) =>
      expected(mixture, survey.shift),
    );
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
    const [a, b] = ["sigma_alpha", "sigma_beta"].map(
      (name) => post.scales[name],
    );
    say(
      `Posterior of sigma alpha: ${fixed(a.mean, 2)}, sd ${fixed(a.sd, 2)}; of sigma beta: ` +
        `${fixed(b.mean, 2)}, sd ${fixed(b.sd, 2)}. ${sentence}`,
    );
  });
  const reset = button("Reset", () => {
    Object.assign(values, USUAL);
    parts.forEach((part) => part.sync());
    floor.value = String(values.floor);
    changed();
  });

  const group = html(
    "div",
    {
      role: "group",
      "aria-label":
        "Priors of the scales, the exact posterior, and the homes expected",
    },
    html(
      "div",
      { class: "live-columns" },
      parts.map((part) => part.element),
    ),
    html(
      "p",
      { class: "live-note" },
      "Dashed: prior. Line: exact posterior, given all homes.",
    ),
    html("div", { class: "live-controls" }, floor.element, reset),
    told,
    html("div", {}, picture.element),
    homes,
    learnt.element,
  );
  stage.append(group);
  learnt.fill(posterior(counties), "original");
  onWidth(stage, () => {
    for (const part of [...parts.map((each) => each.picture), picture])
      part.layout();
    redraw();
  });
}
