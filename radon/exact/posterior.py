"""The exact posterior of a model of the ladder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from radon.arguments import check_count, check_seed
from radon.data.records import Radon
from radon.exact import (
    draws,
    grid,
    left_out,
    quantiles,
    regressions,
    validation,
)
from radon.exact.errors import ExactError
from radon.exact.ladder import Ladder
from radon.exact.problem import frame
from radon.exact.reading import read_survey
from radon.exact.scales import SCALE_ORDER
from radon.exact.trees import tree_of_draws
from radon.models.structure import Model
from radon.statistics import Reduced, pooled


def posterior(model: Model, data: Radon | Reduced) -> "Posterior":
    """Exact posterior of a linear Gaussian model of radon, without sampling.

    Given the scales, county coefficients and locations are Normal and
    integrate out in closed form; the one to four scales left, a correlation
    among them, are handled by quadrature.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``: any model of `radon.models` with
        Normal homes, or one with the same structure: lines of all homes,
        separate regressions, varying intercepts or slopes, correlated or
        not, with predictors of the county, counties nested in states.
        Priors of locations are Normal, those of scales whatever they are;
        both are read from the model's own trace. ``dist.Delta`` fixes a
        scale, ``rho`` or the effect of a predictor. A non-centred model
        gives the centred model's answer.
    data : Radon or Reduced
        The survey, or its sums by `radon.statistics.reduce`; these do for
        all but what asks about single homes.

    Returns
    -------
    Posterior
        Moments, quantiles, draws, evidence and cross-validation.

    Raises
    ------
    ExactError
        If the model's log density is not that of the ladder, the posterior
        is improper, or the quadrature does not settle.

    References
    ----------
    .. [1] Lindley & Smith (1972), "Bayes estimates for the linear model",
       Journal of the Royal Statistical Society B 34, 1-41.

    Examples
    --------
    >>> import radon
    >>> exact = posterior(radon.models.varying_slopes, radon.load_radon())
    >>> exact.moments().loc["mu_beta"].round(2).tolist()
    [-0.64, 0.08]
    """
    return of_ladder(read_survey(model, data), data)


def of_ladder(ladder: Ladder, data: Radon | Reduced) -> "Posterior":
    """Exact posterior of a model whose structure is known.

    Parameters
    ----------
    ladder : Ladder
        From :func:`radon.exact.reading.read_ladder`, of this design.
    data : Radon or Reduced
        The survey, of the same design.

    Returns
    -------
    Posterior
        As from :func:`posterior`.
    """
    statistics = data.statistics
    if not ladder.unlinked:
        problem = frame(ladder, statistics)
        result, known = grid.integrate(problem)
        return Posterior(ladder, data, problem, result, known)
    if not ladder.separate:
        statistics = pooled(statistics)
    batch = regressions.gather(ladder, statistics)
    result = regressions.integrate(batch)
    regressions.refuse_improper(result, data, ladder)
    return Posterior(ladder, data, batch, result, None)


@dataclass(frozen=True, eq=False)
class Posterior:
    """What the homes say about a model, exactly.

    Made by :func:`posterior`.

    Attributes
    ----------
    ladder : Ladder
        The model's structure and priors.
    data : Radon
        The survey.
    problem, result, known
        Homes and priors as the quadrature sees them, its outcome, and for
        hierarchical models the moments by which it was judged.
    """

    ladder: Ladder
    data: Any
    problem: Any
    result: Any
    known: Any

    @property
    def model(self) -> str:
        """Name of the model."""
        return self.ladder.name

    @property
    def log_marginal_likelihood(self) -> float:
        """Log density of all homes under the model, all priors normalised."""
        return float(np.sum(self.result.log_evidence))

    def moments(self, *, log_scales: bool = False) -> pd.DataFrame:
        """Posterior mean and standard deviation of every parameter.

        Parameters
        ----------
        log_scales : bool
            Give sigma, sigma_alpha, sigma_beta and sigma_state by their
            logarithm.

        Returns
        -------
        pandas.DataFrame
            Columns ``mean`` and ``sd``, a row a scalar parameter, named as
            ArviZ names it (``alpha[Aitkin]``): in log pCi/L, but gamma and
            gamma_beta in log pCi/L per log ppm of uranium, rho without
            unit, and scales under `log_scales` as logarithms. Where a
            mean does not exist it is NaN, where a standard deviation does
            not exist it is infinite. Scales that the model fixes have no
            row.
        """
        if not isinstance(log_scales, bool):
            raise TypeError(
                f"log_scales is {log_scales!r}; wanted True or False."
            )
        parts = _moments(self, log_scales)
        return pd.DataFrame(
            np.concatenate([np.reshape(p, (2, -1)).T for p in parts]),
            index=_labels(self),
            columns=["mean", "sd"],
        )

    def summary(self) -> pd.DataFrame:
        """Posterior mean, sd and quantiles of every parameter.

        Returns
        -------
        pandas.DataFrame
            :meth:`moments` and columns ``q05``, ``q50`` and ``q95``, whose
            error is below 0.01 posterior standard deviations.
        """
        table = self.moments()
        table[["q05", "q50", "q95"]] = self._quantiles
        return table

    @cached_property
    def _quantiles(self) -> np.ndarray:
        parts = [np.reshape(p, (-1, 3)) for p in _quantiles(self)]
        return np.concatenate(parts)

    def draws(self, n: int, *, seed: int) -> xr.DataTree:
        """Independent draws of the joint posterior.

        Parameters
        ----------
        n : int
            Number of draws.
        seed : int
            Seed of NumPy's generator.

        Returns
        -------
        xarray.DataTree
            Like a fit's, with one chain: groups ``posterior``,
            ``posterior_predictive``, ``log_likelihood`` and
            ``observed_data``; scales that the model fixes are in
            ``constant_data``.

        Raises
        ------
        ValueError
            If n is not a positive whole number.
        """
        n, seed = check_count("n", n, least=1), check_seed(seed)
        rng = np.random.default_rng(seed)
        return tree_of_draws(self, _draws(self, n, rng), rng, seed)

    def parameters(self, n: int, *, seed: int) -> dict[str, np.ndarray]:
        """Independent draws of the parameters alone, by site.

        Parameters
        ----------
        n : int
            Number of draws.
        seed : int
            Seed of NumPy's generator.

        Returns
        -------
        dict
            (draw,), (draw, county) or (draw, state); those of :meth:`draws`
            with the same seed.
        """
        n, seed = check_count("n", n, least=1), check_seed(seed)
        return _draws(self, n, np.random.default_rng(seed))

    @cached_property
    def _house(self) -> tuple[np.ndarray, np.ndarray]:
        _refuse_sums(self.data)
        if not self.ladder.unlinked:
            return left_out.homes_of_hierarchy(
                self.ladder, self.data, self.result
            )
        return left_out.homes_of_regressions(self.ladder, self.data)

    @cached_property
    def _county(self) -> tuple[np.ndarray, np.ndarray]:
        _refuse_sums(self.data)
        if not self.ladder.unlinked:
            return left_out.counties_of_hierarchy(
                self.ladder, self.data, self.result
            )
        return left_out.counties_of_regressions(self.ladder, self.data)

    def loo(self) -> validation.CrossValidation:
        """Leave each home out, exactly.

        Returns
        -------
        CrossValidation
            elpd_i = log p(y_i given the other homes), a row a home.

        Raises
        ------
        ExactError
            If the posterior without a home is proper but does not settle,
            as where the homes left are no more than the coefficients.

        Notes
        -----
        Where the homes left are fitted without error their posterior is
        improper and the elpd is minus infinity; ``.undefined`` names them.
        """
        return validation.by_home(self.model, self.data, *self._house)

    def leave_county_out(self) -> validation.CrossValidation:
        """Leave each county out, exactly.

        Returns
        -------
        CrossValidation
            Joint log density of a county's homes given the other counties,
            a row a county.

        Notes
        -----
        Separate regressions learn nothing about a county from the others:
        a county left out is predicted by the prior alone.
        """
        return validation.by_county(self.model, self.data, *self._county)


def _refuse_sums(data: object) -> None:
    if isinstance(data, Reduced):
        raise ExactError(
            "To leave homes or counties out needs the homes, and this "
            "posterior was made from their sums. Give radon.exact.posterior "
            "the survey itself."
        )


def _labels(exact: Posterior) -> pd.Index:
    ladder, coords = exact.ladder, exact.data.coords
    if ladder.separate:
        names = (*ladder.priors, "alpha", "beta")
        return pd.Index([f"{x}[{c}]" for x in names for c in coords["county"]])
    names = [x for x in SCALE_ORDER if x in ladder.priors]
    names += ladder.locations
    if ladder.state is not None:
        names += [f"mu_state[{state}]" for state in coords["state"]]
    names += [f"{x}[{c}]" for x in ladder.varying for c in coords["county"]]
    return pd.Index(names)


def _moments(exact: Posterior, log_scales: bool) -> Sequence[np.ndarray]:
    if exact.ladder.unlinked:
        return regressions.all_moments(exact.problem, exact.result, log_scales)
    known = exact.known
    scales = known.log_scales if log_scales else known.scales
    return scales, known.locations, known.coefficients


def _quantiles(exact: Posterior) -> Sequence[np.ndarray]:
    of = regressions if exact.ladder.unlinked else quantiles
    return of.quantiles(exact.problem, exact.result)


def _draws(
    exact: Posterior, n: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Draws by site, counties or states last."""
    ladder = exact.ladder
    if ladder.unlinked:
        sigma, (alpha, beta) = regressions.draws(
            exact.problem, exact.result, n, rng
        )
        sites = {"sigma": sigma, "alpha": alpha, "beta": beta}
        if not ladder.separate:
            sites = {key: value[:, 0] for key, value in sites.items()}
        return {k: v for k, v in sites.items() if k not in ladder.fixed}
    sites, locations, coefficients = draws.draws(
        exact.problem, exact.result, n, rng
    )
    sites |= dict(zip(ladder.locations, locations, strict=False))
    if ladder.state is not None:
        sites["mu_state"] = locations[len(ladder.locations) :].T
    return sites | dict(zip(ladder.varying, coefficients, strict=True))
