// The exact posterior of the hierarchical models, as radon.exact computes it,
// without a document: it runs in a page, a worker or Node.
//
// Given the scales everything is Normal. What involves the counties depends on
// the scales only through a = sigma_alpha / sigma and b = sigma_beta / sigma,
// so a grid of (a, b) carries the county algebra, and counties with as many
// homes share it. Coordinates are u with a = c sinh(u), v with b = c sinh(v)
// and z, log sigma centred and scaled given (a, b).

import { logDensityOf } from "./priors-of-scales.js";
import { erfc, legendre, lagrange } from "./quadrature.js";

const LOG_2PI = Math.log(2 * Math.PI);
const NODES = 20; // Gauss-Legendre nodes of u and of v
const STEP = 0.85; // of z, midpoints
const CELLS = 12; // an axis, in the scan for the region that holds the mass
const NEGLIGIBLE = 17; // log of the smallest density kept, below the largest
const FORGOTTEN = 1e-8; // mass of a node left out of quantiles
const SCALES = ["sigma_alpha", "sigma_beta", "sigma"];
const CAUCHY = { family: "half-cauchy", value: 1 };

/** Log radon [log pCi/L] of a reading [pCi/L]. */
export const outcome = (pci, shift) => Math.log(pci + shift);

/** Reading [pCi/L] of a log radon. */
export const reading = (y, shift) => Math.exp(y) - shift;

/** Share of its own distance from the state that a county of n homes keeps. */
export function weight(n, sigma, sigmaAlpha) {
  if (n === 0) return 0;
  return sigmaAlpha === Infinity ? 1 : n / (n + (sigma / sigmaAlpha) ** 2);
}

/** Probability that a standard Normal lies below z. */
export const normalCdf = (z) => 0.5 * erfc(-z * Math.SQRT1_2);

/** Sufficient statistics of homes [[floor, pCi], ...] by floor. */
export function cells(homes, shift) {
  const n = [0, 0];
  const mean = [0, 0];
  for (const [floor, pci] of homes) {
    n[floor] += 1;
    mean[floor] += (outcome(pci, shift) - mean[floor]) / n[floor];
  }
  let squares = 0;
  for (const [floor, pci] of homes) {
    squares += (outcome(pci, shift) - mean[floor]) ** 2;
  }
  return { n, mean, squares };
}

/** Homes and priors as the quadrature sees them, means relative to a line. */
function frame(counties, { slopes = true, priors = {}, loc = [0, 0], scale = [1, 1] }) {
  const chosen = { sigma_alpha: CAUCHY, sigma_beta: CAUCHY, sigma: CAUCHY, ...priors };
  const fixed = {};
  for (const name of SCALES) {
    const { family, value } = chosen[name];
    if (!(value >= 0)) throw new RangeError(`${name}: ${value} is no scale`);
    if (family === "fixed") fixed[name] = value;
    else if (value === 0) throw new RangeError(`${name}: a prior's scale is 0`);
  }
  if (!slopes) fixed.sigma_beta = 0;
  if (fixed.sigma_beta === Infinity) throw new RangeError("sigma_beta must be finite");
  if (fixed.sigma === 0 || fixed.sigma === Infinity) {
    throw new RangeError("sigma must be fixed at a positive number");
  }
  const total = [0, 0];
  const level = [0, 0];
  let squares = 0;
  for (const { n, mean, squares: own } of counties) {
    squares += own;
    for (const x of [0, 1]) {
      total[x] += n[x];
      level[x] += n[x] * mean[x];
    }
  }
  for (const x of [0, 1]) level[x] /= Math.max(total[x], 1);
  if (total[0] === 0) level[0] = level[1];
  const reference = [level[0], total[1] ? level[1] - level[0] : 0];
  const d0 = new Float64Array(counties.length);
  const d1 = new Float64Array(counties.length);
  const sizeOf = new Uint16Array(counties.length);
  const sizes = [];
  const seen = new Map();
  let spread = 0;
  counties.forEach(({ n, mean }, j) => {
    if (n[0]) d0[j] = mean[0] - reference[0];
    if (n[1]) d1[j] = mean[1] - reference[0] - reference[1];
    spread += n[0] * d0[j] ** 2 + n[1] * d1[j] ** 2;
    const key = `${n[0]} ${n[1]}`;
    if (!seen.has(key)) {
      seen.set(key, sizes.length);
      sizes.push({ n0: n[0], n1: n[1], moments: Array(9).fill(0) });
    }
    sizeOf[j] = seen.get(key);
    const gap = d1[j] - d0[j];
    const { moments } = sizes[sizeOf[j]];
    [d0[j], d1[j], gap].forEach((x, i) => {
      moments[3 * i] += 1;
      moments[3 * i + 1] += x;
      moments[3 * i + 2] += x * x;
    });
  });
  const homes = total[0] + total[1];
  const some = sizes.filter(({ n0, n1 }) => n0 + n1 > 0);
  const unit = (f) =>
    (2 / Math.max(some.reduce((sum, s) => sum + s.moments[0] * f(s) ** 2, 0), 1)) ** 0.25;
  return {
    counties: counties.length, reference, d0, d1, sizeOf, sizes, homes, squares, fixed, slopes,
    logPriors: SCALES.map((name) => (name in fixed ? null : logDensityOf(chosen[name]))),
    loc: [loc[0] - reference[0], loc[1] - reference[1]],
    precision: [scale[0] ** -2, scale[1] ** -2],
    // The same, flat, for the innermost loop: n0, n1 and nine moments a size.
    flat: Float64Array.from(some.flatMap(({ n0, n1, moments }) => [n0, n1, ...moments])),
    constant: -0.5 * homes * LOG_2PI - Math.log(scale[0] * scale[1]),
    measured: some.reduce((sum, s) => sum + s.moments[0], 0),
    typical: homes > 2 ? Math.max((squares + spread) / homes, 1e-12) : 1,
    units: [unit((s) => s.n0 + s.n1), unit((s) => (s.n0 * s.n1) / (s.n0 + s.n1))],
    free: SCALES.map((name) => !(name in fixed)),
    // Whether a and b are known without sigma, which then is an inner axis.
    inner: !("sigma" in fixed) && [fixed.sigma_alpha, fixed.sigma_beta].every(
      (value) => value === undefined || value === 0 || value === Infinity,
    ),
  };
}

