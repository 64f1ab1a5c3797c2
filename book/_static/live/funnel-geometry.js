// One county's effect theta ~ Normal(mu, tau), of which n homes tell their mean
// ~ Normal(theta, sigma / sqrt(n)), in the coordinates in which it is sampled:
// theta or z = (theta - mu) / tau, against log tau. Given tau all is Normal, so
// moments, regions and contours need sums over log tau only.

import { erf } from "./quadrature.js";

const LOG_2PI = Math.log(2 * Math.PI);

/** An even grid of log tau, and the density of log tau there before the homes. */
export function spreads(densityOfTau, low, high, size) {
  const step = Math.log(high / low) / (size - 1);
  const tau = Float64Array.from(
    { length: size },
    (_, i) => low * Math.exp(i * step),
  );
  const before = densityOfTau(tau).map((density, i) => density * tau[i]);
  return { step, tau, before };
}

/** Density of log tau after n homes with this mean, at the grid's points. */
function after({ step, tau, before }, { n, mean, mu, sigma }) {
  const density = before.map((p, i) => {
    if (n === 0) return p;
    const variance = tau[i] ** 2 + sigma ** 2 / n;
    return (
      (p * Math.exp((-0.5 * (mean - mu) ** 2) / variance)) / Math.sqrt(variance)
    );
  });
  const total = step * density.reduce((sum, p) => sum + p, 0);
  return density.map((p) => p / total);
}

/** Centre and sd of each coordinate given tau. */
const FORMS = {
  centred({ n, mean, mu, sigma }, tau) {
    const precision = tau ** -2 + n / sigma ** 2;
    return [
      (mu * tau ** -2 + (n && (n * mean) / sigma ** 2)) / precision,
      precision ** -0.5,
    ];
  },
  noncentred({ n, mean, mu, sigma }, tau) {
    const precision = 1 + n * (tau / sigma) ** 2;
    return [
      n && (n * tau * (mean - mu)) / sigma ** 2 / precision,
      precision ** -0.5,
    ];
  },
};

/** The tau at which the sd given tau is `sd`; `from` to `to` it is below. */
const SHORTER = {
  centred({ n, sigma }, sd) {
    const left = sd ** -2 - n / sigma ** 2;
    return { from: 0, to: left > 0 ? left ** -0.5 : Infinity };
  },
  noncentred({ n, sigma }, sd) {
    if (sd >= 1) return { from: 0, to: Infinity };
    return {
      from: n ? sigma * Math.sqrt((sd ** -2 - 1) / n) : Infinity,
      to: Infinity,
    };
  },
};

/** Probability of less than tau, by cubic interpolation between the grid's points. */
function below({ step, tau }, density, value) {
  const at = Math.log(value / tau[0]) / step;
  const last = tau.length - 1;
  if (!(at > 0)) return 0;
  const i = Math.min(Math.floor(at), last - 1);
  const t = Math.min(at - i, 1);
  const [p, q] = [density[i], density[i + 1]];
  const slope = (k) =>
    (density[Math.min(k + 1, last)] - density[Math.max(k - 1, 0)]) / 2;
  const [a, b] = [slope(i), slope(i + 1)];
  let sum = (slope(0) - a) / 12 - density[0] / 2;
  for (let k = 0; k < i; k++) sum += density[k];
  // The integral to t of the Hermite cubic through p and q with slopes a and b.
  const own =
    p * (t - t ** 3 + t ** 4 / 2) +
    q * (t ** 3 - t ** 4 / 2) +
    a * (t ** 2 / 2 - (2 / 3) * t ** 3 + t ** 4 / 4) +
    b * (t ** 4 / 4 - t ** 3 / 3);
  return step * (sum + p / 2 + own);
}

/** The grid's point below which half of the density lies. */
function middle({ step }, density) {
  let sum = 0;
  return density.findIndex((p) => (sum += step * p) >= 0.5);
}

/**
 * One form's geometry: mean and sd of its coordinate, the length of a step that
 * is `step` of these sds, the tau between which that step is unstable (longer
 * than twice the sd given tau), and the probability of being there.
 */
export function geometry(form, grid, setting, step) {
  const density = after(grid, setting);
  const size = density.length;
  const centre = new Float64Array(size);
  const sd = new Float64Array(size);
  let mean = 0,
    square = 0;
  for (let i = 0; i < size; i++) {
    [centre[i], sd[i]] = FORMS[form](setting, grid.tau[i]);
    mean += grid.step * density[i] * centre[i];
  }
  for (let i = 0; i < size; i++) {
    square += grid.step * density[i] * ((centre[i] - mean) ** 2 + sd[i] ** 2);
  }
  const spread = Math.sqrt(square);
  const { from, to } = SHORTER[form](setting, (step * spread) / 2);
  const probability = below(grid, density, to) - below(grid, density, from);
  return {
    density,
    centre,
    sd,
    mean,
    spread,
    from,
    to,
    step: step * spread,
    median: grid.tau[middle(grid, density)],
    stuck: Math.min(Math.max(probability, 0), 1),
  };
}

/** Half-widths, in sds given tau, of the smallest region that holds each mass. */
export function contours({ step }, { density, sd }, masses) {
  const peak = density.map((p, i) => Math.log(p / sd[i]) - 0.5 * LOG_2PI);
  const top = peak.reduce((a, b) => Math.max(a, b));
  const reach = (level, i) => Math.sqrt(2 * Math.max(peak[i] - level, 0));
  const held = [...density.keys()].filter((i) => density[i] > 1e-9);
  const inside = (level) => {
    let sum = 0;
    for (const i of held) {
      if (peak[i] > level)
        sum += density[i] * erf(reach(level, i) * Math.SQRT1_2);
    }
    return step * sum;
  };
  return masses.map((mass) => {
    let [low, high] = [top - 40, top];
    for (let round = 0; round < 24; round++) {
      const middle = (low + high) / 2;
      if (inside(middle) > mass) low = middle;
      else high = middle;
    }
    return density.map((_, i) => reach(low, i));
  });
}
