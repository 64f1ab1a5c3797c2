"""What has no exact posterior, or no estimate, and what only just has one."""

import numpy as np
import numpyro
import numpyro.distributions as dist
import pandas as pd
import pytest
from numpyro.distributions import constraints
from numpyro.distributions.transforms import AffineTransform
from scipy.stats import beta

import radon
from radon.exact import restricted_maximum_likelihood
from radon.models import (
    correlated_slopes,
    pooled_uranium,
    uranium,
    varying_intercepts,
    varying_slopes,
    with_priors,
)

STANDARD = dist.Normal(0, 1)
MANY = np.linspace(0.5, 0.9, 85)  # one for each county


@pytest.fixture(scope="module")
def minnesota():
    return radon.load_radon()


def plates(design, *sites):
    """Draw sites that every county has of its own."""
    with numpyro.plate("county", design.n_counties):
        return [numpyro.sample(name, prior) for name, prior in sites]


def observe(design, log_radon, alpha, beta, sigma, name="log_radon"):
    """Observe the homes around a line, or around those of their counties."""
    alpha, beta, sigma = (
        x[design.county] if np.ndim(x) else x for x in (alpha, beta, sigma)
    )
    line = alpha + beta * design.floor
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample(name, dist.Normal(line, sigma), obs=log_radon)


def observe_around(design, log_radon, alpha, name="log_radon"):
    """Observe the homes, one slope and one sigma for all of them."""
    beta = numpyro.sample("beta", STANDARD)
    sigma = numpyro.sample("sigma", dist.HalfNormal(1))
    observe(design, log_radon, alpha, beta, sigma, name)


def another_outcome(design, log_radon=None):
    """Call the readings something else."""
    alpha = numpyro.sample("alpha", STANDARD)
    observe_around(design, log_radon, alpha, "reading")


def no_spread(design, log_radon=None):
    """Know sigma, and do not say so."""
    alpha = numpyro.sample("alpha", STANDARD)
    beta = numpyro.sample("beta", STANDARD)
    observe(design, log_radon, alpha, beta, 0.7)


def counties_without_a_spread(design, log_radon=None):
    """Draw intercepts of which no population is told."""
    (alpha,) = plates(design, ("alpha", STANDARD))
    observe_around(design, log_radon, alpha)


def states_without_a_plate(design, log_radon=None):
    """Know of a state's mean, but of no states."""
    numpyro.sample("mu_state", STANDARD)
    varying_intercepts(design, log_radon)


def a_slope_in_a_row(design, log_radon=None):
    """Draw the one slope as a list of one."""
    alpha = numpyro.sample("alpha", STANDARD)
    beta = numpyro.sample("beta", dist.Normal(np.zeros(1), 1))
    sigma = numpyro.sample("sigma", dist.HalfNormal(1))
    observe(design, log_radon, alpha, beta[0], sigma)


def two_spreads(design, log_radon=None):
    """Give the one population of intercepts two spreads, and use one."""
    mu = numpyro.sample("mu_alpha", STANDARD)
    tau = numpyro.sample("sigma_alpha", dist.HalfNormal(np.ones(2)))
    (alpha,) = plates(design, ("alpha", dist.Normal(mu, tau[0])))
    observe_around(design, log_radon, alpha)


def separate_with_uranium(design, log_radon=None):
    """Let lines share nothing but what uranium adds."""
    alpha, beta, sigma = plates(
        design,
        ("alpha", STANDARD),
        ("beta", STANDARD),
        ("sigma", dist.HalfNormal(1)),
    )
    gamma = numpyro.sample("gamma", STANDARD)
    level = alpha + gamma * design.log_uranium
    observe(design, log_radon, level, beta, sigma)


def correlated_with_nothing(design, log_radon=None):
    """Correlate intercepts with slopes that do not vary."""
    numpyro.sample("rho", dist.Uniform(-1, 1))
    varying_intercepts(design, log_radon)


