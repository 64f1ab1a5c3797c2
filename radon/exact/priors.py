"""Densities of priors at many points at once."""

import numpy as np
import numpyro.distributions as dist
from numpy.typing import ArrayLike
from numpyro.distributions import transforms
from scipy.special import betaln, xlog1py, xlogy

from radon.precision import double_precision


def base_of(distribution: dist.Distribution) -> dist.Distribution:
    """Return the distribution that a plate or an event dimension wraps."""
    wrappers = (dist.ExpandedDistribution, dist.Independent)
    while isinstance(distribution, wrappers):
        distribution = distribution.base_dist
    return distribution


def log_prior(prior: dist.Distribution, value: ArrayLike) -> np.ndarray:
    """Log density of a NumPyro distribution at an array of any shape."""
    value = np.asarray(value, float)
    if isinstance(prior, dist.HalfCauchy):
        s = np.asarray(prior.scale, float)
        inside = np.log(2 / np.pi / s) - np.log1p((value / s) ** 2)
        return np.where(value >= 0, inside, -np.inf)
    if isinstance(prior, dist.HalfNormal):
        s = np.asarray(prior.scale, float)
        inside = 0.5 * np.log(2 / np.pi) - np.log(s) - 0.5 * (value / s) ** 2
        return np.where(value >= 0, inside, -np.inf)
    if _is_stretched_beta(prior):
        return _stretched_beta(prior, value)
    size = 1 << (value.size - 1).bit_length()  # few shapes, few compilations
    padded = np.full(size, value.flat[0])
    padded[: value.size] = value.ravel()
    with double_precision(), np.errstate(all="ignore"):
        inside = np.asarray(prior.support(padded))
        if not inside.any():
            return np.full(value.shape, -np.inf)
        padded = np.where(inside, padded, padded[inside][0])
        out = np.asarray(prior.log_prob(padded), float)
    out = np.where(inside, out, -np.inf)[: value.size]
    return out.reshape(value.shape)


def _is_stretched_beta(prior: dist.Distribution) -> bool:
    """Whether it is what `radon.models.lkj` makes."""
    return (
        type(prior) is dist.TransformedDistribution
        and len(prior.transforms) == 1
        and type(prior.transforms[0]) is transforms.AffineTransform
        and isinstance(base_of(prior.base_dist), dist.Beta)
    )


def _stretched_beta(prior: dist.Distribution, value: np.ndarray) -> np.ndarray:
    beta = base_of(prior.base_dist)
    one, zero = (
        np.asarray(x, float)
        for x in (beta.concentration1, beta.concentration0)
    )
    low = np.asarray(prior.transforms[0].loc, float)
    width = np.asarray(prior.transforms[0].scale, float)
    x = (value - low) / width
    inside = (x > 0) & (x < 1)
    x = np.where(inside, x, 0.5)
    density = xlogy(one - 1, x) + xlog1py(zero - 1, -x) - betaln(one, zero)
    return np.where(inside, density - np.log(np.abs(width)), -np.inf)


def normal_log_density(
    x: np.ndarray | float, loc: np.ndarray | float, scale: np.ndarray | float
) -> np.ndarray:
    """Log density of Normal(loc, scale), by broadcasting."""
    z = (x - loc) / scale
    return -0.5 * z * z - np.log(scale) - 0.5 * np.log(2 * np.pi)
