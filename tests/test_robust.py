"""Student-t homes: the density, its limit, and what it composes with."""

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest
from numpyro import handlers
from numpyro.infer.util import log_density
from scipy import stats

import radon
from radon import models
from radon.data import Design
from radon.precision import double_precision

LADDER = [
    models.complete_pooling,
    models.separate_regressions,
    models.varying_intercepts,
    models.varying_slopes,
    models.uranium_slopes,
    models.correlated_slopes,
    models.nested,
]
DESIGN = Design(
    county=np.array([0, 0, 1, 2, 2, 2]),
    floor=np.array([0, 1, 0, 1, 0, 0]),
    log_uranium=np.array([-0.4, 0.1, 0.3]),
    mean_floor=np.array([1 / 2, 0, 1 / 3]),
    state=np.array([0, 0, 1]),
)
LOG_RADON = np.array([1.2, -2.3, 1.9, -0.1, 1.5, 0.8])


def traced(model, seed=0):
    """Run a model on six homes in three counties."""
    seeded = handlers.seed(model, jax.random.key(seed))
    return handlers.trace(seeded).get_trace(DESIGN, LOG_RADON)


def latent(model):
    """Draw a point from a model's prior, in double precision."""
    return {
        name: np.asarray(site["value"], float)
        for name, site in traced(model).items()
        if site["type"] == "sample" and not site["is_observed"]
    }


def density(model, values):
    """Log density at a point, in double precision."""
    with double_precision():
        data = jax.tree.map(jnp.asarray, (DESIGN, LOG_RADON))
        values = jax.tree.map(jnp.asarray, values)
        return float(log_density(model, data, {}, values)[0])


@pytest.mark.parametrize("model", LADDER)
def test_homes_are_students_and_all_else_is_kept(model):
    """The two densities differ by the homes' and by the prior of nu."""
    values = latent(model)
    nu = 3.7
    with double_precision():
        given = handlers.substitute(
            model, {k: jnp.asarray(v) for k, v in values.items()}
        )
        normal = traced(given)["log_radon"]["fn"]
        mean, sigma = (
            np.broadcast_to(np.asarray(part, float), 6)
            for part in (normal.mean, jnp.sqrt(normal.variance))
        )
    homes = stats.t(nu, mean, sigma).logpdf(LOG_RADON).sum()
    homes -= stats.norm(mean, sigma).logpdf(LOG_RADON).sum()
    prior = stats.gamma(2, scale=10).logpdf(nu)
    expected = density(model, values) + homes + prior
    got = density(models.robust(model), values | {"nu": np.array(nu)})
    assert got == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("model", LADDER[:3])
def test_many_degrees_of_freedom_are_the_normal(model):
    """The gap falls as 1 / nu: a tenth of it at ten times nu."""
    values = latent(model)
    gaps = []
    for nu in (1e5, 1e6):
        heavy = density(models.robust(model), values | {"nu": np.array(nu)})
        prior = stats.gamma(2, scale=10).logpdf(nu)
        gaps.append(heavy - prior - density(model, values))
    assert gaps[1] == pytest.approx(gaps[0] / 10, rel=0.02)
    assert abs(gaps[1]) < 1e-2


def test_small_degrees_of_freedom_forgive_a_far_home():
    """Moving the far home further costs the Normal a square, it a log."""
    values = latent(models.complete_pooling) | {"nu": np.array(2.0)}
    values["sigma"] = np.array(0.5)
    far = np.where(LOG_RADON < -2, -20.0, LOG_RADON)
    with double_precision():
        robust = models.robust(models.complete_pooling)
        cost = [
            float(log_density(robust, (DESIGN, y), {}, values)[0])
            for y in (LOG_RADON, far)
        ]
    assert 0 < cost[0] - cost[1] < 3 * np.log(20 / 0.5)


def test_nu_is_one_more_site():
    sites = {
        name
        for name, site in traced(models.robust(models.varying_slopes)).items()
        if site["type"] == "sample"
    }
    plain = set(traced(models.varying_slopes))
    assert sites - plain == {"nu"}


def test_it_composes_with_other_forms_in_either_order():
    """One density for the same values, whatever was wrapped first."""
    prior = dist.HalfNormal(0.5)
    one = models.noncentered(
        models.with_priors(
            models.robust(models.varying_slopes), sigma_beta=prior
        )
    )
    other = models.robust(
        models.noncentered(
            models.with_priors(models.varying_slopes, sigma_beta=prior)
        )
    )
    values = latent(one)
    assert {"nu", "alpha_decentered", "beta_decentered"} <= set(values)
    assert set(values) == set(latent(other))
    assert density(one, values) == pytest.approx(
        density(other, values), rel=1e-12
    )
    wide = models.robust(models.noncentered(models.varying_slopes))
    assert density(wide, values) != pytest.approx(density(one, values))


def test_nu_takes_another_prior():
    fixed = models.with_priors(
        models.robust(models.complete_pooling), nu=dist.Delta(4.0)
    )
    site = traced(fixed)["nu"]
    assert site["type"] == "deterministic" and site["value"] == 4


def test_it_simulates_without_an_outcome():
    model = models.robust(models.varying_intercepts)
    seeded = handlers.seed(model, jax.random.key(1))
    y = handlers.trace(seeded).get_trace(DESIGN)["log_radon"]["value"]
    assert y.shape == (6,) and np.isfinite(np.asarray(y)).all()


def test_a_robust_model_keeps_its_form():
    """Also under other priors and non-centred, where it is a new function."""
    once = models.robust(models.varying_slopes)
    assert models.robust(once) is once
    narrow = models.with_priors(once, nu=dist.Gamma(2, 1))
    assert models.robust(narrow) is narrow
    form = models.noncentered(once)
    assert set(latent(models.robust(form))) == set(latent(form))


def test_homes_that_are_not_normal_are_refused():
    def skewed(design, log_radon=None):
        with numpyro.plate("house", len(design.floor)):
            numpyro.sample("log_radon", dist.Gumbel(0, 1), obs=log_radon)

    with pytest.raises(TypeError, match="Gumbel, not Normal"):
        traced(models.robust(skewed))


def test_a_marginalised_model_is_refused():
    form = models.marginalised(models.complete_pooling)
    with pytest.raises(ValueError, match="homes are StudentT"):
        models.robust(form)


@pytest.mark.parametrize("model", LADDER[:4])
def test_the_exact_posterior_refuses_it_and_says_why(model):
    with pytest.raises(radon.exact.ExactError, match="samples nu"):
        radon.exact.posterior(models.robust(model), radon.load_radon())