/** Add the terms of all counties at one a and b: seven sums into `out`. */
function addCounties({ flat, squares }, a, b, out) {
  const a0 = a === Infinity ? 0 : 1;
  const a2 = a === Infinity ? 1 : a * a;
  const b2 = b * b;
  let basement = 0, first = 0, both = 0, s0 = 0, s1 = 0, logDet = 0;
  let square = squares;
  for (let i = 0; i < flat.length; i += 11) {
    const n0 = flat[i], n1 = flat[i + 1];
    const slope = a0 * (1 + b2 * n1);
    const cross = a2 * n0 * n1;
    const det = slope + a2 * (n0 + n1) + b2 * cross;
    const part = 1 / det;
    const one = n0 * slope * part;
    const two = n1 * a0 * part;
    const three = cross * part;
    basement += one * flat[i + 2];
    first += two * flat[i + 5];
    both += three * flat[i + 8];
    const shared = two * flat[i + 6];
    s0 += one * flat[i + 3] + shared;
    s1 += shared + three * flat[i + 9];
    square += one * flat[i + 4] + two * flat[i + 7] + three * flat[i + 10];
    logDet += flat[i + 2] * Math.log(det);
  }
  out[0] = basement;
  out[1] = first;
  out[2] = both;
  out[3] = s0;
  out[4] = s1;
  out[5] = square;
  out[6] = logDet;
}

/** Log density of the homes at sigma, and the population means: into `out`. */
function logMarginal(problem, s, sigma, logSigma, out) {
  const p0 = problem.precision[0], p1 = problem.precision[1];
  const l0 = problem.loc[0], l1 = problem.loc[1];
  const v = 1 / (sigma * sigma);
  const basement = s[0] * v, first = s[1] * v, both = s[2] * v;
  const p00 = basement + first + p0;
  const p11 = first + both + p1;
  const h0 = s[3] * v + p0 * l0;
  const h1 = s[4] * v + p1 * l1;
  const det = basement * p11 + first * (both + p1) + p0 * p11;
  const m0 = (p11 * h0 - first * h1) / det;
  const m1 = (p00 * h1 - first * h0) / det;
  const square = s[5] * v + p0 * l0 * l0 + p1 * l1 * l1 - h0 * m0 - h1 * m1;
  out[0] = problem.constant - problem.homes * logSigma
    - 0.5 * (s[6] + square + Math.log(det));
  out[1] = m0;
  out[2] = m1;
  out[3] = p11 / det;
  out[4] = -first / det;
  out[5] = p00 / det;
}

