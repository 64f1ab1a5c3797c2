"""Each home left out."""

import numpy as np

from radon.data.records import Radon
from radon.exact import regressions
from radon.exact.counties import given_nodes, line_given
from radon.exact.ladder import Ladder
from radon.exact.left_out.reweighting import (
    AT_THE_END,
    chosen_nodes,
    refit,
    wide_grid,
)
from radon.exact.moments import Grid
from radon.exact.problem import frame
from radon.statistics import Statistics, pooled, sufficient_statistics

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
    chosen = chosen_nodes(result)
    given = given_nodes(problem, result, chosen.at)
    weight, variance = given.weight, given.sigma**2
    county, floor, y = data.design.county, data.design.floor, data.log_radon
    elpd, prediction = np.empty(len(y)), np.empty(len(y))
    again = []
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
        again += homes[short].tolist()
    if again:
        rest = without_each_home(data, county)
    for i in again:
        others = Statistics(
            *(
                np.where(
                    (np.arange(len(full)) == county[i])[:, None], one[i], full
                )
                for full, one in zip(data.statistics, rest, strict=True)
            )
        )
        elpd[i], lines, _ = refit(
            ladder,
            others,
            settled.log_evidence,
            f"home {data.houses.index[i]}",
        )
        prediction[i] = lines[county[i]] @ (1, floor[i])
    return elpd, prediction
