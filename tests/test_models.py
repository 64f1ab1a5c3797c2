"""The ladder of models: what they say, and what the handlers keep."""

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

import radon
from radon import models
from radon.data import Design
from radon.models.loading import complete_numpyro
from radon.precision import double_precision

SITES = {
    models.complete_pooling: "alpha beta sigma",
    models.separate_regressions: "alpha[j] beta[j] sigma[j]",
    models.varying_intercepts: "mu_alpha sigma_alpha beta sigma alpha[j]",
    models.varying_slopes: (
        "mu_alpha sigma_alpha mu_beta sigma_beta sigma alpha[j] beta[j]"
    ),
    models.pooled_uranium: "alpha gamma beta sigma",
    models.uranium: "mu_alpha gamma sigma_alpha beta sigma alpha[j]",
    models.contextual: (
        "mu_alpha gamma delta sigma_alpha beta sigma alpha[j]"
    ),
    models.uranium_slopes: (
        "mu_alpha gamma sigma_alpha mu_beta gamma_beta sigma_beta sigma "
        "alpha[j] beta[j]"
    ),
    models.correlated_slopes: (
        "mu_alpha sigma_alpha mu_beta sigma_beta rho sigma alpha[j] beta[j]"
    ),
    models.nested: (
        "mu_alpha sigma_state sigma_alpha beta sigma mu_state[s] alpha[j]"
    ),
}
PLATES = {"": (), "[j]": ("county",), "[s]": ("state",)}
SITES = {
    model: {
        site.partition("[")[0]: PLATES["".join(site.partition("[")[1:])]
        for site in sites.split()
    }
    for model, sites in SITES.items()
}
LADDER = list(SITES)
HIERARCHICAL = [m for m in LADDER if "sigma_alpha" in SITES[m]]
DESIGN = Design(
    county=np.array([0, 0, 1, 2, 2, 2]),
    floor=np.array([0, 1, 0, 1, 0, 0]),
    log_uranium=np.array([-0.4, 0.1, 0.3]),
    mean_floor=np.array([1 / 2, 0, 1 / 3]),
    state=np.array([0, 0, 1]),
)
LENGTHS = {"county": 3, "state": 2}
ZERO = dist.Delta(0.0)
LOG_RADON = np.array([1.2, 0.3, 1.9, -0.1, 1.5, 0.8])


def traced(model, log_radon=None, seed=0):
    """Run a model on six homes in three counties."""
    seeded = handlers.seed(model, jax.random.key(seed))
    return handlers.trace(seeded).get_trace(DESIGN, log_radon)


def latent(model, seed=0):
    """Draw a point from a model's prior."""
    return {
        name: site["value"]
        for name, site in traced(model, LOG_RADON, seed).items()
        if site["type"] == "sample" and not site["is_observed"]
    }


def density(model, values):
    """Log density at a point, in double precision."""
    with double_precision():
        data = jax.tree.map(jnp.asarray, (DESIGN, LOG_RADON))
        values = {
            name: jnp.asarray(np.asarray(value, float))
            for name, value in values.items()
        }
        return float(log_density(model, data, {}, values)[0])


def populations(values):
    """Means of states, intercepts and slopes where they are drawn."""
    u, floors = DESIGN.log_uranium, DESIGN.mean_floor
    means = {}
    if "sigma_state" in values:
        means["mu_state"] = np.broadcast_to(values["mu_alpha"], 2)
    if "sigma_alpha" in values:
        level = np.broadcast_to(values["mu_alpha"], 3)
        if "mu_state" in values:
            level = values["mu_state"][DESIGN.state]
        level = level + values.get("gamma", 0) * u
        means["alpha"] = level + values.get("delta", 0) * floors
    if "sigma_beta" in values:
        means["beta"] = values["mu_beta"] + values.get("gamma_beta", 0) * u
    return means


