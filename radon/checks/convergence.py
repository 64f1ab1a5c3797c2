"""Hold the chains against each other."""

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr

from radon.checks.draws import model_name, scalar_parameters
from radon.checks.limits import (
    LEAST_E_BFMI,
    LEAST_EFFECTIVE,
    MOST_R_HAT,
    Limit,
    at_least,
    at_most,
    listed,
    no_divergences,
)
from radon.checks.remedies import remedies
from radon.checks.sampler import divergences, energy_bfmi, recorded


class ConvergenceError(AssertionError):
    """A fit that must not be read, because its chains have not converged."""


def diagnose(tree: xr.DataTree) -> pd.DataFrame:
    """Say of each scalar parameter how well it was sampled.

    Parameters
    ----------
    tree : xarray.DataTree
        A fit.

    Returns
    -------
    pandas.DataFrame
        A row a scalar parameter, named as ArviZ names it; columns `r_hat`
        (rank-normalised, split and folded; NaN where it is undefined, as
        with one chain), `ess_bulk` and `ess_tail` (effective sample sizes
        for the centre of the distribution and for its 5 % tails). Its
        `.attrs` hold the number of `divergences` and the lowest `e_bfmi` of
        any chain, where the sampler recorded them.

    Raises
    ------
    TypeError
        If this is not a tree.
    ValueError
        If the tree has no posterior draws, or two parameters of one name.

    References
    ----------
    Vehtari et al. (2021), Bayesian Analysis 16(2), 667-718.

    Examples
    --------
    >>> import arviz as az, numpy as np, radon
    >>> draws = np.random.default_rng(1).normal(size=(4, 1000))
    >>> tree = az.from_dict({"posterior": {"mu_alpha": draws}})
    >>> radon.checks.diagnose(tree).index.tolist()
    ['mu_alpha']
    """
    table = diagnose_draws(scalar_parameters(tree))
    if recorded(tree, "diverging"):
        table.attrs["divergences"] = int(divergences(tree).sum())
    if recorded(tree, "energy"):
        table.attrs["e_bfmi"] = float(energy_bfmi(tree).min())
    return table


def diagnose_draws(draws: xr.DataArray) -> pd.DataFrame:
    """Return the table of `diagnose` for draws laid out by parameter."""
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = {
            "r_hat": az.rhat(draws),
            "ess_bulk": az.ess(draws, method="bulk"),
            "ess_tail": az.ess(draws, method="tail"),
        }
    names = pd.Index(draws["parameter"].to_numpy().tolist(), name="parameter")
    columns = {name: np.asarray(values) for name, values in columns.items()}
    return pd.DataFrame(columns, index=names)


def judge(tree: xr.DataTree) -> pd.DataFrame:
    """Hold a fit against the five limits, and show how it fared.

    Parameters
    ----------
    tree : xarray.DataTree
        A fit by several chains, as `radon.fit` returns it.

    Returns
    -------
    pandas.DataFrame
        A row a check; columns `worst` (the worst value met, rounded against
        the fit; for divergences their number), `limit`, `where` (the
        parameter, county or chain in which it was met), `failing` (how many
        of these are beyond the limit) and `passed`.

    Raises
    ------
    ConvergenceError
        If there is nothing to judge: one chain, a chain whose draws never
        change, draws that are not finite.
    ValueError
        If the sampler's divergences or energies were not recorded.

    Examples
    --------
    >>> import arviz as az, numpy as np, radon
    >>> draws = np.random.default_rng(1).normal(size=(4, 1000))
    >>> draws[3] += 1  # one chain sits elsewhere
    >>> tree = az.from_dict({
    ...     "posterior": {"mu_alpha": draws},
    ...     "sample_stats": {"diverging": draws > 9, "energy": draws**2},
    ... })
    >>> radon.checks.judge(tree)[["where", "passed"]]
                    where  passed
    check
    R-hat        mu_alpha   False
    bulk ESS     mu_alpha   False
    tail ESS     mu_alpha   False
    divergences   nowhere    True
    E-BFMI        chain 0    True
    """
    return _table(_limits(tree))


