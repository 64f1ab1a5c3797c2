"""Means and standard deviations of a hierarchical model from its grid."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial.legendre import leggauss, legvander

from radon.exact import algebra
from radon.exact.scales import Nodes, free_axes, units

NOTHING = 1e-14  # weight, beside the largest, of a node that adds nothing


class Grid(NamedTuple):
    """Nodes with their weights, which add up to 1.

    ``axes`` holds the nodes of u, v and z and ``widths`` the quadrature
    weight of each node (None where an axis is a single point).
    """

    nodes: Nodes
    weight: np.ndarray
    log_evidence: float
    axes: tuple
    widths: tuple
    moments: dict[str, int]


class Moments(NamedTuple):
    """Means and standard deviations, the first axis of each array.

    ``scales`` and ``log_scales`` (2, scale), ``means`` (2, 2) of the two
    population means, ``coefficients`` (2, 2, county) of alpha and beta.
    """

    scales: np.ndarray
    log_scales: np.ndarray
    means: np.ndarray
    coefficients: np.ndarray


def moments_of(problem, grid):
    """Compute the moments of every parameter.

    Returns
    -------
    Moments
        NaN and infinite where a moment does not exist.
    """
    means, sds = zip(*coefficient_moments(problem, grid), strict=True)
    return Moments(
        scale_moments(problem, grid),
        log_scale_moments(problem, grid),
        mean_moments(problem, grid),
        np.array([means, sds]),
    )


def scale_moments(problem, grid):
    """Mean and sd of each free scale, (2, scale).

    Where a moment does not exist the mean is NaN, the sd infinite.
    """
    nodes, w = grid.nodes, grid.weight
    values = {
        "sigma_alpha": nodes.a * nodes.sigma,
        "sigma_beta": nodes.b * nodes.sigma,
        "sigma": nodes.sigma,
    }
    moments = []
    for key, order in grid.moments.items():
        mean = np.sum(w * values[key])
        sd = np.sqrt(np.sum(w * (values[key] - mean) ** 2))
        moments.append(
            (mean if order else np.nan, sd if order > 1 else np.inf)
        )
    return np.array(moments).reshape(-1, 2).T


def mean_moments(problem, grid):
    """Mean and sd of the two population means, (2, 2)."""
    w = grid.weight
    mu, covariance = grid.nodes.means
    mean = np.array([np.sum(w * m) for m in mu])
    variance = [
        np.sum(w * ((mu[i] - mean[i]) ** 2 + covariance[2 * i]))
        for i in range(2)
    ]
    return np.array([problem.reference + mean, np.sqrt(variance)])


def log_scale_moments(problem, grid):
    """Mean and sd of the logarithm of each free scale, (2, scale).

    Notes
    -----
    Where the mass reaches a scale of 0 its logarithm is singular there, so
    the density along that axis is interpolated and integrated against the
    logarithm on nodes graded towards 0.
    """
    w = grid.weight
    log_sigma = np.broadcast_to(np.log(grid.nodes.sigma), w.shape)
    moments = []
    for k, is_free in enumerate(free_axes(problem)):
        if not is_free:
            continue
        total, rule = log_sigma, None
        if k < 2:
            total = log_sigma + np.log(units(problem)[k])
            rule = _log_rule(grid.axes[k], grid.widths[k])
        others = tuple(i for i in range(3) if i != k)
        first, second = (np.sum(w * total**p, axis=others) for p in (1, 2))
        if rule is not None:
            mass = np.sum(w, axis=others)
            second = second + 2 * rule[0] * first + rule[1] * mass
            first = first + rule[0] * mass
        mean = first.sum()
        moments.append((mean, np.sqrt(second.sum() - mean**2)))
    return np.array(moments).reshape(-1, 2).T


def _log_rule(x, widths):
    """Factors by which node weights integrate log sinh x and its square."""
    low = (x[0] + x[-1]) / 2 - widths.sum() / 2
    high = low + widths.sum()
    if low > 1e-9 * high:
        logs = np.log(np.sinh(x))
        return logs, logs**2
    part, share, to_fine = _graded(len(x))
    mass = share * high
    logs = np.log(np.sinh(part * high))
    return (
        (mass * logs) @ to_fine / widths,
        (mass * logs**2) @ to_fine / widths,
    )


@lru_cache
def legendre(size):
    """Nodes and weights of the Gauss-Legendre rule on -1 to 1."""
    return leggauss(size)


@lru_cache
def _graded(size):
    """Nodes graded towards 0 on the unit interval, weights, interpolation."""
    s, w = legendre(100 + 4 * size)
    s, w = 0.5 * (s + 1), 0.5 * w
    nodes = 0.5 * (legendre(size)[0] + 1)
    return s**4, 4 * w * s**3, interpolation(nodes, s**4, 0.0, 1.0)


def interpolation(x, at, low, high):
    """Matrix that carries values at Legendre nodes to other points."""
    scale = 2 / (high - low)
    there = legvander((at - low) * scale - 1, len(x) - 1)
    here = legvander((x - low) * scale - 1, len(x) - 1)
    return np.linalg.solve(here.T, there.T).T


def coefficient_moments(problem, grid):
    """Yield mean and sd of alpha and of beta of each county, (county,)."""
    nodes, w = grid.nodes, grid.weight
    mu, covariance = nodes.means
    shape = nodes.ratios

    def fold(x):
        x = np.broadcast_to(x, w.shape)
        return (x.sum(-1) if shape[-1] == 1 else x).ravel()

    w0 = fold(w)
    held = np.flatnonzero(w0 > NOTHING * w0.max())
    w0, s2, m0, m1, m00, m01, m11 = (
        x[held]
        for x in (
            w0,
            fold(w * nodes.sigma**2),
            *(fold(w * m) for m in mu),
            *(
                fold(w * (mu[i] * mu[j] + covariance[i + j]))
                for i, j in ((0, 0), (0, 1), (1, 1))
            ),
        )
    )
    a, b = (
        np.broadcast_to(x, shape).ravel()[held] for x in (nodes.a, nodes.b)
    )
    sizes, size_of = problem.sizes[..., 0, 0], problem.size_of
    d0, d1 = problem.mean[..., 0, 0, 0]
    one = np.ones_like(d0)
    terms = algebra.county_terms(sizes, a, b)
    # A county's offset is linear in its two cell means.
    from_basement = algebra.coefficients(terms, a, b, 1.0, 0.0)
    from_first = algebra.coefficients(terms, a, b, 0.0, 1.0)
    carry = algebra.carry(terms, sizes, a, b)
    spread = algebra.spread(terms, sizes, a, b)
    unseen = problem.n[1, :, 0, 0, 0] == 0
    exist = (2, grid.moments.get("sigma_beta", 2))
    for i in range(2):
        k0, k1, p, q = (
            from_basement[i],
            from_first[i],
            *carry[2 * i : 2 * i + 2],
        )
        mean = [k0 @ w0, k1 @ w0, p @ m0 + q @ m1]
        square = [
            (k0 * k0) @ w0,
            2 * ((k0 * k1) @ w0),
            (k1 * k1) @ w0,
            2 * ((k0 * p) @ m0 + (k0 * q) @ m1),
            2 * ((k1 * p) @ m0 + (k1 * q) @ m1),
            (p * p) @ m00
            + 2 * ((p * q) @ m01)
            + (q * q) @ m11
            + spread[2 * i] @ s2,
        ]
        mean = (np.array(mean)[:, size_of] * [d0, d1, one]).sum(0)
        weights = [d0**2, d0 * d1, d1**2, d0, d1, one]
        square = (np.array(square)[:, size_of] * weights).sum(0)
        sd = np.sqrt(np.maximum(square - mean**2, 0))
        sd = np.where(unseen & (exist[i] < 2), np.inf, sd)
        mean = np.where(unseen & (exist[i] < 1), np.nan, mean)
        yield problem.reference[i] + mean, sd
