"""Fits: what they return, what they refuse, and that they are right."""

import dataclasses
import sys

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pandas as pd
import pytest
from scipy import stats

from radon import models
from radon.data import Radon, RadonDataError, check_design
from radon.inference import fit, prior_predictive
from radon.inference import fitting as entry
from radon.inference.independence import take_apart
from radon.inference.progress import shows_progress
from radon.inference.sites import read_sites

SIZES = {"Aitkin": 9, "Cass": 1, "Clay": 12, "Cook": 2}
SPREAD = 0.7


@pytest.fixture(scope="module")
def survey():
    """Four counties of unlike size, with homes in mixed order."""
    rng = np.random.default_rng(1)
    county = rng.permutation(np.repeat(list(SIZES), list(SIZES.values())))
    floor = np.arange(len(county)) % 3 == 0
    log_radon = rng.normal(1.4 - 0.7 * floor, SPREAD)
    return Radon.from_frame(
        pd.DataFrame(
            {
                "county": county,
                "floor": floor.astype(int),
                "radon": np.exp(log_radon),
            }
        )
    )


SHORT = {"num_warmup": 300, "num_samples": 250}


@pytest.fixture(scope="module")
def tree(survey):
    """Fit the model with every kind of site."""
    model = models.noncentered(models.varying_slopes)
    return fit(model, survey, seed=1, num_chains=2, **SHORT)


@pytest.fixture(scope="module")
def by_county(survey):
    """Separate regressions with a known spread, one county at a time."""
    model = models.with_priors(
        models.separate_regressions, sigma=dist.Delta(SPREAD)
    )
    return fit(model, survey, seed=2, by="county", **SHORT)


def given_the_spread(floor, log_radon):
    """Posterior mean and covariance of one line, by conjugate algebra."""
    x = np.stack([np.ones(len(floor)), floor], axis=1)
    covariance = np.linalg.inv(x.T @ x / SPREAD**2 + np.eye(2))
    return covariance @ x.T @ log_radon / SPREAD**2, covariance


def test_a_tree_names_its_dimensions_by_the_plates(survey, tree):
    """Labels are the survey's own."""
    assert set(tree.children) == {
        "posterior",
        "posterior_predictive",
        "log_likelihood",
        "sample_stats",
        "observed_data",
    }
    for name in ("alpha", "beta", "alpha_decentered", "beta_decentered"):
        site = tree.posterior[name]
        assert site.dims == ("chain", "draw", "county")
        assert site.county.to_numpy().tolist() == sorted(SIZES)
    for name in ("mu_alpha", "sigma_alpha", "mu_beta", "sigma_beta", "sigma"):
        assert tree.posterior[name].dims == ("chain", "draw")
    assert dict(tree.posterior.sizes) == {
        "chain": 2,
        "draw": SHORT["num_samples"],
        "county": len(SIZES),
    }
    for group in ("posterior_predictive", "log_likelihood"):
        assert tree[group]["log_radon"].dims == ("chain", "draw", "house")
    for name in ("diverging", "energy", "num_steps", "accept_prob"):
        assert tree.sample_stats[name].dims == ("chain", "draw")
    observed = tree.observed_data["log_radon"]
    np.testing.assert_array_equal(observed, survey.log_radon)


def test_a_tree_says_how_it_was_made(tree):
    """Enough to make it again."""
    made = {"model": "varying_slopes", "seed": 1, "by": ""}
    settings = {"num_warmup": 300, "target_accept": 0.95}
    assert (made | settings).items() <= tree.attrs.items()


def test_the_centred_effects_are_those_of_the_standardised(tree):
    """To single precision, in which they were computed."""
    draws = tree.posterior
    for name in ("alpha", "beta"):
        effect = draws[f"sigma_{name}"] * draws[f"{name}_decentered"]
        np.testing.assert_allclose(
            draws[name], draws[f"mu_{name}"] + effect, atol=1e-5
        )


def expected(survey, draws):
    """Compute the log radon each home expects in each draw."""
    county = survey.design.county
    alpha, beta = (
        draws[name].to_numpy()[..., county] for name in ("alpha", "beta")
    )
    return alpha + beta * survey.design.floor


def test_the_log_likelihood_is_that_of_each_home_in_each_draw(survey, tree):
    """SciPy's, to single precision."""
    draws = tree.posterior
    sigma = draws["sigma"].to_numpy()[..., None]
    by_hand = stats.norm(expected(survey, draws), sigma).logpdf(
        survey.log_radon
    )
    np.testing.assert_allclose(
        tree.log_likelihood["log_radon"], by_hand, rtol=1e-4, atol=1e-4
    )