def by_hand(values):
    """Joint log density of a model of the ladder, without NumPyro."""
    values = {n: np.asarray(v, float) for n, v in values.items()}
    alpha, beta, sigma = (
        np.broadcast_to(values[name], 3)[DESIGN.county]
        for name in ("alpha", "beta", "sigma")
    )
    drawn = populations(values)
    if "sigma_alpha" not in values and "gamma" in values:
        alpha = alpha + values["gamma"] * DESIGN.log_uranium[DESIGN.county]
    mean = alpha + beta * DESIGN.floor
    total = stats.norm(mean, sigma).logpdf(LOG_RADON).sum()
    if "rho" in values:
        rho, a, b = (values[n] for n in ("rho", "sigma_alpha", "sigma_beta"))
        pair = np.array([[a**2, rho * a * b], [rho * a * b, b**2]])
        gaps = [values[n] - drawn.pop(n) for n in ("alpha", "beta")]
        density = stats.multivariate_normal(cov=pair).logpdf
        total += density(np.transpose(gaps)).sum()
        total += stats.beta(2, 2, loc=-1, scale=2).logpdf(rho)
    for name, value in values.items():
        if name.startswith("sigma"):
            prior = stats.halfcauchy()
        elif name in drawn:
            spread = f"sigma_{name.removeprefix('mu_')}"
            prior = stats.norm(drawn[name], values[spread])
        elif name == "rho" or ("rho" in values and name in ("alpha", "beta")):
            continue
        else:
            prior = stats.norm()
        total += prior.logpdf(value).sum()
    return total


@pytest.mark.parametrize("model", LADDER)
def test_sites_and_plates_have_the_names_of_the_notation(model):
    """The outcome stands in the plate house, county effects in county."""
    plates = {
        name: tuple(plate.name for plate in site["cond_indep_stack"])
        for name, site in traced(model).items()
        if site["type"] == "sample"
    }
    assert plates == SITES[model] | {"log_radon": ("house",)}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("model", LADDER)
def test_a_model_has_the_density_of_its_equations(model, seed):
    """Double precision on both sides: nothing but rounding may differ."""
    values = latent(model, seed)
    assert density(model, values) == pytest.approx(by_hand(values), rel=1e-9)


@pytest.mark.parametrize("model", LADDER)
def test_without_an_outcome_a_model_imagines_one(model):
    """Each seed gives other homes, one reading each."""
    one, other = (
        np.asarray(traced(model, seed=seed)["log_radon"]["value"])
        for seed in (1, 2)
    )
    assert one.shape == LOG_RADON.shape
    assert np.all(np.isfinite(one)) and np.all(one != other)


@pytest.mark.parametrize("model", LADDER)
def test_one_home_sees_the_whole_county_table(model):
    """The number of counties is the table's, not that of the homes."""
    design = DESIGN._replace(county=np.array([2]), floor=np.array([1]))
    seeded = handlers.seed(model, jax.random.key(0))
    trace = handlers.trace(seeded).get_trace(design)
    assert trace["log_radon"]["value"].shape == (1,)
    for name, plates in SITES[model].items():
        shape = tuple(LENGTHS[plate] for plate in plates)
        assert trace[name]["value"].shape == shape


@pytest.mark.parametrize("model", HIERARCHICAL)
def test_the_two_forms_have_one_density(model):
    """They differ by the Jacobian, the spreads to the power of counties."""
    form = models.noncentered(model)
    values = latent(form, seed=4)
    centred = {n: np.asarray(v, float) for n, v in values.items()}
    jacobian = 0.0
    for name in ("mu_state", "alpha", "beta"):
        if f"{name}_decentered" in values:
            z = centred.pop(f"{name}_decentered")
            scale = centred[f"sigma_{name.removeprefix('mu_')}"]
            mean = populations(centred)[name]
            if name == "beta" and "rho" in values:
                gap = centred["alpha"] - populations(centred)["alpha"]
                rho = centred["rho"]
                mean = mean + rho * scale / centred["sigma_alpha"] * gap
                scale = scale * np.sqrt(1 - rho**2)
            centred[name] = mean + scale * z
            jacobian += len(z) * np.log(scale)
    assert density(form, values) == pytest.approx(
        density(model, centred) + jacobian, rel=1e-9
    )


def test_noncentring_samples_standard_effects_and_computes_the_rest():
    """Every population of the model is written so, and nothing else."""
    trace = traced(models.noncentered(models.varying_slopes))
    effects = {n for n in trace if n.endswith("_decentered")}
    assert effects == {"alpha_decentered", "beta_decentered"}
    for name in ("alpha", "beta"):
        assert trace[name]["type"] == "deterministic"
        expected = (
            trace[f"mu_{name}"]["value"]
            + trace[f"sigma_{name}"]["value"]
            * trace[f"{name}_decentered"]["value"]
        )
        np.testing.assert_allclose(trace[name]["value"], expected, rtol=1e-6)
    slopes = traced(models.noncentered(models.varying_intercepts))
    assert slopes["beta"]["type"] == "sample"


