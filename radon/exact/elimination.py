"""Locations integrated out: one after the other, given the scales.

Columns are eliminated in turn, for all nodes of a grid at once. No pivot can
fall below its prior's precision and no square below that of homes within
their cells, which is what keeps rounding from making up a density.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from radon.exact.algebra import LOG_2PI
from radon.exact.sums import Sums

ROUNDING = 1e-14  # share of a column left by others that may be rounding


class Solution(NamedTuple):
    """What elimination leaves, in units of sigma.

    ``factors`` and ``shifts`` say how each column follows those after it,
    ``pivots`` its precision given them; ``square`` is the quadratic form
    that no column explains; ``units`` what a column is measured in. Factors
    that are 0 for all nodes, and units of 1, are None.
    """

    factors: tuple[tuple[Any, ...], ...]
    shifts: tuple[Any, ...]
    pivots: tuple[Any, ...]
    square: np.ndarray
    units: tuple[Any, ...]


class Means(NamedTuple):
    """Posterior of the locations given the scales.

    ``mean`` (location, ...) relative to the reference, ``covariance``
    (location, location, ...).
    """

    mean: np.ndarray
    covariance: np.ndarray


def eliminate(
    sums: Sums,
    pairs: list[tuple[int, int]],
    s: np.ndarray | float,
    prior: Sequence[np.ndarray | float],
    loc: np.ndarray,
) -> Solution:
    """Eliminate all columns from their normal equations.

    Parameters
    ----------
    sums : Sums
        Of all counties.
    pairs : list of tuple
        Which entry is where in ``sums.products``.
    s : numpy.ndarray
        sigma_state / sigma, the unit of the effects of states, whose columns
        come first where there are any.
    prior : list of numpy.ndarray
        Prior precision of each location in units of sigma, broadcastable
        against the sums.
    loc : numpy.ndarray
        Prior mean of each location relative to the reference.

    Returns
    -------
    Solution
        Arrays broadcastable to one shape.
    """
    entries = dict(zip(pairs, sums.products, strict=True))
    end = pairs[-1][0]
    states = end - len(prior)
    factors: list[tuple[Any, ...]] = []
    shifts: list[Any] = []
    pivots: list[Any] = []
    if states:
        entries = _without_states(entries, states, s, factors, shifts, pivots)
    for k in range(states, end):
        precision, centre = prior[k - states], loc[k - states]
        known = entries[k, k]
        if k == 1 and not states:
            known = _second_of_a_line(sums.weight, prior[0]) / pivots[0]
        pulls = [entries[k, i] for i in range(k + 1, end + 1)]
        noise = known < ROUNDING * sums.products[pairs.index((k, k))]
        if k > states and noise.any():
            known = np.where(noise, 0.0, known)
            pulls = [np.where(noise, 0.0, x) for x in pulls]
        pivot = known + precision
        if centre:
            pulls[-1] = pulls[-1] + precision * centre
            entries[end, end] = entries[end, end] + precision * centre**2
        factor = [x / pivot for x in pulls]
        for i in range(k + 1, end + 1):
            for j in range(i, end + 1):
                change = factor[i - k - 1] * pulls[j - k - 1]
                entries[i, j] = entries[i, j] - change
        factors.append(tuple(factor[:-1]))
        shifts.append(factor[-1])
        pivots.append(pivot)
    return Solution(
        tuple(factors),
        tuple(shifts),
        tuple(pivots),
        np.maximum(entries[end, end], sums.squares),
        (s,) * states + (None,) * len(prior),
    )


def _without_states(
    entries: dict[tuple[int, int], Any],
    states: int,
    s: np.ndarray | float,
    factors: list[tuple[Any, ...]],
    shifts: list[Any],
    pivots: list[Any],
) -> dict[tuple[int, int], Any]:
    """Eliminate the effects of states.

    A state's column is that of the level, ``states``, for its own counties;
    so what it leaves of the level is added up without a difference.
    """
    level, end = states, max(entries)[0]
    left = dict(entries)
    for i in range(level, end + 1):
        left[level, i] = 0.0
    for k in range(states):
        pivot = 1 + np.square(s) * entries[k, k]
        pulls = {i: s * entries[k, i] for i in range(level, end + 1)}
        factor = {i: x / pivot for i, x in pulls.items()}
        for i in range(level, end + 1):
            left[level, i] = left[level, i] + entries[k, i] / pivot
            for j in range(max(i, level + 1), end + 1):
                if i > level:
                    left[i, j] = left[i, j] - factor[i] * pulls[j]
        between = (None,) * (states - 1 - k)
        factors.append(between + tuple(factor[i] for i in range(level, end)))
        shifts.append(factor[end])
        pivots.append(pivot)
    return left


def _second_of_a_line(
    weight: np.ndarray, prior: np.ndarray | float
) -> np.ndarray:
    """Level and gap's determinant, the gap's prior apart, without rounding."""
    basement, first, both = weight
    return basement * (first + both) + first * both + prior * (first + both)


def log_marginal(
    sums: Sums, solution: Solution, sigma: np.ndarray, scale: np.ndarray
) -> np.ndarray:
    """Log density of all homes given the scales.

    Parameters
    ----------
    sums : Sums
        Of all counties.
    solution : Solution
        Its locations eliminated.
    sigma : numpy.ndarray
        Spread of homes within a county [log pCi/L].
    scale : numpy.ndarray
        Prior standard deviations of the locations that have a fixed one.

    Returns
    -------
    numpy.ndarray
        Of the shape that all have together.
    """
    log_pivots = sum(map(np.log, solution.pivots))
    log_sigma = np.log(sigma)
    return (
        -0.5 * sums.n * LOG_2PI
        - np.log(scale).sum()
        - (sums.n - len(scale)) * log_sigma
        - 0.5
        * (sums.log_determinant + log_pivots + solution.square / sigma**2)
    )


def expectation(solution: Solution) -> list[np.ndarray]:
    """Posterior mean of each location given the scales.

    Returns
    -------
    list of numpy.ndarray
        Relative to the reference, broadcastable to one shape.
    """
    mean: list[Any] = [None] * len(solution.pivots)
    for k in reversed(range(len(mean))):
        mean[k] = solution.shifts[k] - sum(
            factor * mean[i] for i, factor in _follows(solution, k)
        )
    return [
        x if unit is None else unit * x
        for x, unit in zip(mean, solution.units, strict=True)
    ]


def means(solution: Solution, sigma: np.ndarray | float) -> Means:
    """Posterior of the locations given the scales.

    Returns
    -------
    Means
        Arrays over all nodes.
    """
    mean = expectation(solution)
    size = len(mean)
    inverse: list[list[Any]] = [[None] * size for _ in range(size)]
    for k in reversed(range(size)):
        follows = _follows(solution, k)
        for j in range(k + 1, size):
            inverse[k][j] = -sum(f * inverse[i][j] for i, f in follows)
            inverse[j][k] = inverse[k][j]
        inverse[k][k] = 1 / solution.pivots[k] - sum(
            f * inverse[k][i] for i, f in follows
        )
    shape = np.broadcast_shapes(
        np.shape(sigma), np.shape(mean[0]), np.shape(inverse[0][0])
    )
    out = Means(np.empty((size, *shape)), np.empty((size, size, *shape)))
    variance = np.square(sigma)
    units = [1.0 if unit is None else unit for unit in solution.units]
    for k, unit in enumerate(units):
        out.mean[k] = mean[k]
        for i in range(k, size):
            entry = inverse[k][i] * (variance * unit * units[i])
            out.covariance[k, i] = out.covariance[i, k] = entry
    return out


def _follows(solution: Solution, k: int) -> list[tuple[int, np.ndarray]]:
    """Locations after one that it follows, and how."""
    return [
        (k + 1 + i, factor)
        for i, factor in enumerate(solution.factors[k])
        if factor is not None
    ]


def draw(
    solution: Solution,
    sigma: np.ndarray,
    shape: tuple[int, ...],
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw the locations, once at each node of a shape.

    Returns
    -------
    numpy.ndarray
        (location, *shape) relative to the reference.
    """
    size = len(solution.pivots)
    out = np.empty((size, *shape))
    for k in reversed(range(size)):
        noise = rng.normal(size=shape) * sigma / np.sqrt(solution.pivots[k])
        out[k] = solution.shifts[k] + noise
        for i, factor in _follows(solution, k):
            out[k] -= factor * out[i]
    for k, unit in enumerate(solution.units):
        if unit is not None:
            out[k] *= unit
    return out
