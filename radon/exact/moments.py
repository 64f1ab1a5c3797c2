"""Means and standard deviations of a model's parameters from its grid."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from radon.exact import algebra
from radon.exact.axes import Axis, interpolation, legendre
from radon.exact.elimination import Means
from radon.exact.problem import Problem, products
from radon.exact.scales import (
    ANGLE,
    RATIOS,
    SCALE_ORDER,
    Nodes,
    free_axes,
)

NOTHING = 1e-14  # weight, beside the largest, of a node that adds nothing


class Grid(NamedTuple):
    """Nodes with their weights, which add up to 1.

    ``means`` are the locations given the scales; ``axes`` holds the axis of
    each coordinate, None where it is a single point; ``fineness`` is the
    index of its level.
    """

    nodes: Nodes
    means: Means
    weight: np.ndarray
    log_evidence: float
    axes: tuple[Axis | None, ...]
    moments: dict[str, int]
    fineness: int | None = None


class Moments(NamedTuple):
    """Means and standard deviations, the first axis of each array.

    ``scales`` and ``log_scales`` (2, scale), ``locations`` (2, report) of
    what is reported of the locations, ``coefficients`` (2, varying, county)
    of the coefficients that vary.
    """

    scales: np.ndarray
    log_scales: np.ndarray
    locations: np.ndarray
    coefficients: np.ndarray


def moments_of(problem: Problem, grid: Grid) -> Moments:
    """Compute the moments of every parameter.

    Returns
    -------
    Moments
        NaN and infinite where a moment does not exist.
    """
    return Moments(
        scale_moments(problem, grid),
        log_scale_moments(problem, grid),
        location_moments(problem, grid),
        coefficient_moments(problem, grid),
    )


def scale_moments(problem: Problem, grid: Grid) -> np.ndarray:
    """Mean and sd of each free scale and of rho, (2, scale).

    Where a moment does not exist the mean is NaN, the sd infinite.
    """
    w = grid.weight
    moments = []
    for k, is_free in enumerate(free_axes(problem)):
        if not is_free:
            continue
        value, order = grid.nodes.value(k), grid.moments[SCALE_ORDER[k]]
        mean = np.sum(w * value)
        sd = np.sqrt(np.sum(w * (value - mean) ** 2))
        moments.append(
            (mean if order else np.nan, sd if order > 1 else np.inf)
        )
    return np.array(moments).reshape(-1, 2).T


def reported(
    problem: Problem, means: Means
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield mean and variance, at each node, of what is reported."""
    for row in problem.reports:
        columns = np.flatnonzero(row)
        yield (
            sum(row[k] * means.mean[k] for k in columns),
            sum(
                row[k] * row[i] * means.covariance[k, i]
                for k in columns
                for i in columns
            ),
        )


def location_moments(problem: Problem, grid: Grid) -> np.ndarray:
    """Mean and sd of what is reported of the locations, (2, report)."""
    w = grid.weight
    moments = []
    for mean, variance in reported(problem, grid.means):
        centre = np.sum(w * mean)
        spread = np.sum(w * ((mean - centre) ** 2 + variance))
        moments.append((centre, np.sqrt(spread)))
    mean, sd = np.transpose(moments)
    return np.array([problem.centre + mean, sd])


def log_scale_moments(problem: Problem, grid: Grid) -> np.ndarray:
    """Mean and sd of the logarithm of each free scale, and of rho itself.

    Returns
    -------
    numpy.ndarray
        (2, scale).

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
        total, rule, axis = log_sigma, None, grid.axes[k]
        if k < RATIOS and axis is not None:
            total = log_sigma + np.log(problem.units[k])
            rule = _log_rule(axis)
        elif k == ANGLE:
            total = grid.nodes.value(k)
        others = tuple(i for i in range(w.ndim) if i != k)
        first, second = (np.sum(w * total**p, axis=others) for p in (1, 2))
        if rule is not None:
            mass = np.sum(w, axis=others)
            second = second + 2 * rule[0] * first + rule[1] * mass
            first = first + rule[0] * mass
        mean = first.sum()
        square = max(second.sum() - mean**2, 0.0)
        moments.append((mean, np.sqrt(square)))
    return np.array(moments).reshape(-1, 2).T


def _log_rule(axis: Axis) -> tuple[np.ndarray, np.ndarray]:
    """Factors by which node weights integrate log sinh x and its square."""
    if axis.low > 1e-9 * axis.high:
        logs = np.log(np.sinh(axis.nodes))
        return logs, logs**2
    part, share, to_fine = _graded(len(axis.nodes))
    mass = share * axis.high
    logs = np.log(np.sinh(part * axis.high))
    return (
        (mass * logs) @ to_fine / axis.widths,
        (mass * logs**2) @ to_fine / axis.widths,
    )


@lru_cache
def _graded(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes graded towards 0 on the unit interval, weights, interpolation."""
    s, w = legendre(100 + 4 * size)
    s, w = 0.5 * (s + 1), 0.5 * w
    nodes = 0.5 * (legendre(size)[0] + 1)
    return s**4, 4 * w * s**3, interpolation(nodes, s**4, 0.0, 1.0)


