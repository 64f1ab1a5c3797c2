"""Homes and counties left out, in closed form given the scales.

Given the scales a home or county can be taken out of a Gaussian without a
refit; the scales' posterior without it is the full one, reweighted. Where
the reweighted mass reaches the end of the grid or nodes too light to use,
or sigma so small that a home decides alone, the model is refitted.
"""

from typing import NamedTuple

import numpy as np

from radon.data.records import Radon
from radon.exact import algebra, grid, regressions
from radon.exact.counties import given_nodes, line_given
from radon.exact.elimination import Solution, expectation, log_marginal
from radon.exact.errors import ExactError, ImproperError
from radon.exact.ladder import Ladder
from radon.exact.moments import Grid
from radon.exact.problem import Problem, frame
from radon.exact.region import ENDS, region
from radon.exact.scales import solve
from radon.exact.sums import add_counties, cell_moments
from radon.statistics import Statistics, pooled, sufficient_statistics

WIDER = 27.0  # log density kept, below the largest: more than for moments
LIGHT = 1e-13  # weight of the lightest node used, beside the largest
MANY, LIGHT_OF_MANY = 200_000, 1e-10  # nodes, and the same for so many
AT_THE_END = 1e-7  # mass at the ends of the grid that asks for a refit
PILED_UP = 1e-4  # mass beside nodes too light to use that does so too
KNOWN = 1e-9  # share of variance that rounding leaves some digits of


