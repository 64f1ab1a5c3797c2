"""Numbers at the edge: the exact answer stays right, or says that it cannot.

Surveys of one county, of one home, of readings over ten orders of magnitude,
of ten thousand counties. The right answer comes from elsewhere: from the
covariance matrix of all homes written out and added up over scales that no
ratio enters, from sums over counties, from what must not change.
"""

import numpy as np
import numpyro.distributions as dist
import pandas as pd
import pytest

import radon
from radon.data import check_design
from radon.exact import ExactError, grid, moments, posterior, region
from radon.exact import restricted_maximum_likelihood as reml
from radon.exact.errors import ImproperError
from radon.exact.problem import frame
from radon.exact.reading import read_ladder
from radon.models import (
    complete_pooling,
    contextual,
    nested,
    pooled_uranium,
    separate_regressions,
    uranium,
    uranium_slopes,
    varying_intercepts,
    varying_slopes,
    with_priors,
)

APART = (separate_regressions,)
TOGETHER = (
    complete_pooling,
    contextual,
    nested,
    pooled_uranium,
    uranium,
    uranium_slopes,
    varying_intercepts,
    varying_slopes,
)
every = pytest.mark.parametrize("model", TOGETHER + APART)


def survey(county, floor, log_radon):
    """Make a survey of these homes, in three states, with uranium."""
    names = [f"County {j:05d}" for j in county]
    known = sorted(set(names))
    rng = np.random.default_rng(len(known))
    counties = pd.DataFrame(
        {
            "county": known,
            "uranium": np.exp(rng.normal(0, 0.4, len(known))),
            "state": [f"S{j % 3}" for j in range(len(known))],
        }
    )
    homes = {"county": names, "floor": floor, "radon": np.exp(log_radon)}
    return radon.Radon.from_frame(
        pd.DataFrame(homes), counties, zeros="replace"
    )


def imagined(n_counties, n_homes, seed=3):
    """County, floor and outcome of homes in a made-up state."""
    rng = np.random.default_rng(seed)
    others = rng.integers(0, n_counties, n_homes - n_counties)
    county = np.r_[np.arange(n_counties), others]
    floor = (rng.random(n_homes) < 0.35).astype(int)
    level = 1.3 + rng.normal(0, 0.4, n_counties)[county] - 0.6 * floor
    return county, floor, level + rng.normal(0, 0.7, n_homes)


def one_county():
    return survey(*imagined(1, 12))


def counties_without_a_floor():
    """Four have basements alone, four first floors alone."""
    county, floor, y = imagined(10, 40)
    floor = np.select([county < 4, county < 8], [0, 1], floor)
    return survey(county, floor, y)


def no_first_floor():
    county, floor, y = imagined(10, 40)
    return survey(county, 0 * floor, y)


def ten_orders_of_magnitude():
    county, floor, y = imagined(10, 40)
    far = np.log(10) * np.linspace(-5, 5, len(y))
    return survey(county, floor, np.random.default_rng(1).permutation(far))


def one_home_far_out():
    county, floor, y = imagined(10, 40)
    return survey(county, floor, np.where(np.arange(40) == 7, 20.0, y))


# By brute force -----------------------------------------------------------


def by_brute_force(data):
    """Means and sds of varying intercepts, and the log evidence.

    On a grid of both absolute scales, at each of which the homes are one
    Normal of known covariance and every parameter is another.
    """
    county, floor = data.design.county, data.design.floor
    y, j = data.log_radon, np.arange(data.design.n_counties)
    log_alpha, log_sigma = np.linspace(-14, 18, 161), np.linspace(-3, 4, 141)
    shared = np.column_stack([np.ones(len(y)), floor])
    same = (county[:, None] == county).astype(float)
    rows = np.block(
        [
            [np.ones((1, len(y)))],
            [floor[None].astype(float)],
            [np.ones((len(j), len(y)))],
        ]
    )  # prior covariance of mu_alpha, beta and alpha_j with the homes
    member = (j[:, None] == county).astype(float)
    member = np.vstack([np.zeros((2, len(y))), member])
    log_density, mean, variance = [], [], []
    for a in np.exp(log_alpha):
        cov = shared @ shared.T + a**2 * same
        own, turned = np.linalg.eigh(cov)
        gain = (rows + a**2 * member) @ turned
        prior = np.r_[1.0, 1.0, np.full(len(j), 1 + a**2)]
        spread = np.maximum(own, 0) + np.exp(2 * log_sigma)[:, None]
        z = turned.T @ y
        log_density.append(
            -0.5 * (np.log(2 * np.pi * spread) + z**2 / spread).sum(1)
        )
        mean.append((gain * (z / spread)[:, None]).sum(2))
        variance.append(prior - (gain**2 / spread[:, None]).sum(2))
    cauchy = [
        np.log(2 / np.pi) - np.log1p(np.exp(2 * t)) + t
        for t in (log_alpha, log_sigma)
    ]
    log_density = np.array(log_density) + np.add.outer(*cauchy)
    weight = np.exp(log_density - log_density.max())
    area = np.diff(log_alpha)[0] * np.diff(log_sigma)[0]
    evidence = log_density.max() + np.log(weight.sum() * area)
    weight = (weight / weight.sum())[..., None]
    scales = np.stack(np.meshgrid(log_alpha, log_sigma, indexing="ij"), -1)
    values = np.concatenate([scales, np.array(mean)], -1)
    spread = np.concatenate([0 * scales, np.array(variance)], -1)
    centre = (weight * values).sum((0, 1))
    square = (weight * ((values - centre) ** 2 + spread)).sum((0, 1))
    return centre, np.sqrt(square), evidence


