"""Marginalised models: their density, their draws, what they refuse."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest
from numpyro import handlers
from numpyro.infer.util import log_density
from scipy import stats
from scipy.linalg import cho_factor, cho_solve

import radon
from radon import models
from radon.data import Design
from radon.models.gaussian import cells_of
from radon.precision import double_precision

POINTS = [
    {"sigma": 0.73, "sigma_alpha": 0.32, "sigma_beta": 0.3, "rho": -0.3},
    {"sigma": 0.70, "sigma_alpha": 0.20, "sigma_beta": 0.05, "rho": 0.6},
    {"sigma": 0.80, "sigma_alpha": 0.50, "sigma_beta": 1e-4, "rho": 0.0},
    {"sigma": 2.00, "sigma_alpha": 3.00, "sigma_beta": 1.50, "rho": -0.95},
]
STATES = [0.4, 0.1, 1e-4, 2.0]
SCALES = {
    models.complete_pooling: (),
    models.pooled_uranium: (),
    models.varying_intercepts: ("sigma_alpha",),
    models.uranium: ("sigma_alpha",),
    models.contextual: ("sigma_alpha",),
    models.varying_slopes: ("sigma_alpha", "sigma_beta"),
    models.uranium_slopes: ("sigma_alpha", "sigma_beta"),
    models.correlated_slopes: ("sigma_alpha", "sigma_beta", "rho"),
    models.nested: ("sigma_alpha", "sigma_state"),
}
marginalised = functools.cache(models.marginalised)


@pytest.fixture(scope="module")
def data():
    """Load Minnesota."""
    return radon.load_radon()


@pytest.fixture(scope="module")
def design(data):
    """Divide its counties among three states that do not exist."""
    return data.design._replace(state=np.arange(85) % 3)


@pytest.fixture(scope="module")
def tree(data):
    """Fit the model whose slopes vary."""
    form = marginalised(models.varying_slopes)
    return radon.fit(form, data, seed=4, num_samples=2000)


def points_of(model):
    """Return the scales of a model at some points."""
    names = ("sigma", *SCALES[model])
    states = ({"sigma_state": spread} for spread in STATES)
    points = [a | b for a, b in zip(POINTS, states, strict=True)]
    return [{name: point[name] for name in names} for point in points]


def densities(model, design, homes, points):
    """Log density of a marginalised model at some points."""
    form = marginalised(model)

    @jax.jit
    def density(point):
        return log_density(form, (design, homes), {}, point)[0]

    return np.array(
        [
            float(
                density({name: jnp.asarray(x, float) for name, x in p.items()})
            )
            for p in points
        ]
    )


def dense(model, design, homes, point):
    """Log density of homes and scales, by one Gaussian of all homes."""
    county, floor = design.county, design.floor.astype(float)
    uranium, share = design.log_uranium[county], design.mean_floor[county]
    columns = {
        models.pooled_uranium: [uranium],
        models.uranium: [uranium],
        models.contextual: [uranium, share],
        models.uranium_slopes: [uranium, uranium * floor],
    }.get(model, [])
    shared = np.column_stack([np.ones(len(homes)), floor, *columns])
    a, b = point.get("sigma_alpha", 0), point.get("sigma_beta", 0)
    x, x_ = floor, floor[:, None]
    between = a**2 + point.get("rho", 0) * a * b * (x + x_) + b**2 * x * x_
    state = design.state[county]
    covariance = (
        point["sigma"] ** 2 * np.eye(len(homes))
        + shared @ shared.T
        + between * (county[:, None] == county)
        + point.get("sigma_state", 0) ** 2 * (state[:, None] == state)
    )
    factor = cho_factor(covariance)
    square = homes @ cho_solve(factor, homes)
    total = -0.5 * square - np.log(np.diag(factor[0])).sum()
    for name, value in point.items():
        prior = stats.beta(2, 2, -1, 2) if name == "rho" else stats.halfcauchy
        total += prior.logpdf(value)
    return total


@pytest.mark.parametrize("model", SCALES, ids=lambda model: model.__name__)
def test_density_is_that_of_all_homes_taken_together(model, data, design):
    points = points_of(model)
    with double_precision():
        ours = densities(model, design, data.log_radon, points)
    single = densities(model, design, data.log_radon, points)
    wanted = [dense(model, design, data.log_radon, p) for p in points]
    assert np.ptp(wanted) > 100
    np.testing.assert_allclose(ours - ours[0], np.subtract(wanted, wanted[0]))
    # seven digits of terms that add up to some hundreds
    np.testing.assert_allclose(single, ours, rtol=0, atol=2e-3)


def test_density_differs_from_the_exact_one_by_a_constant(data):
    model, points = models.varying_slopes, points_of(models.varying_slopes)
    exact = [
        radon.exact.posterior(
            models.with_priors(
                model, **{name: dist.Delta(x) for name, x in point.items()}
            ),
            data,
        ).log_marginal_likelihood
        + sum(map(stats.halfcauchy.logpdf, point.values()))
        for point in points
    ]
    with double_precision():
        ours = densities(model, data.design, data.log_radon, points)
    np.testing.assert_allclose(ours - ours[0], np.subtract(exact, exact[0]))


def test_single_precision_holds_for_a_hundred_million_homes(data):
    """A hundred thousand homes where there was one."""
    points = [
        {"sigma": sigma, "sigma_alpha": 0.3, "sigma_beta": 0.3}
        for sigma in 0.7 + np.array([0.0, 2e-4, 5e-4])
    ]

    def at_points():
        cells = cells_of(data.design, data.log_radon)
        many = cells._replace(
            n=cells.n * 1e5,
            total=cells.total * 100_000,
            spread=0.7,
        )
        model = models.varying_slopes
        return densities(model, data.design, many, points)

    with double_precision():
        double = at_points()
    single = at_points()
    assert 10 < np.ptp(double) < 1000
    np.testing.assert_allclose(single, double, rtol=2e-3, atol=0.02)


@pytest.mark.parametrize(
    "tiny", [("sigma_alpha",), ("sigma_beta",), ("sigma_alpha", "sigma_beta")]
)
def test_gradients_are_finite_at_the_edge_and_far_out(data, tiny):
    form = marginalised(models.varying_slopes)

    def density(logs):
        point = {name: jnp.exp(x) for name, x in logs.items()}
        return log_density(form, (data.design, data.log_radon), {}, point)[0]

    for small in (-20.0, -60.0, 8.0):
        logs = {"sigma": -0.3, "sigma_alpha": -1.0, "sigma_beta": -1.0}
        logs |= dict.fromkeys(tiny, small)
        value, slopes = jax.jit(jax.value_and_grad(density))(logs)
        assert np.isfinite(value)
        assert np.isfinite(list(slopes.values())).all()
        if small == -60:  # the data no longer see it
            assert all(abs(slopes[name]) < 1e-6 for name in tiny)


def test_the_fit_is_like_any_other_and_exact(tree, data):
    assert list(tree.posterior) == [
        "mu_alpha",
        "sigma_alpha",
        "mu_beta",
        "sigma_beta",
        "sigma",
        "alpha",
        "beta",
    ]
    assert tree.posterior["alpha"].dims == ("chain", "draw", "county")
    assert tree.attrs["model"] == "varying_slopes"
    assert int(tree.sample_stats["diverging"].sum()) == 0
    radon.checks.assert_converged(tree)
    exact = radon.exact.posterior(models.varying_slopes, data)
    radon.checks.against_exact(tree, exact)


def test_spreads_of_the_fit_are_exact(tree, data):
    """The means alone would not show coefficients drawn too narrowly."""
    exact = radon.exact.posterior(models.varying_slopes, data).moments()
    for site in ("alpha", "beta"):
        rows = [f"{site}[{county}]" for county in data.counties.index]
        spread = tree.posterior[site].std(("chain", "draw")).to_numpy()
        # 8000 draws: a spread's error is about 1 %, of 85 the worst 3 to 4
        np.testing.assert_allclose(
            spread, exact.loc[rows, "sd"].to_numpy(), rtol=0.05
        )


def test_log_likelihood_and_predictions_belong_to_the_coefficients(tree, data):
    one = tree.posterior.isel(chain=1, draw=7)
    county, floor = data.design.county, data.design.floor
    mean = one["alpha"].to_numpy()[county]
    mean = mean + one["beta"].to_numpy()[county] * floor
    wanted = stats.norm(mean, float(one["sigma"])).logpdf(data.log_radon)
    kept = tree.log_likelihood["log_radon"].isel(chain=1, draw=7)
    np.testing.assert_allclose(kept, wanted, rtol=1e-4, atol=1e-4)
    replicated = tree.posterior_predictive["log_radon"]
    assert replicated.shape == (4, 2000, 919)
    expected = tree.posterior["alpha"].mean(("chain", "draw"))
    basement = floor == 0
    off = replicated.mean(("chain", "draw")).to_numpy()[basement]
    off = off - expected.to_numpy()[county[basement]]
    assert np.abs(off).max() < 5 * 0.8 / np.sqrt(8000)


@pytest.mark.parametrize(
    "model",
    [models.varying_intercepts, models.correlated_slopes, models.nested],
    ids=lambda model: model.__name__,
)
def test_coefficients_follow_their_distribution_given_the_scales(
    model, data, design
):
    """Against the Gaussian of coefficients and homes, conditioned."""
    point = points_of(model)[0]
    form = marginalised(model)
    keys = jax.random.split(jax.random.key(3), 20_000)
    drawn = jax.jit(
        jax.vmap(lambda key: form.complete(design, data.log_radon, point, key))
    )(keys)
    county = [0, 11, 69]  # 4 homes, 1 home and 116
    ours = np.stack(
        [drawn["alpha"][:, j] for j in county] + [drawn["mu_alpha"]]
    ).astype(float)
    mean, covariance = conditioned(
        model, design, data.log_radon, point, county
    )
    error = np.sqrt(np.diag(covariance) / ours.shape[1])
    assert (np.abs(ours.mean(1) - mean) < 4.5 * error).all()
    spread = np.sqrt(np.diag(covariance))
    ratio = np.cov(ours) / np.outer(spread, spread)
    wanted = covariance / np.outer(spread, spread)
    # a correlation or relative variance of 20,000 draws errs by 0.01 at most
    np.testing.assert_allclose(ratio, wanted, atol=0.045)


def conditioned(model, design, homes, point, county):
    """Return mean and covariance of intercepts and mu_alpha, by the book."""
    j, x = design.county, design.floor.astype(float)
    a, b = point["sigma_alpha"], point.get("sigma_beta", 0)
    carried = point.get("rho", 0) * a * b
    state, s = design.state, point.get("sigma_state", 0) ** 2
    homes_covariance = (
        point["sigma"] ** 2 * np.eye(len(homes))
        + 1
        + x * x[:, None]
        + (a**2 + carried * (x + x[:, None]) + b**2 * x * x[:, None])
        * (j[:, None] == j)
        + s * (state[j][:, None] == state[j])
    )
    across = [
        1 + (a**2 + carried * x) * (j == k) + s * (state[j] == state[k])
        for k in county
    ]
    across = np.stack([*across, np.ones(len(homes))])
    k = np.array(county)
    own = 1 + a**2 * np.eye(3) + s * (state[k][:, None] == state[k])
    own = np.block([[own, np.ones((3, 1))], [np.ones((1, 4))]])
    factor = cho_factor(homes_covariance)
    return (
        across @ cho_solve(factor, homes),
        own - across @ cho_solve(factor, across.T),
    )


def computing(design, log_radon=None):
    """Compute something of effects, of a scale and of each home."""
    alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))
    numpyro.deterministic("first_floor", alpha + beta)
    numpyro.deterministic("variance", sigma**2)
    with numpyro.plate("house", len(design.floor)):
        mean = numpyro.deterministic("mean", alpha + beta * design.floor)
        numpyro.sample("log_radon", dist.Normal(mean, sigma), obs=log_radon)


def test_what_a_model_computes_is_computed_of_the_draws(data):
    form = marginalised(computing)
    tree = radon.fit(form, data, seed=1, num_samples=10, num_warmup=20)
    alpha, beta, sigma, *computed = (
        tree.posterior[name].to_numpy()
        for name in (
            "alpha",
            "beta",
            "sigma",
            "first_floor",
            "variance",
            "mean",
        )
    )
    assert tree.posterior["mean"].dims == ("chain", "draw", "house")
    homes = alpha[..., None] + beta[..., None] * data.design.floor
    wanted = alpha + beta, sigma**2, homes
    for ours, theirs in zip(computed, wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    seeded = handlers.seed(form, 1)
    traced = handlers.trace(seeded).get_trace(data.design, data.log_radon)
    assert set(traced) == {"sigma", "log_radon"}


def test_the_same_seed_gives_the_same_fit(data):
    form = marginalised(models.varying_intercepts)
    one, two, other = (
        radon.fit(form, data, seed=s, num_samples=10, num_warmup=20)
        for s in (1, 1, 2)
    )
    assert one.posterior.equals(two.posterior)
    assert not one.posterior.equals(other.posterior)


def test_without_homes_it_simulates_as_the_model_does(data):
    model = models.uranium_slopes
    design = jax.tree.map(jnp.asarray, data.design)
    one, two = (
        handlers.trace(handlers.seed(m, 5)).get_trace(design)
        for m in (model, marginalised(model))
    )
    assert one.keys() == two.keys()
    for name in ("alpha", "log_radon"):
        np.testing.assert_array_equal(one[name]["value"], two[name]["value"])


def test_forms_and_priors_compose():
    model, new = models.varying_slopes, dist.HalfNormal(0.5)
    form = marginalised(model)
    assert models.noncentered(form) is form is models.marginalised(form)
    assert models.marginalised(models.noncentered(model)).centered is model
    tight = models.with_priors(form, sigma_beta=new, mu_beta=dist.Normal(0, 2))
    assert tight.form is models.marginalised
    assert tight.centered.priors["sigma_beta"] is new
    assert form.__name__ == tight.__name__ == "varying_slopes"
    with pytest.raises(ValueError, match="no prior named gamma"):
        models.with_priors(form, gamma=dist.Normal(0, 1))


def test_priors_reach_the_density(data):
    points = points_of(models.varying_intercepts)[:2]
    wide = models.with_priors(
        models.varying_intercepts,
        mu_alpha=dist.Normal(0, 1e-4),
        beta=dist.Delta(0.0),
        sigma_alpha=dist.HalfNormal(1),
    )
    with double_precision():
        ours = densities(wide, data.design, data.log_radon, points)
    y, county = data.log_radon, data.design.county
    wanted = []
    for point in points:
        covariance = point["sigma"] ** 2 * np.eye(len(y)) + 1e-8
        same = county[:, None] == county
        factor = cho_factor(covariance + point["sigma_alpha"] ** 2 * same)
        wanted.append(
            -0.5 * y @ cho_solve(factor, y)
            - np.log(np.diag(factor[0])).sum()
            + stats.halfcauchy.logpdf(point["sigma"])
            + stats.halfnorm.logpdf(point["sigma_alpha"])
        )
    np.testing.assert_allclose(np.diff(ours), np.diff(wanted), rtol=1e-7)


def test_a_location_that_is_not_normal_stays_with_the_sampler():
    heavy = models.with_priors(
        models.varying_slopes, mu_beta=dist.StudentT(3, 0, 1)
    )
    one = np.zeros(1)
    design = Design(np.zeros(2, int), np.arange(2), one, one, one.astype(int))
    seeded = handlers.seed(models.marginalised(heavy), 1)
    traced = handlers.trace(seeded).get_trace(design, np.ones(2))
    left = {name for name in traced if name.startswith(("mu", "sigma"))}
    assert left == {"mu_beta", "sigma_alpha", "sigma_beta", "sigma"}


def bent(design, log_radon=None):
    """Let the homes follow the square of a coefficient."""
    alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfNormal(1))
    mean = jnp.broadcast_to(alpha**2, len(design.floor))
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", dist.Normal(mean, sigma), obs=log_radon)


def spread_by_floor(design, log_radon=None):
    """Let first floors scatter more."""
    alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfNormal(1))
    homes = dist.Normal(alpha, sigma * (1 + design.floor))
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", homes, obs=log_radon)


def hung(design, log_radon=None):
    """Let the spread of homes depend on their level."""
    alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfNormal(1 + alpha**2))
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", dist.Normal(alpha, sigma), obs=log_radon)


def neighbours(design, log_radon=None):
    """Let a county borrow the next one's level."""
    sigma = numpyro.sample("sigma", dist.HalfNormal(1))
    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    mean = (alpha + jnp.roll(alpha, 1))[design.county]
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", dist.Normal(mean, sigma), obs=log_radon)