/** Rough centre and width of log sigma given a and b, smooth in both. */
function sigmaGivenRatios(problem, s) {
  const { typical, precision, loc, homes } = problem;
  const p0 = typical * precision[0], p1 = typical * precision[1];
  const basement = s[0], first = s[1], both = s[2];
  const p00 = basement + first + p0, p11 = first + both + p1;
  const h0 = s[3] + p0 * loc[0], h1 = s[4] + p1 * loc[1];
  const det = basement * p11 + first * (both + p1) + p0 * p11;
  const explained = (p11 * h0 * h0 - 2 * first * h0 * h1 + p00 * h1 * h1) / det;
  const left = s[5] + p0 * loc[0] ** 2 + p1 * loc[1] ** 2 - explained;
  const n = Math.max(homes, 1);
  return [0.5 * Math.log((Math.max(left, 0) + typical) / (n + 1)), 1 / Math.sqrt(2 * n)];
}

/** Number of pairs of a and b on three axes, and of nodes of sigma in each. */
function layout({ inner }, [us, vs, zs]) {
  return { pairs: us.length * vs.length * (inner ? 1 : zs.length), each: inner ? zs.length : 1 };
}

/** What is the same at all nodes of one pair of a and b: into `at`. */
function visitPair(problem, [us, vs, zs], pair, at) {
  const { fixed, free, units, inner } = problem;
  const row = inner ? pair : Math.floor(pair / zs.length);
  const u = us[Math.floor(row / vs.length)], v = vs[row % vs.length];
  const sigma = inner ? 1 : (fixed.sigma ?? Math.exp(zs[pair % zs.length]));
  at.a = free[0] ? units[0] * Math.sinh(u) : fixed.sigma_alpha && fixed.sigma_alpha / sigma;
  at.b = free[1] ? units[1] * Math.sinh(v) : fixed.sigma_beta && fixed.sigma_beta / sigma;
  addCounties(problem, at.a, at.b, at.sums);
  [at.centre, at.width] = inner ? sigmaGivenRatios(problem, at.sums) : [Math.log(sigma), 0];
  at.jacobian = inner ? Math.log(at.width) : 0;
  if (free[0]) at.jacobian += Math.log(units[0] * Math.cosh(u));
  if (free[1]) at.jacobian += Math.log(units[1] * Math.cosh(v));
  // Per sigma, and for intercepts without a population, whose density it is.
  at.power = free.filter(Boolean).length
    + (fixed.sigma_alpha === Infinity ? problem.measured : 0);
}

/** Log posterior density of the scales, per du dv dz, at a node of the pair. */
function logPosterior(problem, at, logSigma) {
  const { logPriors: [alpha, beta, own] } = problem;
  const sigma = Math.exp(logSigma);
  logMarginal(problem, at.sums, sigma, logSigma, at.marginal);
  let log = at.marginal[0] + at.jacobian + at.power * logSigma;
  if (alpha) log += alpha(at.a * sigma);
  if (beta) log += beta(at.b * sigma);
  if (own) log += own(sigma);
  return log;
}

const scratch = () => ({ sums: new Float64Array(7), marginal: new Float64Array(6) });

/** Log posterior density at every node of three axes. */
function scan(problem, axes) {
  const { pairs, each } = layout(problem, axes);
  const log = new Float64Array(pairs * each);
  const at = scratch();
  for (let pair = 0, node = 0; pair < pairs; pair++) {
    visitPair(problem, axes, pair, at);
    for (let k = 0; k < each; k++) {
      const z = problem.inner ? axes[2][k] : 0;
      log[node++] = logPosterior(problem, at, at.centre + at.width * z);
    }
  }
  return log;
}

