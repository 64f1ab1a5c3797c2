"""Predictions against closed forms, limits, and what they must refuse."""

import functools

import numpy as np
import numpyro.distributions as dist
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

import radon
from radon import models
from radon.inference.sites import rung_of
from radon.inference.trees import grow

DRAWS = 4000
ERRORS = 4.5  # Monte Carlo standard errors: once in 150,000 comparisons


@pytest.fixture(scope="module")
def data():
    return radon.load_radon()


@pytest.fixture(scope="module")
def intercepts(data):
    return radon.exact.posterior(models.varying_intercepts, data)


@pytest.fixture(scope="module")
def slopes(data):
    return radon.exact.posterior(models.varying_slopes, data)


def without(data, county):
    """Return the survey in which nobody measured in one county."""
    houses = data.houses[data.houses["county"] != county]
    table = pd.concat([data.counties, data.unmeasured])
    return radon.Radon.from_frame(
        houses.drop(columns=["log_radon"]), table.drop(columns="log_uranium")
    )


def made_up(data, sites, model, *, seed=0):
    """Make a tree of draws just above the values given."""
    rng = np.random.default_rng(seed)
    shape = (2, 500)
    arrays = {
        name: value * (1 + 0.01 * rng.random((*shape, *np.shape(value))))
        for name, value in sites.items()
    }
    dims = {
        name: ("state" if name == "mu_state" else "county",)
        for name, value in sites.items()
        if np.ndim(value)
    }
    attrs = {"model": model, "ladder": "" if model == "mine" else model}
    return grow({"posterior": arrays}, dims, data.coords, attrs)


def is_near(draws, mean, sd):
    """Whether independent draws may have this mean and sd."""
    n = draws.size
    off_mean = abs(draws.mean() - mean) / (sd / np.sqrt(n))
    off_sd = abs(draws.std() - sd) / (sd / np.sqrt(2 * n))
    return off_mean < ERRORS and off_sd < ERRORS * 1.5  # tails are heavier


@pytest.mark.parametrize("county", ["Murray", "Cass", "St. Louis"])
def test_a_measured_county_reads_as_its_own_posterior_says(
    slopes, data, county
):
    home = radon.predict(slopes, data, county, 0, seed=1)
    typical = home.draws["typical"].to_numpy()
    mean, sd = slopes.moments().loc[f"alpha[{county}]"]
    assert is_near(typical, mean, sd)


def test_readings_add_the_spread_of_homes(slopes, data):
    home = radon.predict(slopes, data, "Cass", 0, seed=1)
    table = slopes.moments()
    mean, sd = table.loc["alpha[Cass]"]
    sigma2 = table.loc["sigma", "mean"] ** 2 + table.loc["sigma", "sd"] ** 2
    reading = home.draws["reading"].to_numpy()
    assert is_near(reading, mean, np.sqrt(sd**2 + sigma2))


def test_complete_pooling_predicts_one_thing_everywhere(data):
    exact = radon.exact.posterior(models.complete_pooling, data)
    homes = radon.predict(exact, data, ["Cass", "Grant"], 0, seed=1)
    typical = homes.draws["typical"]
    assert np.array_equal(typical[..., 0], typical[..., 1])
    assert is_near(typical.to_numpy()[..., 0], *exact.moments().loc["alpha"])


def test_a_new_county_is_a_draw_from_the_population(intercepts, data):
    home = radon.predict(intercepts, data, "Grant", 0, seed=2)
    table = intercepts.moments()
    mean, sd = table.loc["mu_alpha"]
    variance = sd**2 + (table.loc["sigma_alpha"] ** 2).sum()
    assert is_near(home.draws["typical"].to_numpy(), mean, variance**0.5)


@pytest.mark.parametrize(
    ("name", "county"),
    [
        ("complete_pooling", "Stearns"),
        ("pooled_uranium", "Murray"),
        ("varying_intercepts", "Murray"),
        ("varying_intercepts", "Stearns"),
        ("varying_slopes", "Redwood"),
        ("uranium", "Murray"),
        ("uranium", "Stearns"),
        ("uranium_slopes", "Redwood"),
        ("correlated_slopes", "Redwood"),
    ],
)
def test_a_county_left_out_has_its_exact_density(data, name, county):
    model = getattr(models, name)
    exact = radon.exact.posterior(model, data).leave_county_out()
    rest = without(data, county)
    assert county in rest.unmeasured.index
    here = data.houses[data.houses["county"] == county]
    homes = radon.predict(
        radon.exact.posterior(model, rest),
        rest,
        [county] * len(here),
        here["floor"].to_numpy(),
        seed=3,
    )
    typical, sigma = homes.draws["typical"], homes.draws["sigma"]
    joint = stats.norm(typical, sigma).logpdf(here["log_radon"].to_numpy())
    log_density = joint.sum(axis=-1).ravel()
    top = log_density.max()
    density = np.exp(log_density - top)
    error = density.std() / np.sqrt(density.size) / density.mean()
    got = top + np.log(density.mean())
    assert error < 0.2
    assert abs(got - exact.table.loc[county, "elpd"]) < ERRORS * error