def assert_converged(tree: xr.DataTree) -> pd.DataFrame:
    """Raise unless the chains of a fit have converged.

    Five limits hold for every parameter and every chain. R-hat is at most
    1.01 and the effective sample size at least 400, in the bulk and in the
    tails: the recommendations of Vehtari et al. (2021), who also ask for at
    least four chains. No transition diverges. E-BFMI, defined by Betancourt
    (2016), is at least 0.3 in every chain, the limit of Stan and ArviZ.

    Parameters
    ----------
    tree : xarray.DataTree
        A fit by several chains, as `radon.fit` returns it.

    Returns
    -------
    pandas.DataFrame
        The table of `judge`: the worst value of each check and where it was
        met.

    Raises
    ------
    ConvergenceError
        If a limit is broken, or there is nothing to judge. The message names
        the worst parameters, says by how much they fail and what usually
        helps.
    ValueError
        If the sampler's divergences or energies were not recorded.

    References
    ----------
    Vehtari et al. (2021), Bayesian Analysis 16(2), 667-718; Betancourt
    (2016), arXiv:1604.00695.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> tree = radon.fit(radon.models.complete_pooling, data, seed=1)
    >>> radon.checks.assert_converged(tree).loc["divergences", "worst"]
    0
    """
    limits = _limits(tree)
    broken = [limit for limit in limits if not limit.failing.empty]
    if not broken:
        return _table(limits)
    lines = [f"{model_name(tree)} has not converged: do not read this fit."]
    lines += [f"- {limit.fault()}" for limit in broken]
    cures = remedies(tree, {limit.name for limit in broken})
    raise ConvergenceError("\n".join([*lines, f"What usually helps: {cures}"]))


def refuse_undefined(draws: xr.DataArray, model: str) -> None:
    """Raise where R-hat is undefined, naming the parameters and the cause."""
    chains, length = draws.sizes["chain"], draws.sizes["draw"]
    if chains < 2 or length < 4:
        raise ConvergenceError(
            f"{model}: R-hat is undefined for {chains} chain(s) of {length} "
            "draw(s), because it compares chains. Fit with at least two, "
            "better four: radon.fit(..., num_chains=4)."
        )
    names, values = draws["parameter"].to_numpy(), draws.to_numpy()
    infinite = ~np.isfinite(values).all((0, 1))
    if infinite.any():
        raise ConvergenceError(
            f"{model}: draws that are not finite in {listed(names[infinite])}."
            " No check means anything then; look at the data and at the "
            "priors of these parameters."
        )
    stuck = (values == values[:, :1]).all(1)
    if stuck.any():
        where = listed(np.flatnonzero(stuck.any(1)))
        raise ConvergenceError(
            f"{model}: the draws never change in chain {where} of "
            f"{listed(names[stuck.any(0)])}, so R-hat is undefined or blind. "
            "The sampler never moved: look at where it started and at the "
            "step size. To fix a parameter on purpose, give it a dist.Delta "
            "prior by radon.models.with_priors."
        )


def _limits(tree: xr.DataTree) -> list[Limit]:
    draws = scalar_parameters(tree)
    refuse_undefined(draws, model_name(tree))
    energy, counts = energy_bfmi(tree), divergences(tree)
    table = diagnose_draws(draws)
    return [
        at_most("R-hat", table["r_hat"], MOST_R_HAT, 3),
        at_least("bulk ESS", table["ess_bulk"], LEAST_EFFECTIVE, 0),
        at_least("tail ESS", table["ess_tail"], LEAST_EFFECTIVE, 0),
        no_divergences(counts),
        at_least("E-BFMI", energy, LEAST_E_BFMI, 2),
    ]


def _table(limits: list[Limit]) -> pd.DataFrame:
    table = pd.DataFrame([limit.row() for limit in limits]).set_index("check")
    worst = pd.Series([limit.worst for limit in limits], table.index, object)
    return table.assign(worst=worst)  # counts stay whole numbers
