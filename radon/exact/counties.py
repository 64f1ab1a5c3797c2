"""What the nodes of a grid say of each county."""

from typing import NamedTuple

import numpy as np

from radon.exact import algebra
from radon.exact.moments import Grid
from radon.exact.problem import Problem, products


class Given(NamedTuple):
    """Some nodes in a row, and the county algebra they need.

    ``weight``, ``sigma`` (node,), ``mean`` (column, node) and
    ``covariance`` (entry, node) of the locations, its entries as in
    ``numpy.triu_indices``. ``pair`` (node,) says which ratios are a node's;
    for each of those ``offset`` (2, county, pair), ``carry`` (4, ...) and
    ``spread`` (3, ...) are from the functions of :mod:`radon.exact.algebra`.
    """

    weight: np.ndarray
    sigma: np.ndarray
    mean: np.ndarray
    covariance: np.ndarray
    pair: np.ndarray
    offset: np.ndarray
    carry: np.ndarray
    spread: np.ndarray


def given_nodes(problem: Problem, grid: Grid, chosen: np.ndarray) -> Given:
    """Gather nodes and what they say of each county.

    Parameters
    ----------
    problem : Problem
        Homes and priors.
    grid : Grid
        The quadrature.
    chosen : numpy.ndarray
        Indices of flattened nodes, (node,).

    Returns
    -------
    Given
        Of those nodes.
    """
    nodes, shape = grid.nodes, grid.weight.shape
    inner = nodes.county_shape

    def take(
        x: np.ndarray | float,
        shape: tuple[int, ...] = shape,
        at: np.ndarray = chosen,
    ) -> np.ndarray:
        return np.broadcast_to(x, shape).ravel()[at]

    pairs, pair = np.unique(
        take(np.arange(np.prod(inner)).reshape(inner)), return_inverse=True
    )
    effects = algebra.Effects(*(take(x, inner, pairs) for x in nodes.effects))
    n = problem.n[..., None]
    terms = algebra.county_terms(n, effects)
    mean, covariance = grid.means
    entries = zip(*np.triu_indices(len(mean)), strict=True)
    return Given(
        take(grid.weight),
        take(nodes.sigma),
        np.array([take(x) for x in mean]),
        np.array([take(covariance[k, i]) for k, i in entries]),
        pair,
        np.array(
            algebra.coefficients(terms, effects, *problem.mean[..., None])
        ),
        np.array(algebra.carry(terms, n, effects)),
        np.array(algebra.spread(terms, n, effects)),
    )


def line_given(
    problem: Problem, given: Given, county: np.ndarray, floor: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of alpha_j + floor * beta_j at each node.

    Parameters
    ----------
    problem : Problem
        Homes and priors.
    given : Given
        Nodes.
    county : numpy.ndarray
        Indices of counties, (county,).
    floor : float
        How much of beta is added; None for beta alone.

    Returns
    -------
    mean, variance : numpy.ndarray
        (county, node), the mean less the reference.
    """
    of_alpha, of_beta = (0.0, 1.0) if floor is None else (1.0, float(floor))
    at = (
        np.ix_(county, given.pair) if len(county) > 1 else (county, given.pair)
    )

    def combined(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        if not of_alpha:
            return y[at]
        return x[at] + of_beta * y[at] if of_beta else x[at]

    offset = combined(*given.offset)
    p = combined(given.carry[0], given.carry[2])
    q = combined(given.carry[1], given.carry[3])
    spread = (
        given.spread[0] * of_alpha**2
        + given.spread[1] * (2 * of_alpha * of_beta)
        + given.spread[2] * of_beta**2
    )[at]
    level, gap = problem.rows[county, 0], problem.rows[county, 1]
    mean = offset + p * (level @ given.mean) + q * (gap @ given.mean)
    variance = (
        given.sigma**2 * spread
        + p * p * (products(level, level) @ given.covariance)
        + 2 * p * q * (products(level, gap) @ given.covariance)
        + q * q * (products(gap, gap) @ given.covariance)
    )
    return mean, variance
