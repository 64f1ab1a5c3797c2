"""Quadrature over the scales, refined until the answer stands still."""

import numpy as np

from radon.exact.elimination import means
from radon.exact.errors import ExactError
from radon.exact.moments import Grid, legendre, moments_of
from radon.exact.region import existing_moments, region
from radon.exact.scales import N_AXES, SIGMA, evaluate, free_axes, mesh

LEVELS = (
    (18, 0.95),
    (24, 0.8),
    (34, 0.65),
    (50, 0.55),
    (74, 0.45),
    (110, 0.35),
)  # Legendre nodes of a ratio or angle, step of z
LEVELS_OF_MANY = ((15, 0.95), (20, 0.8), (26, 0.65), (34, 0.55), (44, 0.45))
SETTLED = 1e-3  # change between two levels, in posterior sds


def integrate(problem):
    """Find where the mass lies, and refine until the answer stands still.

    Parameters
    ----------
    problem : Problem
        From :func:`radon.exact.problem.frame`.

    Returns
    -------
    grid : Grid
        The finer of two levels that agree to 1e-3 posterior standard
        deviations; as the error falls geometrically with the number of
        nodes, its own is below 1e-4.
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
    for level in levels:
        grid = lay(problem, bounds, level, existing)
        after = moments_of(problem, grid)
        if before is not None:
            moved = _moved(before, after)
            if moved < SETTLED:
                return grid, after
        before = after
    raise ExactError(
        "the exact posterior did not settle: between grids of "
        f"{levels[-2][0]} and {levels[-1][0]} nodes an axis it still moved by "
        f"{moved:.1g} posterior sds. With so few counties the scales are all "
        "but free: give them tighter priors with radon.models.with_priors, "
        "or fix one with dist.Delta."
    )


def levels_of(problem):
    """Levels to be tried: coarser ones where there are more axes."""
    many = sum(free_axes(problem)[:SIGMA]) > 2
    return LEVELS_OF_MANY if many else LEVELS


def _moved(before, after):
    worst = 0.0
    for old, new in zip(before, after, strict=True):
        (mean, sd), (mean_, sd_) = old, new
        known = np.isfinite(mean_) & np.isfinite(sd_) & (sd_ > 0)
        shift = np.abs(mean - mean_)[known] / sd_[known]
        stretch = np.abs(sd[known] / sd_[known] - 1)
        worst = max(worst, shift.max(initial=0), stretch.max(initial=0))
    return worst


def lay(problem, bounds, level, moments):
    """Lay a grid of one level over the region.

    Returns
    -------
    Grid
        Gauss-Legendre in ratios and angle, midpoints in z.
    """
    size, step = level
    axes, widths = [], []
    for k, bound in enumerate(bounds):
        if bound is None:
            axes.append(np.zeros(1))
            widths.append(None)
        elif k != SIGMA:
            x, w = legendre(size)
            half = 0.5 * (bound[1] - bound[0])
            axes.append(bound[0] + half * (x + 1))
            widths.append(half * w)
        else:
            scale = (
                1.0
                if problem.centred_inside
                else (1 / np.sqrt(2 * max(problem.n.sum(), 1)))
            )
            count = int(np.ceil((bound[1] - bound[0]) / (step * scale)))
            h = (bound[1] - bound[0]) / count
            axes.append(bound[0] + h * (np.arange(count) + 0.5))
            widths.append(np.full(count, h))
    nodes = evaluate(problem, mesh(axes))
    log_weight = nodes.log_density
    for k, w in enumerate(widths):
        if w is not None:
            shape = [1] * N_AXES
            shape[k] = -1
            log_weight = log_weight + np.log(w).reshape(shape)
    peak = log_weight.max()
    weight = np.exp(log_weight - peak)
    total = weight.sum()
    return Grid(
        nodes,
        means(nodes.solution, nodes.sigma),
        weight / total,
        float(peak + np.log(total)),
        tuple(axes),
        tuple(widths),
        moments,
    )
