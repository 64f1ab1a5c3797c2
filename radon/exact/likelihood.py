"""Restricted maximum likelihood, from the algebra of the exact posterior."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from radon.data.records import Radon
from radon.exact import algebra
from radon.exact.elimination import Solution, eliminate, means
from radon.exact.errors import ExactError
from radon.exact.ladder import Ladder
from radon.exact.problem import Problem, frame
from radon.exact.reading import read_survey
from radon.exact.sums import add_counties
from radon.models.structure import Model
from radon.statistics.reduced import Reduced

SAME = 1e-8  # difference of two deviances that is none
STARTS = (0.1, 0.5, 2.0)  # of the scales in units of sigma
FITTED = 1e-8  # sigma beside the outcomes: its square is rounding
NEAR = 0.01  # how near the end of its range an estimate may be at it
ENDS = (0.0, 1.0, -1.0)
RATIOS = ("sigma_alpha", "sigma_beta", "sigma_state")


def restricted_maximum_likelihood(
    model: Model, data: Radon | Reduced
) -> pd.DataFrame:
    """Mode of the marginal of the scales under flat priors.

    The estimates that lme4 and Gelman & Hill print: locations integrated
    out under a flat prior, scales and correlation at the mode of what is
    left, whatever priors the model has.

    Parameters
    ----------
    model : callable
        A model of the ladder in which homes share their spread.
    data : Radon or Reduced
        The survey, or its sums by `radon.statistics.reduce`.

    Returns
    -------
    pandas.DataFrame
        Columns ``estimate`` and ``standard_error``, a row for each
        location, each scale and ``rho``: in log pCi/L, but ``gamma`` and
        ``gamma_beta`` in log pCi/L per log ppm of uranium and ``rho``
        without unit. Scales and ``rho`` have no standard error. A scale
        may be 0; ``rho`` is NaN where one of its scales is.

    Raises
    ------
    ExactError
        If the model is outside the ladder, fixes a scale, gives each county
        a spread of its own, or the homes do not determine its parameters.

    References
    ----------
    .. [1] Bates, Maechler, Bolker & Walker (2015), "Fitting linear
       mixed-effects models using lme4", Journal of Statistical Software 67.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon(zeros="replace")
    >>> fit = restricted_maximum_likelihood(
    ...     radon.models.varying_intercepts, data
    ... )
    >>> fit.loc["beta"].round(2).tolist()
    [-0.69, 0.07]
    """
    ladder = read_survey(model, data)
    if ladder.separate:
        raise ExactError(
            f"{ladder.name} gives each county a spread of its own; restricted "
            "maximum likelihood wants one: use "
            "radon.statistics.least_squares for lines a county."
        )
    if ladder.fixed:
        raise ExactError(
            f"{ladder.name} fixes {', '.join(ladder.fixed)}; restricted "
            "maximum likelihood estimates everything: leave them free."
        )
    problem = frame(ladder, data.statistics)
    if not (problem.n.sum(axis=1) > 0).all():
        raise ExactError(
            "all homes are on one floor, so no floor effect can be estimated "
            "without a prior: add homes of both floors."
        )
    names = [key for key in (*RATIOS, "rho") if key in ladder.priors]
    _refuse_undetermined(problem, ladder, names)
    with np.errstate(all="ignore"):  # where homes are fitted without error
        found = _mode(problem, names)
        solution, spare, _ = _profile(problem, found)
    if "rho" in found and 0.0 in (found["sigma_alpha"], found["sigma_beta"]):
        found["rho"] = np.nan  # of an effect that does not vary
    sigma = float(np.sqrt(solution.square / spare))
    spread = np.sqrt((problem.n * problem.mean**2).sum() / problem.n.sum())
    if not sigma > FITTED * max(spread, np.abs(problem.reference).max()):
        raise ExactError(
            f"{ladder.name} fits these homes without error, so sigma falls "
            "to 0 and there is no mode. Look for readings that were copied, "
            "or add homes that differ within their county."
        )
    mean, covariance = means(solution, sigma)
    count = len(ladder.locations)
    scales = [
        value if key == "rho" else value * sigma
        for key, value in found.items()
    ]
    error = np.sqrt(np.diag(covariance))[problem.n_states :]
    return pd.DataFrame(
        {
            "estimate": [
                *(problem.centre + problem.reports @ mean)[:count],
                *scales,
                sigma,
            ],
            "standard_error": [*error, *[np.nan] * (len(names) + 1)],
        },
        index=pd.Index([*ladder.locations, *names, "sigma"], name="parameter"),
    )


def _refuse_undetermined(
    problem: Problem, ladder: Ladder, names: Sequence[str]
) -> None:
    """Raise where the likelihood has no mode."""
    n = problem.n
    rows = ladder.rows
    seen = np.concatenate([rows[n[0] > 0, 0], rows[n[1] > 0].sum(1)])
    count = len(ladder.locations)
    if np.linalg.matrix_rank(seen) < count:
        known = [np.linalg.matrix_rank(seen[:, : k + 1]) for k in range(count)]
        open_ = [
            key
            for k, key in enumerate(ladder.locations)
            if known[k] == (known[k - 1] if k else 0)
        ]
        raise ExactError(
            f"the homes do not determine {', '.join(open_)}: the predictors "
            "of these counties say the same. Add counties, or ask "
            "radon.exact.posterior, which has priors."
        )
    both, counties = np.sum((n > 0).all(0)), np.sum(n.sum(0) > 0)
    spare = n.sum() - count  # homes left once the locations are known
    if "sigma_alpha" in names:
        spare = n.sum() - counties - np.any((n > 0).all(0))
    if "sigma_beta" in names:
        spare = max(n.sum() - np.sum(n > 0), both - 2)
    states = 0
    if ladder.state is not None:
        states = len(np.unique(ladder.state[n.sum(0) > 0]))
    of_alpha = np.linalg.matrix_rank(rows[n.sum(0) > 0, 0])
    # Older NumPy finds no rank of a matrix without rows.
    of_beta = np.linalg.matrix_rank(rows[(n > 0).all(0), 1]) if both else 0
    enough = {
        "sigma": spare > 0,
        "sigma_alpha": counties > max(of_alpha, states),
        "sigma_beta": both > max(of_beta, 1),
        "sigma_state": states > 1,
        "rho": both > 2,
    }
    missing = [key for key in (*names, "sigma") if not enough[key]]
    if missing:
        raise ExactError(
            f"the homes do not determine {', '.join(missing)}: {n.sum():.0f} "
            f"homes in {counties} counties, {both} of them with both floors. "
            "Add homes, or ask radon.exact.posterior, which has priors."
        )


def _profile(
    problem: Problem, found: Mapping[str, float]
) -> tuple[Solution, float, float]:
    """Locations given the ratios, homes to spare, and the deviance."""
    a, b, s = (found.get(key, 0.0) for key in RATIOS)
    effects = algebra.effects(a, b, found.get("rho") if a and b else None)
    terms = algebra.county_terms(problem.sizes, effects)
    sums = add_counties(terms, problem.moments)
    count = len(problem.scale)
    solution = eliminate(
        sums, problem.pairs, s, [0.0] * count, np.zeros(count)
    )
    spare = sums.n - count
    deviance = (
        sums.log_determinant
        + sum(map(np.log, solution.pivots))
        + spare * np.log(solution.square)
    )
    return solution, spare, float(deviance)


def _mode(problem: Problem, names: Sequence[str]) -> dict[str, float]:
    """Ratios and correlation where the deviance is least."""

    def named(
        x: np.ndarray, free: Sequence[str], fixed: dict[str, float]
    ) -> dict[str, float]:
        values = {
            key: float(np.tanh(value) if key == "rho" else abs(value))
            for key, value in zip(free, x, strict=True)
        }
        return {key: (values | fixed)[key] for key in names}

    def search(
        fixed: dict[str, float], starts: Iterable[float]
    ) -> tuple[float, dict[str, float]]:
        free = [key for key in names if key not in fixed]
        if not free:
            return _profile(problem, fixed)[2], fixed
        best = min(
            (
                minimize(
                    lambda x: _profile(problem, named(x, free, fixed))[2],
                    [0.0 if key == "rho" else start for key in free],
                    method="Nelder-Mead",
                    options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000},
                )
                for start in starts
            ),
            key=lambda result: result.fun,
        )
        return best.fun, named(best.x, free, fixed)

    least, found = search({}, STARTS)
    for key in names:  # an end of the range, reached only in the limit
        end = np.copysign(1.0, found[key]) if key == "rho" else 0.0
        near = 1 - abs(found[key]) if key == "rho" else found[key]
        if near > NEAR:
            continue
        held = {k: x for k, x in found.items() if k != key and x in ENDS}
        there, at_end = search({**held, key: float(end)}, STARTS)
        if there <= least + SAME:
            least, found = min(there, least), at_end
    return found
