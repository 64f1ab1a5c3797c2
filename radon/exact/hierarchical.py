"""Quantiles and draws of a hierarchical model from its grid."""

import numpy as np
from scipy.interpolate import CubicSpline

from radon.exact import algebra, mixtures
from radon.exact.moments import interpolation
from radon.exact.scales import evaluate, free_axes, units

FINE = 100  # points an axis from which draws of the scales start


def flat_nodes(result, chosen):
    """Chosen nodes: weights, scales and means, flattened.

    Parameters
    ----------
    result : Grid
        The quadrature.
    chosen : numpy.ndarray
        Indices of flattened nodes, (node,).

    Returns
    -------
    weight, pair, sigma, mean, covariance : numpy.ndarray
        Over nodes; ``pair`` indexes the pairs of :func:`county_algebra`.
    """
    nodes, w = result.nodes, result.weight
    pair = np.arange(np.prod(nodes.ratios)).reshape(nodes.ratios)

    def take(x):
        return np.broadcast_to(x, (*x.shape[:-3], *w.shape)).reshape(
            *x.shape[:-3], -1
        )[..., chosen]

    return (
        take(w),
        take(pair),
        take(nodes.sigma),
        take(nodes.means.mean),
        take(nodes.means.covariance),
    )


def county_algebra(problem, result):
    """Work out what each pair of a and b says of each county.

    Returns
    -------
    offset, carry, spread : numpy.ndarray
        (2, county, pair), (4, county, pair) and (3, county, pair), as from
        the functions of :mod:`radon.exact.algebra`.
    """
    a, b = (
        np.broadcast_to(x, result.nodes.ratios).ravel()
        for x in (result.nodes.a, result.nodes.b)
    )
    n, mean = problem.n[..., 0, 0], problem.mean[..., 0, 0]
    terms = algebra.county_terms(n, a, b)
    return (
        np.array(algebra.coefficients(terms, a, b, *mean)),
        np.array(algebra.carry(terms, n, a, b)),
        np.array(algebra.spread(terms, n, a, b)),
    )


def quantiles(problem, result):
    """Quantiles of scales, population means and county coefficients.

    Returns
    -------
    scales, means, coefficients : numpy.ndarray
        (scale, quantile), (2, quantile) and (2, county, quantile).
    """
    scales = np.array(
        [
            _scale_quantiles(problem, result, k)
            for k, free in enumerate(free_axes(problem))
            if free
        ]
    ).reshape(-1, len(mixtures.PROBABILITIES))
    weight, pair, sigma, mu, covariance = flat_nodes(
        result, mixtures.heaviest(result.weight.ravel())
    )
    means = mixtures.normal_mixture_quantiles(
        weight, mu, np.sqrt(covariance[[0, 2]])
    )
    offset, carry, spread = county_algebra(problem, result)
    coefficients = []
    for i in range(2):
        p, q = carry[2 * i][:, pair], carry[2 * i + 1][:, pair]
        mean = offset[i][:, pair] + p * mu[0] + q * mu[1]
        variance = (
            sigma**2 * spread[2 * i][:, pair]
            + p * p * covariance[0]
            + 2 * p * q * covariance[1]
            + q * q * covariance[2]
        )
        coefficients.append(
            problem.reference[i]
            + mixtures.normal_mixture_quantiles(
                weight, mean, np.sqrt(variance)
            )
        )
    return scales, problem.reference[:, None] + means, np.array(coefficients)


def _scale_quantiles(problem, result, k):
    """Quantiles of one scale, its axis refined by interpolation."""
    w = np.moveaxis(result.weight, k, 0)
    log_value = np.broadcast_to(
        np.log(result.nodes.sigma), result.weight.shape
    )
    log_value = np.moveaxis(log_value, k, 0)
    x, widths = result.axes[k], result.widths[k]
    keep = w.sum(0) > 1e-8
    w, log_value = w[:, keep], log_value[:, keep]
    if k == 2:
        fine = np.linspace(x[0], x[-1], 12 * len(x))
        density = np.exp(CubicSpline(x, np.log(np.maximum(w, 1e-300)))(fine))
        log_value = CubicSpline(x, log_value)(fine)
    else:
        middle, half = 0.5 * (x[0] + x[-1]), 0.5 * widths.sum()
        edges = np.linspace(middle - half, middle + half, 401)
        fine = 0.5 * (edges[1:] + edges[:-1])
        to_fine = interpolation(x, fine, edges[0], edges[-1])
        density = np.maximum(to_fine @ (w / widths[:, None]), 0)
        log_value = to_fine @ log_value
        unit = units(problem)[k]
        log_value = log_value + np.log(unit * np.sinh(fine))[:, None]
    return np.exp(mixtures.weighted_quantiles(log_value, density))