def test_predictive_draws_spread_around_their_expectation(survey, tree):
    """Standardised they are standard normal, each home drawn anew.

    Kolmogorov's distance of n independent draws exceeds 1.95 / sqrt(n) once
    in a thousand.
    """
    drawn = tree.posterior_predictive["log_radon"].to_numpy()
    sigma = tree.posterior["sigma"].to_numpy()[..., None]
    z = (drawn - expected(survey, tree.posterior)) / sigma
    assert stats.kstest(z.ravel(), "norm").statistic < 1.95 / z.size**0.5
    pairs = np.corrcoef(z.reshape(-1, z.shape[-1]), rowvar=False)
    off = pairs[np.triu_indices(len(pairs), 1)]
    assert np.abs(off).max() < 5 / np.sqrt(z[..., 0].size)


def test_chains_differ(tree):
    """No two chains are one chain twice."""
    mu = tree.posterior["mu_alpha"].to_numpy()
    assert np.all(mu[0] != mu[1])


def test_a_seed_gives_the_same_draws_with_a_bar_and_without(
    survey, monkeypatch, capfd
):
    """What is shown does not change what is computed."""
    monkeypatch.delenv("CI", raising=False)  # NumPyro hides its bar there
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    how = {"seed": 3, "num_chains": 2, **SHORT}
    silent = fit(models.complete_pooling, survey, progress=False, **how)
    assert capfd.readouterr() == ("", "")
    shown = fit(models.complete_pooling, survey, progress=True, **how)
    for group in ("posterior", "posterior_predictive", "sample_stats"):
        assert silent[group].to_dataset().equals(shown[group].to_dataset())


def sampler_is_asked(survey, monkeypatch, **how):
    """Run `fit` up to the sampler, and return the key and the bar."""

    class Asked(Exception):
        pass

    def sampler(model, design, log_radon, key, settings, shows_progress):
        raise Asked(jax.random.key_data(key).tolist(), shows_progress)

    monkeypatch.setattr(entry, "sample_jointly", sampler)
    with pytest.raises(Asked) as asked:
        fit(models.complete_pooling, survey, **how)
    return asked.value.args


def test_another_seed_is_another_key(survey, monkeypatch):
    """Also one that differs in its highest bit, and NumPy's integers."""
    seeds = [0, 1, 2, 2**31, 2**32 - 1]
    keys = [
        sampler_is_asked(survey, monkeypatch, seed=seed)[0] for seed in seeds
    ]
    assert len({tuple(key) for key in keys}) == len(seeds)
    numpys = sampler_is_asked(survey, monkeypatch, seed=np.int64(2))
    assert numpys[0] == keys[2]


def asked_for_a_bar(survey, monkeypatch, progress=None):
    """Say whether the sampler is to show a bar."""
    return sampler_is_asked(survey, monkeypatch, seed=1, progress=progress)[1]


@pytest.mark.parametrize("in_a_terminal", [True, False])
def test_a_bar_is_shown_where_a_person_waits(
    survey, monkeypatch, in_a_terminal
):
    """In a terminal, not where the output goes to a file."""
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: in_a_terminal)
    assert asked_for_a_bar(survey, monkeypatch) is in_a_terminal


def test_a_bar_is_shown_in_a_notebook(monkeypatch):
    """A kernel has a shell with a kernel."""
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)

    class Shell:
        kernel = object()

    monkeypatch.setattr("IPython.get_ipython", Shell)
    assert shows_progress(None)


def test_a_build_is_silent_and_a_wish_is_granted(survey, monkeypatch):
    """The build sets one variable; True and False outrank the place."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TQDM_DISABLE", "1")
    assert asked_for_a_bar(survey, monkeypatch) is False
    for wish in (True, False):
        assert asked_for_a_bar(survey, monkeypatch, wish) is wish


def test_each_county_has_its_own_draws_and_its_own_divergences(by_county):
    """A county with one home is no trouble once its spread is known."""
    sizes = {"chain": 4, "draw": SHORT["num_samples"], "county": len(SIZES)}
    for name in ("alpha", "beta"):
        assert by_county.posterior[name].sizes == sizes
    for name in ("diverging", "energy", "num_steps", "accept_prob"):
        assert by_county.sample_stats[name].sizes == sizes
    assert not by_county.sample_stats["diverging"].any()
    assert by_county.attrs["by"] == "county"
    alpha = by_county.posterior["alpha"].to_numpy()
    assert len(np.unique(alpha[..., 0])) > alpha[..., 0].size / 2
    assert np.all(np.abs(np.corrcoef(alpha.reshape(-1, 4).T)[0, 1:]) < 0.2)


def test_a_fixed_site_is_constant_data(by_county):
    """It was not drawn, and the homes' densities know it."""
    assert set(by_county.posterior) == {"alpha", "beta"}
    sigma = by_county.constant_data["sigma"]
    assert sigma.dims == ("county",)
    np.testing.assert_allclose(sigma, SPREAD, rtol=1e-6)


