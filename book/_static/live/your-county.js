// Your county: change its homes, and see what it and the state answer.
import { cells, posterior, quantiles, reading } from "./engine.js";
import { ACTION, HIGHEST, READINGS, count, interval, levels, readings } from "./homes.js";
import {
  announcer, axis, button, choice, fixed, html, onFrame, onWidth, pci,
  set, show, state, svg, symbol,
} from "./ui.js";

const PROBABILITIES = [0.05, 0.5, 0.95];
const Z90 = 1.6449; // standard deviations on either side of a 90 % interval
const REACH = 30; // [px] from which a pointer finds a home
const ROW = 22; // [px] height of an interval's row
const MOST = 200; // homes
const SURVEYED = "surveyed";
const TOKEN = /^(\d+)?(?:([bf])(\d{1,2}(?:\.\d)?))?$/;
const FLOORS = ["basement", "first floor"];

const toTenth = (value) =>
  Math.round(10 * Math.min(Math.max(value, 0), HIGHEST)) / 10;

/** The homes of the survey, each with its number there. */
const surveyed = (homes) =>
  homes.map(([floor, value], origin) => ({ floor, value, origin }));

/** Write homes as text: a number is a surveyed home, b and f are floors. */
function encode(homes, original) {
  const texts = homes.map(({ floor, value, origin }) => {
    const same = origin !== null && original[origin][1] === value;
    return `${origin ?? ""}${same ? "" : "bf"[floor] + value}`;
  });
  const text = texts.join("_") || "none";
  return text === original.map((_, i) => i).join("_") ? SURVEYED : text;
}

/** Read homes written as text; null where it makes no sense. */
function decode(text, original) {
  if (text === SURVEYED) return surveyed(original);
  if (text === "none") return [];
  const found = text.split("_").map((token) => TOKEN.exec(token));
  const homes = found.map((match) => {
    if (!match?.[0]) return null;
    const [, number, letter, value] = match;
    const origin = number === undefined ? null : Number(number);
    if (origin !== null && !(origin in original)) return null;
    if (letter === undefined) return { ...surveyed(original)[origin] };
    return { floor: "bf".indexOf(letter), value: toTenth(Number(value)), origin };
  });
  const origins = homes.map((home) => home?.origin ?? null).filter((o) => o !== null);
  const fine = homes.length <= MOST && new Set(origins).size === origins.length;
  return fine && !homes.includes(null) ? homes : null;
}

/** A named answer: its text, and its interval on the axis of readings. */
function answer(key, kind, radius, text = "") {
  const name = html("dt", {}, text);
  const value = html("output", { "data-key": key, "aria-live": "off" });
  const grid = svg("line", { class: "live-action", y1: 0, y2: ROW });
  const before = interval("live-before", 0);
  const now = interval(kind, radius);
  const place = svg(
    "svg",
    { height: ROW, "aria-hidden": "true" },
    grid, before.element, now.element,
  );
  const element = html(
    "div",
    { class: key === "typical" ? "live-main" : null },
    name, html("dd", {}, value), html("dd", {}, place),
  );
  return { element, name, value, grid, before, now };
}

/** A row of numbers [log pCi/L]: now and as surveyed. */
function row(key, name) {
  const cell = (which) =>
    html("td", {}, html("output", { "data-key": `${key}.${which}`, "aria-live": "off" }));
  const [now, before] = [cell("now"), cell("surveyed")];
  const element = html("tr", {}, html("th", { scope: "row" }, name), now, before);
  function tell(moments, was) {
    for (const [{ firstChild }, { mean, sd }] of [[now, moments], [before, was]]) {
      show(firstChild, mean, `${fixed(mean, 2)} ± ${fixed(sd, 2)}`);
      set(firstChild, { "data-sd": sd });
    }
  }
  return { element, tell };
}