/** Bounds of u, v and z outside which the mass is negligible. */
function region(problem) {
  const { free, inner } = problem;
  const low = [0, 0, inner ? -9 : -20];
  const high = [12, 12, inner ? 9 : 20];
  for (let round = 0; round < 40; round++) {
    const step = [0, 1, 2].map((k) => (high[k] - low[k]) / CELLS);
    const axes = [0, 1, 2].map((k) =>
      free[k] ? Float64Array.from({ length: CELLS }, (_, i) => low[k] + (i + 0.5) * step[k]) : [0],
    );
    const shape = axes.map((axis) => axis.length);
    const log = scan(problem, axes);
    let most = -Infinity;
    for (const x of log) if (x > most) most = x;
    const first = [Infinity, Infinity, Infinity];
    const last = [0, 0, 0];
    for (let i = 0, node = 0; i < shape[0]; i++) {
      for (let j = 0; j < shape[1]; j++) {
        for (let k = 0; k < shape[2]; k++) {
          if (!(log[node++] >= most - NEGLIGIBLE)) continue;
          first[0] = Math.min(first[0], i);
          first[1] = Math.min(first[1], j);
          first[2] = Math.min(first[2], k);
          last[0] = Math.max(last[0], i);
          last[1] = Math.max(last[1], j);
          last[2] = Math.max(last[2], k);
        }
      }
    }
    let settled = true;
    for (let k = 0; k < 3; k++) {
      if (!free[k]) continue;
      const width = high[k] - low[k];
      const floor = k < 2 ? 0 : -Infinity;
      let newLow = low[k] + Math.max(first[k] - 1, 0) * step[k];
      let newHigh = low[k] + Math.min(last[k] + 2, CELLS) * step[k];
      if (first[k] === 0 && low[k] > floor) {
        newLow = Math.max(floor, low[k] - 0.5 * width);
        settled = false;
      }
      if (last[k] === CELLS - 1) {
        newHigh = high[k] + 0.5 * width;
        settled = false;
      }
      if (newHigh - newLow < 0.8 * width) settled = false;
      low[k] = newLow;
      high[k] = newHigh;
    }
    if (settled) return { low, high, most };
  }
  throw new RangeError("the posterior's mass was not found: give the scales tighter priors");
}

/** Nodes and weights of the quadrature over the region. */
function rule(problem, low, high) {
  const axes = [[0], [0], [0]];
  const widths = [[1], [1], [1]];
  for (let k = 0; k < 3; k++) {
    if (!problem.free[k]) continue;
    const range = high[k] - low[k];
    if (k < 2) {
      const { x, w } = legendre(NODES);
      axes[k] = x.map((t) => low[k] + (range / 2) * (t + 1));
      widths[k] = w.map((t) => (range / 2) * t);
    } else {
      const unit = problem.inner ? 1 : 1 / Math.sqrt(2 * Math.max(problem.homes, 1));
      const count = Math.ceil(range / (STEP * unit));
      axes[k] = Array.from({ length: count }, (_, i) => low[k] + ((i + 0.5) * range) / count);
      widths[k] = axes[k].map(() => range / count);
    }
  }
  return { axes, widths };
}

/** Exact posterior of varying slopes, or of varying intercepts. */
export function posterior(counties, model = {}) {
  const problem = frame(counties, model);
  const { low, high, most } = region(problem);
  const { axes, widths } = rule(problem, low, high);
  const { pairs, each } = layout(problem, axes);
  const weights = new Float64Array(pairs * each);
  const sigmas = new Float64Array(pairs * each);
  const ratios = new Float64Array(2 * pairs);
  // Of each pair: mass, and that times sigma^2, m0, m1, m0^2, m0 m1, m1^2.
  const folded = new Float64Array(7 * pairs);
  const at = scratch();
  const { marginal } = at;
  const [, vs, zs] = axes;
  let total = 0;
  for (let pair = 0, node = 0; pair < pairs; pair++) {
    visitPair(problem, axes, pair, at);
    ratios[2 * pair] = at.a;
    ratios[2 * pair + 1] = at.b;
    const row = problem.inner ? pair : Math.floor(pair / zs.length);
    const share = widths[0][Math.floor(row / vs.length)] * widths[1][row % vs.length];
    const f = 7 * pair;
    for (let k = 0; k < each; k++, node++) {
      const logSigma = problem.inner ? at.centre + at.width * zs[k] : at.centre;
      const width = widths[2][problem.inner ? k : pair % zs.length];
      const w = share * width * Math.exp(logPosterior(problem, at, logSigma) - most);
      const sigma = Math.exp(logSigma);
      const m0 = marginal[1], m1 = marginal[2];
      weights[node] = w;
      sigmas[node] = sigma;
      total += w;
      folded[f] += w;
      folded[f + 1] += w * sigma * sigma;
      folded[f + 2] += w * m0;
      folded[f + 3] += w * m1;
      folded[f + 4] += w * (m0 * m0 + marginal[3]);
      folded[f + 5] += w * (m0 * m1 + marginal[4]);
      folded[f + 6] += w * (m1 * m1 + marginal[5]);
    }
  }
  for (let i = 0; i < weights.length; i++) weights[i] /= total;
  for (let i = 0; i < folded.length; i++) folded[i] /= total;
  const logEvidence = most + Math.log(total);
  const post = {
    problem, axes, widths, low, high, pairs, each, weights, sigmas, ratios, folded, logEvidence,
  };
  return Object.assign(post, {
    scales: scaleMoments(post), means: meanMoments(post), ...coefficientMoments(post),
  });
}

