"""Each county left out."""

import numpy as np

from radon.data.records import Radon
from radon.exact import algebra, regressions
from radon.exact.elimination import Solution, expectation, log_marginal
from radon.exact.ladder import Ladder
from radon.exact.left_out.reweighting import chosen_nodes, refit, wide_grid
from radon.exact.moments import Grid
from radon.exact.problem import frame
from radon.exact.scales import solve
from radon.exact.sums import add_counties, cell_moments
from radon.statistics import Statistics, pooled


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
    chosen = chosen_nodes(result)
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
            elpd[j], _, expected = refit(
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
