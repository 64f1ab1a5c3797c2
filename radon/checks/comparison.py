"""Hold the chains against the exact posterior."""

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import norm

from radon.checks.convergence import (
    ConvergenceError,
    diagnose_draws,
    refuse_undefined,
)
from radon.checks.draws import (
    is_scale,
    model_name,
    scalar_parameters,
    without_auxiliary,
)
from radon.checks.limits import LEAST_EFFECTIVE, listed, named

if TYPE_CHECKING:
    from radon.exact.posterior import Posterior


TAIL_PROBABILITY = 0.0005
MOST_DISTANCE = 0.1


class ExactMismatchError(AssertionError):
    """A fit whose means are not those of the exact posterior.

    Its `table` is the one that `against_exact` would have returned, or None
    where parameters are missing and nothing could be compared.
    """

    def __init__(
        self, message: str, table: pd.DataFrame | None = None
    ) -> None:
        super().__init__(message)
        self.table = table


def against_exact(tree: xr.DataTree, exact: "Posterior") -> pd.DataFrame:
    """Compare the means of a fit with those of the exact posterior.

    Scales are compared on the log scale, where their distributions are
    closer to normal and where every mean and standard deviation exists.
    Monte Carlo errors alone cannot catch a bad sampler: few effective samples
    make wide errors, and wide errors hide anything. So a fit with too few is
    refused, and a mean must also lie close in posterior standard deviations.

    With m parameters, a mean may be off by as many Monte Carlo standard
    errors as the standard normal exceeds with probability 0.0005 / m, in
    either direction. A fit that is right then fails at most once in a
    thousand times, however many parameters it has (Bonferroni's inequality).

    Parameters
    ----------
    tree : xarray.DataTree
        A fit by several chains. The standardised effects of the non-centred
        form (`alpha_decentered` and the like) are passed over.
    exact : radon.exact.Posterior
        The exact posterior, given the same data.

    Returns
    -------
    pandas.DataFrame
        A row a parameter, scales named `log sigma` and so on; columns
        `mean` (of the draws), `exact_mean`, `exact_sd` [all log pCi/L, or
        its logarithm], `z` (the difference in Monte Carlo standard errors)
        and `distance` (the difference in posterior standard deviations).
        Its `.attrs["z_limit"]` is the limit on the absolute z.

    Raises
    ------
    TypeError
        If one of the two is something else.
    ConvergenceError
        If R-hat is undefined or an effective sample size, bulk or tail, is
        below 400; the parameters are named.
    ExactMismatchError
        If a mean is beyond the limit on z or further than 0.1 posterior
        standard deviations from the exact mean, or if a parameter is missing
        on either side; the parameters are named.

    References
    ----------
    Monte Carlo standard errors: Vehtari et al. (2021), Bayesian Analysis
    16(2), 667-718.

    Examples
    --------
    >>> import radon
    >>> data, model = radon.load_radon(), radon.models.complete_pooling
    >>> tree = radon.fit(model, data, seed=1)
    >>> exact = radon.exact.posterior(model, data)
    >>> radon.checks.against_exact(tree, exact).index.tolist()
    ['alpha', 'beta', 'log sigma']
    """
    draws = _on_log_scale(without_auxiliary(scalar_parameters(tree)))
    moments = _exact_moments(exact)
    model = model_name(tree)
    _same_parameters(draws["parameter"].to_numpy().tolist(), moments, model)
    _refuse_unsampled(draws, model)
    table = _compare(draws, moments)
    _refuse_mismatch(table, model)
    return table


def _on_log_scale(draws: xr.DataArray) -> xr.DataArray:
    sites = draws["site"].to_numpy().tolist()
    scales = np.array([is_scale(site) for site in sites], dtype=bool)
    values = draws.to_numpy().copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        values[..., scales] = np.log(values[..., scales])
    names = map(_label, draws["parameter"].to_numpy().tolist())
    return draws.copy(data=values).assign_coords(
        parameter=("parameter", list(names))
    )


def _label(name: Any) -> str:
    return f"log {name}" if is_scale(name.split("[")[0]) else name


