"""Quadrature over the scales, refined until the answer stands still."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from radon.exact.axes import Axis, even_axis, legendre_axis
from radon.exact.elimination import means
from radon.exact.errors import ExactError
from radon.exact.moments import Grid, Moments, moments_of
from radon.exact.problem import Problem
from radon.exact.propriety import REMEDY
from radon.exact.region import ENDS, existing_moments, region
from radon.exact.scales import N_AXES, SIGMA, evaluate, free_axes, mesh


class Level(NamedTuple):
    """Nodes of a ratio or an angle, and the step of z.

    ``legendre`` where the mass reaches an end of its range, ``even`` where
    it does not: there evenly spaced nodes do as well with fewer.
    """

    legendre: int
    even: int
    step: float


LEVELS = (
    Level(16, 13, 1.15),
    Level(24, 17, 1.0),
    Level(34, 26, 0.8),
    Level(50, 40, 0.65),
    Level(74, 60, 0.5),
    Level(110, 90, 0.4),
)
LEVELS_OF_MANY = (
    Level(15, 12, 1.15),
    Level(20, 16, 1.0),
    Level(26, 22, 0.8),
    Level(34, 30, 0.65),
    Level(44, 40, 0.5),
    Level(58, 52, 0.5),
)
SETTLED = 1e-3  # change between two levels, in posterior sds


def integrate(problem: Problem) -> tuple[Grid, Moments]:
    """Find where the mass lies, and refine until the answer stands still.

    Parameters
    ----------
    problem : Problem
        From :func:`radon.exact.problem.frame`.

    Returns
    -------
    grid : Grid
        The finer of two levels that agree to 1e-3 posterior standard
        deviations; where priors are smooth the error falls geometrically
        with the number of nodes, and its own is below 1e-4.
    moments : Moments
        Of every parameter.

    Raises
    ------
    ExactError
        If the posterior is improper, or no two levels agree.
    """
    existing = existing_moments(problem)
    bounds = region(problem, existing)
    before, moved = None, np.inf
    levels = levels_of(problem)
    for fineness, level in enumerate(levels):
        grid = lay(problem, bounds, level, existing)
        after = moments_of(problem, grid)
        if before is not None:
            moved = _moved(before, after)
            if moved < SETTLED:
                return grid._replace(fineness=fineness), after
        before = after
    raise ExactError(
        "the exact posterior did not settle: between grids of "
        f"{levels[-2].legendre} and {levels[-1].legendre} nodes an axis it "
        f"still moved by {moved:.1g} posterior sds. {REMEDY}"
    )


def levels_of(problem: Problem) -> tuple[Level, ...]:
    """Levels to be tried: coarser ones where there are more axes."""
    many = sum(free_axes(problem)[:SIGMA]) > 2
    return LEVELS_OF_MANY if many else LEVELS


def _moved(before: Moments, after: Moments) -> float:
    worst = 0.0
    for old, new in zip(before, after, strict=True):
        (mean, sd), (mean_, sd_) = old, new
        known = np.isfinite(mean_) & np.isfinite(sd_) & (sd_ > 0)
        shift = np.abs(mean - mean_)[known] / sd_[known]
        stretch = np.abs(sd[known] / sd_[known] - 1)
        worst = max(worst, shift.max(initial=0), stretch.max(initial=0))
    return worst


def lay(
    problem: Problem,
    bounds: Sequence[tuple[float, float] | None],
    level: Level,
    moments: dict[str, int],
) -> Grid:
    """Lay a grid of one level over the region.

    Parameters
    ----------
    problem : Problem
        From :func:`radon.exact.problem.frame`.
    bounds : list of tuple
        From :func:`radon.exact.region.region`.
    level : Level
        How many nodes.
    moments : dict
        From :func:`radon.exact.region.existing_moments`.

    Returns
    -------
    Grid
        Its nodes evaluated and weighted.
    """
    axes = tuple(
        None if bound is None else _axis(problem, k, bound, level)
        for k, bound in enumerate(bounds)
    )
    points = [np.zeros(1) if axis is None else axis.nodes for axis in axes]
    nodes = evaluate(problem, mesh(points))
    log_weight = nodes.log_density
    for k, axis in enumerate(axes):
        if axis is not None:
            shape = [1] * N_AXES
            shape[k] = -1
            log_weight = log_weight + np.log(axis.widths).reshape(shape)
    peak = log_weight.max()
    weight = np.exp(log_weight - peak)
    total = weight.sum()
    return Grid(
        nodes,
        means(nodes.solution, nodes.sigma),
        weight / total,
        float(peak + np.log(total)),
        axes,
        moments,
    )


def _axis(
    problem: Problem, k: int, bound: tuple[float, float], level: Level
) -> Axis:
    low, high = bound
    if k == SIGMA:
        inside = problem.centred_inside
        scale = 1.0 if inside else 1 / np.sqrt(2 * max(problem.n.sum(), 1))
        count = int(np.ceil((high - low) / (level.step * scale)))
        return even_axis(low, high, count)
    if ENDS[k][0] < low and high < ENDS[k][1]:
        return even_axis(low, high, level.even)
    return legendre_axis(low, high, level.legendre)
