"""Coordinates and the posterior density of a model's scales.

Everything that involves the counties depends on the scales only through
a = sigma_alpha / sigma, b = sigma_beta / sigma, s = sigma_state / sigma and
rho, so a grid of those carries the county algebra and sigma is a cheap inner
axis. The coordinates are u with a = c sinh(u), v with b = c sinh(v), w with
s = c sinh(w), an angle whose sine is rho, and z, log sigma centred and
scaled given the ratios. Where the model fixes a scale but not sigma, z is
log sigma itself and the fixed ratio follows from it. An axis that a model
does not have is a single point.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from radon.exact import algebra
from radon.exact.elimination import Solution, eliminate, log_marginal
from radon.exact.priors import log_prior
from radon.exact.problem import Problem
from radon.exact.sums import Sums, add_counties

SCALE_ORDER = ("sigma_alpha", "sigma_beta", "sigma_state", "rho", "sigma")
RATIOS = 3  # the first axes
ANGLE, SIGMA = 3, 4
N_AXES = len(SCALE_ORDER)


class Nodes(NamedTuple):
    """The posterior at some settings of the scales.

    All arrays broadcast to (u, v, w, angle, z); ``effects`` is what the
    county algebra needs of them.
    """

    ratios: tuple[np.ndarray, ...]
    rho: np.ndarray | None
    sigma: np.ndarray
    log_density: np.ndarray
    effects: algebra.Effects
    solution: Solution

    @property
    def county_shape(self) -> tuple[int, ...]:
        """Shape of what the county algebra depends on."""
        return np.shape(self.effects.determinant)

    def value(self, k: int) -> np.ndarray:
        """Value of the scale, or correlation, of an axis."""
        if k == SIGMA:
            return self.sigma
        if k == ANGLE and self.rho is not None:
            return self.rho
        return self.ratios[k] * self.sigma


def free_axes(problem: Problem) -> tuple[bool, ...]:
    """Which of the axes vary."""
    return tuple(key in problem.priors for key in SCALE_ORDER)


def mesh(axes: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Spread nodes of each coordinate over an axis of its own."""
    return np.ix_(*axes)


def evaluate(problem: Problem, coordinates: Sequence[np.ndarray]) -> Nodes:
    """Evaluate the posterior density of the scales.

    Parameters
    ----------
    problem : Problem
        From :func:`radon.exact.problem.frame`.
    coordinates : sequence of numpy.ndarray
        u, v, w, angle and z, of five axes each and broadcastable to one
        shape; those of a scale that is fixed or absent are ignored.

    Returns
    -------
    Nodes
        With the log density per unit of the coordinates, priors and
        Jacobian included.
    """
    free, fixed, angle = problem.priors, problem.fixed, coordinates[ANGLE]
    ratios, sigma = _ratios(problem, coordinates)
    rho: Any = np.full((1,) * N_AXES, fixed["rho"]) if "rho" in fixed else None
    rho = np.sin(angle) if "rho" in free else rho
    covariance = algebra.effects(ratios[0], ratios[1], rho)
    terms = algebra.county_terms(outer(problem.sizes), covariance)
    sums = add_counties(terms, problem.moments)
    log_volume, solution = 0.0, None
    if problem.centred_inside:
        centre, width = _sigma_given_ratios(problem, sums, ratios[2])
        sigma = np.exp(centre + width * coordinates[SIGMA])
        log_volume = np.log(width)
    with np.errstate(all="ignore"):  # far out, all but 0
        solution = solve(problem, sums, ratios[2], np.square(sigma))
        log_density = log_marginal(sums, solution, sigma, problem.scale)
    if "sigma" in free:
        log_volume = log_volume + np.log(sigma)
        log_density = log_density + log_prior(free["sigma"], sigma)
    for k, unit in enumerate(problem.units):
        key = SCALE_ORDER[k]
        if key in free:
            stretch = unit * np.cosh(coordinates[k])
            log_volume = log_volume + np.log(sigma * stretch)
            log_density = log_density + log_prior(free[key], ratios[k] * sigma)
    if "rho" in free:
        log_volume = log_volume + np.log(np.cos(angle))
        log_density = log_density + log_prior(free["rho"], rho)
    return Nodes(
        ratios, rho, sigma, log_density + log_volume, covariance, solution
    )


def outer(x: np.ndarray) -> np.ndarray:
    """Give an array as many axes more as there are coordinates."""
    return x.reshape(x.shape + (1,) * N_AXES)


def _ratios(
    problem: Problem, coordinates: Sequence[np.ndarray]
) -> tuple[tuple[np.ndarray, ...], Any]:
    """Scales in units of sigma, and sigma where it does not follow them."""
    point = np.zeros((1,) * N_AXES)
    sigma: Any = None
    if "sigma" in problem.fixed:
        sigma = point + problem.fixed["sigma"]
    elif not problem.centred_inside:
        sigma = np.exp(coordinates[SIGMA])
    ratios = []
    for k, unit in enumerate(problem.units):
        key = SCALE_ORDER[k]
        if key in problem.priors:
            ratios.append(unit * np.sinh(coordinates[k]))
        elif key in problem.fixed:
            ratios.append(problem.fixed[key] / sigma)
        else:
            ratios.append(point)
    return tuple(ratios), sigma


def solve(
    problem: Problem,
    sums: Sums,
    s: np.ndarray | float,
    variance: np.ndarray | float,
) -> Solution:
    """Eliminate the locations given the ratios and sigma squared.

    Parameters
    ----------
    problem : Problem
        Homes and priors.
    sums : Sums
        Given the ratios.
    s : numpy.ndarray
        sigma_state / sigma.
    variance : numpy.ndarray
        sigma squared.

    Returns
    -------
    Solution
        Of the effects of states, if any, and the locations.
    """
    prior = [variance / scale**2 for scale in problem.scale]
    return eliminate(sums, problem.pairs, s, prior, problem.loc)


def _sigma_given_ratios(
    problem: Problem, sums: Sums, s: np.ndarray
) -> tuple[np.ndarray, float]:
    """Rough centre and width of log sigma given the ratios, smooth in all."""
    n = max(problem.n.sum(), 1.0)
    # The more the counties differ, the less is left for homes.
    typical = problem.typical * np.exp(-sums.log_determinant / n)
    left = solve(problem, sums, s, typical).square
    variance = (left + typical) / (n + 1)
    return 0.5 * np.log(variance), 1 / np.sqrt(2 * n)
