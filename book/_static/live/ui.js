// Parts of the live figures: elements, scales, axes, controls, state.

const SVG = "http://www.w3.org/2000/svg";
let made = 0;

/** Return an id that no other element of the page has. */
export function unique() {
  return `live-${++made}`;
}

/** Set attributes that change; a function listens, null or false removes. */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (value === null || value === undefined || value === false) {
      element.removeAttribute(name);
    } else {
      const text = value === true ? "" : String(value);
      if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
  }
  return element;
}

/** Make an HTML element; children are nodes, strings or arrays of them. */
export function html(tag, attributes, ...children) {
  const element = set(document.createElement(tag), attributes);
  element.append(...children.flat());
  return element;
}

/** Make an SVG element. */
export function svg(tag, attributes, ...children) {
  const element = set(document.createElementNS(SVG, tag), attributes);
  element.append(...children.flat());
  return element;
}

/** Return a symbol with its index, such as sigma_alpha, as elements. */
export function symbol(letter, index) {
  return html("i", {}, letter, index ? html("sub", {}, index) : []);
}

/** Write a number with so many decimals, a true minus and a true infinity. */
export function fixed(value, decimals) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** Write a reading in pCi/L, with one decimal below a hundred. */
export function pci(value) {
  return fixed(value, value < 99.95 ? 1 : 0);
}

/** Show a number: its text to the reader, all of its digits to a test. */
export function show(element, value, text) {
  set(element, { "data-value": value });
  if (element.textContent !== text) element.textContent = text;
}

function scale(domain, range, to, from, ticks) {
  const [start, end] = domain.map(to);
  const unit = (range[1] - range[0]) / (end - start);
  const at = (value) => range[0] + (to(value) - start) * unit;
  at.invert = (pixel) => from(start + (pixel - range[0]) / unit);
  at.ticks = ticks;
  return at;
}

/** A linear scale: f(x), f.invert(pixel), f.ticks(about how many). */
export function linear(domain, range) {
  const same = (value) => value;
  return scale(domain, range, same, same, (count = 5) => {
    const rough = Math.abs(domain[1] - domain[0]) / count;
    const ten = 10 ** Math.floor(Math.log10(rough));
    const step = ten * ([1, 2, 5].find((k) => k * ten >= rough) ?? 10);
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const low = Math.ceil(Math.min(...domain) / step - 1e-9);
    const high = Math.floor(Math.max(...domain) / step + 1e-9);
    return Array.from({ length: high - low + 1 }, (_, i) => {
      const value = (low + i) * step;
      return { value, label: fixed(value, decimals) };
    });
  });
}

/** A scale that is linear in log(x + shift); ticks at 1, 2, 5, 10 ... */
export function log(domain, range, shift = 0) {
  const to = (value) => Math.log(value + shift);
  const from = (value) => Math.exp(value) - shift;
  return scale(domain, range, to, from, (count = 6) => {
    const low = Math.max(Math.min(...domain), shift || 1e-12);
    const high = Math.max(...domain);
    const tens = Math.log10(high / low);
    const within = [[1, 2, 5], [1, 3], [1]].find(
      (steps) => steps.length * tens <= count,
    );
    const ticks = [];
    for (let e = Math.floor(Math.log10(low)); 10 ** e <= high; e++) {
      for (const k of within ?? [1]) {
        const value = Number(`${k}e${e}`);
        const inside = value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
        if (inside) ticks.push({ value, label: String(value) });
      }
    }
    return ticks;
  });
}

/** Return ticks for chosen values, labelled as they are. */
export function ticksAt(values) {
  return values.map((value) => ({ value, label: String(value) }));
}

/** An axis at the "bottom" or the "left" of a box; draw it at each layout. */
export function axis(side, label) {
  const title = svg("text", { class: "live-label" }, label);
  const marks = svg("g", {});
  const element = svg("g", { class: "live-axis" }, marks, title);
  const bottom = side === "bottom";
  /** Draw for a scale, a box {left, right, top, bottom} and ticks. */
  function draw(at, box, ticks) {
    const edge = bottom
      ? { x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom }
      : { x1: box.left, x2: box.left, y1: box.top, y2: box.bottom };
    const drawn = ticks.map(({ value, label: text }) => {
      const [x, y] = bottom ? [at(value), box.bottom] : [box.left, at(value)];
      const end = bottom ? { x2: x, y2: y + 5 } : { x2: x - 5, y2: y };
      const place = bottom ? { x, y: y + 18 } : { x: x - 8, y: y + 4 };
      const anchor = bottom ? "middle" : "end";
      return [
        svg("line", { x1: x, y1: y, ...end }),
        svg("text", { ...place, "text-anchor": anchor }, text),
      ];
    });
    marks.replaceChildren(svg("line", edge), ...drawn.flat());
    set(
      title,
      bottom
        ? { x: box.right, y: box.bottom + 36, "text-anchor": "end" }
        : { x: 0, y: box.top - 10, "text-anchor": "start" },
    );
  }
  return { element, draw };
}

/** Call layout(width) now and whenever the element's width changes. */
export function onWidth(element, layout) {
  let width = element.clientWidth;
  layout(width);
  new ResizeObserver(() => {
    if (element.clientWidth === width || !element.clientWidth) return;
    width = element.clientWidth;
    layout(width);
  }).observe(element);
}