def standardised_means(tree, exact):
    """Distance of posterior means from the truth in Monte Carlo errors.

    The effective sample size of a short, easy fit is at least a fifth of
    its draws here; ArviZ's own estimate would follow the draws it judges.
    """
    n = tree.posterior["alpha"].sizes["draw"] * tree.posterior.sizes["chain"]
    for label, (mean, covariance) in exact.items():
        for name, m, sd in zip(
            ("alpha", "beta"), mean, np.sqrt(np.diag(covariance)), strict=True
        ):
            draws = tree.posterior[name]
            if label is not None:
                draws = draws.sel(county=label)
            yield abs(float(draws.mean()) - m) / sd * np.sqrt(n / 5)


def test_each_county_has_the_answer_of_its_own_homes(survey, by_county):
    """Conjugate algebra on one county's homes: padding adds nothing."""
    exact = {}
    for label in SIZES:
        own = survey.houses[survey.houses["county"] == label]
        exact[label] = given_the_spread(own["floor"], own["log_radon"])
    assert max(standardised_means(by_county, exact)) < 4


def test_all_homes_together_have_the_answer_of_conjugate_algebra(survey):
    """Complete pooling with a known spread, by NUTS."""
    model = models.with_priors(
        models.complete_pooling, sigma=dist.Delta(SPREAD)
    )
    tree = fit(model, survey, seed=5, **SHORT)
    design = survey.design
    exact = {None: given_the_spread(design.floor, survey.log_radon)}
    assert max(standardised_means(tree, exact)) < 4
    assert tree.constant_data["sigma"].dims == ()


@pytest.mark.parametrize(
    ("model", "shared"),
    [
        (models.complete_pooling, "alpha, beta, sigma"),
        (
            models.noncentered(models.varying_slopes),
            "mu_alpha, sigma_alpha, mu_beta, sigma_beta, sigma",
        ),
    ],
)
def test_counties_that_share_something_are_not_fitted_apart(
    survey, model, shared
):
    """The message names what they share."""
    with pytest.raises(ValueError, match=f"share {shared}, so"):
        fit(model, survey, seed=1, by="county")


def neighbours(design, log_radon=None):
    """Let counties borrow half of the next one's intercept."""
    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    level = alpha + jnp.roll(alpha, 1) / 2
    reading = dist.Normal(level[design.county], 1)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)


def test_counties_that_share_in_secret_are_not_fitted_apart(survey):
    """No site is shared by name; the densities do not add up."""
    with pytest.raises(ValueError, match="depend on another's sites"):
        fit(neighbours, survey, seed=1, by="county")


def test_counties_that_share_fixed_sites_only_may_be_fitted_apart(survey):
    """A number is not something to learn together."""
    known = {
        name: dist.Delta(value)
        for name, value in {
            "mu_alpha": 1.4,
            "sigma_alpha": 0.3,
            "beta": -0.7,
            "sigma": SPREAD,
        }.items()
    }
    model = models.with_priors(models.varying_intercepts, **known)
    data = (survey.design, survey.log_radon)
    sites = read_sites(model, survey, *jax.tree.map(jnp.asarray, data))
    take_apart(model, sites, *data)


def test_the_prior_predictive_imagines_surveys(survey):
    """One chain of them; standard normal locations stay so."""
    tree = prior_predictive(models.varying_slopes, survey, seed=1)
    assert set(tree.children) == {"prior", "prior_predictive"}
    imagined = tree.prior_predictive["log_radon"]
    assert dict(imagined.sizes) == {
        "chain": 1,
        "draw": 1000,
        "house": sum(SIZES.values()),
    }
    assert tree.prior["alpha"].dims == ("chain", "draw", "county")
    mu = tree.prior["mu_alpha"].to_numpy().ravel()
    assert stats.kstest(mu, "norm").statistic < 1.95 / len(mu) ** 0.5