def knowing(**known):
    """Return correlated slopes with uranium that say some of their sites."""

    def site(name, prior):
        if name in known:
            return numpyro.deterministic(name, known[name])
        return numpyro.sample(name, prior)

    def model(design, log_radon=None):
        mu_alpha = site("mu_alpha", STANDARD)
        mu_beta = site("mu_beta", STANDARD)
        gamma = site("gamma", STANDARD)
        sigma_alpha = site("sigma_alpha", dist.HalfNormal(1))
        sigma_beta = site("sigma_beta", dist.HalfNormal(1))
        rho = site("rho", dist.Uniform(-1, 1))
        sigma = site("sigma", dist.HalfNormal(1))
        level = mu_alpha + gamma * design.log_uranium
        (alpha,) = plates(design, ("alpha", dist.Normal(level, sigma_alpha)))
        slope = mu_beta + rho * sigma_beta / sigma_alpha * (alpha - level)
        rest = sigma_beta * (1 - rho**2) ** 0.5
        (beta,) = plates(design, ("beta", dist.Normal(slope, rest)))
        observe(design, log_radon, alpha, beta, sigma)

    model.__name__ = "knowing " + ", ".join(known)
    return model


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (another_outcome, "does not observe log_radon"),
        (no_spread, "has no sigma"),
        (counties_without_a_spread, r"effects \['alpha'\] do not go together"),
        (states_without_a_plate, r"effects \[\] do not go together"),
        (a_slope_in_a_row, r"beta must be one number and has the shape \(1,"),
        (two_spreads, "prior of sigma_alpha differs"),
        (separate_with_uranium, "separate regressions share no gamma"),
        (correlated_with_nothing, "which do not both vary"),
        (knowing(rho=MANY - 1), "rho must be .* between -1 and 1"),
        (knowing(gamma=MANY), "gamma must be fixed at one number"),
        (
            knowing(sigma_beta=MANY),
            "sigma_beta must be fixed at one positive number",
        ),
        (knowing(mu_alpha=1.0), "mu_alpha must be Normal and is fixed"),
    ],
    ids=lambda case: getattr(case, "__name__", None),
)
def test_a_model_without_an_exact_posterior_is_told_why(model, why, minnesota):
    with pytest.raises(radon.exact.ExactError, match=why):
        radon.exact.posterior(model, minnesota)


def test_what_a_model_says_it_knows_is_fixed(minnesota):
    said = {"gamma": 0.7, "rho": 0.0, "sigma_beta": 0.2}
    told = with_priors(
        knowing(), **{k: dist.Delta(v) for k, v in said.items()}
    )
    pd.testing.assert_frame_equal(
        radon.exact.posterior(knowing(**said), minnesota).moments(),
        radon.exact.posterior(told, minnesota).moments(),
        rtol=1e-7,
    )


def test_a_prior_with_no_mass_at_the_points_tried_is_read(minnesota):
    """Those are scales above 0.3. The answer is a wide one's, weighed."""
    below = dist.TransformedDistribution(
        dist.Beta(3, 3), AffineTransform(0, 0.29, constraints.unit_interval)
    )
    small, wide = (
        radon.exact.posterior(
            with_priors(varying_slopes, sigma_beta=prior), minnesota
        )
        for prior in (below, dist.HalfNormal(1))
    )
    drawn = wide.draws(40_000, seed=1).posterior["sigma_beta"].to_numpy()
    weight = beta(3, 3, scale=0.29).pdf(drawn) * np.exp(drawn**2 / 2)
    weight = weight / weight.sum()
    mean = (weight * drawn).sum()
    sd = (weight * (drawn - mean) ** 2).sum() ** 0.5
    row = small.moments().loc["sigma_beta"]
    error = sd * (weight**2).sum() ** 0.5
    assert abs(row["mean"] - mean) < 4 * error
    assert abs(row["sd"] - sd) < 4 * error