def test_homes_of_a_new_county_share_its_coefficients(intercepts, data):
    homes = radon.predict(intercepts, data, "Grant", [0, 1, 0], seed=4)
    typical = homes.draws["typical"].to_numpy()
    assert np.array_equal(typical[..., 0], typical[..., 2])
    assert np.ptp(typical[..., 0] - typical[..., 1]) < 1  # beta alone
    two = radon.predict(intercepts, data, ["Grant", "Red Lake"], 0, seed=4)
    apart = two.draws["typical"].to_numpy()
    assert (
        abs(np.corrcoef(apart[..., 0].ravel(), apart[..., 1].ravel())[0, 1])
        < 0.2
    )


@pytest.mark.parametrize("of", ["reading", "typical"])
def test_a_new_county_is_less_certain_than_a_measured_one(slopes, data, of):
    counties = ["Grant", "Murray", "St. Louis"]
    homes = radon.predict(slopes, data, counties, 0, seed=5)
    table = np.log(homes.interval(of=of) + 0.1)
    width = (table["high"] - table["low"]).to_numpy()
    assert width[0] > width[1] > width[2]


def test_without_spread_between_counties_a_new_one_is_like_the_others(data):
    fixed = models.with_priors(
        models.varying_intercepts, sigma_alpha=dist.Delta(1e-6)
    )
    exact = radon.exact.posterior(fixed, data)
    homes = radon.predict(exact, data, ["Grant", "Cass"], 0, seed=6)
    typical = homes.draws["typical"].to_numpy()
    assert np.allclose(typical[..., 0], typical[..., 1], atol=1e-4)


def test_uranium_moves_a_new_county_by_its_slope(data):
    sites = {
        "mu_alpha": 1.4,
        "gamma": 0.7,
        "sigma_alpha": 1e-9,
        "beta": -0.6,
        "sigma": 0.7,
        "alpha": np.full(85, 1.4),
    }
    tree = made_up(data, sites, "uranium")
    homes = radon.predict(tree, data, ["Grant", "Red Lake"], 0, seed=1)
    gap = homes.draws["typical"].diff("house").to_numpy().squeeze()
    u = data.unmeasured["log_uranium"]
    wanted = tree.posterior["gamma"] * (u["Red Lake"] - u["Grant"])
    assert np.allclose(gap, wanted, atol=1e-7)


@pytest.mark.parametrize("rho", [-0.8, 0.0, 0.6])
def test_new_coefficients_are_correlated_as_the_model_says(data, rho):
    sites = {
        "mu_alpha": 1.4,
        "sigma_alpha": 0.3,
        "mu_beta": -0.6,
        "sigma_beta": 0.2,
        "rho": rho,
        "sigma": 0.7,
        "alpha": np.full(85, 1.4),
        "beta": np.full(85, -0.6),
    }
    tree = made_up(data, sites, "correlated_slopes")
    homes = radon.predict(tree, data, "Grant", [0, 1], seed=1)
    alpha, first = homes.draws["typical"].to_numpy().reshape(-1, 2).T
    got = np.corrcoef(alpha, first - alpha)[0, 1]
    assert abs(got - rho) < ERRORS * (1 - rho**2) / np.sqrt(1000) + 0.02
    assert alpha.std() == pytest.approx(0.3, rel=0.15)
    assert (first - alpha).std() == pytest.approx(0.2, rel=0.15)


def two_states():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "county": ["A", "B", "C", "D", "E"],
            "state": ["MN", "MN", "ND", "ND", "WI"],
        }
    )
    houses = pd.DataFrame(
        {
            "county": np.repeat(["A", "B", "C"], 6),
            "floor": [0, 1] * 9,
            "radon": rng.lognormal(1.4, 0.7, 18),
        }
    )
    return radon.Radon.from_frame(houses, table)


NESTED = {
    "mu_alpha": 1.4,
    "sigma_state": 0.4,
    "mu_state": np.array([1.0, 2.0]),
    "sigma_alpha": 1e-9,
    "alpha": np.array([1.0, 1.0, 2.0]),
    "beta": -0.6,
    "sigma": 0.7,
}