def test_the_prior_predictive_does_not_look_at_the_readings(survey):
    """Other readings, the same imagination; another seed, another one."""
    other = dataclasses.replace(
        survey, houses=survey.houses.assign(log_radon=0.0)
    )
    one, two, three = (
        prior_predictive(
            models.complete_pooling, data, seed=seed, num_samples=50
        ).prior_predictive["log_radon"]
        for data, seed in ((survey, 1), (other, 1), (survey, 2))
    )
    assert one.equals(two) and not one.equals(three)


def test_a_fixed_site_is_constant_in_the_prior_too(survey):
    """It is no draw."""
    model = models.with_priors(
        models.complete_pooling, sigma=dist.Delta(SPREAD)
    )
    tree = prior_predictive(model, survey, seed=1, num_samples=20)
    assert set(tree.prior) == {"alpha", "beta"}
    assert float(tree.constant_data["sigma"]) == pytest.approx(SPREAD)


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"model": "varying_slopes"}, TypeError, "model is a str"),
        ({"data": pd.DataFrame()}, RadonDataError, "are a DataFrame"),
        ({"data": None}, RadonDataError, "are a NoneType"),
        ({"seed": None}, TypeError, "seed is None"),
        ({"seed": 1.0}, TypeError, "seed is 1.0, a float"),
        ({"seed": True}, TypeError, "seed is True"),
        ({"seed": "1"}, TypeError, "seed is '1'"),
        ({"seed": -1}, ValueError, "seed is -1; wanted 0 or more"),
        ({"seed": 2**32}, ValueError, "less than 2"),
        ({"num_chains": 0}, ValueError, "num_chains is 0; wanted 1"),
        ({"num_chains": 4.0}, TypeError, "num_chains is 4.0"),
        ({"num_samples": 0}, ValueError, "num_samples is 0; wanted 1"),
        ({"num_warmup": -1}, ValueError, "num_warmup is -1; wanted 0"),
        ({"target_accept": 1}, ValueError, "target_accept is 1"),
        ({"target_accept": "high"}, ValueError, "target_accept is 'high'"),
        ({"target_accept": float("nan")}, ValueError, "target_accept is nan"),
        ({"by": "state"}, ValueError, "by is 'state'"),
        ({"by": ["county"]}, ValueError, "by is"),
        ({"progress": "yes"}, TypeError, "progress is 'yes'"),
    ],
)
def test_a_request_that_means_nothing_is_refused(survey, wrong, error, says):
    """The message says what was got."""
    request = {"model": models.complete_pooling, "data": survey, "seed": 1}
    request |= wrong
    with pytest.raises(error, match=says):
        fit(request.pop("model"), request.pop("data"), **request)


def test_a_seed_is_never_taken_for_granted(survey):
    """Neither by a fit nor by a simulation."""
    for function in (fit, prior_predictive):
        with pytest.raises(TypeError, match="'seed'"):
            function(models.complete_pooling, survey)


def spoilt(survey, log_radon=None, **design):
    """Return the survey with other arrays, as a slip would make them."""
    copy = dataclasses.replace(survey)
    changed = {
        name: change(getattr(survey.design, name))
        for name, change in design.items()
    }
    vars(copy)["design"] = survey.design._replace(**changed)
    if log_radon is not None:
        vars(copy)["log_radon"] = log_radon(survey.log_radon)
    return copy


SLIPS = {
    "a county index from 1": {"county": lambda j: j + 1},
    "a county index of -1": {"county": lambda j: np.where(j == 2, -1, j)},
    "a fractional index": {"county": lambda j: j + 0.5},
    "too few counties": {
        name: lambda v: v[:-1]
        for name in ("log_uranium", "mean_floor", "state")
    },
    "too many counties": {
        name: lambda v: np.append(v, v[0])
        for name in ("log_uranium", "mean_floor", "state")
    },
    "a county table of two lengths": {"state": lambda v: v[:-1]},
    "floor 9": {"floor": lambda x: np.where(x == 1, 9, x)},
    "a floor for one home": {"floor": lambda x: x[:1]},
    "an outcome of length 1": {"log_radon": lambda y: y[:1]},
    "an outcome in a column": {"log_radon": lambda y: y[:, None]},
    "an outcome that is a number": {"log_radon": lambda y: np.float64(1.0)},
    "an outcome with a gap": {"log_radon": lambda y: np.append(y[1:], np.nan)},
    "an infinite outcome": {"log_radon": lambda y: np.append(y[1:], np.inf)},
}


@pytest.fixture
def jax_sees(monkeypatch):
    """Record what reaches the part of a fit that JAX computes."""
    seen = []

    class Enough(Exception):
        pass

    def look(model, data, design, log_radon):
        seen.append((design, log_radon))
        raise Enough

    monkeypatch.setattr(entry, "read_sites", look)
    seen.append(Enough)
    return seen


