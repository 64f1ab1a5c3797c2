"""Quantiles of a hierarchical model from its grid."""

import numpy as np
from scipy.interpolate import CubicSpline

from radon.exact import mixtures
from radon.exact.counties import given_nodes, line_given
from radon.exact.moments import interpolation, reported
from radon.exact.problem import units
from radon.exact.scales import ANGLE, SIGMA, free_axes


def quantiles(problem, result):
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


def _scale_quantiles(problem, result, k):
    """Quantiles of one scale, its axis refined by interpolation."""
    w = np.moveaxis(result.weight, k, 0)
    log_value = np.moveaxis(
        np.broadcast_to(np.log(result.nodes.sigma), result.weight.shape), k, 0
    )
    x, widths = result.axes[k], result.widths[k]
    keep = w.sum(0) > 1e-8
    w, log_value = w[:, keep], log_value[:, keep]
    if k == SIGMA:
        fine = np.linspace(x[0], x[-1], 12 * len(x))
        density = np.exp(CubicSpline(x, np.log(np.maximum(w, 1e-300)))(fine))
        log_value = CubicSpline(x, log_value)(fine)
        return np.exp(mixtures.weighted_quantiles(log_value, density))
    middle, half = 0.5 * (x[0] + x[-1]), 0.5 * widths.sum()
    edges = np.linspace(middle - half, middle + half, 801)
    fine = 0.5 * (edges[1:] + edges[:-1])
    to_fine = interpolation(x, fine, edges[0], edges[-1])
    density = np.maximum(to_fine @ (w / widths[:, None]), 0)
    if k == ANGLE:
        found = mixtures.weighted_quantiles(fine, density.sum(1))
        return np.sin(found)
    log_value = to_fine @ log_value
    unit = units(problem)[k]
    log_value = log_value + np.log(unit * np.sinh(fine))[:, None]
    return np.exp(mixtures.weighted_quantiles(log_value, density))