def test_a_new_county_follows_its_state():
    data = two_states()
    tree = made_up(data, NESTED, "nested")
    home = radon.predict(tree, data, "D", 0, seed=1)
    there = tree.posterior["mu_state"].sel(state="ND")
    assert np.allclose(home.draws["typical"][..., 0], there, atol=1e-7)
    with pytest.raises(radon.RadonDataError, match="none in its state 'WI'"):
        radon.predict(tree, data, "E", 0, seed=1)


def test_the_chance_of_exceeding_falls_with_the_threshold(slopes, data):
    homes = radon.predict(slopes, data, ["Cass", "Grant"], [0, 1], seed=7)
    levels = [0.1, 0.4, 1, 2, 4, 8, 40]
    for of in ("reading", "typical"):
        table = homes.probability_above(levels, of=of)
        assert table.columns.tolist() == levels
        assert (table.diff(axis=1).iloc[:, 1:] <= 0).all(axis=None)
        assert table.iloc[:, 0].gt(0.9).all()
        one = homes.probability_above(4, of=of)
        assert np.array_equal(one, table[4])
        assert one.index.tolist() == [("Cass", 0), ("Grant", 1)]


@pytest.mark.parametrize("zeros", ["shift", "replace"])
def test_thresholds_go_through_the_recipe_of_the_outcome(zeros):
    data = radon.load_radon(zeros=zeros)
    exact = radon.exact.posterior(models.complete_pooling, data)
    home = radon.predict(exact, data, "Cass", 0, seed=8)
    at = np.log(4.1 if zeros == "shift" else 4.0)
    draws = home.draws.isel(house=0)
    wanted = stats.norm.sf(at, draws["typical"], draws["sigma"]).mean()
    assert home.probability_above(4).item() == pytest.approx(wanted, abs=1e-9)
    counted = float((home.pci()["reading"] > 4).mean())
    assert abs(counted - wanted) < ERRORS * 0.5 / np.sqrt(DRAWS)


@pytest.mark.parametrize("nu", [None, 3.0])
def test_intervals_hold_what_they_say(data, nu):
    sites = {"alpha": 1.4, "beta": -0.6, "sigma": 0.7}
    if nu:
        sites["nu"] = nu
    name = "robust_complete_pooling" if nu else "complete_pooling"
    tree = made_up(data, sites, name)
    home = radon.predict(tree, data, "Cass", [0, 1], seed=9)
    table = home.interval(0.8)
    for column, above in (("low", 0.9), ("median", 0.5), ("high", 0.1)):
        for place, level in table[column].items():
            got = home.probability_above(level).loc[place]
            assert got == pytest.approx(above, abs=1e-6)
    inside = home.pci()["reading"].to_numpy().reshape(-1, 2)
    share = (
        (inside > table["low"].to_numpy())
        & (inside < table["high"].to_numpy())
    ).mean()
    assert abs(share - 0.8) < ERRORS * 0.4 / np.sqrt(2000)


def test_homes_with_heavy_tails_are_student_t(data):
    tree = made_up(
        data,
        {"alpha": 1.4, "beta": -0.6, "sigma": 0.7, "nu": 3.0},
        "robust_complete_pooling",
    )
    home = radon.predict(tree, data, "Cass", 0, seed=9)
    draws = home.draws.isel(house=0)
    z = (np.log(40.1) - draws["typical"]) / draws["sigma"]
    wanted = stats.t.sf(z, tree.posterior["nu"]).mean()
    assert home.probability_above(40).item() == pytest.approx(wanted)
    assert wanted > 5 * stats.norm.sf(z).mean()


def test_a_fit_and_the_exact_posterior_agree(intercepts, data):
    tree = radon.fit(
        models.noncentered(models.varying_intercepts),
        data,
        seed=1,
        num_warmup=500,
        num_samples=500,
        num_chains=2,
    )
    where = ["Cass", "Grant", "St. Louis"]
    sampled = radon.predict(tree, data, where, [0, 0, 1], seed=1)
    exact = radon.predict(intercepts, data, where, [0, 0, 1], seed=1)
    chances = [x.probability_above(4) for x in (sampled, exact)]
    # At least 400 effective draws of a chance that varies by 0.2 at most.
    assert (chances[0] - chances[1]).abs().max() < ERRORS * 0.2 / 20
    ends = [np.log(x.interval() + 0.1) for x in (sampled, exact)]
    assert (ends[0] - ends[1]).abs().max(axis=None) < 0.15