function scaleMoments({ problem, each, weights, sigmas, ratios }) {
  const moments = {};
  SCALES.forEach((name, k) => {
    if (!problem.free[k]) return;
    const value = (i) => (k < 2 ? ratios[2 * Math.floor(i / each) + k] : 1) * sigmas[i];
    let mean = 0, square = 0;
    for (let i = 0; i < weights.length; i++) mean += weights[i] * value(i);
    for (let i = 0; i < weights.length; i++) square += weights[i] * (value(i) - mean) ** 2;
    moments[name] = { mean, sd: Math.sqrt(square) };
  });
  return moments;
}

function meanMoments({ problem, pairs, folded }) {
  const moments = {};
  ["mu_alpha", "mu_beta"].forEach((name, k) => {
    let mean = 0, square = 0;
    for (let f = 0; f < 7 * pairs; f += 7) {
      mean += folded[f + 2 + k];
      square += folded[f + 4 + 2 * k];
    }
    moments[name] = { mean: problem.reference[k] + mean, sd: Math.sqrt(square - mean * mean) };
  });
  return moments;
}

/** What a and b say of a county of one size: into the eleven places of `out`. */
function countyAlgebra({ n0, n1 }, a, b, out) {
  const [a0, a2] = a === Infinity ? [0, 1] : [1, a * a];
  const b2 = b * b;
  const det = a0 * (1 + b2 * n1) + a2 * (n0 + n1) + b2 * a2 * n0 * n1;
  if (det === 0) { // no homes, and nothing that holds their level
    out.set([0, 0, 1, 0, Infinity, 0, 0, 0, 1, 0, b2]);
    return;
  }
  const basement = (n0 * (1 + b2 * n1)) / det;
  const first = n1 / det;
  const both = (a2 * n0 * n1) / det;
  // alpha: offset by d0 and d1, carry of mu_alpha and mu_beta, spread
  out[0] = a2 * basement;
  out[1] = a2 * first;
  out[2] = (a0 * (1 + b2 * n1)) / det;
  out[3] = -a2 * first;
  out[4] = (a2 * (1 + b2 * n1)) / det;
  out[5] = (-a2 * b2 * n1) / det; // alpha and beta together
  // beta
  out[6] = -b2 * both;
  out[7] = b2 * (a0 * first + both);
  out[8] = (-b2 * a0 * n1) / det;
  out[9] = (a0 + a2 * (n0 + n1)) / det;
  out[10] = (b2 * (a0 + a2 * (n0 + n1))) / det;
}

