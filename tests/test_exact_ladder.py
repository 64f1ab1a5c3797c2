"""The exact posterior of predictors, correlation and states."""

import functools

import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pandas as pd
import pytest
from scipy.stats import beta as beta_distribution
from scipy.stats import multivariate_normal

import radon
from radon.exact import grid, moments, region
from radon.exact.ladder import joint_log_density
from radon.exact.posterior import of_ladder
from radon.exact.problem import frame
from radon.exact.reading import read_ladder
from radon.models import (
    contextual,
    correlated_slopes,
    nested,
    noncentered,
    pooled_uranium,
    uranium,
    uranium_slopes,
    varying_intercepts,
    varying_slopes,
    with_priors,
)
from radon.precision import double_precision
from radon.statistics import sufficient_statistics

LADDER = (
    pooled_uranium,
    uranium,
    contextual,
    uranium_slopes,
    correlated_slopes,
    nested,
)
# On a few counties correlated slopes do not settle, and are refused.
SMALL = tuple(model for model in LADDER if model is not correlated_slopes)
named = pytest.mark.parametrize("model", LADDER, ids=lambda m: m.__name__)


def correlated_uranium(design, log_radon=None):
    """Correlated slopes that follow uranium: a model of a reader's own."""
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(1, 2))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0, 1))
    gamma = numpyro.sample("gamma", dist.Normal(0.5, 1))
    gamma_beta = numpyro.sample("gamma_beta", dist.Normal(0, 1))
    delta = numpyro.sample("delta", dist.Normal(0, 1))
    sigma_alpha = numpyro.sample("sigma_alpha", dist.HalfNormal(1))
    sigma_beta = numpyro.sample("sigma_beta", dist.HalfNormal(1))
    rho = numpyro.sample("rho", dist.Uniform(-1, 1))
    sigma = numpyro.sample("sigma", dist.LogNormal(0, 1))
    level = mu_alpha + gamma * design.log_uranium + delta * design.mean_floor
    slope = mu_beta + gamma_beta * design.log_uranium
    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(level, sigma_alpha))
        carried = rho * sigma_beta / sigma_alpha * (alpha - level)
        rest = sigma_beta * jnp.sqrt(1 - rho**2)
        beta = numpyro.sample("beta", dist.Normal(slope + carried, rest))
    line = alpha[design.county] + beta[design.county] * design.floor
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", dist.Normal(line, sigma), obs=log_radon)


def survey(n_counties, n_houses, seed, n_states=1):
    """Homes of a made-up nation, with uranium."""
    rng = np.random.default_rng(seed)
    county = np.concatenate(
        [
            np.arange(n_counties),
            rng.integers(0, n_counties, n_houses - n_counties),
        ]
    )
    soil = rng.normal(0, 0.5, n_counties)
    floor = (rng.random(n_houses) < 0.35).astype(int)
    state = np.arange(n_counties) % n_states
    level = 1.3 + 0.7 * soil + rng.normal(0, 0.3, n_counties)
    level += rng.normal(0, 0.4, n_states)[state]
    slope = -0.6 + rng.normal(0, 0.3, n_counties)
    reading = level[county] + slope[county] * floor
    homes = pd.DataFrame(
        {
            "county": [f"County {j:02d}" for j in county],
            "floor": floor,
            "radon": np.exp(reading + rng.normal(0, 0.7, n_houses)),
        }
    )
    counties = pd.DataFrame(
        {
            "county": [f"County {j:02d}" for j in range(n_counties)],
            "uranium": np.exp(soil),
            "state": [f"S{s}" for s in state],
        }
    ).set_index("county")
    return radon.Radon.from_frame(homes, counties=counties)


@pytest.fixture(scope="module")
def minnesota():
    return radon.load_radon()


@pytest.fixture(scope="module")
def exact(minnesota):
    found = functools.cache(
        lambda model: radon.exact.posterior(model, minnesota)
    )
    return found


# The marginal density ----------------------------------------------------


