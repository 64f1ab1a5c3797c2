"""Restricted maximum likelihood, from the algebra of the exact posterior."""

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from radon.exact import algebra
from radon.exact.ladder import ExactError, read_ladder
from radon.exact.scales import frame
from radon.inference.requests import check_model, check_survey


def restricted_maximum_likelihood(model, data):
    """Mode of the marginal of the scales under flat priors.

    The estimates that lme4 and Gelman & Hill print: population means
    integrated out under a flat prior, scales at the mode of what is left,
    whatever priors the model has.

    Parameters
    ----------
    model : callable
        A model of the ladder in which homes share their spread.
    data : Radon
        The survey.

    Returns
    -------
    pandas.DataFrame
        Columns ``estimate`` and ``standard_error`` [log pCi/L], a row for
        each population mean and each scale; scales have no standard error.

    Raises
    ------
    ExactError
        If the model is outside the ladder, fixes a scale, gives each county
        a spread of its own, or the homes do not determine its means.

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
    check_model(model)
    check_survey(data)
    ladder = read_ladder(model, data)
    if ladder.kind == "separate_regressions":
        raise ExactError(
            f"{ladder.name} gives each county a spread of its own; restricted "
            "maximum likelihood wants one: use "
            "radon.statistics.least_squares for lines a county."
        )
    if ladder.fixed:
        raise ExactError(
            f"{ladder.name} fixes {', '.join(ladder.fixed)}; restricted "
            "maximum likelihood estimates every scale: leave them free."
        )
    problem = frame(ladder, data.statistics)
    if not (problem.n.sum(axis=(1, 2, 3, 4)) > 0).all():
        raise ExactError(
            "all homes are on one floor, so no floor effect can be estimated "
            "without a prior: add homes of both floors."
        )
    names = _scales(ladder.kind)[:-1]
    _refuse_undetermined(problem, names)
    ratios = _ratios(problem, len(names))
    sums = _sums(problem, ratios)
    mean, covariance, square = _generalised_least_squares(sums)
    variance = square / (sums.n - 2)
    sigma = float(np.sqrt(variance))
    estimate = [*(problem.reference + mean), *(ratios * sigma), sigma]
    error = [*np.sqrt(variance * covariance), *[np.nan] * (len(names) + 1)]
    index = [*_means(ladder.kind), *names, "sigma"]
    return pd.DataFrame(
        {"estimate": estimate, "standard_error": error},
        index=pd.Index(index, name="parameter"),
    )


def _refuse_undetermined(problem, names):
    """Raise where the likelihood of the scales has no mode."""
    n = problem.n[:, :, 0, 0, 0]
    spare = n.sum() - 2  # homes left once the two means are known
    if "sigma_alpha" in names:
        spare = n.sum() - np.sum(n.sum(0) > 0) - np.any((n > 0).all(0))
    if "sigma_beta" in names:
        spare = max(n.sum() - np.sum(n > 0), np.sum((n > 0).all(0)) - 2)
    both = np.sum((n > 0).all(0))
    counties = np.sum(n.sum(0) > 0)
    enough = {
        "sigma": spare > 0,
        "sigma_alpha": counties > 1,
        "sigma_beta": both > 1,
    }
    missing = [key for key in (*names, "sigma") if not enough[key]]
    if missing:
        raise ExactError(
            f"the homes do not determine {', '.join(missing)}: {n.sum():.0f} "
            f"homes in {counties} counties, {both} of them with both floors. "
            "Add homes, or ask radon.exact.posterior, which has priors."
        )


def _means(kind):
    return {
        "complete_pooling": ("alpha", "beta"),
        "varying_intercepts": ("mu_alpha", "beta"),
        "varying_slopes": ("mu_alpha", "mu_beta"),
    }[kind]


def _scales(kind):
    return {
        "complete_pooling": ("sigma",),
        "varying_intercepts": ("sigma_alpha", "sigma"),
        "varying_slopes": ("sigma_alpha", "sigma_beta", "sigma"),
    }[kind]


def _ratios(problem, count):
    """Scales in units of sigma at the mode: none, a, or a and b."""
    if count == 0:
        return np.zeros(0)

    def deviance(ratios):
        sums = _sums(problem, np.abs(ratios))
        _, _, square = _generalised_least_squares(sums)
        basement, first, both = sums.weight
        information = basement * (first + both) + first * both
        return (
            sums.log_determinant
            + np.log(information)
            + (sums.n - 2) * np.log(square)
        )

    best = min(
        (
            minimize(
                deviance,
                np.full(count, start),
                method="Nelder-Mead",
                options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000},
            )
            for start in (0.1, 0.5, 2.0)
        ),
        key=lambda result: result.fun,
    )
    return np.abs(best.x)


def _sums(problem, ratios):
    a, b = (*ratios, 0.0, 0.0)[:2]
    terms = algebra.county_terms(problem.sizes[:, :, 0, 0, 0], a, b)
    return algebra.add_counties(terms, problem.moments)


def _generalised_least_squares(sums):
    """Means, variances in units of sigma squared, residual square."""
    basement, first, both = sums.weight
    information = basement * (first + both) + first * both
    score = sums.score
    mean = np.array(
        [
            (first + both) * score[0] - first * score[1],
            (basement + first) * score[1] - first * score[0],
        ]
    )
    mean /= information
    variance = np.array([first + both, basement + first]) / information
    return mean, variance, sums.square - score @ mean