function coefficientMoments({ problem, pairs, folded, ratios }) {
  let heaviest = 0;
  for (let f = 0; f < 7 * pairs; f += 7) heaviest = Math.max(heaviest, folded[f]);
  const held = [];
  for (let p = 0; p < pairs; p++) if (folded[7 * p] > 1e-13 * heaviest) held.push(p);
  const out = new Float64Array(11);
  const bySize = problem.sizes.map((size) => {
    // Of alpha and of beta: mean by d0, d1, 1; square by d0^2, d0 d1, d1^2, d0, d1, 1.
    const sums = new Float64Array(18);
    for (const p of held) {
      countyAlgebra(size, ratios[2 * p], ratios[2 * p + 1], out);
      const f = 7 * p;
      const w = folded[f], s2 = folded[f + 1], m0 = folded[f + 2], m1 = folded[f + 3];
      const m00 = folded[f + 4], m01 = folded[f + 5], m11 = folded[f + 6];
      for (let c = 0; c < 2; c++) {
        const k0 = out[6 * c], k1 = out[6 * c + 1];
        const q0 = out[c ? 8 : 2], q1 = out[c ? 9 : 3], spread = out[c ? 10 : 4];
        const s = 9 * c;
        const carried = q0 * m0 + q1 * m1;
        sums[s] += k0 * w;
        sums[s + 1] += k1 * w;
        sums[s + 2] += carried;
        sums[s + 3] += k0 * k0 * w;
        sums[s + 4] += 2 * k0 * k1 * w;
        sums[s + 5] += k1 * k1 * w;
        sums[s + 6] += 2 * k0 * carried;
        sums[s + 7] += 2 * k1 * carried;
        sums[s + 8] += q0 * q0 * m00 + 2 * q0 * q1 * m01 + q1 * q1 * m11 + spread * s2;
      }
    }
    return sums;
  });
  const moments = ["alpha", "beta"].map((_, c) => {
    const mean = new Float64Array(problem.counties);
    const sd = new Float64Array(problem.counties);
    for (let j = 0; j < problem.counties; j++) {
      const sums = bySize[problem.sizeOf[j]];
      const s = 9 * c;
      const d0 = problem.d0[j], d1 = problem.d1[j];
      const own = sums[s] * d0 + sums[s + 1] * d1 + sums[s + 2];
      const square = sums[s + 3] * d0 * d0 + sums[s + 4] * d0 * d1 + sums[s + 5] * d1 * d1
        + sums[s + 6] * d0 + sums[s + 7] * d1 + sums[s + 8];
      mean[j] = problem.reference[c] + own;
      sd[j] = Math.sqrt(Math.max(square - own * own, 0));
    }
    return { mean, sd };
  });
  return { alpha: moments[0], beta: moments[1] };
}

/**
 * Quantiles of a county's line, or the state's, at floor `floor`.
 *
 * `what` is {county: j | null, floor: 0 | 1, coefficient: "alpha" | "beta" |
 * undefined, home: whether a new home's own spread is added}; without a
 * coefficient it is alpha + floor * beta.
 */
export function quantiles(post, what, probabilities) {
  const { problem, axes, pairs, each, weights, sigmas, folded } = post;
  const { county = null, floor = 0, coefficient, home = false } = what;
  const ca = coefficient === "beta" ? 0 : 1;
  const cb = coefficient === "alpha" ? 0 : coefficient === "beta" ? 1 : floor;
  const at = scratch();
  const { marginal: m } = at;
  const out = new Float64Array(11);
  const kept = [], centre = [], spread = [];
  let low = Infinity, high = -Infinity, total = 0;
  for (let p = 0; p < pairs; p++) {
    if (folded[7 * p] < FORGOTTEN) continue;
    visitPair(problem, axes, p, at);
    let k = 0, q0 = ca, q1 = cb, own = 0;
    if (county !== null) {
      countyAlgebra(problem.sizes[problem.sizeOf[county]], at.a, at.b, out);
      const d0 = problem.d0[county], d1 = problem.d1[county];
      k = ca * (out[0] * d0 + out[1] * d1) + cb * (out[6] * d0 + out[7] * d1);
      q0 = ca * out[2] + cb * out[8];
      q1 = ca * out[3] + cb * out[9];
      own = ca * ca * out[4] + 2 * ca * cb * out[5] + cb * cb * out[10];
    }
    for (let i = p * each; i < (p + 1) * each; i++) {
      if (weights[i] < FORGOTTEN) continue;
      logMarginal(problem, at.sums, sigmas[i], Math.log(sigmas[i]), m);
      const variance = sigmas[i] ** 2 * (own + (home ? 1 : 0))
        + q0 * q0 * m[3] + 2 * q0 * q1 * m[4] + q1 * q1 * m[5];
      const mean = k + q0 * m[1] + q1 * m[2];
      const sd = Math.sqrt(Math.max(variance, 1e-300));
      kept.push(weights[i]);
      centre.push(mean);
      spread.push(sd);
      total += weights[i];
      low = Math.min(low, mean - 9 * sd);
      high = Math.max(high, mean + 9 * sd);
    }
  }
  const reference = ca * problem.reference[0] + cb * problem.reference[1];
  return probabilities.map((wanted) => {
    let [left, right] = [low, high];
    let x = 0;
    for (let i = 0; i < kept.length; i++) x += (kept[i] / total) * centre[i];
    for (let round = 0; round < 80; round++) {
      let cdf = 0, pdf = 0;
      for (let i = 0; i < kept.length; i++) {
        const z = (x - centre[i]) / spread[i];
        cdf += kept[i] * normalCdf(z);
        pdf += (kept[i] / spread[i]) * Math.exp(-0.5 * z * z);
      }
      cdf /= total;
      pdf /= total * Math.sqrt(2 * Math.PI);
      if (cdf < wanted) left = x;
      else right = x;
      const step = (wanted - cdf) / pdf;
      const next = x + step;
      if (Math.abs(step) < 1e-9 * (right - left + 1)) return reference + next;
      x = next > left && next < right ? next : 0.5 * (left + right);
    }
    return reference + x;
  });
}