def test_ranks_count_from_the_highest(data):
    sites = {
        "mu_alpha": 1.4,
        "sigma_alpha": 0.3,
        "beta": -0.6,
        "sigma": 0.7,
        "alpha": np.linspace(0, 8.4, 85),
    }
    tree = made_up(data, sites, "varying_intercepts")
    counties = data.counties.index
    ranks = radon.predict(tree, data, list(counties), 0, seed=1).ranks()
    assert ranks.shape == (1000, 85)
    assert (ranks.iloc[:, -1] == 1).all() and (ranks.iloc[:, 0] == 85).all()
    assert (ranks.sum(axis=1) == 85 * 86 / 2).all()


def test_homes_that_a_draw_cannot_tell_apart_share_a_rank(slopes, data):
    pooled = radon.exact.posterior(models.complete_pooling, data)
    counties = ["Cass", "Grant", "St. Louis", "Aitkin"]
    ranks = radon.predict(pooled, data, counties, 0, seed=1).ranks()
    assert (ranks == 2.5).all(axis=None)
    where = ["Cass", "Cass", "Aitkin"]
    twice = radon.predict(slopes, data, where, 0, seed=1).ranks().to_numpy()
    assert set(map(tuple, twice)) == {(1.5, 1.5, 3), (2.5, 2.5, 1)}


def test_seeds(intercepts, data):
    first, again, other = (
        radon.predict(intercepts, data, "Grant", 0, seed=s, num_samples=50)
        for s in (1, 1, 2)
    )
    assert first.draws.equals(again.draws)
    assert not np.allclose(first.draws["typical"], other.draws["typical"])
    assert first.draws.sizes == {"chain": 1, "draw": 50, "house": 1}
    with pytest.raises(TypeError, match="seed"):
        radon.predict(intercepts, data, "Grant", 0, seed=None)


def test_a_home_needs_a_known_county_and_a_floor(intercepts, data):
    with pytest.raises(radon.RadonDataError, match="mean 'St. Louis'"):
        radon.predict(intercepts, data, "Saint Louis", 0, seed=1)
    with pytest.raises(radon.RadonDataError, match="mean 'Red Lake'"):
        radon.predict(intercepts, data, ["Cass", "Redlake"], 0, seed=1)
    with pytest.raises(radon.RadonDataError, match="neither 0 nor 1"):
        radon.predict(intercepts, data, "Cass", 2, seed=1)
    with pytest.raises(radon.RadonDataError, match="2 counties and 3 floors"):
        radon.predict(intercepts, data, ["Cass"] * 2, [0, 1, 0], seed=1)


def test_separate_regressions_know_nothing_of_a_new_county(data):
    exact = radon.exact.posterior(models.separate_regressions, data)
    known = radon.predict(exact, data, ["Stearns", "Clay"], 0, seed=1)
    table = known.draws["typical"].mean(("chain", "draw")).to_numpy()
    wanted = exact.moments().loc[["alpha[Stearns]", "alpha[Clay]"], "mean"]
    assert np.allclose(table, wanted, atol=0.05)
    assert not np.allclose(
        known.draws["sigma"][..., 0], known.draws["sigma"][..., 1]
    )
    with pytest.raises(ValueError, match="its prior"):
        radon.predict(exact, data, "Grant", 0, seed=1)


def test_what_a_new_county_lacks_is_named(data):
    sites = {
        "mu_alpha": 1.4,
        "gamma": 0.7,
        "delta": 0.1,
        "sigma_alpha": 0.2,
        "beta": -0.6,
        "sigma": 0.7,
        "alpha": np.full(85, 1.4),
    }
    tree = made_up(data, sites, "contextual")
    radon.predict(tree, data, "Cass", 0, seed=1)
    with pytest.raises(radon.RadonDataError, match="first floor"):
        radon.predict(tree, data, "Grant", 0, seed=1)
    del sites["delta"]
    table = pd.concat([data.counties, data.unmeasured])
    table.loc["Grant", "uranium"] = np.nan
    poorer = radon.Radon.from_frame(
        data.houses.drop(columns="log_radon"),
        table.drop(columns="log_uranium"),
    )
    tree = made_up(poorer, sites, "uranium")
    radon.predict(tree, poorer, "Red Lake", 0, seed=1)
    with pytest.raises(radon.RadonDataError, match="its uranium is unknown"):
        radon.predict(tree, poorer, "Grant", 0, seed=1)


