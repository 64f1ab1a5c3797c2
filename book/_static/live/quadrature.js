// Numerical tools: Gauss-Legendre rules, interpolation, the error function.

const rules = new Map();

/** Nodes x, ascending, and weights w of the Gauss-Legendre rule on -1 to 1. */
export function legendre(size) {
  if (rules.has(size)) return rules.get(size);
  const x = [], w = [];
  for (let i = 0; i < size; i++) {
    let t = -Math.cos((Math.PI * (i + 0.75)) / (size + 0.5));
    let slope = 1;
    for (let round = 0; round < 100; round++) {
      let [before, here] = [1, t];
      for (let k = 2; k <= size; k++) {
        [before, here] = [here, ((2 * k - 1) * t * here - (k - 1) * before) / k];
      }
      slope = (size * (t * here - before)) / (t * t - 1);
      const step = here / slope;
      t -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    x.push(t);
    w.push(2 / ((1 - t * t) * slope * slope));
  }
  // Barycentric weights of the same nodes (Wang & Xiang 2012).
  const bary = x.map((t, i) => (i % 2 ? -1 : 1) * Math.sqrt((1 - t * t) * w[i]));
  const rule = { x, w, bary };
  rules.set(size, rule);
  return rule;
}

/** Value at t, in -1 to 1, of the polynomial through values at Legendre nodes. */
export function lagrange(values, t) {
  const { x, bary } = legendre(values.length);
  let above = 0, below = 0;
  for (let i = 0; i < x.length; i++) {
    const gap = t - x[i];
    if (gap === 0) return values[i];
    const part = bary[i] / gap;
    above += part * values[i];
    below += part;
  }
  return above / below;
}

/** Complementary error function: a series near 0, a continued fraction beyond. */
export function erfc(x) {
  const size = Math.abs(x);
  const square = x * x;
  if (size > 27) return x > 0 ? 0 : 2;
  if (size < 2.5) {
    let term = size, sum = size;
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= square / (n + 0.5);
      sum += term;
    }
    const erf = (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum;
    return x >= 0 ? 1 - erf : 1 + erf;
  }
  let fraction = size;
  for (let n = Math.ceil(10 + 250 / square); n > 0; n--) fraction = size + (0.5 * n) / fraction;
  const tail = Math.exp(-square) / (Math.sqrt(Math.PI) * fraction);
  return x >= 0 ? tail : 2 - tail;
}

/** Error function. */
export const erf = (x) => 1 - erfc(x);

/** Inverse of the error function, by Newton's method. */
export function inverseErf(p) {
  if (p <= -1 || p >= 1) return p === 1 ? Infinity : p === -1 ? -Infinity : NaN;
  const log = Math.log(1 - p * p);
  const c = 2 / (Math.PI * 0.147) + log / 2;
  let x = Math.sign(p) * Math.sqrt(Math.sqrt(c * c - log / 0.147) - c);
  for (let round = 0; round < 4; round++) {
    const error = p > 0 ? 1 - p - erfc(x) : erf(x) - p;
    x -= (error * Math.sqrt(Math.PI)) / 2 / Math.exp(-x * x);
  }
  return x;
}