/** Marginal posterior density of a free scale at positive points. */
export function density(post, name, points) {
  const axis = SCALES.indexOf(name);
  if (axis < 0 || !post.problem.free[axis]) throw new RangeError(`${name} is no free scale`);
  return axis === 2 ? densityOfSigma(post, points) : densityOfSpread(post, axis, points);
}

/** That of sigma, at each point the sum over a and b. */
function densityOfSigma(post, points) {
  const { problem, axes, widths, pairs, logEvidence, folded } = post;
  if (!problem.inner) throw new RangeError("sigma has a density where no other scale is fixed");
  const sum = new Float64Array(points.length);
  const at = scratch();
  for (let p = 0; p < pairs; p++) {
    if (folded[7 * p] < FORGOTTEN) continue;
    visitPair(problem, axes, p, at);
    const width = widths[0][Math.floor(p / axes[1].length)] * widths[1][p % axes[1].length];
    const known = Math.log(at.width) + logEvidence; // per dlog sigma, not dz
    points.forEach((s, i) => {
      sum[i] += width * Math.exp(logPosterior(problem, at, Math.log(s)) - known);
    });
  }
  return sum.map((x, i) => x / points[i]);
}

/** That of sigma_alpha or sigma_beta, interpolated along its axis. */
function densityOfSpread(post, axis, points) {
  const { problem, axes, widths, low, high, pairs, each, logEvidence } = post;
  const { values, step } = sigmaAxis(post);
  const [us, vs] = axes;
  const profile = values.map(() => new Float64Array(axes[axis].length));
  const at = scratch();
  for (let p = 0; p < pairs; p++) {
    visitPair(problem, axes, p, at);
    const row = problem.inner ? p : Math.floor(p / axes[2].length);
    const i = [Math.floor(row / vs.length), row % vs.length];
    const jacobian = problem.inner ? Math.log(at.width) : 0; // per dlog sigma, not dz
    const put = (k) => {
      const log = logPosterior(problem, at, Math.log(values[k])) - jacobian - logEvidence;
      profile[k][i[axis]] += step * widths[1 - axis][i[1 - axis]] * Math.exp(log);
    };
    if (each > 1) values.forEach((_, k) => put(k));
    else put(p % values.length);
  }
  // The logarithm is close to a parabola, which a polynomial follows at ease.
  const logs = profile.map((line) => line.map((x) => Math.log(Math.max(x, 1e-200))));
  const unit = problem.units[axis];
  return Float64Array.from(points, (s) => {
    let sum = 0;
    values.forEach((sigma, k) => {
      const x = Math.asinh(s / (unit * sigma));
      if (x > high[axis] || x < low[axis]) return;
      const t = (2 * (x - low[axis])) / (high[axis] - low[axis]) - 1;
      sum += Math.exp(lagrange(logs[k], t)) / (unit * sigma * Math.cosh(x));
    });
    return sum;
  });
}

/** Values of sigma that hold its posterior, and their step in log sigma. */
function sigmaAxis({ problem, axes, widths, weights, sigmas }) {
  if ("sigma" in problem.fixed) return { values: [problem.fixed.sigma], step: 1 };
  if (!problem.inner) return { values: axes[2].map(Math.exp), step: widths[2][0] };
  let low = Infinity, high = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] < FORGOTTEN) continue;
    low = Math.min(low, sigmas[i]);
    high = Math.max(high, sigmas[i]);
  }
  const range = Math.log(high / low);
  const count = Math.max(Math.ceil(range / (STEP / Math.sqrt(2 * problem.homes))), 2);
  const step = range / count;
  return { values: Array.from({ length: count }, (_, i) => low * Math.exp((i + 0.5) * step)), step };
}

export {
  cdf as priorCdf, density as priorDensity, quantile as priorQuantile,
} from "./priors-of-scales.js";