def test_a_model_that_is_not_of_the_ladder_knows_no_new_county(data):
    sites = {
        "mu_alpha": 1.4,
        "sigma_alpha": 0.2,
        "beta": -0.6,
        "sigma": 0.7,
        "alpha": np.full(85, 1.4),
    }
    tree = made_up(data, sites, "mine")
    radon.predict(tree, data, "Cass", 0, seed=1)
    with pytest.raises(ValueError, match="mine is no model of the ladder"):
        radon.predict(tree, data, "Grant", 0, seed=1)
    tree = made_up(data, sites | {"kappa": 0.1}, "varying_intercepts")
    with pytest.raises(ValueError, match="kappa among its sites"):
        radon.predict(tree, data, "Grant", 0, seed=1)


def test_the_name_of_a_model_proves_nothing(data):
    def varying_intercepts(design, log_radon=None):
        return models.varying_intercepts(design, log_radon)

    short = {"num_warmup": 2, "num_samples": 2, "num_chains": 1}
    tree = radon.fit(varying_intercepts, data, seed=1, **short)
    radon.predict(tree, data, "Cass", 0, seed=1)
    with pytest.raises(ValueError, match="varying_intercepts is no model"):
        radon.predict(tree, data, "Grant", 0, seed=1)


def test_a_fit_remembers_the_model_of_the_ladder_that_it_is_a_form_of():
    base = models.varying_intercepts
    tight = models.with_priors(base, sigma_alpha=dist.HalfNormal(0.5))
    for form in (
        base,
        tight,
        models.noncentered(tight),
        models.marginalised(tight),
        models.robust(models.noncentered(base)),
    ):
        assert rung_of(form) == "varying_intercepts"

    @functools.wraps(base)
    def changed(design, log_radon=None):
        return models.varying_slopes(design, log_radon)

    for model in (changed, models.noncentered(changed)):
        assert rung_of(model) == ""
    assert rung_of(functools.partial(base)) == ""


def test_a_fit_of_another_survey_is_refused(intercepts, data):
    other = radon.load_radon("AZ")
    with pytest.raises(radon.RadonDataError, match="only the fit has"):
        radon.predict(intercepts, other, "Pima", 0, seed=1)
    recipe = radon.load_radon(zeros="replace")
    with pytest.raises(radon.RadonDataError, match="another recipe"):
        radon.predict(intercepts, recipe, "Cass", 0, seed=1)
    pooled = radon.exact.posterior(models.complete_pooling, data)
    with pytest.raises(radon.RadonDataError, match="made of 919 homes"):
        radon.predict(pooled, other, "Pima", 0, seed=1)


def test_a_likelihood_unlike_the_ladders_is_refused(slopes, data):
    tree = slopes.draws(20, seed=1)
    radon.predict(tree, data, "Cass", 0, seed=1)
    shifted = tree.copy()
    shifted["posterior"] = (
        tree["posterior"]
        .to_dataset()
        .assign(alpha=tree.posterior["alpha"] + 0.05)
    )
    with pytest.raises(ValueError, match="log likelihood"):
        radon.predict(shifted, data, "Cass", 0, seed=1)


def test_a_tree_without_a_posterior_is_refused(intercepts, data):
    prior = radon.prior_predictive(
        models.complete_pooling, data, seed=1, num_samples=5
    )
    with pytest.raises(ValueError, match="no posterior draws"):
        radon.predict(prior, data, "Cass", 0, seed=1)
    with pytest.raises(TypeError, match="wanted the tree"):
        radon.predict(models.complete_pooling, data, "Cass", 0, seed=1)
    bare = xr.DataTree.from_dict(
        {"posterior": intercepts.draws(5, seed=1).posterior.to_dataset()}
    )
    with pytest.raises(ValueError, match="num_samples"):
        radon.predict(bare, data, "Cass", 0, seed=1, num_samples=10)
    less = bare["posterior"].to_dataset().drop_vars("sigma")
    with pytest.raises(ValueError, match="no sigma"):
        radon.predict(
            xr.DataTree.from_dict({"posterior": less}),
            data,
            "Cass",
            0,
            seed=1,
        )


def test_questions_that_make_no_sense_are_refused(intercepts, data):
    home = radon.predict(intercepts, data, "Cass", 0, seed=1)
    with pytest.raises(ValueError, match="mean 'typical'"):
        home.interval(of="tipical")
    with pytest.raises(ValueError, match="between 0 and 1"):
        home.interval(90)
    for level in (0, -4, []):
        with pytest.raises(radon.RadonDataError, match="threshold|negative"):
            home.probability_above(level)
