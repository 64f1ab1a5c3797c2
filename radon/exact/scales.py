"""Homes, priors and the posterior density of a hierarchical model's scales.

Everything that involves the counties depends on the scales only through
a = sigma_alpha / sigma and b = sigma_beta / sigma, so a grid of (a, b)
carries the county algebra and sigma is a cheap inner axis. The coordinates
are u with a = c sinh(u), v with b = c sinh(v), and z, log sigma centred and
scaled given (a, b). Where the model fixes a scale but not sigma, z is log
sigma itself and the fixed ratio follows from it.
"""

from typing import Any, NamedTuple

import numpy as np

from radon.exact import algebra
from radon.exact.ladder import log_prior

SCALE_ORDER = ("sigma_alpha", "sigma_beta", "sigma")


class Problem(NamedTuple):
    """Homes and priors as the quadrature sees them.

    ``n``, ``mean`` (2, county, 1, 1, 1) and ``squares`` (county,) are the
    sufficient statistics, means relative to the ``reference`` line (2,);
    ``loc`` and ``scale`` (2,) the prior of the population means, ``loc``
    relative to the reference; ``slopes`` whether slopes vary. Counties with
    as many homes on each floor share their algebra: ``sizes`` (2, size, 1,
    1, 1) are the distinct numbers of homes, ``size_of`` (county,) says which
    is a county's and ``moments`` holds what each size adds up.
    """

    n: np.ndarray
    mean: np.ndarray
    squares: np.ndarray
    reference: np.ndarray
    loc: np.ndarray
    scale: np.ndarray
    priors: dict[str, Any]
    fixed: dict[str, float]
    slopes: bool
    sizes: np.ndarray
    size_of: np.ndarray
    moments: algebra.CellMoments

    @property
    def centred_inside(self):
        """Whether log sigma is an inner axis, centred given (a, b)."""
        return "sigma" in self.priors and not (
            {"sigma_alpha", "sigma_beta"} & set(self.fixed)
        )


class Nodes(NamedTuple):
    """The posterior at some settings of the scales.

    All arrays broadcast to (u, v, z).
    """

    a: np.ndarray
    b: np.ndarray
    sigma: np.ndarray
    log_density: np.ndarray
    means: algebra.Means

    @property
    def ratios(self):
        """Shape of a and b together, (u, v, 1 or z)."""
        return np.broadcast_shapes(self.a.shape, self.b.shape)


def free_axes(problem):
    """Which of u, v and z vary."""
    return tuple(key in problem.priors for key in SCALE_ORDER)


def mesh(axes):
    """Spread nodes of u, v and z over three axes."""
    u, v, z = axes
    return u[:, None, None], v[None, :, None], z[None, None, :]


def frame(ladder, statistics):
    """Prepare homes and priors for the quadrature.

    Parameters
    ----------
    ladder : Ladder
        A hierarchical model.
    statistics : Statistics
        Of the homes, (county, 2).

    Returns
    -------
    Problem
        Means relative to the line through the means of all homes.
    """
    n = statistics.n.T.astype(float)
    total = n.sum(1)
    level = (n * statistics.mean.T).sum(1) / np.maximum(total, 1)
    if total[0] == 0:
        level[0] = level[1]
    gap = level[1] - level[0] if total[1] else 0.0
    reference = np.array([level[0], gap])
    expected = np.array([level[0], level[0] + gap])[:, None]
    mean = np.where(n > 0, statistics.mean.T - expected, 0.0)
    squares = statistics.sum_of_squares.sum(1)
    sizes, size_of = np.unique(n, axis=1, return_inverse=True)
    size_of = size_of.ravel()
    return Problem(
        n[..., None, None, None],
        mean[..., None, None, None],
        squares,
        reference,
        ladder.loc - reference,
        ladder.scale,
        ladder.priors,
        ladder.fixed,
        ladder.kind == "varying_slopes",
        sizes[..., None, None, None],
        size_of,
        algebra.cell_moments(
            mean, squares.sum(), total.sum(), size_of, sizes.shape[1]
        ),
    )


def units(problem):
    """Return c of a and b, below which homes cannot tell a scale from 0."""
    n = problem.n[:, :, 0, 0, 0]
    both = n[0] * n[1] / np.maximum(n.sum(0), 1)
    return tuple(
        (2 / max(np.sum(size**2), 1.0)) ** 0.25 for size in (n.sum(0), both)
    )


def evaluate(problem, u, v, z):
    """Evaluate the posterior density of the scales.

    Parameters
    ----------
    problem : Problem
        From :func:`frame`.
    u, v, z : numpy.ndarray
        Coordinates, broadcastable to one shape (u, v, z); those of a scale
        that is fixed or absent are ignored.

    Returns
    -------
    Nodes
        With the log density per du dv dz, priors and Jacobian included.
    """
    c_a, c_b = units(problem)
    free = problem.priors
    sigma = None
    if "sigma" in problem.fixed:
        sigma = np.full((1, 1, 1), problem.fixed["sigma"])
    elif not problem.centred_inside:
        sigma = np.exp(z)
    a = (
        c_a * np.sinh(u)
        if "sigma_alpha" in free
        else (problem.fixed["sigma_alpha"] / sigma)
    )
    b = np.zeros((1, 1, 1))
    if problem.slopes:
        b = (
            c_b * np.sinh(v)
            if "sigma_beta" in free
            else (problem.fixed["sigma_beta"] / sigma)
        )
    terms = algebra.county_terms(problem.sizes, a, b)
    sums = algebra.add_counties(terms, problem.moments)
    log_volume = 0.0
    if problem.centred_inside:
        centre, width = _sigma_given_ratios(problem, sums)
        sigma = np.exp(centre + width * z)
        log_volume = np.log(width)
    with np.errstate(all="ignore"):  # far out, all but 0
        log_density, means = algebra.log_marginal(
            sums, sigma, problem.loc, problem.scale
        )
    if "sigma" in free:
        log_volume = log_volume + np.log(sigma)
        log_density = log_density + log_prior(free["sigma"], sigma)
    for key, ratio, unit, x in (
        ("sigma_alpha", a, c_a, u),
        ("sigma_beta", b, c_b, v),
    ):
        if key in free:
            log_volume = log_volume + np.log(sigma * unit * np.cosh(x))
            log_density = log_density + log_prior(free[key], ratio * sigma)
    return Nodes(a, b, sigma, log_density + log_volume, means)


def _sigma_given_ratios(problem, sums):
    """Rough centre and width of log sigma given (a, b), smooth in both."""
    n = max(problem.n.sum(), 1.0)
    typical = problem.squares.sum() + np.sum(problem.n * problem.mean**2)
    typical = max(typical / n, 1e-12) if n > 2 else 1.0
    basement, first, both = sums.weight
    prior = typical * problem.scale**-2.0
    p00 = basement + first + prior[0]
    p11 = first + both + prior[1]
    h0 = sums.score[0] + prior[0] * problem.loc[0]
    h1 = sums.score[1] + prior[1] * problem.loc[1]
    determinant = basement * p11 + first * (both + prior[1]) + prior[0] * p11
    explained = (p11 * h0**2 - 2 * first * h0 * h1 + p00 * h1**2) / determinant
    left = sums.square + prior @ problem.loc**2 - explained
    variance = (np.maximum(left, 0) + typical) / (n + 1)
    return 0.5 * np.log(variance), 1 / np.sqrt(2 * n)
