"""A few homes, each counted for many, say on average what all say."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest
from numpyro import handlers
from numpyro.infer.util import log_density

import radon
from radon import models

POINT = {"alpha": 1.2, "beta": -0.5, "sigma": 0.8}


@pytest.fixture(scope="module")
def survey():
    data = radon.load_radon()
    return jax.tree.map(jnp.asarray, (data.design, data.log_radon))


def densities(size, survey, keys):
    few = models.minibatched(models.complete_pooling, size)

    def density(key):
        return log_density(handlers.seed(few, key), survey, {}, POINT)[0]

    return np.asarray(jax.vmap(density)(jax.random.split(keys, 400)), float)


def test_all_homes_at_once_are_the_model(survey):
    whole, _ = log_density(models.complete_pooling, survey, {}, POINT)
    few = densities(919, survey, jax.random.key(1))
    np.testing.assert_allclose(few, float(whole), rtol=1e-5)


def test_batches_are_right_on_average_and_wrong_each(survey):
    whole, _ = log_density(models.complete_pooling, survey, {}, POINT)
    few = densities(100, survey, jax.random.key(2))
    error = few.std() / np.sqrt(len(few))
    assert abs(few.mean() - float(whole)) < 4 * error
    assert few.std() > 10


def a_few(model):
    return models.minibatched(model, 50)


def tight(model):
    return models.with_priors(model, sigma=dist.HalfNormal(0.5))


@pytest.mark.parametrize(
    "order",
    list(
        itertools.permutations(
            [a_few, models.noncentered, tight, models.robust]
        )
    ),
    ids=lambda order: "-".join(form.__name__ for form in order),
)
def test_forms_and_priors_compose_in_any_order(order, survey):
    model = models.varying_intercepts
    for form in order:
        model = form(model)
    with handlers.seed(rng_seed=1):
        traced = handlers.trace(model).get_trace(*survey)
    homes = traced["log_radon"]
    assert homes["fn"].shape() == (50,)
    assert homes["scale"] == 919 / 50
    assert isinstance(traced["sigma"]["fn"], dist.HalfNormal)
    assert {"nu", "alpha_decentered", "batch"} <= set(traced)


def test_no_few_homes_of_a_marginalised_model():
    with pytest.raises(ValueError, match="50 of its homes at a time"):
        models.marginalised(a_few(models.complete_pooling))
    with pytest.raises(ValueError, match="is marginalised"):
        a_few(models.marginalised(models.complete_pooling))


def test_more_homes_than_there_are_cannot_be_drawn(survey):
    few = models.minibatched(models.complete_pooling, 920)
    with pytest.raises(ValueError, match="920 from 919 homes"):
        handlers.seed(few, 0)(*survey)