@pytest.mark.parametrize("by", [None, "county"])
@pytest.mark.parametrize("slip", SLIPS)
def test_what_jax_would_swallow_is_refused_before_it(
    survey, jax_sees, slip, by
):
    """Each of these runs without an error where nobody looks."""
    data = spoilt(survey, **SLIPS[slip])
    with pytest.raises(RadonDataError):
        fit(models.varying_slopes, data, seed=1, by=by)
    assert len(jax_sees) == 1


def test_an_outcome_of_integers_becomes_one_of_floats(survey, jax_sees):
    """NumPyro would draw whole numbers to compare it with."""
    data = spoilt(survey, log_radon=lambda y: np.round(y).astype(int))
    with pytest.raises(jax_sees[0]):
        fit(models.complete_pooling, data, seed=1)
    _, log_radon = jax_sees[-1]
    assert jnp.issubdtype(log_radon.dtype, jnp.floating)
    np.testing.assert_array_equal(log_radon, np.round(survey.log_radon))


def with_uranium(design, log_radon=None):
    """Let intercepts follow the soil."""
    gamma = numpyro.sample("gamma", dist.Normal(0, 1))
    with numpyro.plate("county", design.n_counties):
        level = dist.Normal(gamma * design.log_uranium, 1)
        alpha = numpyro.sample("alpha", level)
    reading = dist.Normal(alpha[design.county], 1)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)


@pytest.mark.parametrize("form", [lambda m: m, models.noncentered])
def test_a_model_of_uranium_needs_it_and_says_where(survey, form):
    """The counties are named; models without uranium are not bothered."""
    for function in (fit, prior_predictive):
        with pytest.raises(RadonDataError, match="'Aitkin', 'Cass'"):
            function(form(with_uranium), survey, seed=1)


def broken(name):
    """Models with one mistake each."""

    def outcome(design, reading, obs, site="log_radon"):
        with numpyro.plate("house", len(design.floor)):
            numpyro.sample(site, reading, obs=obs)

    def root_of_a_negative(design, log_radon=None):
        alpha = numpyro.sample("alpha", dist.HalfNormal(1))
        outcome(design, dist.Normal(0, jnp.sqrt(-alpha)), log_radon)

    def deaf(design, log_radon=None):
        outcome(design, dist.Normal(0, 1), None)

    def renamed(design, log_radon=None):
        outcome(design, dist.Normal(0, 1), log_radon, site="y")

    def two_outcomes(design, log_radon=None):
        outcome(design, dist.Normal(0, 1), log_radon)
        outcome(design, dist.Normal(0, 1), log_radon, site="again")

    def grid(design, log_radon=None):
        loc = jnp.zeros((len(design.floor), 1))
        numpyro.sample(
            "log_radon", dist.Normal(loc, jnp.ones(1)), obs=log_radon
        )

    def mute(design, log_radon=None):
        pass

    return locals()[name]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("root_of_a_negative", "density of log_radon is not a number"),
        ("deaf", "ignores the outcome"),
        ("renamed", "no sample site 'log_radon'.*y"),
        ("two_outcomes", "observes again besides"),
        ("grid", "one reading a home"),
        ("mute", "Its sites are none"),
    ],
)
def test_a_model_of_something_else_is_refused(survey, name, says):
    """By the model's name, before it is sampled."""
    with pytest.raises(ValueError, match=f"{name}.*{says}"):
        fit(broken(name), survey, seed=1)


@pytest.mark.parametrize(
    ("reading", "slots"),
    [
        (dist.Normal, 4),
        (lambda loc, scale: dist.StudentT(4, loc, scale), max(SIZES.values())),
    ],
)
def test_normal_readings_are_summed_up_and_others_are_not(
    survey, reading, slots
):
    """A county of any size is four slots, where that is the same density."""

    def model(design, log_radon=None):
        with numpyro.plate("county", design.n_counties):
            alpha = numpyro.sample("alpha", dist.Normal(0, 1))
            sigma = numpyro.sample("sigma", dist.HalfCauchy(1))
        j = design.county
        with numpyro.plate("house", len(design.floor)):
            numpyro.sample(
                "log_radon", reading(alpha[j], sigma[j]), obs=log_radon
            )

    data = check_design(survey.design, survey.log_radon)
    sites = read_sites(model, survey, *jax.tree.map(jnp.asarray, data))
    counties = take_apart(model, sites, *data)
    assert counties.homes.shape == (len(SIZES), slots)
    assert counties.homes.sum() == len(survey.houses)
