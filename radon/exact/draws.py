"""Independent draws of a hierarchical model from its grid."""

from collections.abc import Sequence

import numpy as np

from radon.exact import algebra
from radon.exact.elimination import draw
from radon.exact.moments import Grid
from radon.exact.problem import Problem
from radon.exact.scales import (
    N_AXES,
    SCALE_ORDER,
    Nodes,
    evaluate,
    free_axes,
)

FINE = 100  # most cells an axis from which draws of the scales start
CELLS = 1_000_000  # most cells of all axes


def draw_scales(
    problem: Problem, result: Grid, n: int, rng: np.random.Generator
) -> Nodes:
    """Independent draws of the coordinates.

    Parameters
    ----------
    problem : Problem
        Homes and priors.
    result : Grid
        Its quadrature.
    n : int
        Number of draws.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Nodes
        With axes (draw, 1, ...): scales drawn from their joint posterior.

    Notes
    -----
    Rejection: a fine cell of the interpolated density is chosen and a point
    in it, and the point kept according to the density evaluated there.
    """
    edges, log_density = _fine_cells(result)
    cumulative = np.cumsum(np.exp(log_density - log_density.max()))
    shape = log_density.shape
    kept, wanted = [], n
    while wanted > 0:
        size = int(1.5 * wanted) + 50
        at = np.searchsorted(cumulative, rng.random(size) * cumulative[-1])
        cell = np.unravel_index(np.minimum(at, cumulative.size - 1), shape)
        points = [
            np.zeros(size)
            if e is None
            else e[i] + (e[i + 1] - e[i]) * rng.random(size)
            for e, i in zip(edges, cell, strict=True)
        ]
        nodes = evaluate(problem, [_by_draw(p) for p in points])
        ratio = nodes.log_density.ravel() - log_density[cell]
        ratio = np.exp(ratio - ratio.max())
        kept.append(np.array(points)[:, rng.random(size) < ratio])
        wanted -= kept[-1].shape[1]
    points = np.concatenate(kept, axis=1)[:, :n]
    return evaluate(problem, [_by_draw(p) for p in points])


def _by_draw(x: np.ndarray) -> np.ndarray:
    return x.reshape(-1, *[1] * (N_AXES - 1))


def _fine_cells(result: Grid) -> tuple[list[np.ndarray | None], np.ndarray]:
    """Edges of fine cells an axis, and the log density in their middles."""
    log_density = np.maximum(
        result.nodes.log_density, result.nodes.log_density.max() - 60
    )
    n_free = sum(axis is not None for axis in result.axes)
    cells = min(FINE, int(CELLS ** (1 / max(n_free, 1))))
    edges: list[np.ndarray | None] = []
    for k, axis in enumerate(result.axes):
        if axis is None:
            edges.append(None)
            continue
        count = cells if n_free > 3 else max(FINE, 2 * len(axis.nodes))
        e = np.linspace(axis.low, axis.high, count + 1)
        centres = 0.5 * (e[1:] + e[:-1])
        fine = axis.refined(np.moveaxis(log_density, k, 0), centres)
        log_density = np.moveaxis(fine, 0, k)
        edges.append(e)
    return edges, log_density


def draws(
    problem: Problem, result: Grid, n: int, rng: np.random.Generator
) -> tuple[
    dict[str, np.ndarray], np.ndarray, Sequence[np.ndarray] | np.ndarray
]:
    """Independent draws of all parameters.

    Returns
    -------
    scales : dict
        Draws of the free scales and of rho by name, (draw,).
    locations : numpy.ndarray
        What is reported of the locations, (report, draw).
    coefficients : numpy.ndarray
        Those that vary, (varying, draw, county).
    """
    nodes = draw_scales(problem, result, n, rng)

    def by_draw(x: np.ndarray) -> np.ndarray:
        return np.broadcast_to(x[..., 0, 0, 0, 0], (*x.shape[:-N_AXES], n))

    scales = {
        key: by_draw(nodes.value(k))
        for k, key in enumerate(SCALE_ORDER)
        if free_axes(problem)[k]
    }
    shape = (n, *[1] * (N_AXES - 1))
    locations = by_draw(draw(nodes.solution, nodes.sigma, shape, rng))
    named = problem.centre[:, None] + problem.reports @ locations
    if not problem.varying:
        return scales, named, ()
    line = np.moveaxis(problem.rows @ locations, 1, 0)  # 2, county, draw
    effects = algebra.Effects(
        *(by_draw(np.asarray(x) + 0 * nodes.sigma) for x in nodes.effects)
    )
    n_homes = problem.n[..., None]
    terms = algebra.county_terms(n_homes, effects)
    d0 = problem.mean[0][:, None] - line[0]
    d1 = problem.mean[1][:, None] - line[0] - line[1]
    deviation = np.array(algebra.coefficients(terms, effects, d0, d1))
    spread = np.array(algebra.spread(terms, n_homes, effects))
    spread = np.broadcast_to(
        spread * by_draw(nodes.sigma) ** 2, (3, *d0.shape)
    )
    found = line + deviation + _normal(rng, spread)
    found = problem.reference.T[..., None] + found
    return scales, named, found[: len(problem.varying)].swapaxes(1, 2)


def _normal(rng: np.random.Generator, covariance: np.ndarray) -> np.ndarray:
    """Draw pairs with covariances given as their three entries."""
    z = rng.normal(size=(2, *covariance.shape[1:]))
    first = np.sqrt(np.maximum(covariance[0], 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.where(first > 0, covariance[1] / first, 0.0)
    second = np.sqrt(np.maximum(covariance[2] - slope**2, 0))
    return np.array([first * z[0], slope * z[0] + second * z[1]])