export function mount(stage, { shift, counties }) {
  const names = counties.map(({ name }) => name);
  const sums = counties.map(({ homes }) => cells(homes, shift));
  const before = [false, true].map((slopes) => posterior(sums, { slopes }));

  const address = state(
    "your-county",
    { county: "Murray", slopes: true, homes: SURVEYED },
    { county: (name) => names.includes(name) },
  );
  const start = address.read();
  let slopes = start.slopes;
  let county = names.indexOf(start.county);
  let homes = decode(start.homes, counties[county].homes) ?? surveyed(counties[county].homes);
  let chosen = 0; // the home that the keys move
  let dragged = false;
  const known = {}; // ranges, by county and model, of the survey
  let at, lanes, radius;

  // The homes
  const choices = {
    county: choice({
      label: "County",
      options: names.map((name) => [name, name]),
      value: names[county],
      oninput: (name) => {
        county = names.indexOf(name);
        restart(surveyed(counties[county].homes));
      },
    }),
    slopes: choice({
      label: "What differs between counties",
      options: [["false", "intercepts"], ["true", "intercepts and slopes"]],
      value: String(slopes),
      oninput: (key) => {
        slopes = key === "true";
        change();
      },
    }),
  };
  const hint = html(
    "p",
    { class: "live-note", id: "live-your-county-hint" },
    "Drag a home to the left or right. ",
    html("span", { class: "live-keys" }, "With keys: ← → move it, ↑ ↓ choose another, Delete takes it away."),
  );
  const marks = svg("g", {});
  const ghosts = svg("g", { "aria-hidden": "true" });
  const action = svg("line", { class: "live-action", y1: 16 });
  const actionName = svg("text", { class: "live-label", y: 11, "text-anchor": "middle" }, "action level");
  const laneNames = FLOORS.map((text) => svg("text", { class: "live-label", x: 0 }, `${text}s`));
  const laneLines = FLOORS.map(() => svg("line", { class: "live-lane", x1: 0 }));
  const plot = svg(
    "svg",
    {
      class: "live-drag", role: "group", "aria-describedby": hint.id,
      onpointerdown: grab, onpointermove: drag, onpointerup: drop,
      onpointercancel: drop, onkeydown: press,
    },
    svg("g", { "aria-hidden": "true" }, action, actionName, laneNames, laneLines),
    ghosts,
    marks,
  );

  // The answers
  const answers = {
    alone: answer("alone", "live-none", 5, "Its basements alone"),
    typical: answer("typical", "live-partial", 6),
    next: answer("next", "live-next", 0, "The next basement measured there"),
    state: answer("state", "live-state", 4, "A typical basement in the state"),
  };
  const was = html("output", { "data-key": "typical.surveyed", "aria-live": "off" });
  answers.typical.element.insertBefore(
    html("dd", { class: "live-was" }, "surveyed ", was),
    answers.typical.element.lastChild,
  );
  const ruler = axis("bottom", "reading [pCi/L]");
  const scale = svg("svg", { height: 44, "aria-hidden": "true" }, ruler.element);
  const rows = {
    alpha: row("alpha", ["intercept ", symbol("α", "j")]),
    mu_alpha: row("mu_alpha", ["state mean ", symbol("μ", "α")]),
    sigma_alpha: row("sigma_alpha", ["spread between counties ", symbol("σ", "α")]),
    sigma: row("sigma", ["spread between homes ", symbol("σ")]),
  };
  const table = html(
    "table",
    { class: "live-table" },
    html(
      "thead",
      {},
      html(
        "tr",
        {},
        html("th", { scope: "col" }, "mean ± sd [log pCi/L]"),
        html("th", { scope: "col" }, "now"),
        html("th", { scope: "col" }, "surveyed"),
      ),
    ),
    html("tbody", {}, Object.values(rows).map(({ element }) => element)),
  );

  // What can be done
  const field = html("input", {
    type: "number", id: "live-your-county-reading", min: 0, max: HIGHEST, step: 0.1,
    oninput: () => field.value !== "" && move(Number(field.value)),
    onchange: () => tellField(),
  });
  const doing = {
    take: button("Take it away", () => take()),
    basement: button("Add a basement", () => add(0)),
    first: button("Add a first floor", () => add(1)),
    one: button("Start from one", () => restart(one())),
    back: button("Put one back", () => putBack()),
    reset: button("As surveyed", () => restart(surveyed(counties[county].homes))),
  };

  stage.append(
    html("div", { class: "live-controls" }, choices.county.element, choices.slopes.element),
    plot,
    html(
      "dl",
      { class: "live-answers" },
      html("div", {}, html("dt", {}, "pCi/L:"), html("dd", {}, "median (90 % interval)")),
      Object.values(answers).map(({ element }) => element),
    ),
    scale,
    html(
      "div",
      { class: "live-controls live-doing" },
      html(
        "div",
        { class: "live-field" },
        html("label", { for: field.id }, "This home [pCi/L]"),
        field,
      ),
      Object.values(doing),
    ),
    hint,
    table,
  );
  set(stage, { role: "group", "aria-label": "Your county: its homes and its posterior" });
  const say = announcer(stage);
  const ask = onFrame("your-county", draw);

  // Changes
  const original = () => counties[county].homes;
  const missing = () =>
    surveyed(original()).filter(({ origin }) => homes.every((home) => home.origin !== origin));

  function one() {
    const all = surveyed(original());
    return [all.find(({ floor }) => floor === 0) ?? all[0]];
  }

  function restart(list) {
    homes = list;
    chosen = 0;
    arrange();
    change();
  }

  function change() {
    address.write({
      county: names[county], slopes, homes: encode(homes, original()),
    });
    ask();
  }

  function add(floor) {
    homes.push({ floor, value: ACTION, origin: null });
    chosen = homes.length - 1;
    arrange();
    change();
  }

  function putBack() {
    homes.push(missing()[0]);
    chosen = homes.length - 1;
    arrange();
    change();
  }

  function take() {
    homes.splice(chosen, 1);
    chosen = Math.min(chosen, homes.length - 1);
    arrange();
    change();
  }

  function move(value) {
    if (!homes[chosen]) return;
    homes[chosen].value = toTenth(value);
    change();
  }

  function choose(i) {
    chosen = i;
    tellField();
    ask();
  }

  function grab(event) {
    if (event.button) return;
    const corner = plot.getBoundingClientRect();
    const far = [...marks.children].map((mark) =>
      Math.hypot(
        mark.cx.baseVal.value - (event.clientX - corner.left),
        mark.cy.baseVal.value - (event.clientY - corner.top),
      ));
    const nearest = far.indexOf(Math.min(...far));
    if (!(far[nearest] < REACH)) return;
    event.preventDefault();
    plot.setPointerCapture(event.pointerId);
    dragged = true;
    choose(nearest);
    marks.children[nearest].focus({ preventScroll: true });
  }

  function drag(event) {
    if (!dragged) return;
    move(at.invert(event.clientX - plot.getBoundingClientRect().left));
  }

  function drop() {
    if (!dragged) return;
    dragged = false;
    arrange();
    ask();
  }

  function press(event) {
    const home = homes[chosen];
    if (!home) return;
    const { value } = home;
    const step = Math.max(0.1, 0.05 * value);
    const to = {
      ArrowRight: value + step, ArrowLeft: value - step, PageUp: 1.5 * value + 0.1,
      PageDown: value / 1.5 - 0.1, Home: 0, End: HIGHEST,
    };
    const walk = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key in to) move(to[event.key]);
    else if (walk) {
      choose((chosen + walk + homes.length) % homes.length);
      marks.children[chosen].focus();
    } else if (["Delete", "Backspace"].includes(event.key)) {
      take();
      (marks.children[chosen] ?? doing.basement).focus();
    } else return;
    event.preventDefault();
  }

  /** Give every home its mark, and a level where it covers no other. */
  function arrange() {
    if (!at) return;
    radius = homes.length > 30 ? 4 : homes.length > 12 ? 5.5 : 7;
    while (marks.children.length > homes.length) marks.lastChild.remove();
    while (marks.children.length < homes.length) {
      marks.append(svg("circle", {
        role: "slider", "aria-valuemin": 0, "aria-valuemax": HIGHEST,
        onfocus: (event) => choose([...marks.children].indexOf(event.target)),
      }));
    }
    let top = 22;
    lanes = [0, 1].map((floor) => {
      const here = homes.filter((home) => home.floor === floor);
      const level = levels(here.map(({ value }) => at(value)), 2 * radius + 1);
      here.forEach((home, i) => {
        home.level = level[i];
      });
      const reach = Math.max(0, ...level.map(Math.abs));
      const half = Math.max((2 * reach + 1) * radius + reach, 16);
      const lane = { name: top + 12, middle: top + 18 + half };
      top = lane.middle + half + 2;
      return lane;
    });
    lanes.forEach(({ name, middle }, floor) => {
      set(laneNames[floor], { y: name });
      set(laneLines[floor], { y1: middle, y2: middle });
    });
    set(plot, { height: top });
    set(action, { y2: top });
    const left = surveyed(original());
    while (ghosts.children.length > left.length) ghosts.lastChild.remove();
    while (ghosts.children.length < left.length) ghosts.append(svg("circle", { class: "live-ghost" }));
    left.forEach(({ floor, value }, i) => {
      set(ghosts.children[i], { cx: at(value), cy: lanes[floor].middle, r: radius - 1 });
    });
  }

  function layout(width) {
    at = readings(8, width - 12, shift);
    for (const { grid } of Object.values(answers)) set(grid, { x1: at(ACTION), x2: at(ACTION) });
    set(action, { x1: at(ACTION), x2: at(ACTION) });
    set(actionName, { x: at(ACTION) });
    for (const line of laneLines) set(line, { x2: width });
    ruler.draw(at, { left: 0, right: width, top: 0, bottom: 2 }, READINGS);
    arrange();
    draw();
  }

  function draw() {
    drawHomes();
    const now = [...sums];
    now[county] = cells(homes.map(({ floor, value }) => [floor, value]), shift);
    drawAnswers(posterior(now, { slopes }), before[Number(slopes)], now[county]);
    set(doing.take, { disabled: homes.length === 0 });
    set(doing.basement, { disabled: homes.length >= MOST });
    set(doing.first, { disabled: homes.length >= MOST });
    set(doing.back, { disabled: missing().length === 0 });
    set(doing.one, { disabled: encode(homes, original()) === encode(one(), original()) });
    set(doing.reset, { disabled: encode(homes, original()) === SURVEYED });
  }

  function drawHomes() {
    homes.forEach(({ floor, value, level }, i) => {
      const moving = dragged && i === chosen;
      set(marks.children[i], {
        class: [
          "live-home",
          floor ? "live-first" : "live-basement",
          i === chosen ? "live-chosen" : "",
        ].join(" "),
        cx: at(value),
        cy: lanes[floor].middle + (moving ? 0 : level * (2 * radius + 1)),
        r: radius,
        tabindex: i === chosen ? 0 : -1,
        "aria-label": `Home ${i + 1} of ${homes.length}, ${FLOORS[floor]}`,
        "aria-valuenow": value,
        "aria-valuetext": `${value} pCi/L`,
      });
    });
    original().forEach(([, value], origin) => {
      const here = homes.some((home) => home.origin === origin && home.value === value);
      set(ghosts.children[origin], { display: here ? "none" : null });
    });
    if (document.activeElement !== field) tellField();
  }

  function tellField() {
    field.value = homes[chosen]?.value ?? "";
    field.disabled = homes.length === 0;
  }

  const range = (post, what) =>
    quantiles(post, what, PROBABILITIES).map((value) => reading(value, shift));

  /** What the survey says of the county, worked out once for each. */
  function surveyedRange() {
    const key = `${county} ${slopes}`;
    known[key] ??= range(before[Number(slopes)], { county });
    return known[key];
  }

  function put({ now, value }, [low, middle, high], text) {
    now.draw(at(low), at(middle), at(Math.min(high, 2 * HIGHEST)), ROW / 2);
    show(value, middle, text ?? `${pci(middle)} (${pci(low)} to ${pci(high)})`);
    set(value, { "data-low": low, "data-high": high });
  }

  function drawAnswers(post, former, { n: [basements], mean: [level] }) {
    const name = names[county];
    const { alone, typical, next, state: all } = answers;
    typical.name.textContent = `A typical basement in ${name}`;

    const half = (Z90 * post.scales.sigma.mean) / Math.sqrt(basements);
    set(alone.now.element, { display: basements ? null : "none" });
    if (basements) {
      put(alone, [level - half, level, level + half].map((y) => reading(y, shift)));
    } else {
      show(alone.value, "", "no basement measured");
    }
    const answered = range(post, { county });
    put(typical, answered);
    const predicted = range(post, { county, home: true });
    put(next, predicted, `${pci(predicted[0])} to ${pci(predicted[2])}`);
    const state = range(post, {});
    put(all, state);

    const [low, middle, high] = surveyedRange();
    typical.before.draw(at(low), at(middle), at(high), ROW / 2);
    show(was, middle, `${pci(middle)} (${pci(low)} to ${pci(high)})`);

    const of = (p) => ({ mean: p.alpha.mean[county], sd: p.alpha.sd[county] });
    rows.alpha.tell(of(post), of(former));
    rows.mu_alpha.tell(post.means.mu_alpha, former.means.mu_alpha);
    rows.sigma_alpha.tell(post.scales.sigma_alpha, former.scales.sigma_alpha);
    rows.sigma.tell(post.scales.sigma, former.scales.sigma);

    const what = `${name}, ${count(homes.length)}: typical basement ${pci(answered[1])} pCi/L, `
      + `90 % from ${pci(answered[0])} to ${pci(answered[2])}; next basement `
      + `${pci(predicted[0])} to ${pci(predicted[2])}; state ${pci(state[1])}.`;
    set(plot, { "aria-label": what });
    say(what);
  }

  onWidth(stage, layout);
}
