// Homes of a county on an axis of readings, and intervals above it.
import { log, set, svg, ticksAt } from "./ui.js";

export const ACTION = 4; // [pCi/L] the level at which the EPA advises to act
export const HIGHEST = 80; // [pCi/L] the end of the axis

/** The axis of readings [pCi/L] between two pixels, linear in the outcome. */
export function readings(left, right, shift) {
  return log([0, HIGHEST], [left, right], shift);
}

export const READINGS = ticksAt([0, 0.5, 1, 2, 4, 8, 16, 32, 64]);

/** Give each mark a level, 0, 1, -1, 2 ..., where it touches no other. */
export function levels(pixels, width) {
  const ends = [];
  const found = new Array(pixels.length);
  const order = pixels.map((_, i) => i).sort((i, j) => pixels[i] - pixels[j]);
  for (const i of order) {
    let level = ends.findIndex((end) => pixels[i] - end >= width);
    if (level < 0) level = ends.length;
    ends[level] = pixels[i];
    found[i] = Math.ceil(level / 2) * (level % 2 ? 1 : -1);
  }
  return found;
}

/** A horizontal interval, and a dot where it has a radius; in pixels. */
export function interval(kind, radius = 5) {
  const line = svg("line", { class: "live-interval" });
  const dot = svg("circle", { class: "live-middle", r: radius });
  const parts = radius ? [line, dot] : [line];
  const element = svg("g", { class: kind }, parts);
  function draw(low, middle, high, y) {
    set(line, { x1: low, x2: high, y1: y, y2: y });
    set(dot, { cx: middle, cy: y });
  }
  return { element, draw };
}

/** Return "1 home", "2 homes" and so on. */
export function count(n) {
  return `${n || "no"} home${n === 1 ? "" : "s"}`;
}
