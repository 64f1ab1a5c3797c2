// Priors of scales: {family, value}, by the names a page shows. `value` is
// the scale of the half-Cauchy and half-normal, the mean of the exponential.

import { erf, inverseErf } from "./quadrature.js";

const FAMILIES = {
  "half-cauchy": {
    logDensity: (x, s) => Math.log(2 / Math.PI / s) - Math.log(1 + (x / s) ** 2),
    cdf: (x, s) => (2 / Math.PI) * Math.atan(x / s),
    quantile: (p, s) => s * Math.tan((Math.PI / 2) * p),
  },
  "half-normal": {
    logDensity: (x, s) => 0.5 * Math.log(2 / Math.PI) - Math.log(s) - 0.5 * (x / s) ** 2,
    cdf: (x, s) => erf((x / s) * Math.SQRT1_2),
    quantile: (p, s) => s * Math.SQRT2 * inverseErf(p),
  },
  exponential: {
    logDensity: (x, s) => -Math.log(s) - x / s,
    cdf: (x, s) => -Math.expm1(-x / s),
    quantile: (p, s) => -s * Math.log1p(-p),
  },
};

function family({ family: name }) {
  if (name in FAMILIES) return FAMILIES[name];
  throw new RangeError(`no prior ${name}: wanted ${Object.keys(FAMILIES).join(", ")}`);
}

/** Log density of a prior, as a function of x, 0 or more. */
export function logDensityOf(prior) {
  const { logDensity } = family(prior);
  return (x) => logDensity(x, prior.value);
}

/** Density at x. */
export const density = (prior, x) => (x < 0 ? 0 : Math.exp(logDensityOf(prior)(x)));

/** Probability of less than x. */
export const cdf = (prior, x) => (x <= 0 ? 0 : family(prior).cdf(x, prior.value));

/** Value below which the scale lies with probability p, in 0 to 1. */
export const quantile = (prior, p) => family(prior).quantile(p, prior.value);
