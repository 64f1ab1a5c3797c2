// What priors expect of a home in a county of which nothing is known, before any
// was measured: log radon is Normal around 0 given the scales, for the means are
// Normal(0, 1), so the distribution is a mixture over its variance alone.

import { priorQuantile } from "./engine.js";
import { erfc, legendre } from "./quadrature.js";

const NODES = 48; // of each prior
const STEP = 0.08; // of log variance
const SIZE = 400;

/** Weights of the log variance k * STEP, all of it at this variance. */
function certain(variance) {
  const weights = new Float64Array(SIZE);
  place(weights, variance, 1);
  return weights;
}

function place(weights, variance, weight) {
  const at = Math.min(Math.log(variance) / STEP, SIZE - 1.001);
  const k = Math.floor(at);
  weights[k] += weight * (k + 1 - at);
  weights[k + 1] += weight * (at - k);
}

/** Squares of a scale and their weights: Gauss-Legendre in the cube root of the tail. */
function squares(prior) {
  const { x, w } = legendre(NODES);
  return x.map((node, i) => {
    const t = (node + 1) / 2;
    return [priorQuantile(prior, 1 - t ** 3) ** 2, 1.5 * w[i] * t * t];
  });
}

/** Add to the variance a constant and the square of a scale with this prior. */
function widen(weights, constant, prior) {
  const wider = new Float64Array(SIZE);
  const parts = squares(prior);
  weights.forEach((weight, k) => {
    if (weight === 0) return;
    const variance = Math.exp(k * STEP) + constant;
    for (const [square, share] of parts)
      place(wider, variance + square, weight * share);
  });
  return wider;
}

/** Mixtures of a basement's and a first floor's log radon, by variance. */
export function imagine({ sigma, sigma_alpha: alpha, sigma_beta: beta }) {
  const basement = widen(widen(certain(1), 0, sigma), 0, alpha);
  return [basement, widen(basement, 1, beta)];
}

/** Probability of a log radon above y. */
export function above(mixture, y) {
  let sum = 0;
  for (let k = 0; k < SIZE; k++) {
    if (mixture[k])
      sum += mixture[k] * erfc(y * Math.exp(-0.5 * STEP * k) * Math.SQRT1_2);
  }
  return sum / 2;
}

/** Log radon that is exceeded with probability p. */
export function exceeded(mixture, p) {
  if (p > 0.5) return -exceeded(mixture, 1 - p);
  let [low, high] = [0, 8];
  while (above(mixture, high) > p) high *= 2;
  for (let round = 0; round < 40; round++) {
    const middle = (low + high) / 2;
    if (above(mixture, middle) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
