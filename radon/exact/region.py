"""Where the mass of the scales lies, and which of their moments exist."""

import math
from collections.abc import Sequence

import numpy as np

from radon.exact.errors import ExactError, ImproperError
from radon.exact.problem import Problem
from radon.exact.propriety import LOST, far_out, improper, no_end
from radon.exact.scales import (
    ANGLE,
    N_AXES,
    RATIOS,
    SCALE_ORDER,
    SIGMA,
    Nodes,
    evaluate,
    free_axes,
    mesh,
)

NEGLIGIBLE = 19.0  # log of the smallest density kept, below the largest
COLLAPSED = (
    1e-8  # sigma, in prior sds of the means, that is nothing but rounding
)
RIGHT_ANGLES = (-0.5 * np.pi, 0.5 * np.pi)  # where rho is -1 and 1
ENDS = ((0.0, np.inf),) * RATIOS + (RIGHT_ANGLES, (-np.inf, np.inf))
BESIDE = np.linspace(-6, 6, 25)  # of ratios beside one that is far out
FAR = 48.0  # largest u, v, w and |z| that is looked at


def region(
    problem: Problem, moments: dict[str, int], negligible: float = NEGLIGIBLE
) -> list[tuple[float, float] | None]:
    """Bounds of the coordinates outside which the mass is negligible.

    Parameters
    ----------
    problem : Problem
        From :func:`frame`.
    moments : dict
        From :func:`existing_moments`: the region also holds the mass of the
        moments that exist.
    negligible : float
        Log of the smallest density kept, below the largest.

    Returns
    -------
    list of tuple
        Lower and upper bound of each axis, None where it is one point.

    Raises
    ------
    ExactError
        If the scan finds no end to the mass.
    """
    free = free_axes(problem)
    cells = 16 if sum(free) < 4 else 12
    reach = 9.0 if problem.centred_inside else 20.0
    low = [0.0] * RATIOS + [RIGHT_ANGLES[0], -reach]
    high = [12.0] * RATIOS + [RIGHT_ANGLES[1], reach]
    order = min(moments.values(), default=2)
    for _ in range(40):
        edges = [
            np.linspace(low[k], high[k], (cells if free[k] else 1) + 1)
            for k in range(N_AXES)
        ]
        axes = [0.5 * (e[1:] + e[:-1]) for e in edges]
        nodes = evaluate(problem, mesh(axes))
        shape = tuple(map(len, axes))
        keep = np.zeros(shape, bool)
        for power in {0, order}:
            density = nodes.log_density + _weight_of_moments(nodes, power)
            density = np.where(np.isnan(density), -np.inf, density)
            if not np.isfinite(density.max()):
                raise no_end(problem)
            keep |= density >= density.max() - negligible
        settled = True
        for k in np.flatnonzero(free).tolist():
            kept = np.flatnonzero(keep.any(axis=_others(k)))
            first, last = kept[0], kept[-1]
            width = high[k] - low[k]
            new_low = edges[k][max(first - 1, 0)]
            new_high = edges[k][min(last + 2, cells)]
            if first == 0 and low[k] > ENDS[k][0]:
                new_low = max(ENDS[k][0], low[k] - 0.5 * width)
                settled = False
            if last == cells - 1 and high[k] < ENDS[k][1]:
                new_high = min(ENDS[k][1], high[k] + 0.5 * width)
                settled = False
            if new_high - new_low < 0.7 * width:
                settled = False
            low[k], high[k] = new_low, new_high
            if high[k] > 3 * FAR * (20 if k == SIGMA else 1):
                raise no_end(problem)
        if settled:
            break
    sigma = np.broadcast_to(nodes.sigma, shape)[keep]
    if free[SIGMA] and sigma.max() < COLLAPSED * problem.scale.max():
        raise no_end(problem)
    if not settled:
        raise ExactError(LOST)
    return [(low[k], high[k]) if free[k] else None for k in range(N_AXES)]