def draw_scales(problem, result, n, rng):
    """Independent draws of the coordinates u, v and z.

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
        With axes (draw, 1, 1): scales drawn from their joint posterior.

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
        nodes = evaluate(problem, *(p[:, None, None] for p in points))
        ratio = nodes.log_density.ravel() - log_density[cell]
        ratio = np.exp(ratio - ratio.max())
        kept.append(np.array(points)[:, rng.random(size) < ratio])
        wanted = n - sum(k.shape[1] for k in kept)
    points = np.concatenate(kept, axis=1)[:, :n]
    return evaluate(problem, *(p[:, None, None] for p in points))


def _fine_cells(result):
    """Edges of fine cells an axis, and the log density in their middles."""
    log_density = np.maximum(
        result.nodes.log_density, result.nodes.log_density.max() - 60
    )
    edges = []
    for k, (x, widths) in enumerate(
        zip(result.axes, result.widths, strict=True)
    ):
        if widths is None:
            edges.append(None)
            continue
        middle, half = 0.5 * (x[0] + x[-1]), 0.5 * widths.sum()
        low, high = middle - half, middle + half
        e = np.linspace(low, high, max(FINE, 2 * len(x)) + 1)
        centres = 0.5 * (e[1:] + e[:-1])
        along = np.moveaxis(log_density, k, 0)
        if k == 2:
            fine = CubicSpline(x, along)(centres)
        else:
            matrix = interpolation(x, centres, low, high)
            fine = np.tensordot(matrix, along, axes=1)
        log_density = np.moveaxis(fine, 0, k)
        edges.append(e)
    return edges, log_density


def draws(problem, result, n, rng):
    """Independent draws of all parameters.

    Returns
    -------
    dict
        ``sigma``, ``sigma_alpha``, ``sigma_beta`` (draw,), ``means``
        (2, draw) and ``coefficients`` (2, draw, county).
    """
    nodes = draw_scales(problem, result, n, rng)

    def by_draw(x):
        return np.broadcast_to(x[..., 0, 0], (*x.shape[:-3], n))

    mu, covariance = map(by_draw, nodes.means)
    mu = mu + _normal(rng, covariance)
    a, b = nodes.a, nodes.b
    terms = algebra.county_terms(problem.n, a, b)
    m = mu[..., None, None]
    d0, d1 = problem.mean[0] - m[0], problem.mean[1] - m[0] - m[1]
    deviation = np.array(algebra.coefficients(terms, a, b, d0, d1))
    sigma = by_draw(nodes.sigma)
    spread = np.array(algebra.spread(terms, problem.n, a, b)) * nodes.sigma**2
    coefficients = (
        deviation[..., 0, 0] + _normal(rng, spread[..., 0, 0]) + mu[:, None]
    )
    return {
        "sigma": sigma,
        "sigma_alpha": by_draw(a) * sigma,
        "sigma_beta": by_draw(b) * sigma,
        "means": problem.reference[:, None] + mu,
        "coefficients": problem.reference[:, None, None]
        + np.moveaxis(coefficients, 1, 2),
    }


def _normal(rng, covariance):
    """Draw pairs with covariances given as their three entries."""
    z = rng.normal(size=(2, *covariance.shape[1:]))
    first = np.sqrt(np.maximum(covariance[0], 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.where(first > 0, covariance[1] / first, 0.0)
    second = np.sqrt(np.maximum(covariance[2] - slope**2, 0))
    return np.array([first * z[0], slope * z[0] + second * z[1]])