def without_each_home(data: Radon, county: np.ndarray) -> Statistics:
    """Statistics of each home's county without that home.

    Parameters
    ----------
    data : Radon
        The survey.
    county : numpy.ndarray
        Index of the regression each home belongs to, (house,).

    Returns
    -------
    Statistics
        One row a home.

    Notes
    -----
    The home's cell is reduced again from its remaining homes, not by
    subtraction, which would leave rounding where the rest agree exactly.
    """
    floor, y = data.design.floor, data.log_radon
    full = sufficient_statistics(county, floor, y, county.max() + 1)
    n, mean, squares = (np.array(x[county]) for x in full)
    cells = 2 * county + floor
    for cell in np.unique(cells):
        homes = np.flatnonzero(cells == cell)
        values, k, size = y[homes], cell % 2, len(homes)
        n[homes, k] = size - 1
        if size == 1:
            mean[homes, k] = squares[homes, k] = 0.0
        elif size > 40:  # nothing cancels among so many
            centre = full.mean[cell // 2, k]
            gap = values - centre
            mean[homes, k] = centre - gap / (size - 1)
            squares[homes, k] -= gap**2 * size / (size - 1)
        else:
            others = np.broadcast_to(values, (size, size))
            others = others[~np.eye(size, dtype=bool)].reshape(size, -1)
            first = others[:, :1]
            average = first + (others - first).mean(1, keepdims=True)
            mean[homes, k] = average[:, 0]
            squares[homes, k] = ((others - average) ** 2).sum(1)
    return Statistics(n, mean, squares)


def homes_of_regressions(
    ladder: Ladder, data: Radon
) -> tuple[np.ndarray, np.ndarray]:
    """Leave each home out of regressions that share nothing.

    Returns
    -------
    elpd, prediction : numpy.ndarray
        (house,), from as many regressions fitted without that home; minus
        infinity where what is left has no proper posterior.
    """
    county, floor = data.design.county, data.design.floor
    statistics, loc, scale = data.statistics, ladder.loc, ladder.scale
    if not ladder.separate:
        county, statistics = np.zeros_like(county), pooled(statistics)
    else:
        loc, scale = loc[:, county], scale[:, county]
    full = regressions.integrate(regressions.gather(ladder, statistics))
    rest = regressions.gather(
        ladder, without_each_home(data, county), loc, scale
    )
    result = regressions.integrate(rest)
    elpd = full.log_evidence[county] - result.log_evidence
    elpd[result.improper] = -np.inf
    mean = (result.weight * result.mean).sum(1)
    return elpd, mean[0] + mean[1] * floor


def counties_of_regressions(
    ladder: Ladder, data: Radon
) -> tuple[np.ndarray, np.ndarray]:
    """Leave each county out of regressions that share nothing.

    Returns
    -------
    elpd : numpy.ndarray
        Joint log density of its homes, (county,).
    prediction : numpy.ndarray
        (house,).

    Notes
    -----
    With separate regressions a county left out is predicted by the prior.
    """
    county, floor = data.design.county, data.design.floor
    statistics = data.statistics
    if ladder.separate:
        full = regressions.integrate(regressions.gather(ladder, statistics))
        prior = ladder.loc[:, county]
        return full.log_evidence, prior[0] + prior[1] * floor
    full = regressions.integrate(
        regressions.gather(ladder, pooled(statistics))
    )
    n_counties = len(statistics.n)
    rest = [
        pooled(Statistics(*(np.delete(x, j, axis=0) for x in statistics)))
        for j in range(n_counties)
    ]
    rest = Statistics(*map(np.concatenate, zip(*rest, strict=True)))
    result = regressions.integrate(regressions.gather(ladder, rest))
    elpd = full.log_evidence[0] - result.log_evidence
    elpd[result.improper] = -np.inf
    mean = (result.weight * result.mean).sum(1)
    return elpd, mean[0][county] + mean[1][county] * floor


def wide_grid(problem: Problem, settled: Grid) -> Grid:
    """Grid that also holds what leaving something out may reach."""
    levels, fineness = grid.levels_of(problem), settled.fineness
    assert fineness is not None  # of a grid that has settled
    if levels is grid.LEVELS:
        fineness = min(fineness + 1, len(levels) - 1)
    bounds = region(problem, settled.moments, negligible=WIDER)
    return grid.lay(problem, bounds, levels[fineness], settled.moments)


class Chosen(NamedTuple):
    """The nodes used: their indices, and which lie where the nodes end.

    ``end`` is at an end of the grid, ``rim`` beside nodes too light to use.
    """

    at: np.ndarray
    end: np.ndarray
    rim: np.ndarray

    def is_short(
        self, rest: np.ndarray, lost: np.ndarray | bool = False
    ) -> np.ndarray:
        """Whether reweighted mass, (..., node), reaches beyond the nodes."""
        total = rest.sum(-1)
        at_the_end = rest[..., self.end | lost].sum(-1) > AT_THE_END * total
        piled_up = rest[..., self.rim].sum(-1) > PILED_UP * total
        return at_the_end | piled_up | ~(total > 0)


def _chosen(result: Grid) -> Chosen:
    """Choose the nodes that are not too light."""
    w = result.weight
    light = LIGHT_OF_MANY if w.size > MANY else LIGHT
    used = w > light * w.max()
    end, rim = np.zeros(w.shape, bool), np.zeros(w.shape, bool)
    for k, axis in enumerate(result.axes):
        if axis is None:
            continue
        at, beside, kept = (np.moveaxis(x, k, 0) for x in (end, rim, used))
        beside[1:] |= ~kept[:-1]
        beside[:-1] |= ~kept[1:]
        near = 0.005 * (axis.high - axis.low)
        lowest, highest = ENDS[k]
        at[-1] |= axis.high < highest - near
        at[0] |= axis.low > lowest + near
    chosen = np.flatnonzero(used)
    return Chosen(chosen, end.ravel()[chosen], rim.ravel()[chosen])


def homes_of_hierarchy(
    ladder: Ladder, data: Radon, settled: Grid
) -> tuple[np.ndarray, np.ndarray]:
    """Leave each home out of a hierarchical model.

    Returns
    -------
    elpd, prediction : numpy.ndarray
        (house,).

    Notes
    -----
    Given the scales a home's predictive distribution without itself is
    Normal, from its residual e and leverage h: mean y - e / (1 - h),
    variance sigma^2 / (1 - h).
    """
    problem = frame(ladder, data.statistics)
    result = wide_grid(problem, settled)
    chosen = _chosen(result)
    given = given_nodes(problem, result, chosen.at)
    weight, variance = given.weight, given.sigma**2
    county, floor, y = data.design.county, data.design.floor, data.log_radon
    elpd, prediction = np.empty(len(y)), np.empty(len(y))
    refit = []
    for cell in np.unique(2 * county + floor):
        j, x = divmod(cell, 2)
        homes = np.flatnonzero((county == j) & (floor == x))
        mean, own = line_given(problem, given, np.array([j]), x)
        level = problem.reference[j, 0] + problem.reference[j, 1] * x
        slack = 1 - own[0] / variance
        lost = slack < KNOWN  # sigma so small that the home was all there is
        slack = np.maximum(slack, KNOWN)
        error = (y[homes] - level)[:, None] - mean
        log_p = -0.5 * (
            np.log(2 * np.pi * variance / slack) + error**2 / variance / slack
        )
        low = log_p.min(1, keepdims=True)
        rest = weight * np.exp(low - log_p)
        total = rest.sum(1)
        elpd[homes] = low[:, 0] - np.log(total)
        shift = (rest * (error / slack)).sum(1) / total
        prediction[homes] = y[homes] - shift
        short = chosen.is_short(rest, lost)
        short |= weight[lost].sum() > AT_THE_END
        refit += homes[short].tolist()
    if refit:
        rest = without_each_home(data, county)
    for i in refit:
        others = Statistics(
            *(
                np.where(
                    (np.arange(len(full)) == county[i])[:, None], one[i], full
                )
                for full, one in zip(data.statistics, rest, strict=True)
            )
        )
        elpd[i], lines, _ = _refit(
            ladder,
            others,
            settled.log_evidence,
            f"home {data.houses.index[i]}",
        )
        prediction[i] = lines[county[i]] @ (1, floor[i])
    return elpd, prediction


def counties_of_hierarchy(
    ladder: Ladder, data: Radon, settled: Grid
) -> tuple[np.ndarray, np.ndarray]:
    """Leave each county out of a hierarchical model.

    Returns
    -------
    elpd : numpy.ndarray
        Joint log density of its homes, (county,).
    prediction : numpy.ndarray
        (house,).
    """
    problem = frame(ladder, data.statistics)
    result = wide_grid(problem, settled)
    chosen = _chosen(result)
    nodes, shape = result.nodes, result.weight.shape
    weight = result.weight.ravel()[chosen.at]
    inner, n_counties = nodes.county_shape, len(problem.squares)

    def take(
        x: np.ndarray | float,
        shape: tuple[int, ...] = shape,
        at: np.ndarray = chosen.at,
    ) -> np.ndarray:
        return np.broadcast_to(x, shape).ravel()[at]

    pairs, pair = np.unique(
        take(np.arange(np.prod(inner)).reshape(inner)), return_inverse=True
    )
    effects = algebra.Effects(*(take(x, inner, pairs) for x in nodes.effects))
    terms = algebra.county_terms(problem.sizes[..., None], effects)
    s, sigma = take(nodes.ratios[2]), take(nodes.sigma)

    def given_scales(counties: np.ndarray) -> tuple[np.ndarray, Solution]:
        moments = cell_moments(
            problem.rows[counties],
            problem.mean[:, counties],
            problem.squares[counties].sum(),
            problem.n[:, counties].sum(),
            problem.size_of[counties],
            problem.sizes.shape[1],
            problem.pairs,
        )
        sums = add_counties(terms, moments)
        sums = sums._replace(
            products=sums.products[:, pair],
            weight=sums.weight[:, pair],
            log_determinant=sums.log_determinant[pair],
        )
        solution = solve(problem, sums, s, sigma**2)
        return log_marginal(sums, solution, sigma, problem.scale), solution

    log_p_all, _ = given_scales(np.arange(n_counties))
    elpd, lines = np.empty(n_counties), np.empty((n_counties, 2))
    for j in range(n_counties):
        others = np.arange(n_counties) != j
        log_p, solution = given_scales(np.flatnonzero(others))
        log_p = log_p_all - log_p
        low = log_p.min()
        rest = weight * np.exp(low - log_p)
        total = rest.sum()
        if chosen.is_short(rest):
            statistics = Statistics(
                *(np.where(others[:, None], x, 0) for x in data.statistics)
            )
            elpd[j], _, expected = _refit(
                ladder,
                statistics,
                settled.log_evidence,
                f"county {data.counties.index[j]}",
            )
            lines[j] = expected[j]
            continue
        elpd[j] = low - np.log(total)
        mean = [
            np.broadcast_to(x, rest.shape) @ rest / total
            for x in expectation(solution)
        ]
        lines[j] = problem.reference[j] + problem.rows[j] @ mean
    county, floor = data.design.county, data.design.floor
    return elpd, lines[county, 0] + lines[county, 1] * floor


def _refit(
    ladder: Ladder, statistics: Statistics, log_evidence: float, without: str
) -> tuple[float, np.ndarray, np.ndarray]:
    """Evidence lost without some homes, mean and expected lines."""
    problem = frame(ladder, statistics)
    if not problem.n.any():  # what is left is the prior
        columns = np.r_[np.zeros(problem.n_states), problem.loc]
        lines = problem.reference + problem.rows @ columns
        return log_evidence, lines, lines
    try:
        result, known = grid.integrate(problem)
    except ImproperError:
        unknown = np.full((len(problem.squares), 2), np.nan)
        return -np.inf, unknown, unknown
    except ExactError as error:
        raise ExactError(f"without {without}, {error}") from None
    columns = known.locations[0] - problem.centre
    columns = np.linalg.solve(problem.reports, columns)
    expected = problem.reference + problem.rows @ columns
    lines = expected.copy()
    for i in range(len(ladder.varying)):
        lines[:, i] = known.coefficients[0, i]
    return log_evidence - result.log_evidence, lines, expected