def _exact_moments(exact: "Posterior") -> pd.DataFrame:
    if not callable(getattr(exact, "moments", None)):
        raise TypeError(
            f"The exact posterior is a {type(exact).__name__}; wanted the "
            "answer of radon.exact.posterior, after the fit."
        )
    moments = exact.moments(log_scales=True)[["mean", "sd"]]
    return moments.rename(index=_label)


def _same_parameters(
    fitted: list[str], moments: pd.DataFrame, model: str
) -> None:
    unknown = [name for name in fitted if name not in moments.index]
    missing = [name for name in moments.index if name not in set(fitted)]
    if not unknown and not missing:
        return
    lines = [f"{model} and the exact posterior differ in their parameters."]
    if unknown:
        close = get_close_matches(unknown[0], missing, n=1)
        hint = f" (is {unknown[0]} what it calls {close[0]}?)" if close else ""
        lines.append(f"- only in the fit: {listed(unknown)}{hint}")
    if missing:
        lines.append(f"- only in the exact posterior: {listed(missing)}")
    lines.append("Use the same model and the same data, labels included.")
    raise ExactMismatchError("\n".join(lines))


def _refuse_unsampled(draws: xr.DataArray, model: str) -> None:
    refuse_undefined(draws, model)
    table = diagnose_draws(draws)
    least = table[["ess_bulk", "ess_tail"]].min(axis=1, skipna=False)
    few = least[~(least >= LEAST_EFFECTIVE)].sort_values()
    if len(few):
        raise ConvergenceError(
            f"{model}: an effective sample size below {LEAST_EFFECTIVE} in "
            f"{len(few)} of {len(table)} parameters, lowest "
            f"{named(np.floor(few), 0)}. Errors that wide hide "
            "any difference, so this fit is not compared: see "
            "radon.checks.judge for what ails it."
        )


def _compare(draws: xr.DataArray, moments: pd.DataFrame) -> pd.DataFrame:
    exact = moments.loc[draws["parameter"].to_numpy().tolist()]
    undefined = ~(np.isfinite(exact["mean"]) & np.isfinite(exact["sd"]))
    if undefined.any():
        raise ExactMismatchError(
            "The exact posterior has no finite mean and standard deviation "
            f"for {listed(exact.index[undefined].tolist())}; a fit cannot be "
            "judged by its means there. Compare quantiles: exact.summary()."
        )
    mean = draws.mean(("chain", "draw")).to_numpy()
    error = np.asarray(az.mcse(draws, method="mean"))
    difference = mean - exact["mean"].to_numpy()
    table = pd.DataFrame(
        {
            "mean": mean,
            "exact_mean": exact["mean"].to_numpy(),
            "exact_sd": exact["sd"].to_numpy(),
            "z": difference / error,
            "distance": difference / exact["sd"].to_numpy(),
        },
        index=exact.index.rename("parameter"),
    )
    table.attrs["z_limit"] = float(norm.isf(TAIL_PROBABILITY / len(table)))
    return table


def _refuse_mismatch(table: pd.DataFrame, model: str) -> None:
    limit = table.attrs["z_limit"]
    z, distance = table["z"].abs(), table["distance"].abs()
    excess = np.maximum(z / limit, distance / MOST_DISTANCE)
    off = excess[~(excess <= 1)].sort_values(ascending=False)
    if off.empty:
        return
    lines = [f"{model}: {len(off)} of {len(table)} means are not exact."]
    for name, row in table.loc[off.index[:5]].iterrows():
        lines.append(
            f"- {name}: {row['mean']:.4f}, exactly {row['exact_mean']:.4f}; "
            f"off by {abs(row['z']):.1f} Monte Carlo standard errors "
            f"(limit {limit:.1f}) and {abs(row['distance']):.2f} posterior "
            f"standard deviations (limit {MOST_DISTANCE})"
        )
    lines.append(
        "Other data, other priors or another model on one side is the usual "
        "cause; else the sampler missed a region (radon.checks.judge)."
    )
    raise ExactMismatchError("\n".join(lines), table)