@pytest.mark.parametrize(
    "homes",
    [
        one_county,
        counties_without_a_floor,
        no_first_floor,
        ten_orders_of_magnitude,
        one_home_far_out,
    ],
)
def test_the_answer_is_that_of_brute_force(homes):
    data = homes()
    exact = posterior(varying_intercepts, data)
    names = ["sigma_alpha", "sigma", "mu_alpha", "beta"]
    names += [f"alpha[{county}]" for county in data.counties.index]
    got = exact.moments(log_scales=True).loc[names]
    mean, sd, evidence = by_brute_force(data)
    np.testing.assert_allclose((got["mean"] - mean) / sd, 0, atol=1e-3)
    np.testing.assert_allclose(got["sd"] / sd, 1, atol=1e-3)
    assert exact.log_marginal_likelihood == pytest.approx(evidence, abs=1e-3)


def test_one_home_says_what_its_prior_and_one_reading_say():
    """By adding up over sigma, with intercept and effect integrated out."""
    data = survey([0], [1], [1.3])
    t = np.linspace(-30, 30, 20_001)
    variance = 2 + np.exp(2 * t)  # of alpha + beta, and of the home
    density = np.exp(-0.5 * 1.3**2 / variance) / np.sqrt(2 * np.pi * variance)
    weight = density * np.exp(t) * 2 / np.pi / (1 + np.exp(2 * t))
    total = weight.sum() * (t[1] - t[0])
    mean = (weight * 1.3 / variance).sum() / weight.sum()
    square = (weight * (1 - 1 / variance + (1.3 / variance) ** 2)).sum()
    sd = np.sqrt(square / weight.sum() - mean**2)
    for model in (complete_pooling, separate_regressions):
        exact = posterior(model, data)
        assert exact.log_marginal_likelihood == pytest.approx(np.log(total))
        table = exact.moments().filter(regex="alpha|beta", axis=0)
        np.testing.assert_allclose(table["mean"], mean, rtol=1e-6)
        np.testing.assert_allclose(table["sd"], sd, rtol=1e-6)
        assert np.isfinite(exact.summary().iloc[:, 2:]).all(axis=None)


# What is left out ---------------------------------------------------------


@pytest.mark.parametrize("model", [complete_pooling, pooled_uranium])
@pytest.mark.parametrize("floor", [0, 1])
def test_leaving_out_the_only_home_leaves_the_prior(model, floor):
    exact = posterior(model, survey([0], [floor], [1.3]))
    for left in (exact.loo(), exact.leave_county_out()):
        assert left.elpd == pytest.approx(exact.log_marginal_likelihood)
    assert exact.loo().table["prediction"].item() == pytest.approx(0)


@every
def test_leaving_out_the_only_county_leaves_the_prior(model):
    exact = posterior(model, one_county())
    left = exact.leave_county_out()
    assert left.elpd == pytest.approx(exact.log_marginal_likelihood, abs=1e-3)


@pytest.mark.parametrize("model", TOGETHER)
def test_the_one_home_that_differs_cannot_be_left_out(model):
    """Without it all others agree, and their sigma falls to 0."""
    county, floor, _ = imagined(6, 24)
    homes = np.flatnonzero((county == 1) & (floor == 0))
    assert len(homes) == 5  # so that no county's line can be bent to it
    y = np.where(np.arange(24) == homes[0], 1.0, 0.5)
    left = posterior(model, survey(county, floor, y)).loo()
    assert left.undefined == [homes[0]]