@pytest.mark.parametrize(
    ("ends", "what"),
    [
        ((0.05, 0.29), "between grids of 74 and 110 nodes an axis"),
        ((0.1, 0.4), "mass was not found"),
    ],
)
def test_a_prior_that_ends_among_likely_values_is_refused(
    ends, what, minnesota
):
    cut = with_priors(varying_slopes, sigma_beta=dist.Uniform(*ends))
    with pytest.raises(
        radon.exact.ExactError, match=f"{what}.* a prior stops where"
    ):
        radon.exact.posterior(cut, minnesota)


def homes(counties, floor, log_uranium):
    """Return a survey of a few homes."""
    rng = np.random.default_rng(1)
    return radon.Radon.from_frame(
        pd.DataFrame(
            {
                "county": list(counties),
                "floor": floor,
                "radon": rng.lognormal(1, 0.7, len(floor)),
            }
        ),
        pd.DataFrame(
            {"county": list(log_uranium), "uranium": log_uranium.values()}
        ),
    )


def test_one_uranium_determines_no_gamma():
    alike = homes("AAABBB", [0, 1, 0, 0, 1, 1], {"A": 0.5, "B": 0.5})
    with pytest.raises(radon.exact.ExactError, match="not determine gamma:"):
        restricted_maximum_likelihood(uranium, alike)


def test_basements_alone_determine_what_uranium_adds():
    """The one county with a first floor says nothing of gamma by itself."""
    uranium_of = {"A": 0.5, "B": 1.0, "C": 2.0}
    data = homes("AAAABBBCC", [0, 1, 0, 1, 0, 0, 0, 0, 0], uranium_of)
    found = restricted_maximum_likelihood(pooled_uranium, data)["estimate"]
    log_uranium = np.log(data.houses["county"].map(uranium_of).astype(float))
    columns = [np.ones(9), data.houses["floor"], log_uranium]
    wanted, squares, *_ = np.linalg.lstsq(
        np.column_stack(columns), data.log_radon, rcond=None
    )
    line = found[["alpha", "beta", "gamma"]]
    np.testing.assert_allclose(line, wanted, rtol=1e-6)
    assert found["sigma"] == pytest.approx(np.sqrt(squares[0] / (9 - 3)))


def test_one_floor_determines_no_slope():
    below = homes("AAABBB", [0] * 6, {"A": 0.5, "B": 1.5})
    with pytest.raises(radon.exact.ExactError, match="all homes are on one"):
        restricted_maximum_likelihood(varying_intercepts, below)


def both_floors(n_counties):
    """Return twelve homes in each of six counties, some on both floors."""
    rng = np.random.default_rng(4)
    county = np.repeat(np.arange(6), 12)
    floor = np.tile([0, 0, 1], 24) * (county < n_counties)
    line = (
        rng.normal(1.3, 0.9, 6)[county] + rng.normal(0, 0.9, 6)[county] * floor
    )
    return radon.Radon.from_frame(
        pd.DataFrame(
            {
                "county": np.array(list("ABCDEF"))[county],
                "floor": floor,
                "radon": np.exp(line + rng.normal(0, 0.3, 72)),
            }
        )
    )


def test_three_slopes_determine_a_correlation_and_two_do_not():
    three = restricted_maximum_likelihood(correlated_slopes, both_floors(3))
    assert abs(three.loc["rho", "estimate"]) < 1
    with pytest.raises(radon.exact.ExactError, match="not determine rho:"):
        restricted_maximum_likelihood(correlated_slopes, both_floors(2))


@pytest.mark.parametrize(("known", "infinite"), [(1, True), (2, False)])
def test_one_slope_leaves_the_next_without_a_standard_deviation(
    known, infinite
):
    """Each slope makes the tail of a half-Cauchy spread one power thinner.

    With one, the density of sigma_beta falls as its third power: its mean is
    there and its variance is not, nor is that of the slope of a county whose
    homes are all on one floor.
    """
    data = both_floors(known)
    table = radon.exact.posterior(varying_slopes, data).moments()
    assert np.isinf(table.loc["beta[F]", "sd"]) == infinite
    assert np.isfinite(table["mean"]).all()
    assert np.isfinite(table.loc[["beta[A]", "alpha[F]"], "sd"]).all()