def _weight_of_moments(nodes: Nodes, order: int) -> np.ndarray | float:
    if not order:
        return 0.0
    size = sum(np.square(x) for x in nodes.ratios) + 1
    return 0.5 * order * np.log1p(size * nodes.sigma**2)


def _others(k: int) -> tuple[int, ...]:
    """All axes but one."""
    return tuple(i for i in range(N_AXES) if i != k)


def existing_moments(problem: Problem) -> dict[str, int]:
    """How many moments of each free scale exist: 0, 1 or 2.

    Returns
    -------
    dict
        By site name.

    Raises
    ------
    ExactError
        If not even the mass is finite.

    Notes
    -----
    Far out the density of a scale falls as a power; the slope of its
    logarithm against the logarithm of the scale, measured there, says which
    moments converge.
    """
    free = free_axes(problem)
    near_and_far = np.array([1e-9, math.e * 1e-9, 16.0, 17.0])
    wide = [np.linspace(1, 29, 15)] * RATIOS + [np.linspace(-1.4, 1.4, 5)]
    n = max(problem.n.sum(), 1.0)
    reach = np.sqrt(2 * n) if problem.centred_inside else 1.0
    wide.append(
        np.unique(
            np.concatenate(
                [np.linspace(-6, 6, 13), reach * np.arange(-40, 41, 2.0)]
            )
        )
    )
    wide = [x if f else np.zeros(1) for x, f in zip(wide, free, strict=True)]
    existing = {}
    for k, key in enumerate(SCALE_ORDER):
        if not free[k]:
            continue
        if k == ANGLE:  # bounded
            existing[key] = 2
            continue
        axes = list(wide)
        axes[k] = (
            near_and_far if k < RATIOS else reach * np.array([40.0, 41.0])
        )
        coordinates = mesh(axes)
        if k < RATIOS and not problem.squares.any():
            coordinates = _follow(coordinates, k, free)
        nodes = evaluate(problem, coordinates)
        log = np.where(np.isnan(nodes.log_density), -np.inf, nodes.log_density)
        value = np.broadcast_to(nodes.value(k), log.shape)
        log = np.moveaxis(log, k, 0).reshape(len(axes[k]), -1)
        value = np.log(np.moveaxis(value, k, 0).reshape(log.shape))
        slopes = [
            _slope(log[-2:] + order * value[-2:], outside=-np.inf)
            for order in range(3)
        ]
        if slopes[0] > -0.05:
            raise far_out(problem, key)
        existing[key] = sum(slope < -0.05 for slope in slopes[1:])
        if k == SIGMA:
            continue
        usual = np.tile(np.abs(axes[SIGMA]) <= 6, log[0].size // len(axes[-1]))
        if _slope(log[:2, usual], outside=0.0) < 0.05 - 1:
            raise ImproperError(improper(key))  # infinite mass per log scale
    return existing


def _follow(
    coordinates: Sequence[np.ndarray], k: int, free: Sequence[bool]
) -> tuple[np.ndarray, ...]:
    """Let the other ratios also go where the k-th goes.

    Where no two homes share a cell, only the sum of their variances is known:
    as sigma goes to 0 all ratios grow together, along a narrow ridge. Nodes
    that move with the k-th ratio see it at the same places wherever it is.
    """
    there = np.maximum(coordinates[k], 12.0)
    followed = list(coordinates)
    for j in range(RATIOS):
        if free[j] and j != k:
            beside = there + mesh([BESIDE] * N_AXES)[j]
            fixed = coordinates[j] + 0 * there
            followed[j] = np.concatenate([fixed, beside], axis=j)
    return tuple(followed)


def _slope(log: np.ndarray, outside: float) -> float:
    """Slope of a log density between two points, other axes added up."""
    peak = log.max()
    if peak == -np.inf:  # beyond the prior's support
        return outside
    with np.errstate(divide="ignore"):
        first, second = np.log(np.exp(log - peak).sum(1))
    return second - first
