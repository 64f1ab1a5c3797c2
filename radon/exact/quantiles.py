"""Quantiles of a hierarchical model from its grid."""

import numpy as np

from radon.exact import mixtures
from radon.exact.axes import even_axis
from radon.exact.counties import given_nodes, line_given
from radon.exact.moments import Grid, reported
from radon.exact.problem import Problem
from radon.exact.scales import ANGLE, SIGMA, free_axes

CELLS = 800  # of an axis, between which quantiles are interpolated


def quantiles(
    problem: Problem, result: Grid
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Quantiles of scales, locations and county coefficients.

    Returns
    -------
    scales, locations, coefficients : numpy.ndarray
        (scale, quantile), (report, quantile) and (varying, county,
        quantile).
    """
    scales = np.array(
        [
            _scale_quantiles(problem, result, k)
            for k, free in enumerate(free_axes(problem))
            if free
        ]
    ).reshape(-1, len(mixtures.PROBABILITIES))
    chosen = mixtures.heaviest(result.weight.ravel())
    weight = result.weight.ravel()[chosen]
    mean, variance = (
        np.array(
            [
                np.broadcast_to(x, result.weight.shape).ravel()[chosen]
                for x in xs
            ]
        )
        for xs in zip(*reported(problem, result.means), strict=True)
    )
    locations = problem.centre[:, None] + mixtures.normal_mixture_quantiles(
        weight, mean, np.sqrt(variance)
    )
    if not problem.varying:
        return scales, locations, np.empty((0, 0, scales.shape[1]))
    given = given_nodes(problem, result, chosen)
    everywhere = np.arange(len(problem.squares))
    coefficients = []
    for i, floor in enumerate((0, None)[: len(problem.varying)]):
        mean, variance = line_given(problem, given, everywhere, floor)
        found = mixtures.normal_mixture_quantiles(
            weight, mean, np.sqrt(variance)
        )
        coefficients.append(problem.reference[:, i, None] + found)
    return scales, locations, np.array(coefficients)


def _scale_quantiles(problem: Problem, result: Grid, k: int) -> np.ndarray:
    """Quantiles of one scale, its axis refined by interpolation."""
    w = np.moveaxis(result.weight, k, 0)
    log_value = np.moveaxis(
        np.broadcast_to(np.log(result.nodes.sigma), result.weight.shape), k, 0
    )
    axis = result.axes[k]
    assert axis is not None  # of a free scale
    keep = w.sum(0) > 1e-8
    w, log_value = w[:, keep], log_value[:, keep]
    fine = even_axis(axis.low, axis.high, CELLS).nodes
    if axis.is_even:  # its ends hold next to nothing
        fine = fine[(fine > axis.nodes[0]) & (fine < axis.nodes[-1])]
        height = np.log(np.maximum(w, 1e-300))
    else:
        height = w / axis.widths[:, None]
    both = np.concatenate([height, log_value], axis=1)
    height, log_value = np.split(axis.refined(both, fine), 2, axis=1)
    density = np.exp(height) if axis.is_even else np.maximum(height, 0)
    if k == ANGLE:
        found = mixtures.weighted_quantiles(fine, density.sum(1))
        return np.sin(found)
    if k != SIGMA:
        stretch = problem.units[k] * np.sinh(fine)
        log_value = log_value + np.log(stretch)[:, None]
    return np.exp(mixtures.weighted_quantiles(log_value, density))