@pytest.mark.parametrize(
    "model", [model for model in LADDER if model not in HIERARCHICAL]
)
def test_a_model_without_a_population_keeps_its_form(model):
    """There is nothing to standardise."""
    assert latent(models.noncentered(model)).keys() == SITES[model].keys()


@pytest.mark.parametrize("model", LADDER)
def test_the_noncentred_form_remembers_its_model(model):
    """By name, for tables; by reference, for the exact posterior."""
    form = models.noncentered(model)
    assert form.centered is model and form.__wrapped__ is model
    assert form.__name__ == model.__name__
    assert models.noncentered(form) is form


NEW = {"sigma": dist.HalfNormal(2), "mu_alpha": dist.Normal(0, 10)}


@pytest.mark.parametrize("model", HIERARCHICAL)
def test_new_priors_change_both_forms_alike(model):
    """The density changes by the priors' difference, to rounding."""
    for form in (model, models.noncentered(model)):
        values = latent(form, seed=2)
        sigma, mu = float(values["sigma"]), float(values["mu_alpha"])
        change = (
            stats.halfnorm(scale=2).logpdf(sigma)
            - stats.halfcauchy().logpdf(sigma)
            + stats.norm(0, 10).logpdf(mu)
            - stats.norm().logpdf(mu)
        )
        changed = density(models.with_priors(form, **NEW), values)
        assert changed - density(form, values) == pytest.approx(
            change, rel=1e-7
        )


def test_priors_and_form_may_be_changed_in_either_order():
    """Both orders give one density, and know the centred model."""
    model = models.varying_slopes
    one = models.with_priors(models.noncentered(model), **NEW)
    two = models.noncentered(models.with_priors(model, **NEW))
    values = latent(one)
    assert density(one, values) == density(two, values)
    assert one.centered.priors == two.centered.priors == NEW
    assert one.__name__ == model.__name__


def test_a_second_change_of_priors_adds_to_the_first():
    """The later one holds, also where the first had fixed the site."""
    model = models.varying_intercepts
    once = models.with_priors(
        model, sigma=dist.Delta(1.0), **{"beta": dist.Normal(0, 5)}
    )
    twice = models.with_priors(once, sigma=dist.HalfNormal(2))
    straight = models.with_priors(
        model, sigma=dist.HalfNormal(2), beta=dist.Normal(0, 5)
    )
    values = latent(straight)
    assert density(twice, values) == density(straight, values)


def test_each_county_draws_from_a_new_prior_of_its_own():
    """A prior given without a shape is expanded to the plate's."""
    model = models.with_priors(
        models.separate_regressions, alpha=dist.Normal(5, 2)
    )
    drawn = np.asarray(traced(model)["alpha"]["value"])
    assert drawn.shape == (3,) and len(set(drawn)) == 3
    values = latent(model)
    alpha = np.asarray(values["alpha"], float)
    change = stats.norm(5, 2).logpdf(alpha) - stats.norm().logpdf(alpha)
    assert density(model, values) - density(
        models.separate_regressions, values
    ) == pytest.approx(change.sum(), rel=1e-7)


@pytest.mark.parametrize("form", [lambda m: m, models.noncentered])
def test_a_fixed_site_is_known_and_its_delta_can_be_read(form):
    """It leaves the sampled sites, and its value enters the density."""
    model = models.with_priors(
        form(models.varying_slopes), sigma_beta=dist.Delta(0.25)
    )
    site = traced(model)["sigma_beta"]
    assert site["type"] == "deterministic" and float(site["value"]) == 0.25
    assert isinstance(site["fn"], dist.Delta) and float(site["fn"].v) == 0.25
    values = latent(model)
    assert "sigma_beta" not in values
    free = density(form(models.varying_slopes), values | {"sigma_beta": 0.25})
    assert density(model, values) == pytest.approx(
        free - stats.halfcauchy().logpdf(0.25), rel=1e-9
    )


