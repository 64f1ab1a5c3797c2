"""Three ways to write correlated slopes are one model."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpyro import handlers
from numpyro.infer.util import log_density

import radon
from radon.models import correlated_slopes, noncentered
from radon.models.correlated import cholesky_slopes
from radon.models.linear import read_linear, sites_at
from radon.precision import double_precision


@pytest.fixture(scope="module")
def data():
    return radon.load_radon()


def point(data, seed):
    """Return values of all sites, in the form of correlated_slopes."""
    rng = np.random.default_rng(seed)
    n = data.design.n_counties
    spread = dict(zip(("sigma", "sigma_alpha", "sigma_beta"),
                      rng.gamma(2, 0.3, 3), strict=True))  # fmt: skip
    return spread | {
        "mu_alpha": rng.normal(),
        "mu_beta": rng.normal(),
        "rho": rng.uniform(-0.95, 0.95),
        "alpha": rng.normal(size=n),
        "beta": rng.normal(size=n),
    }


def without_counties(values):
    """Leave the population's values."""
    return {k: values[k] for k in values if k not in ("alpha", "beta")}


def density(model, data, values):
    with double_precision():
        values = {k: jnp.asarray(v, jnp.float64) for k, v in values.items()}
        arguments = (data.design, jnp.asarray(data.log_radon))
        return float(log_density(model, arguments, {}, values)[0])


@pytest.mark.parametrize("seed", range(3))
def test_the_cholesky_form_has_the_same_density(data, seed):
    values = point(data, seed)
    rho = values["rho"]
    paired = without_counties(values)
    del paired["rho"]
    paired["L"] = [[1, 0], [rho, np.sqrt(1 - rho**2)]]
    paired["theta"] = np.column_stack([values["alpha"], values["beta"]])
    assert density(cholesky_slopes, data, paired) == pytest.approx(
        density(correlated_slopes, data, values), rel=1e-10
    )


@pytest.mark.parametrize("seed", range(3))
def test_noncentring_uses_the_coordinates_of_the_cholesky_factor(data, seed):
    values = point(data, seed)
    a, b, rho = (values[k] for k in ("sigma_alpha", "sigma_beta", "rho"))
    z = np.random.default_rng(seed + 50).normal(
        size=(2, data.design.n_counties)
    )
    factor = np.array([[a, 0], [b * rho, b * np.sqrt(1 - rho**2)]])
    alpha, beta = factor @ z
    centred = values | {
        "alpha": values["mu_alpha"] + alpha,
        "beta": values["mu_beta"] + beta,
    }
    free = without_counties(values)
    free |= {"alpha_decentered": z[0], "beta_decentered": z[1]}
    jacobian = data.design.n_counties * np.log(np.linalg.det(factor))
    assert density(
        noncentered(correlated_slopes), data, free
    ) == pytest.approx(
        density(correlated_slopes, data, centred) + jacobian, rel=1e-10
    )


@pytest.mark.parametrize("sigma_alpha", [1e-12, 1e-6, 1e-2])
def test_noncentred_slopes_lead_the_same_way_in_single_precision(
    data, sigma_alpha
):
    z = np.random.default_rng(2).normal(size=(2, data.design.n_counties))
    values = without_counties(point(data, 2)) | {
        "alpha_decentered": z[0],
        "beta_decentered": z[1],
        "sigma_alpha": sigma_alpha,
    }

    def slope(dtype):
        arguments = data.design, jnp.asarray(data.log_radon, dtype)

        def density(values):
            model = noncentered(correlated_slopes)
            return log_density(model, arguments, {}, values)[0]

        at = {k: jnp.asarray(v, dtype) for k, v in values.items()}
        return jax.grad(density)(at)

    single = slope(jnp.float32)
    with double_precision():
        double = slope(jnp.float64)
    for name, expected in double.items():
        size = np.abs(expected).max()
        np.testing.assert_allclose(
            single[name], expected, rtol=1e-3, atol=1e-4 * size
        )


@pytest.mark.parametrize(
    "form", [correlated_slopes, noncentered(correlated_slopes)]
)
def test_slopes_follow_the_intercepts_that_they_are_given(data, form):
    given = without_counties(point(data, 3)) | {
        "rho": 1 - 1e-9,
        "alpha": np.linspace(0.5, 2, 85),
    }
    with double_precision():
        told = handlers.substitute(form, given)
        seeded = handlers.seed(told, jax.random.key(1))
        beta = handlers.trace(seeded).get_trace(data.design)["beta"]["value"]
    z = (given["alpha"] - given["mu_alpha"]) / given["sigma_alpha"]
    expected = given["mu_beta"] + given["sigma_beta"] * z
    np.testing.assert_allclose(beta, expected, atol=1e-3)


def test_marginalised_slopes_are_drawn_whole_in_single_precision(data):
    linear = read_linear(correlated_slopes)
    values = point(data, 4)
    scales = {k: values[k] for k in linear.scales} | {"sigma_alpha": 1e-9}
    effects = np.random.default_rng(4).normal(size=(data.design.n_counties, 2))
    shared = np.zeros(2)

    def slopes(dtype):
        at = {k: jnp.asarray(v, dtype) for k, v in scales.items()}
        given = jnp.asarray(shared, dtype), jnp.asarray(effects, dtype)
        return sites_at(linear, data.design, at, *given)["beta"]["value"]

    single = slopes(jnp.float32)
    with double_precision():
        double = slopes(jnp.float64)
    np.testing.assert_allclose(single, double, atol=1e-5)


def test_simulated_pairs_have_the_correlation_they_are_given(data):
    design = data.design._replace(log_uranium=np.zeros(20_000))
    given = {
        "mu_alpha": 1.0, "mu_beta": -0.5, "sigma": 0.7,
        "sigma_alpha": 0.3, "sigma_beta": 0.2,
        "L": jnp.array([[1.0, 0.0], [-0.6, 0.8]]),
    }  # fmt: skip
    model = handlers.substitute(cholesky_slopes, given)
    model = handlers.seed(model, jax.random.key(1))
    sites = handlers.trace(model).get_trace(design)
    alpha, beta = (np.asarray(sites[k]["value"]) for k in ("alpha", "beta"))
    error = (1 - 0.6**2) / np.sqrt(len(alpha))
    assert np.corrcoef(alpha, beta)[0, 1] == pytest.approx(-0.6, abs=4 * error)
    assert float(sites["rho"]["value"]) == pytest.approx(-0.6)
    for values, mean, sd in ((alpha, 1.0, 0.3), (beta, -0.5, 0.2)):
        error = 4 * sd / np.sqrt(len(values))
        assert values.mean() == pytest.approx(mean, abs=error)
        assert values.std() == pytest.approx(sd, abs=error)