def centred_floor(design, log_radon=None):
    """Depend on homes otherwise than by county and floor."""
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfNormal(1))
    mean = beta * (design.floor - jnp.mean(design.floor))
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", dist.Normal(mean, sigma), obs=log_radon)


def counted_twice(design, log_radon=None):
    """Count each home for two."""
    with handlers.scale(scale=2.0):
        models.complete_pooling(design, log_radon)


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (counted_twice, "multiplies the log density"),
        (models.robust(models.varying_slopes), "homes are StudentT"),
        (models.separate_regressions, "spread of its homes is not one"),
        (spread_by_floor, "spread of its homes is not one"),
        (bent, "not linear"),
        (neighbours, "not linear"),
        (centred_floor, "not linear"),
        (hung, "sigma depends on alpha"),
    ],
)
def test_what_does_not_integrate_out_is_refused(model, why):
    with pytest.raises(ValueError, match=why) as caught:
        models.marginalised(model)
    assert model.__name__ in str(caught.value)


def test_a_model_without_a_free_scale_is_refused():
    fixed = models.with_priors(models.complete_pooling, sigma=dist.Delta(0.8))
    with pytest.raises(ValueError, match="no scale free"):
        models.marginalised(fixed)


def test_counties_that_share_a_population_are_not_fitted_apart(data):
    form = marginalised(models.varying_slopes)
    with pytest.raises(ValueError, match="the counties share mu_alpha"):
        radon.fit(form, data, seed=1, by="county")


def test_homes_without_values_are_refused(data):
    form = marginalised(models.varying_intercepts)
    point = points_of(models.varying_intercepts)[0]

    def of_homes(homes):
        return log_density(form, (data.design, homes), {}, point)[0]

    with pytest.raises(TypeError, match="log_radon is a traced array"):
        jax.jit(of_homes)(data.log_radon)
    assert np.isfinite(of_homes(data.log_radon))