def test_a_site_of_each_county_is_fixed_in_each_county():
    """One number, or one a county."""
    for given in (0.7, [0.5, 0.7, 0.9]):
        delta = dist.Delta(jnp.array(given))
        model = models.with_priors(models.separate_regressions, sigma=delta)
        value = traced(model)["sigma"]["value"]
        np.testing.assert_allclose(value, np.broadcast_to(given, 3))


@pytest.mark.parametrize(
    ("priors", "error", "says"),
    [
        ({"tau": dist.Normal(0, 1)}, ValueError, "no prior named tau"),
        ({"log_radon": dist.Normal(0, 1)}, ValueError, "log_radon is the ou"),
        ({"alpha": dist.Normal(0, 1)}, ValueError, "mu_alpha or sigma_alpha"),
        ({"sigma": 1.0}, TypeError, r"sigma=dist.Delta\(value\)"),
        ({"sigma": dist.HalfNormal}, TypeError, "not a distribution"),
    ],
)
def test_priors_that_mean_nothing_are_refused(priors, error, says):
    """When they are given, not when the model is run."""
    with pytest.raises(error, match=says):
        models.with_priors(models.varying_intercepts, **priors)


def test_handlers_and_their_refusals_name_the_model_of_a_partial():
    """A partial has no name of its own."""
    model = functools.partial(models.varying_intercepts)
    sigma = dist.HalfNormal(2)
    assert models.noncentered(model).__name__ == "varying_intercepts"
    changed = models.with_priors(model, sigma=sigma)
    assert changed.__name__ == "varying_intercepts"
    for unfit in ("tau", "log_radon", "alpha"):
        with pytest.raises(ValueError, match="varying_intercepts"):
            models.with_priors(model, **{unfit: sigma})


def test_a_prior_of_another_number_of_counties_is_refused():
    """The message has both shapes."""
    four = dist.Normal(np.zeros(4), 1)
    model = models.with_priors(models.separate_regressions, alpha=four)
    with pytest.raises(ValueError, match=r"alpha .*\(4,\).*\(3,\)"):
        traced(model)


def test_no_prior_at_all_changes_nothing():
    """The same density, in a wrapper."""
    model = models.with_priors(models.complete_pooling)
    values = latent(model)
    assert density(model, values) == density(models.complete_pooling, values)


def test_numpyro_is_whole_where_arviz_came_first(monkeypatch):
    """NUTS looks a submodule up by the attribute that then is missing."""
    monkeypatch.delattr(numpyro.distributions, "distribution")
    complete_numpyro()
    assert numpyro.distributions.distribution.Unit is dist.Unit


def test_uranium_at_nothing_is_the_model_without_it():
    """A slope of 0 leaves varying intercepts, and no correlation slopes."""
    values = latent(models.varying_intercepts)
    for model, sites in (
        (models.uranium, ("gamma",)),
        (models.contextual, ("gamma", "delta")),
    ):
        nothing = models.with_priors(model, **dict.fromkeys(sites, ZERO))
        assert density(nothing, values) == pytest.approx(
            density(models.varying_intercepts, values), rel=1e-12
        )
    values = latent(models.varying_slopes)
    alone = models.with_priors(models.correlated_slopes, rho=ZERO)
    assert density(alone, values) == pytest.approx(
        density(models.varying_slopes, values), rel=1e-12
    )


@pytest.mark.parametrize("concentration", [1.0, 2.0, 7.5])
def test_the_prior_of_a_correlation_is_that_of_a_matrix_of_two(concentration):
    """LKJ's density of the matrix has the same shape in rho."""
    rho = np.linspace(-0.9, 0.9, 7)
    ours = np.asarray(models.lkj(concentration).log_prob(rho))
    matrices = np.array([[[1, r], [r, 1]] for r in rho])
    theirs = dist.LKJ(2, concentration).log_prob(matrices)
    np.testing.assert_allclose(ours, np.asarray(theirs), atol=2e-5)


@pytest.mark.parametrize("name", ["pooled_uranium", "uranium", "contextual"])
def test_uranium_models_refuse_a_county_of_unknown_uranium_by_name(name):
    """Barnstable is one of four."""
    nation = radon.load_radon(state=None)
    with pytest.raises(radon.RadonDataError, match="Barnstable, MA"):
        radon.fit(getattr(models, name), nation, seed=1)
