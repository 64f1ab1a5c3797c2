"""The exact posterior of sums is that of the homes they were made of."""

import numpy as np
import numpyro.distributions as dist
import pandas as pd
import pytest

import radon
from radon import RadonDataError, models
from radon.exact import ExactError
from radon.statistics import reduce

MODELS = [
    models.complete_pooling,
    models.separate_regressions,
    models.varying_intercepts,
    models.varying_slopes,
    models.uranium,
    models.contextual,
]


@pytest.fixture(scope="module")
def data():
    return radon.load_radon()


@pytest.fixture(scope="module")
def sums(data):
    counties = pd.concat([data.unmeasured, data.counties])
    return reduce(data.houses, counties)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_sums_give_the_posterior_of_the_homes(model, data, sums):
    homes = radon.exact.posterior(model, data)
    alone = radon.exact.posterior(model, sums)
    pd.testing.assert_frame_equal(alone.moments(), homes.moments(), rtol=1e-9)
    assert alone.log_marginal_likelihood == pytest.approx(
        homes.log_marginal_likelihood, abs=1e-9
    )


def test_draws_from_sums_are_those_of_the_homes(data, sums):
    model = models.varying_slopes
    ours, theirs = (
        radon.exact.posterior(model, each).draws(50, seed=1).posterior
        for each in (sums, data)
    )
    assert list(ours["county"].to_numpy()) == list(theirs["county"].to_numpy())
    for name in theirs:
        np.testing.assert_allclose(ours[name], theirs[name], atol=1e-9)


def test_sums_do_not_answer_for_single_homes(sums):
    exact = radon.exact.posterior(models.varying_intercepts, sums)
    with pytest.raises(ExactError, match="needs the homes"):
        exact.loo()
    with pytest.raises(ExactError, match="needs the homes"):
        exact.leave_county_out()
    with pytest.raises(RadonDataError, match="wanted a Radon"):
        radon.fit(models.complete_pooling, sums, seed=1)


@pytest.mark.parametrize(
    "model", [models.complete_pooling, models.varying_slopes]
)
def test_sums_give_the_modes_of_the_homes(model, data, sums):
    of_homes, of_sums = (
        radon.exact.restricted_maximum_likelihood(model, each)
        for each in (data, sums)
    )
    pd.testing.assert_frame_equal(of_sums, of_homes, rtol=1e-9)


def test_sums_of_no_homes_are_refused(data):
    none = reduce(data.houses.head(0), data.counties)
    for answer in (
        radon.exact.posterior,
        radon.exact.restricted_maximum_likelihood,
    ):
        with pytest.raises(RadonDataError, match="sums are of no homes"):
            answer(models.varying_intercepts, none)


def test_nothing_is_predicted_from_sums(data, sums):
    exact = radon.exact.posterior(models.varying_intercepts, sums)
    with pytest.raises(RadonDataError, match="made of a survey's sums"):
        radon.predict(exact, data, "Cass", 0, seed=1)


def test_a_model_that_is_not_gaussian_is_refused_from_sums_too(sums):
    with pytest.raises(ExactError):
        radon.exact.posterior(models.robust(models.complete_pooling), sums)


def test_a_hundred_million_homes_find_the_truth_they_came_from(sums):
    rng = np.random.default_rng(5)
    many = sums.totals.n * 100_000
    level, step = rng.normal(1.5, 0.3, 87), rng.normal(-0.6, 0.3, 87)
    mean = np.stack([level, level + step], 1)
    large = radon.statistics.Statistics(
        many,
        np.where(many > 0, mean, 0),
        0.7**2 * np.maximum(many - 1, 0),
    )
    tight = models.with_priors(models.varying_slopes, sigma=dist.HalfNormal(1))
    table = radon.statistics.Reduced(sums.table, large, "shift")
    moments = radon.exact.posterior(tight, table).moments()
    assert moments.loc["sigma", "mean"] == pytest.approx(0.7, abs=1e-3)
    measured = sums.totals.n[:, 0] > 0
    found = moments.loc[[f"alpha[{c}]" for c in table.counties.index], "mean"]
    both = sums.totals.n.sum(1) > 0
    np.testing.assert_allclose(
        found[measured[both]], level[both & measured], atol=0.02
    )