def dense_log_density(data, ladder, scales):
    """Log density of all homes at once, written out from the models."""
    design = data.design
    county, floor = design.county, design.floor.astype(float)
    soil = design.log_uranium[county]
    column = {
        "mu_alpha": np.ones_like(floor),
        "alpha": np.ones_like(floor),
        "mu_beta": floor,
        "beta": floor,
        "gamma": soil,
        "gamma_beta": soil * floor,
        "delta": design.mean_floor[county],
    }
    x = np.column_stack([column[key] for key in ladder.locations])
    same = county[:, None] == county
    kin = design.state[county][:, None] == design.state[county]
    sigma, sigma_alpha, sigma_beta, sigma_state, rho = (
        scales.get(key, 0.0)
        for key in ("sigma", "sigma_alpha", "sigma_beta", "sigma_state", "rho")
    )
    cross = rho * sigma_alpha * sigma_beta
    cov = (
        sigma**2 * np.eye(len(x))
        + x * ladder.scale**2 @ x.T
        + same * (sigma_alpha**2 + cross * (floor[:, None] + floor))
        + same * sigma_beta**2 * np.outer(floor, floor)
        + kin * sigma_state**2
    )
    return multivariate_normal.logpdf(data.log_radon, x @ ladder.loc, cov)


POINTS = [
    {"sigma": 0.7, "sigma_alpha": 0.3, "sigma_beta": 0.2, "rho": -0.4},
    {"sigma": 1.1, "sigma_alpha": 0.05, "sigma_beta": 0.6, "rho": 0.95},
    {"sigma": 0.5, "sigma_alpha": 2.0, "sigma_beta": 1e-6, "rho": -0.999},
    {"sigma": 0.6, "sigma_alpha": 1e-7, "sigma_beta": 20.0, "rho": 0.1},
]
STATES = (0.3, 1e-6, 50.0, 1.0)


@pytest.mark.parametrize("model", [*LADDER, correlated_uranium])
@pytest.mark.parametrize("k", range(4))
def test_the_marginal_is_a_dense_gaussian_over_all_homes(model, k):
    data = survey(14, 150, seed=1, n_states=3)
    free = read_ladder(model, data)
    scales = POINTS[k] | {"sigma_state": STATES[k]}
    scales = {key: scales[key] for key in free.priors}
    known = with_priors(model, **{x: dist.Delta(v) for x, v in scales.items()})
    expected = dense_log_density(data, free, scales)
    got = radon.exact.posterior(known, data)
    assert got.log_marginal_likelihood == pytest.approx(expected, rel=1e-9)
    moved = with_priors(
        known,
        **{
            key: dist.Normal(2.0 - i, 0.3 + i)
            for i, key in enumerate(free.locations)
        },
    )
    ladder = read_ladder(moved, data)
    expected = dense_log_density(data, ladder, scales)
    got = radon.exact.posterior(moved, data)
    assert got.log_marginal_likelihood == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("model", [*LADDER, correlated_uranium])
def test_known_scales_give_the_conjugate_answer(model):
    """By the joint Gaussian of all parameters and homes, written out."""
    data = survey(9, 60, seed=2, n_states=3)
    free = read_ladder(model, data)
    scales = POINTS[0] | {"sigma_state": 0.5}
    scales = {key: scales[key] for key in free.priors}
    known = with_priors(model, **{x: dist.Delta(v) for x, v in scales.items()})
    got = radon.exact.posterior(known, data).moments()
    design = data.design
    n, member = design.n_counties, np.eye(design.n_counties)
    # unknowns: locations, deviations of states, of alpha_j, of beta_j
    locations = list(free.locations)
    unknown = [*locations, *["state"] * 3, *["a"] * n, *["b"] * n]
    alpha, beta = np.zeros((n, len(unknown))), np.zeros((n, len(unknown)))
    for k, key in enumerate(locations):
        target = beta if key in ("mu_beta", "beta", "gamma_beta") else alpha
        target[:, k] = (
            design.log_uranium
            if key.startswith("gamma")
            else design.mean_floor
            if key == "delta"
            else 1.0
        )
    p = len(locations)
    if "sigma_state" in scales:
        alpha[np.arange(n), p + design.state] = 1
    if "sigma_alpha" in scales:
        alpha[:, p + 3 : p + 3 + n] = member
    if "sigma_beta" in scales:
        beta[:, p + 3 + n :] = member
    prior = np.eye(len(unknown)) * 1e-12
    prior[:p, :p] = np.diag(free.scale**2)
    state = np.arange(p, p + 3)
    prior[state, state] = scales.get("sigma_state", 1e-6) ** 2
    a, b = np.arange(p + 3, p + 3 + n), np.arange(p + 3 + n, p + 3 + 2 * n)
    prior[a, a] = scales.get("sigma_alpha", 1e-6) ** 2
    prior[b, b] = scales.get("sigma_beta", 1e-6) ** 2
    if "rho" in scales:
        cross = scales["rho"] * scales["sigma_alpha"] * scales["sigma_beta"]
        prior[a, b] = prior[b, a] = cross
    line = alpha[design.county] + beta[design.county] * design.floor[:, None]
    gain = prior @ line.T
    whole = line @ gain + scales["sigma"] ** 2 * np.eye(len(line))
    start = np.r_[free.loc, np.zeros(len(unknown) - p)]
    weights = np.linalg.solve(whole, gain.T).T
    mean = start + weights @ (data.log_radon - line @ start)
    covariance = prior - weights @ gain.T
    rows = {key: np.eye(len(unknown))[k] for k, key in enumerate(locations)}
    for s in range(3):
        row = np.eye(len(unknown))[p + s]
        rows[f"mu_state[S{s}]"] = row + rows.get("mu_alpha", 0)
    for j, county in enumerate(data.counties.index):
        rows[f"alpha[{county}]"], rows[f"beta[{county}]"] = alpha[j], beta[j]
    rows = np.array([rows[key] for key in got.index])
    np.testing.assert_allclose(got["mean"], rows @ mean, atol=1e-8)
    np.testing.assert_allclose(
        got["sd"], np.sqrt(np.diag(rows @ covariance @ rows.T)), atol=1e-8
    )