def test_two_homes_left_out_in_turn_are_two_surveys_of_one():
    data = survey([0, 0], [0, 1], np.array([0.7, 1.6]))
    both = posterior(pooled_uranium, data)
    left = both.loo().table["elpd"]
    for i in range(2):
        home = data.houses.drop(index=i).drop(columns="log_radon")
        other = radon.Radon.from_frame(home, data.counties, zeros="replace")
        rest = posterior(pooled_uranium, other).log_marginal_likelihood
        expected = both.log_marginal_likelihood - rest
        assert left[i] == pytest.approx(expected, abs=1e-3)


# Readings that do not vary ------------------------------------------------


ONE_LEVEL = (complete_pooling, pooled_uranium)


@pytest.mark.parametrize(
    ("model", "differ"),
    [
        *[(model, 0.0) for model in TOGETHER + APART],
        *[(m, 1.0) for m in TOGETHER + APART if m not in ONE_LEVEL],
    ],
)
def test_readings_that_are_the_same_have_no_sigma(model, differ):
    """All over the survey, or in each county, where counties have levels."""
    county, floor, _ = imagined(6, 24)
    data = survey(county, floor, 0.5 + differ * county)
    reason = r"sigma falls to 0|posterior of sigma is improper"
    with pytest.raises(ExactError, match=reason):
        posterior(model, data)
    if model not in APART:
        with pytest.raises(ExactError, match="sigma falls to 0"):
            reml(model, data)


@pytest.mark.parametrize("model", TOGETHER)
def test_readings_that_are_the_same_do_where_sigma_is_known(model):
    county, floor, _ = imagined(6, 24)
    data = survey(county, floor, 0 * county + 0.5)
    known = with_priors(model, sigma=dist.Delta(0.7))
    table = posterior(known, data).summary()
    assert np.isfinite(table.iloc[:, 2:]).all(axis=None)


def test_a_home_for_every_coefficient_asks_for_tighter_priors():
    """Its posterior is proper: no spread of the homes is ruled out."""
    data = survey([0, 1, 2], [0, 0, 1], np.array([0.7, 1.6, 2.0]))
    with pytest.raises(ExactError, match="tighter priors") as refusal:
        posterior(uranium_slopes, data)
    assert not isinstance(refusal.value, ImproperError)
    half = dist.HalfNormal(1)
    tight = with_priors(
        uranium_slopes, sigma=half, sigma_alpha=half, sigma_beta=half
    )
    table = posterior(tight, data).summary()
    assert np.isfinite(table.iloc[:, 2:]).all(axis=None)


SATURATED = ([0, 0, 1, 2, 3], [0, 1, 0, 0, 1])  # five homes, five columns


@pytest.mark.parametrize("seed", [0, 1])
def test_as_many_homes_as_columns_are_proper_and_sigma_may_be_small(seed):
    """No spread is ruled out, none is certain: it must not be improper."""
    county, floor = SATURATED
    y = np.random.default_rng(seed).normal(1, 0.7, 5)
    data = survey(county, floor, y)
    with pytest.raises(ExactError, match="vanishes at 0") as refusal:
        posterior(varying_intercepts, data)
    assert not isinstance(refusal.value, ImproperError)
    model = with_priors(varying_intercepts, sigma=dist.LogNormal(0, 1))
    table = posterior(model, data).summary()
    assert np.isfinite(table.iloc[:, 2:]).all(axis=None)


def test_homes_on_parallel_lines_have_no_sigma():
    """Six homes, four columns, nothing left over."""
    county, floor = np.repeat([0, 1, 2], 2), np.tile([0, 1], 3)
    level = np.array([1.0, 1.7, 0.4])[county]
    y = level - 0.6 * floor
    data = survey(county, floor, y)
    with pytest.raises(ImproperError, match="posterior of sigma is improper"):
        posterior(varying_intercepts, data)
    y[3] += 0.01
    near = survey(county, floor, y)
    table = posterior(varying_intercepts, near).summary()
    assert 0 < table.loc["sigma", "mean"] < 0.5


@pytest.mark.parametrize("seed", [0, 1])
def test_a_home_whose_others_are_fitted_by_chance_is_not_undefined(seed):
    county, floor = SATURATED
    y = np.random.default_rng(seed).normal(1, 0.7, 6)
    data = survey([*county, 3], [*floor, 1], y)
    with pytest.raises(ExactError, match="^without home 4, .* all but free"):
        posterior(varying_intercepts, data).loo()


# Ten thousand counties ----------------------------------------------------