/** Return a function that asks for a drawing, at most one each frame. */
export function onFrame(name, draw) {
  let asked = 0;
  return () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      const start = performance.now();
      draw();
      performance.measure(`live ${name}`, { start });
    });
  };
}

/** A native slider with its label and its value. */
export function slider({ label, min, max, step, value, format, oninput }) {
  const id = unique();
  const input = html("input", { id, type: "range", min, max, step });
  // The slider speaks for itself; its output would say it a second time.
  const output = html("output", { for: id, "aria-live": "off" });
  const element = html(
    "div",
    { class: "live-slider" },
    html("label", { for: id }, label),
    output,
    input,
  );
  function tell() {
    const text = (format ?? String)(Number(input.value));
    output.textContent = text;
    set(input, { "aria-valuetext": text });
  }
  input.value = value;
  tell();
  input.addEventListener("input", () => {
    tell();
    oninput?.(Number(input.value));
  });
  return {
    element,
    input,
    output,
    get value() {
      return Number(input.value);
    },
    set value(number) {
      input.value = number;
      tell();
    },
    set disabled(off) {
      input.disabled = off;
    },
  };
}

/** One of several [value, text]: radio buttons, or a menu where many. */
export function choice({ label, options, value, oninput }) {
  return options.length > 5
    ? menu({ label, options, value, oninput })
    : radios({ label, options, value, oninput });
}

/** A menu to choose from. */
export function menu({ label, options, value, oninput }) {
  const id = unique();
  const select = html(
    "select",
    { id, oninput: () => oninput?.(select.value) },
    options.map(([key, text]) => html("option", { value: key }, text)),
  );
  select.value = value;
  const element = html(
    "div",
    { class: "live-choice" },
    html("label", { for: id }, label),
    select,
  );
  return {
    element,
    get value() {
      return select.value;
    },
    set value(key) {
      select.value = key;
    },
  };
}

/** Radio buttons in a row. */
export function radios({ label, options, value, oninput }) {
  const name = unique();
  const inputs = options.map(([key]) =>
    html("input", {
      type: "radio",
      name,
      value: key,
      oninput: () => oninput?.(key),
    }),
  );
  const chosen = () => inputs.find((input) => input.checked)?.value;
  const choose = (key) => {
    for (const input of inputs) input.checked = input.value === key;
  };
  choose(value);
  const element = html(
    "fieldset",
    { class: "live-choice" },
    html("legend", {}, label),
    options.map(([, text], i) =>
      html("label", {}, inputs[i], html("span", {}, text)),
    ),
  );
  return {
    element,
    get value() {
      return chosen();
    },
    set value(key) {
      choose(key);
    },
  };
}

/** A button of the figure. */
export function button(text, onclick) {
  return html("button", { type: "button", class: "live-button", onclick }, text);
}

/** Return say(text): read aloud once a hand that was in the stage rests. */
export function announcer(stage) {
  const region = html("div", { class: "live-said", role: "status" });
  stage.append(region);
  let waiting;
  let begun = false;
  for (const type of ["focusin", "pointerdown", "input", "click"]) {
    stage.addEventListener(type, () => (begun = true), { once: true });
  }
  return (text) => {
    if (!begun) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      region.textContent = text;
    }, 400);
  };
}

const READ = {
  number: (text) => (text.trim() ? Number(text) : NaN),
  boolean: (text) => ({ true: true, false: false })[text],
  string: (text) => text,
};

/** A figure's values in the page's address, as name.key; bad ones fall back. */
export function state(name, defaults, checks = {}) {
  let waiting;
  function value(key, text) {
    if (text === null) return defaults[key];
    const read = READ[typeof defaults[key]](text);
    const bad = read === undefined || Number.isNaN(read);
    return bad || checks[key]?.(read) === false ? defaults[key] : read;
  }
  return {
    /** Return the values that the address asks for. */
    read() {
      const query = new URLSearchParams(location.search);
      const keys = Object.keys(defaults);
      return Object.fromEntries(
        keys.map((key) => [key, value(key, query.get(`${name}.${key}`))]),
      );
    },
    /** Put values into the address, once the hand has rested. */
    write(values) {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const url = new URL(location.href);
        for (const [key, usual] of Object.entries(defaults)) {
          const given = values[key] ?? usual;
          const query = `${name}.${key}`;
          if (given === usual) url.searchParams.delete(query);
          else url.searchParams.set(query, given);
        }
        if (url.href !== location.href) history.replaceState(history.state, "", url);
      }, 250);
    },
  };
}

const THROUGH = {
  across: { x1: 1, x2: 27, y1: 7, y2: 7 },
  upright: { x1: 6, x2: 6, y1: 0, y2: 14 },
};

/** Say what marks mean: [class, text, "across" or "upright" for a line] each. */
export function legend(entries) {
  return html(
    "ul",
    { class: "live-legend" },
    entries.map(([kind, text, line]) => html("li", {}, mark(kind, line), text)),
  );
}

function mark(kind, line) {
  const width = line === "across" ? 28 : 12;
  const dot = { class: "live-middle", cx: width / 2, cy: 7, r: 4.5 };
  return svg(
    "svg",
    { width, height: 14, "aria-hidden": "true" },
    svg(
      "g",
      { class: kind },
      line ? svg("line", { class: "live-interval", ...THROUGH[line] }) : [],
      line === "upright" ? [] : svg("circle", dot),
    ),
  );
}