def coefficient_moments(problem: Problem, grid: Grid) -> np.ndarray:
    """Mean and sd of the coefficients that vary, (2, varying, county)."""
    nodes, w = grid.nodes, grid.weight
    found = np.empty((2, len(problem.varying), len(problem.squares)))
    if not problem.varying:
        return found
    shape = nodes.county_shape
    alone = tuple(k for k, size in enumerate(shape) if size == 1)

    def fold(x: np.ndarray) -> np.ndarray:
        return np.sum(np.broadcast_to(x, w.shape), axis=alone).ravel()

    w0 = fold(w)
    held = np.flatnonzero(w0 > NOTHING * w0.max())
    mu, covariance = grid.means
    w0, s2 = w0[held], fold(w * nodes.sigma**2)[held]
    first = np.transpose([fold(w * m)[held] for m in mu])
    second = np.transpose(
        [
            fold(w * (mu[k] * mu[i] + covariance[k, i]))[held]
            for k, i in zip(*np.triu_indices(len(mu)), strict=True)
        ]
    )

    def by_county(
        x: np.ndarray,
        weights: np.ndarray | None = None,
        rows: np.ndarray | None = None,
    ) -> np.ndarray:
        if weights is None or rows is None:
            return (x @ w0)[size_of]
        return np.einsum("ji,ji->j", (x @ weights)[size_of], rows)

    effects = algebra.Effects(
        *(np.broadcast_to(x, shape).ravel()[held] for x in nodes.effects)
    )
    sizes, size_of = problem.sizes[..., None], problem.size_of
    d0, d1 = problem.mean
    level, gap = problem.rows[:, 0], problem.rows[:, 1]
    level2, gap2 = products(level, level), products(gap, gap)
    across = 2 * products(level, gap)
    terms = algebra.county_terms(sizes, effects)
    # A county's offset is linear in its two cell means.
    from_basement = algebra.coefficients(terms, effects, 1.0, 0.0)
    from_first = algebra.coefficients(terms, effects, 0.0, 1.0)
    carry = algebra.carry(terms, sizes, effects)
    spread = algebra.spread(terms, sizes, effects)
    unseen = problem.n[1] == 0
    exist = (2, grid.moments.get("sigma_beta", 2))
    for i in range(len(problem.varying)):
        k0, k1, p, q = (
            from_basement[i],
            from_first[i],
            *carry[2 * i : 2 * i + 2],
        )

        mean = (
            by_county(k0) * d0
            + by_county(k1) * d1
            + by_county(p, first, level)
            + by_county(q, first, gap)
        )
        square = (
            by_county(k0 * k0) * d0**2
            + by_county(k0 * k1) * (2 * d0 * d1)
            + by_county(k1 * k1) * d1**2
            + by_county(k0 * p, first, level) * (2 * d0)
            + by_county(k0 * q, first, gap) * (2 * d0)
            + by_county(k1 * p, first, level) * (2 * d1)
            + by_county(k1 * q, first, gap) * (2 * d1)
            + by_county(p * p, second, level2)
            + by_county(p * q, second, across)
            + by_county(q * q, second, gap2)
            + (spread[2 * i] @ s2)[size_of]
        )
        sd = np.sqrt(np.maximum(square - mean**2, 0))
        found[1, i] = np.where(unseen & (exist[i] < 2), np.inf, sd)
        mean = np.where(unseen & (exist[i] < 1), np.nan, mean)
        found[0, i] = problem.reference[:, i] + mean
    return found