@pytest.mark.parametrize("model", [*LADDER, correlated_uranium])
def test_the_joint_density_is_the_models_own(model):
    data = survey(14, 150, seed=1, n_states=3)
    ladder = read_ladder(model, data)
    rng = np.random.default_rng(4)
    point = {key: rng.uniform(0.2, 0.9) for key in ladder.priors}
    point |= {key: rng.normal() for key in ladder.locations}
    point |= {key: rng.normal(1, 1, 14) for key in ladder.varying}
    if ladder.state is not None:
        point["mu_state"] = rng.normal(1, 1, 3)
    with double_precision():
        asked, _ = numpyro.infer.util.log_density(
            model,
            (data.design, data.log_radon),
            {},
            {k: jnp.asarray(v) for k, v in point.items()},
        )
    assert joint_log_density(ladder, data, point) == pytest.approx(
        float(asked), rel=1e-10
    )


# Accuracy of the quadrature ----------------------------------------------


@pytest.mark.parametrize(
    ("model", "homes"),
    [
        *[(model, None) for model in LADDER],
        (uranium, (25, 120, 2)),
        (uranium_slopes, (25, 120, 3)),
        (nested, (60, 300, 4, 8)),
    ],
)
def test_a_finer_grid_gives_the_same_moments(model, homes, minnesota):
    data = minnesota if homes is None else survey(*homes)
    problem = frame(read_ladder(model, data), data.statistics)
    got, known = grid.integrate(problem)
    size = grid.levels_of(problem)[got.fineness].legendre
    many = model is correlated_slopes
    bounds = region.region(problem, got.moments, negligible=24 if many else 30)
    size = min(2 * size, 40) if many else 2 * size  # 40^3 is half a GB
    fine = grid.lay(problem, bounds, grid.Level(size, size, 0.4), got.moments)
    enough = 1e-3 if many else 1e-4
    for old, new in zip(known, moments.moments_of(problem, fine), strict=True):
        (mean, sd), (mean_, sd_) = old, new
        finite = np.isfinite(sd_) & (sd_ > 0)
        shift = np.abs(mean - mean_)[finite] / sd_[finite]
        assert shift.max(initial=0) < enough
        assert np.abs(sd[finite] / sd_[finite] - 1).max(initial=0) < enough
    assert got.log_evidence == pytest.approx(fine.log_evidence, abs=enough)


@named
def test_draws_agree_with_moments_and_quantiles(model, exact):
    n = 20_000
    posterior = exact(model)
    summary = posterior.summary()
    tree = posterior.draws(n, seed=8)
    seen = 0
    for name in tree.posterior.data_vars:
        values = tree.posterior[name].values[0].reshape(n, -1)
        rows = summary[
            (summary.index == name) | summary.index.str.startswith(f"{name}[")
        ]
        seen += len(rows)
        finite = np.isfinite(rows["sd"].to_numpy())
        z = (values.mean(0) - rows["mean"]) / (rows["sd"] / np.sqrt(n))
        assert np.abs(z.to_numpy()[finite]).max(initial=0) < 4.5, name
        for column, p in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
            share = (values < rows[column].to_numpy()).mean(0)
            tolerance = 4.5 * np.sqrt(p * (1 - p) / n) + 0.004
            assert np.abs(share - p).max() < tolerance, name
    assert seen == len(summary)