@pytest.fixture(scope="module")
def many():
    return survey(*imagined(10_000, 30_000))


def summed_over_counties(data, sigma, sigma_alpha):
    """Log evidence of varying intercepts whose scales are known.

    A county's covariance is sigma^2 I + sigma_alpha^2 1 1', whose inverse
    and determinant are known; two locations are left.
    """
    county = data.design.county
    n = np.bincount(county)
    columns = np.column_stack(
        [np.ones(len(county)), data.design.floor, data.log_radon]
    )
    sums = np.array([np.bincount(county, x) for x in columns.T])
    spread = sigma**2 + n * sigma_alpha**2
    shared = sums * (sigma_alpha**2 / spread) @ sums.T
    gram = (columns.T @ columns - shared) / sigma**2
    precision = np.eye(2) + gram[:2, :2]
    return -0.5 * (
        len(county) * np.log(2 * np.pi)
        + (2 * (n - 1) * np.log(sigma) + np.log(spread)).sum()
        + np.linalg.slogdet(precision)[1]
        + gram[2, 2]
        - gram[:2, 2] @ np.linalg.solve(precision, gram[:2, 2])
    )


@pytest.mark.parametrize("scales", [(0.7, 0.4), (1.5, 0.01), (0.3, 30.0)])
def test_ten_thousand_counties_add_up(many, scales):
    sigma, sigma_alpha = scales
    known = with_priors(
        varying_intercepts,
        sigma=dist.Delta(sigma),
        sigma_alpha=dist.Delta(sigma_alpha),
    )
    got = posterior(known, many).log_marginal_likelihood
    expected = summed_over_counties(many, *scales)
    assert got == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("model", [varying_intercepts, varying_slopes])
def test_ten_thousand_counties_need_no_finer_grid(many, model):
    problem = frame(read_ladder(model, many), many.statistics)
    got, known = grid.integrate(problem)
    size = 2 * grid.levels_of(problem)[got.fineness].legendre
    bounds = region.region(problem, got.moments, negligible=30)
    level = grid.Level(size, size, 0.4)
    fine = grid.lay(problem, bounds, level, got.moments)
    for old, new in zip(known, moments.moments_of(problem, fine), strict=True):
        (mean, sd), (mean_, sd_) = old, new
        assert (np.abs(mean - mean_) / sd_).max() < 1e-3
        assert np.abs(sd / sd_ - 1).max() < 1e-3


# Types, and a shift -------------------------------------------------------


def test_single_precision_is_read_as_the_numbers_that_it_holds():
    county, floor, y = imagined(6, 24)
    homes = pd.DataFrame(
        {
            "county": [f"County {j}" for j in county],
            "floor": floor.astype(np.float32),
            "radon": np.exp(y).astype(np.float32),
        }
    )
    single = radon.Radon.from_frame(homes)
    double = radon.Radon.from_frame(homes.astype({"radon": float}))
    assert single.log_radon.dtype == np.float64
    np.testing.assert_array_equal(single.log_radon, double.log_radon)
    sums = radon.statistics.reduce(homes, double.counties)
    for got, expected in zip(sums.statistics, double.statistics, strict=True):
        np.testing.assert_array_equal(got, expected)
    arrays = [np.asarray(x, np.float32) for x in double.design]
    design, outcome = check_design(
        type(double.design)(*arrays), y.astype(np.float32)
    )
    assert {x.dtype for x in design} == {np.dtype(int), np.dtype(float)}
    assert outcome.dtype == np.float64


@every
def test_an_outcome_shifted_by_a_million_moves_levels_alone(model):
    data = survey(*imagined(14, 120))
    homes = data.houses.assign(y=data.log_radon + 1e6)
    moved = radon.statistics.reduce(homes, data.counties, log_radon="y")
    level = "mu_alpha"
    if model in (complete_pooling, pooled_uranium, separate_regressions):
        level = "alpha"
    there = with_priors(model, **{level: dist.Normal(1e6, 1)})
    before, after = posterior(model, data), posterior(there, moved)
    old, new = (x.moments(log_scales=True) for x in (before, after))
    levels = old.index.str.match("alpha|mu_alpha|mu_state")
    gap = new["mean"] - old["mean"] - 1e6 * levels
    np.testing.assert_allclose(gap / old["sd"], 0, atol=1e-6)
    np.testing.assert_allclose(new["sd"] / old["sd"], 1, atol=1e-6)
    assert after.log_marginal_likelihood == pytest.approx(
        before.log_marginal_likelihood, abs=1e-6
    )
