"""The exact posterior of a model of the ladder."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from radon.exact import (
    grid,
    hierarchical,
    left_out,
    regressions,
    validation,
)
from radon.exact.ladder import SCALES, Ladder, read_ladder
from radon.exact.scales import SCALE_ORDER, frame
from radon.exact.trees import tree_of_draws
from radon.inference.requests import (
    check_count,
    check_model,
    check_seed,
    check_survey,
)
from radon.statistics import pooled

MEANS = {
    "varying_intercepts": ("mu_alpha", "beta"),
    "varying_slopes": ("mu_alpha", "mu_beta"),
}
COUNTY = {
    "varying_intercepts": ("alpha",),
    "varying_slopes": ("alpha", "beta"),
}


def posterior(model, data):
    """Exact posterior of a linear Gaussian model of radon, without sampling.

    Given the scales, county coefficients and population means are Normal
    and integrate out in closed form; the one to three scales left are
    handled by quadrature.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``: complete pooling, separate
        regressions, varying intercepts or varying slopes, with any Normal
        priors of locations and any priors of scales, which are read from
        the model's own trace; ``dist.Delta`` fixes a scale. A non-centred
        model gives the centred model's answer.
    data : Radon
        The survey.

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
    check_model(model)
    check_survey(data)
    ladder = read_ladder(model, data)
    if ladder.hierarchical:
        problem = frame(ladder, data.statistics)
        result, known = grid.integrate(problem)
        return Posterior(ladder, data, problem, result, known)
    statistics = data.statistics
    if ladder.kind == "complete_pooling":
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
    def model(self):
        """Name of the model."""
        return self.ladder.name

    @property
    def log_marginal_likelihood(self):
        """Log density of all homes under the model, all priors normalised."""
        return float(np.sum(self.result.log_evidence))

    def moments(self, *, log_scales=False):
        """Posterior mean and standard deviation of every parameter.

        Parameters
        ----------
        log_scales : bool
            Give sigma, sigma_alpha and sigma_beta by their logarithm.

        Returns
        -------
        pandas.DataFrame
            Columns ``mean`` and ``sd`` [log pCi/L], a row a scalar
            parameter, named as ArviZ names it (``alpha[Aitkin]``). Where a
            mean does not exist it is NaN, where a standard deviation does
            not exist it is infinite. Scales that the model fixes have no
            row.
        """
        parts = _moments(self, log_scales)
        return pd.DataFrame(
            np.concatenate([np.reshape(p, (2, -1)).T for p in parts]),
            index=_labels(self),
            columns=["mean", "sd"],
        )

    def summary(self):
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
    def _quantiles(self):
        parts = [np.reshape(p, (-1, 3)) for p in _quantiles(self)]
        return np.concatenate(parts)

    def draws(self, n, *, seed):
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

    @cached_property
    def _house(self):
        if self.ladder.hierarchical:
            return left_out.homes_of_hierarchy(
                self.ladder, self.data, self.result
            )
        return left_out.homes_of_regressions(self.ladder, self.data)

    @cached_property
    def _county(self):
        if self.ladder.hierarchical:
            return left_out.counties_of_hierarchy(
                self.ladder, self.data, self.result
            )
        return left_out.counties_of_regressions(self.ladder, self.data)

    def loo(self):
        """Leave each home out, exactly.

        Returns
        -------
        CrossValidation
            elpd_i = log p(y_i given the other homes), a row a home.

        Notes
        -----
        Where the homes left are fitted without error their posterior is
        improper and the elpd is minus infinity; ``.undefined`` names them.
        """
        return validation.by_home(self.model, self.data, *self._house)

    def leave_county_out(self):
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


def _labels(exact):
    ladder = exact.ladder
    counties = exact.data.counties.index
    if ladder.kind == "complete_pooling":
        return pd.Index([*ladder.priors, "alpha", "beta"])
    if ladder.kind == "separate_regressions":
        names = (*ladder.priors, "alpha", "beta")
        return pd.Index([f"{x}[{c}]" for x in names for c in counties])
    scales = [x for x in SCALE_ORDER if x in ladder.priors]
    county = [f"{x}[{c}]" for x in COUNTY[ladder.kind] for c in counties]
    return pd.Index([*scales, *MEANS[ladder.kind], *county])


def _moments(exact, log_scales):
    problem, result = exact.problem, exact.result
    if not exact.ladder.hierarchical:
        return regressions.all_moments(problem, result, log_scales)
    count = len(COUNTY[exact.ladder.kind])
    known = exact.known
    return (
        known.log_scales if log_scales else known.scales,
        known.means,
        known.coefficients[:, :count],
    )


def _quantiles(exact):
    if not exact.ladder.hierarchical:
        return regressions.quantiles(exact.problem, exact.result)
    scales, means, coefficients = hierarchical.quantiles(
        exact.problem, exact.result
    )
    return scales, means, coefficients[: len(COUNTY[exact.ladder.kind])]


def _draws(exact, n, rng):
    """Draws by site, counties last."""
    ladder = exact.ladder
    if not ladder.hierarchical:
        sigma, (alpha, beta) = regressions.draws(
            exact.problem, exact.result, n, rng
        )
        sites = {"sigma": sigma, "alpha": alpha, "beta": beta}
        if ladder.kind == "complete_pooling":
            sites = {key: value[:, 0] for key, value in sites.items()}
        return {k: v for k, v in sites.items() if k not in ladder.fixed}
    drawn = hierarchical.draws(exact.problem, exact.result, n, rng)
    sites = {k: drawn[k] for k in SCALES if k in ladder.priors}
    sites |= dict(zip(MEANS[ladder.kind], drawn["means"], strict=True))
    county = COUNTY[ladder.kind]
    sites |= dict(zip(county, drawn["coefficients"], strict=False))
    return sites