def test_draws_name_counties_and_states():
    data = survey(14, 150, seed=1, n_states=3)
    tree = radon.exact.posterior(nested, data).draws(40, seed=1)
    assert tree.posterior["mu_state"].dims == ("chain", "draw", "state")
    assert list(tree.posterior["state"].values) == ["S0", "S1", "S2"]
    assert tree.posterior["alpha"].dims == ("chain", "draw", "county")
    assert tree.posterior["beta"].dims == ("chain", "draw")


def test_parameters_are_the_draws_of_the_tree(exact):
    posterior = exact(correlated_slopes)
    sites = posterior.parameters(30, seed=4)
    tree = posterior.draws(30, seed=4).posterior
    assert set(sites) == set(tree.data_vars)
    for key, value in sites.items():
        np.testing.assert_array_equal(tree[key].values[0], value)


# Identities --------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "fixed", "same"),
    [
        (uranium, {"gamma": 0.0}, varying_intercepts),
        (contextual, {"delta": 0.0}, uranium),
        (uranium_slopes, {"gamma": 0.0, "gamma_beta": 0.0}, varying_slopes),
        (correlated_slopes, {"rho": 0.0}, varying_slopes),
        (pooled_uranium, {"gamma": 0.0}, radon.models.complete_pooling),
    ],
)
def test_an_effect_fixed_at_0_is_the_model_without_it(
    model, fixed, same, minnesota
):
    known = with_priors(model, **{k: dist.Delta(v) for k, v in fixed.items()})
    got = radon.exact.posterior(known, minnesota)
    wanted = radon.exact.posterior(same, minnesota)
    pd.testing.assert_frame_equal(
        got.moments(), wanted.moments().loc[got.moments().index], rtol=1e-5
    )
    assert set(got.moments().index) == set(wanted.moments().index)
    assert got.log_marginal_likelihood == pytest.approx(
        wanted.log_marginal_likelihood, abs=1e-6
    )


@pytest.mark.parametrize(
    ("model", "fixed"),
    [
        (uranium, {"gamma": 0.8}),
        (uranium_slopes, {"gamma_beta": -0.5, "sigma_beta": 0.3}),
        (correlated_slopes, {"rho": -0.6}),
        (correlated_slopes, {"rho": 0.5, "sigma_alpha": 0.3}),
        (nested, {"sigma_state": 0.4}),
    ],
)
def test_a_fixed_value_is_the_limit_of_a_narrow_prior(model, fixed, minnesota):
    def narrow(key, value):
        if key.startswith("sigma"):
            return dist.LogNormal(np.log(value), 0.01)
        if key == "rho":
            return dist.TruncatedNormal(value, 0.01, low=-1.0, high=1.0)
        return dist.Normal(value, 0.01)

    known = with_priors(model, **{k: dist.Delta(v) for k, v in fixed.items()})
    near = with_priors(model, **{k: narrow(k, v) for k, v in fixed.items()})
    got = radon.exact.posterior(known, minnesota)
    wanted = radon.exact.posterior(near, minnesota)
    a, b = got.moments(), wanted.moments().loc[got.moments().index]
    assert not set(fixed) & set(a.index)
    # a prior of 1 % moves nothing by more than that
    assert ((a["mean"] - b["mean"]).abs() / b["sd"]).max() < 0.01
    finite = np.isfinite(b["sd"])
    assert (a["sd"] / b["sd"] - 1)[finite].abs().max() < 0.01
    assert got.log_marginal_likelihood == pytest.approx(
        wanted.log_marginal_likelihood, abs=0.01
    )


def test_a_correlation_of_which_nothing_is_known_keeps_its_prior():
    """Without a first-floor home nothing is said about slopes."""
    data = survey(25, 120, seed=5)
    homes = data.houses.loc[data.houses["floor"] == 0]
    data = radon.Radon.from_frame(homes[["county", "floor", "radon"]])
    table = radon.exact.posterior(correlated_slopes, data).summary()
    row = table.loc["rho"]
    assert row["mean"] == pytest.approx(0, abs=1e-4)
    assert row["sd"] == pytest.approx(np.sqrt(0.2), abs=1e-4)
    quantiles = 2 * beta_distribution(2, 2).ppf([0.05, 0.5, 0.95]) - 1
    np.testing.assert_allclose(
        row[["q05", "q50", "q95"]].to_numpy(float), quantiles, atol=2e-3
    )


