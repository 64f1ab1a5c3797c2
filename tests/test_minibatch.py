"""A few homes, each counted for many, say on average what all say."""

import jax
import jax.numpy as jnp
import numpy as np
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


def test_more_homes_than_there_are_cannot_be_drawn(survey):
    few = models.minibatched(models.complete_pooling, 920)
    with pytest.raises(ValueError, match="920 from 919 homes"):
        handlers.seed(few, 0)(*survey)