@pytest.mark.parametrize("model", SMALL, ids=lambda m: m.__name__)
def test_names_and_order_of_homes_do_not_matter(model):
    data = survey(20, 150, seed=8, n_states=4)
    rng = np.random.default_rng(0)
    homes = data.houses[["county", "floor", "radon"]]
    label = {
        name: f"Place {k:02d}"
        for k, name in enumerate(rng.permutation(data.counties.index))
    }
    counties = data.counties[["uranium", "state"]].rename(index=label)
    shuffled = homes.iloc[rng.permutation(len(homes))].reset_index(drop=True)
    other = radon.Radon.from_frame(
        shuffled.assign(county=shuffled["county"].map(label)),
        counties=counties,
    )
    a = radon.exact.posterior(model, data)
    b = radon.exact.posterior(model, other)
    new = {
        f"{site}[{old}]": f"{site}[{name}]"
        for site in ("alpha", "beta")
        for old, name in label.items()
    }
    wanted = a.moments().rename(index=new)
    pd.testing.assert_frame_equal(
        b.moments().loc[wanted.index], wanted, rtol=1e-7
    )
    assert a.log_marginal_likelihood == pytest.approx(
        b.log_marginal_likelihood, abs=1e-8
    )


@pytest.mark.parametrize("model", SMALL, ids=lambda m: m.__name__)
def test_a_constant_added_to_the_outcome_moves_levels_alone(model):
    data = survey(20, 150, seed=8, n_states=4)
    level = "alpha" if model is pooled_uranium else "mu_alpha"
    moved = with_priors(model, **{level: dist.Normal(50.0, 1.0)})
    there = radon.Radon.from_frame(
        data.houses[["county", "floor"]].assign(
            radon=np.exp(data.log_radon + 50.0)
        ),
        counties=data.counties[["uranium", "state"]],
        zeros="replace",
    )
    a = radon.exact.posterior(model, data).moments()
    b = radon.exact.posterior(moved, there).moments().loc[a.index]
    levels = a.index.str.match(r"(mu_)?alpha|mu_state")
    np.testing.assert_allclose(b["mean"] - 50 * levels, a["mean"], atol=1e-7)
    np.testing.assert_allclose(b["sd"], a["sd"], atol=1e-7)


@named
def test_the_noncentred_form_has_the_same_answer(model, exact, minnesota):
    got = radon.exact.posterior(noncentered(model), minnesota)
    pd.testing.assert_frame_equal(got.moments(), exact(model).moments())


# What is refused ---------------------------------------------------------


def uranium_of_homes(design, log_radon=None):
    """Say gamma, but of the square of uranium."""
    square = design._replace(log_uranium=design.log_uranium**2)
    uranium(square, log_radon)


def states_of_one(design, log_radon=None):
    """Put each county into another state."""
    nested(design._replace(state=design.state[::-1]), log_radon)


def upside_down(design, log_radon=None):
    """Count floors downwards, which turns the correlation round."""
    correlated_slopes(design._replace(floor=-design.floor), log_radon)


@pytest.mark.parametrize(
    "model", [uranium_of_homes, states_of_one, upside_down]
)
def test_a_model_that_only_has_the_names_is_refused(model):
    data = survey(14, 150, seed=1, n_states=3)
    with pytest.raises(radon.exact.ExactError, match="another model"):
        radon.exact.posterior(model, data)


def test_unknown_uranium_is_refused_by_the_countys_name():
    data = radon.load_radon("AZ")
    assert np.isnan(data.design.log_uranium).any()
    for model in (uranium, pooled_uranium, uranium_slopes):
        with pytest.raises(radon.RadonDataError, match="La Paz"):
            radon.exact.posterior(model, data)
    assert np.isfinite(
        radon.exact.posterior(varying_intercepts, data).moments()
    ).all(axis=None)


def test_a_robust_model_is_refused(minnesota):
    with pytest.raises(radon.exact.ExactError, match="nu"):
        radon.exact.posterior(radon.models.robust(uranium), minnesota)


# Leaving out, and the mode -----------------------------------------------


@named
def test_leaving_out_equals_a_refit(model):
    """The county's mean floor stays what it was with the homes left out."""
    data = survey(24, 160, seed=9, n_states=5)
    if model is correlated_slopes:  # which wants more counties to settle
        data = survey(24, 600, seed=9)
        half = dist.HalfNormal(0.5)
        model = with_priors(model, sigma_alpha=half, sigma_beta=half)
    ladder = read_ladder(model, data)
    whole = of_ladder(ladder, data)
    by_home, by_county = whole.loo().table, whole.leave_county_out().table
    design, y = data.design, data.log_radon
    ones = [int(by_home["elpd"].to_numpy().argmin()), 0, 30, 155]
    left = [np.arange(len(y)) == i for i in ones]
    left += [design.county == j for j in (0, 3, 20)]
    left = left[::3] if "rho" in ladder.priors else left
    for out in left:
        keep = ~out
        rest = sufficient_statistics(
            design.county[keep], design.floor[keep], y[keep], 24
        )
        problem = frame(ladder, rest)
        result, known = grid.integrate(problem)
        lost = whole.log_marginal_likelihood - result.log_evidence
        if out.sum() == 1:
            row = by_home.iloc[int(np.flatnonzero(out)[0])]
        else:
            row = by_county.iloc[int(design.county[out][0])]
        assert row["elpd"] == pytest.approx(lost, abs=2e-5)
        if out.sum() > 1 or model is pooled_uranium:
            continue
        j, x = int(design.county[out][0]), int(design.floor[out][0])
        slope = known.locations[0, 1]
        if "beta" in ladder.varying:
            slope = known.coefficients[0, 1, j]
        line = known.coefficients[0, 0, j] + slope * x
        assert row["prediction"] == pytest.approx(line, abs=2e-5)


@pytest.mark.parametrize(
    ("model", "published"),
    [
        (
            uranium,
            {
                "mu_alpha": ("1.47", "0.04"),
                "beta": ("-0.67", "0.07"),
                "gamma": ("0.72", "0.09"),
                "sigma": ("0.76",),
                "sigma_alpha": ("0.16",),
            },
        ),
        (
            correlated_slopes,
            {
                "mu_alpha": ("1.46", "0.05"),
                "mu_beta": ("-0.68", "0.09"),
                "sigma": ("0.75",),
                "sigma_alpha": ("0.35",),
                "sigma_beta": ("0.34",),
                "rho": ("-0.34",),
            },
        ),
    ],
)
def test_published_fits_are_reproduced_to_the_printed_digits(model, published):
    table = radon.exact.restricted_maximum_likelihood(
        model, radon.load_radon(zeros="replace")
    )
    for name, printed in published.items():
        for text, value in zip(printed, table.loc[name], strict=False):
            assert f"{value:.2f}" == text, name


def test_a_variance_at_its_boundary_is_0():
    """Homes of all counties alike: nothing is left for counties to vary."""
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 0.7, 12)
    homes = pd.DataFrame(
        {
            "county": np.repeat([f"County {j}" for j in range(20)], 12),
            "floor": np.tile([0] * 8 + [1] * 4, 20),
            "radon": np.tile(np.exp(1.3 + noise), 20),
        }
    )
    data = radon.Radon.from_frame(homes)
    table = radon.exact.restricted_maximum_likelihood(correlated_slopes, data)
    assert table.loc["sigma_alpha", "estimate"] == 0
    assert table.loc["sigma_beta", "estimate"] == 0
    assert np.isnan(table.loc["rho", "estimate"])
    assert table.loc["sigma", "estimate"] > 0


def test_a_small_sigma_beside_a_large_spread_is_found():
    """Two homes of a county all but agree, counties do not."""
    rng = np.random.default_rng(7)
    county = np.repeat(np.arange(40), 4)
    floor = np.tile([0, 0, 1, 0], 40)
    level = rng.normal(1.3, 1.5, 40)[county] - 0.6 * floor
    data = radon.Radon.from_frame(
        pd.DataFrame(
            {
                "county": [f"County {j:02d}" for j in county],
                "floor": floor,
                "radon": np.exp(level + rng.normal(0, 0.006, 160)),
            }
        ),
        zeros="replace",
    )
    table = radon.exact.posterior(varying_intercepts, data).moments()
    assert table.loc["sigma", "mean"] == pytest.approx(0.006, rel=0.2)
    assert table.loc["beta", "mean"] == pytest.approx(-0.6, abs=0.01)
