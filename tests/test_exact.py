"""The exact posterior against the world: identities, limits, brute force."""

import functools

import arviz as az
import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pandas as pd
import pytest
import xarray as xr
from numpyro.infer import MCMC, NUTS
from scipy.stats import multivariate_normal, norm

import radon
from radon.exact import grid, moments, region, regressions
from radon.exact.ladder import joint_log_density
from radon.exact.left_out.reweighting import chosen_nodes
from radon.exact.problem import frame
from radon.exact.reading import read_ladder
from radon.exact.scales import evaluate
from radon.models import (
    complete_pooling,
    noncentered,
    separate_regressions,
    varying_intercepts,
    varying_slopes,
    with_priors,
)
from radon.precision import double_precision

LADDER = (
    complete_pooling,
    separate_regressions,
    varying_intercepts,
    varying_slopes,
)
HIERARCHY = (varying_intercepts, varying_slopes)


def simulated(n_counties, n_houses, seed, spread=0.4):
    """Homes of a made-up state."""
    rng = np.random.default_rng(seed)
    county = np.concatenate(
        [
            np.arange(n_counties),
            rng.integers(0, n_counties, n_houses - n_counties),
        ]
    )
    floor = (rng.random(n_houses) < 0.3).astype(int)
    level = rng.normal(1.3, spread, n_counties)[county] - 0.6 * floor
    return radon.Radon.from_frame(
        pd.DataFrame(
            {
                "county": [f"County {j:02d}" for j in county],
                "floor": floor,
                "radon": np.exp(level + rng.normal(0, 0.7, n_houses)),
            }
        )
    )


def subset(data, keep):
    """Return the survey with some of its homes only."""
    return radon.Radon.from_frame(
        data.houses.loc[keep, ["county", "floor", "radon"]],
        zeros=data.zeros,
    )


@pytest.fixture(scope="module")
def minnesota():
    return radon.load_radon()


@pytest.fixture(scope="module")
def exact(minnesota):
    return {
        model.__name__: radon.exact.posterior(model, minnesota)
        for model in LADDER
    }


# The marginal density ----------------------------------------------------


def dense_log_density(problem_data, ladder, sigma, sigma_alpha, sigma_beta):
    """Log density of all homes at once, from their covariance matrix."""
    design = problem_data.design
    x = np.column_stack([np.ones(len(design.floor)), design.floor])
    same = design.county[:, None] == design.county
    cov = sigma**2 * np.eye(len(x))
    for k, scale in enumerate((sigma_alpha, sigma_beta)):
        cov += scale**2 * np.outer(x[:, k], x[:, k]) * same
        cov += ladder.scale[k] ** 2 * np.outer(x[:, k], x[:, k])
    return multivariate_normal.logpdf(
        problem_data.log_radon, x @ ladder.loc, cov
    )


@pytest.mark.parametrize("model", HIERARCHY)
@pytest.mark.parametrize(
    "scales", [(0.7, 0.3, 0.2), (1.1, 0.05, 0.6), (0.5, 2.0, 1e-6)]
)
def test_the_marginal_is_a_dense_gaussian_over_all_homes(
    model, scales, minnesota
):
    sigma, sigma_alpha, sigma_beta = scales
    fixed = {"sigma": sigma, "sigma_alpha": sigma_alpha}
    if model is varying_slopes:
        fixed["sigma_beta"] = sigma_beta
    else:
        sigma_beta = 0.0
    known = with_priors(model, **{k: dist.Delta(v) for k, v in fixed.items()})
    ladder = read_ladder(known, minnesota)
    expected = dense_log_density(
        minnesota, ladder, sigma, sigma_alpha, sigma_beta
    )
    got = radon.exact.posterior(known, minnesota).log_marginal_likelihood
    assert got == pytest.approx(expected, abs=1e-8 * abs(expected))


def test_the_evidence_is_the_integral_of_dense_gaussians():
    """Brute force in absolute scales, where no ratio or Jacobian enters."""
    data = simulated(6, 40, seed=1)
    ladder = read_ladder(varying_intercepts, data)
    t = np.linspace(-6, 5, 90)
    s = np.linspace(-2.5, 1.5, 60)
    prior = dist.HalfCauchy(1.0)
    log_density = np.array(
        [
            [
                dense_log_density(data, ladder, np.exp(b), np.exp(a), 0.0)
                + float(prior.log_prob(np.exp(a)))
                + float(prior.log_prob(np.exp(b)))
                + a
                + b
                for b in s
            ]
            for a in t
        ]
    )
    peak = log_density.max()
    total = np.exp(log_density - peak).sum() * (t[1] - t[0]) * (s[1] - s[0])
    exact = radon.exact.posterior(varying_intercepts, data)
    # what the grid cuts off below exp(-6) is about 1e-3 of the mass
    assert exact.log_marginal_likelihood == pytest.approx(
        peak + np.log(total), abs=3e-3
    )


@pytest.mark.parametrize("model", LADDER)
def test_the_joint_density_is_the_models_own(model, minnesota):
    ladder = read_ladder(model, minnesota)
    rng = np.random.default_rng(4)
    n = minnesota.design.n_counties
    each = n if ladder.kind == "separate_regressions" else None
    point = {
        "alpha": rng.normal(1, 0.3, None if each is None else n),
        "beta": rng.normal(-0.6, 0.3, None if each is None else n),
        "sigma": rng.uniform(0.5, 1, each),
    }
    if ladder.hierarchical:
        point |= {"mu_alpha": 1.2, "sigma_alpha": 0.4}
        point["alpha"] = rng.normal(1.2, 0.4, n)
    if ladder.kind == "varying_slopes":
        point |= {"mu_beta": -0.5, "sigma_beta": 0.3}
        point["beta"] = rng.normal(-0.5, 0.3, n)
    with double_precision():
        asked, _ = numpyro.infer.util.log_density(
            model,
            (minnesota.design, minnesota.log_radon),
            {},
            {k: jnp.asarray(v) for k, v in point.items()},
        )
    assert joint_log_density(ladder, minnesota, point) == pytest.approx(
        float(asked), rel=1e-10
    )


# Accuracy of the quadrature ----------------------------------------------


@pytest.mark.parametrize("model", HIERARCHY)
@pytest.mark.parametrize("homes", [None, (8, 50, 2), (25, 120, 3)])
def test_a_grid_four_times_as_fine_gives_the_same_moments(
    model, homes, minnesota
):
    data = minnesota if homes is None else simulated(*homes)
    problem = frame(read_ladder(model, data), data.statistics)
    got, known = grid.integrate(problem)
    size = grid.levels_of(problem)[got.fineness].legendre
    size = min(4 * size, 130)
    fine_level = grid.Level(size, size, 0.2)
    bounds = region.region(problem, got.moments, negligible=30)
    fine = grid.lay(problem, bounds, fine_level, got.moments)
    for old, new in zip(known, moments.moments_of(problem, fine), strict=True):
        (mean, sd), (mean_, sd_) = old, new
        finite = np.isfinite(sd_) & (sd_ > 0)
        assert np.abs((mean - mean_)[finite] / sd_[finite]).max() < 1e-4
        assert np.abs(sd[finite] / sd_[finite] - 1).max() < 1e-4
    assert got.log_evidence == pytest.approx(fine.log_evidence, abs=1e-5)


@pytest.mark.parametrize("model", (complete_pooling, separate_regressions))
def test_a_fine_grid_of_log_sigma_gives_the_same_regressions(model, minnesota):
    exact = radon.exact.posterior(model, minnesota)
    t = np.linspace(-25, 25, 20001)[:, None] * np.ones(
        exact.problem.n.shape[1]
    )
    log_density, mean, covariance = regressions.density(exact.problem, t)
    weight = np.exp(log_density - log_density.max(0))
    evidence = np.log(weight.sum(0) * (t[1] - t[0])) + log_density.max(0)
    np.testing.assert_allclose(exact.result.log_evidence, evidence, atol=1e-6)
    weight /= weight.sum(0)
    for i in range(2):
        m, s = regressions.moments(weight, mean[i], covariance[2 * i])
        m_, s_ = regressions.moments(
            exact.result.weight,
            exact.result.mean[i],
            exact.result.covariance[2 * i],
        )
        assert np.abs((m - m_) / s).max() < 1e-4
        assert np.abs(s_ / s - 1).max() < 1e-4


@pytest.mark.parametrize("model", LADDER)
def test_draws_agree_with_moments_and_quantiles(model, exact):
    n = 20_000
    posterior = exact[model.__name__]
    summary = posterior.summary()
    tree = posterior.draws(n, seed=8)
    for name in tree.posterior.data_vars:
        values = tree.posterior[name].values[0].reshape(n, -1)
        rows = summary[
            (summary.index == name) | summary.index.str.startswith(f"{name}[")
        ]
        finite = np.isfinite(rows["sd"].to_numpy())
        z = (values.mean(0) - rows["mean"]) / (rows["sd"] / np.sqrt(n))
        assert np.abs(z[finite]).max() < 4.5
        for column, p in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
            share = (values < rows[column].to_numpy()).mean(0)
            # the error of a share, and 0.01 sd of quantile at most
            tolerance = 4.5 * np.sqrt(p * (1 - p) / n) + 0.004
            assert np.abs(share - p).max() < tolerance
    assert (
        len(np.unique(tree.posterior["sigma"].values))
        == tree.posterior["sigma"].size
    )


def test_draws_form_a_tree_like_a_fits(exact, minnesota):
    tree = exact["varying_slopes"].draws(50, seed=1)
    assert tree.posterior["alpha"].dims == ("chain", "draw", "county")
    assert tree.posterior_predictive["log_radon"].shape == (1, 50, 919)
    alpha = tree.posterior["alpha"].sel(county="Aitkin").values
    beta = tree.posterior["beta"].sel(county="Aitkin").values
    house = int(np.flatnonzero(minnesota.houses["county"] == "Aitkin")[0])
    floor = minnesota.design.floor[house]
    expected = norm.logpdf(
        minnesota.log_radon[house],
        alpha + beta * floor,
        tree.posterior["sigma"].values,
    )
    np.testing.assert_allclose(
        tree.log_likelihood["log_radon"].values[..., house], expected
    )


@pytest.mark.parametrize(
    "model", [separate_regressions, varying_slopes], ids=lambda m: m.__name__
)
def test_a_fixed_scale_is_where_a_fit_has_it(model, minnesota):
    known = with_priors(model, sigma=dist.Delta(0.75))
    tree = radon.exact.posterior(known, minnesota).draws(5, seed=1)
    simulated = radon.prior_predictive(known, minnesota, seed=1, num_samples=1)
    assert "sigma" not in tree.posterior
    xr.testing.assert_allclose(
        tree["constant_data"].to_dataset(),
        simulated["constant_data"].to_dataset(),
    )


def test_a_partial_has_the_name_of_its_model(minnesota):
    partial = functools.partial(complete_pooling)
    assert radon.exact.posterior(partial, minnesota).model == (
        "complete_pooling"
    )


# Closed forms, limits, published answers ---------------------------------


def test_known_scales_give_the_conjugate_answer():
    data = simulated(5, 30, seed=3)
    scales = {"sigma": 0.7, "sigma_alpha": 0.3, "sigma_beta": 0.2}
    known = with_priors(
        varying_slopes, **{k: dist.Delta(v) for k, v in scales.items()}
    )
    table = radon.exact.posterior(known, data).moments()
    design = data.design
    x = np.column_stack([np.ones(30), design.floor])
    # unknowns: mu_alpha, mu_beta, then deviations of alpha_j, of beta_j
    member = np.eye(5)[design.county]
    big = np.column_stack([x, member, member * x[:, [1]]])
    prior = np.r_[1, 1, np.full(5, 0.3), np.full(5, 0.2)] ** -2.0
    precision = np.diag(prior) + big.T @ big / 0.7**2
    covariance = np.linalg.inv(precision)
    mean = covariance @ (big.T @ data.log_radon / 0.7**2)
    to_county = np.hstack([np.eye(2), np.zeros((2, 10))])
    rows = [to_county[0], to_county[1]]
    rows += [np.r_[1, 0, np.eye(5)[j], np.zeros(5)] for j in range(5)]
    rows += [np.r_[0, 1, np.zeros(5), np.eye(5)[j]] for j in range(5)]
    rows = np.array(rows)
    np.testing.assert_allclose(table["mean"], rows @ mean, atol=1e-8)
    np.testing.assert_allclose(
        table["sd"], np.sqrt(np.diag(rows @ covariance @ rows.T)), atol=1e-8
    )


def test_a_vanishing_sigma_alpha_gives_complete_pooling(minnesota, exact):
    flat = with_priors(varying_intercepts, sigma_alpha=dist.Delta(1e-7))
    got = radon.exact.posterior(flat, minnesota)
    pooled = exact["complete_pooling"]
    assert got.log_marginal_likelihood == pytest.approx(
        pooled.log_marginal_likelihood, abs=1e-6
    )
    expected = pooled.moments().loc[["alpha", "beta"]]
    np.testing.assert_allclose(
        got.moments().loc[["mu_alpha", "beta"]], expected, atol=1e-6
    )


def test_an_infinite_sigma_alpha_gives_county_dummies(minnesota):
    wide = with_priors(
        varying_intercepts,
        sigma_alpha=dist.Delta(1e5),
        mu_alpha=dist.Normal(0, 1e4),
        beta=dist.Normal(0, 1e4),
    )
    got = radon.exact.posterior(wide, minnesota).moments()
    design = minnesota.design
    x = np.column_stack([np.eye(85)[design.county], design.floor])
    line = np.linalg.lstsq(x, minnesota.log_radon, rcond=None)[0]
    assert got.loc["beta", "mean"] == pytest.approx(line[-1], abs=1e-5)
    np.testing.assert_allclose(
        got.loc["alpha[Aitkin]":"alpha[Yellow Medicine]", "mean"],
        line[:-1],
        atol=1e-4,
    )


def test_infinite_scales_give_least_squares_where_both_floors_are(minnesota):
    wide = with_priors(
        varying_slopes,
        sigma_alpha=dist.Delta(1e4),
        sigma_beta=dist.Delta(1e4),
        mu_alpha=dist.Normal(0, 1e3),
        mu_beta=dist.Normal(0, 1e3),
    )
    got = radon.exact.posterior(wide, minnesota).moments()["mean"]
    lines = radon.statistics.least_squares(minnesota).dropna()
    assert len(lines) < 61  # some counties have no basement reading
    for name in ("alpha", "beta"):
        labels = [f"{name}[{county}]" for county in lines.index]
        np.testing.assert_allclose(got[labels], lines[name], atol=1e-5)


def test_posteriordbs_pooled_reference_is_reproduced(minnesota):
    theirs = with_priors(
        complete_pooling,
        alpha=dist.Normal(0, 10),
        beta=dist.Normal(0, 10),
        sigma=dist.HalfNormal(1),
    )
    table = radon.exact.posterior(theirs, minnesota).moments()
    published = pd.DataFrame(
        {
            "mean": {"alpha": 1.3628, "beta": -0.5870, "sigma": 0.7910},
            "sd": {"alpha": 0.0285, "beta": 0.0703, "sigma": 0.0186},
        }
    )
    gap = (table - published).loc[published.index]
    # their 10,000 draws: an error of sd / 100, and of sd / 141 in the sd
    assert (gap["mean"].abs() < 4 * published["sd"] / 100).all()
    assert (gap["sd"].abs() < 4 * published["sd"] / 141 + 5e-5).all()


@pytest.mark.parametrize(
    ("model", "zeros", "published"),
    [
        (
            complete_pooling,
            "replace",
            {
                "alpha": ("1.33", "0.03"),
                "beta": ("-0.61", "0.07"),
                "sigma": ("0.82",),
            },
        ),
        (
            varying_intercepts,
            "replace",
            {
                "mu_alpha": ("1.46", "0.05"),
                "beta": ("-0.69", "0.07"),
                "sigma": ("0.76",),
                "sigma_alpha": ("0.33",),
            },
        ),
        (
            varying_intercepts,
            "shift",
            {
                "mu_alpha": ("1.492", "0.050"),
                "beta": ("-0.663", "0.068"),
                "sigma": ("0.726",),
                "sigma_alpha": ("0.315",),
            },
        ),
    ],
)
def test_published_fits_are_reproduced_to_the_printed_digits(
    model, zeros, published
):
    table = radon.exact.restricted_maximum_likelihood(
        model, radon.load_radon(zeros=zeros)
    )
    for name, printed in published.items():
        for text, value in zip(printed, table.loc[name], strict=False):
            digits = len(text.split(".")[1])
            assert f"{value:.{digits}f}" == text, name


def test_separate_counties_without_first_floor_keep_their_prior(
    exact, minnesota
):
    table = exact["separate_regressions"].summary()
    bare = minnesota.counties.index[minnesota.statistics.n[:, 1] == 0]
    assert len(bare) == 25
    rows = table.loc[[f"beta[{county}]" for county in bare]]
    np.testing.assert_allclose(rows["mean"], 0, atol=1e-8)
    np.testing.assert_allclose(rows["sd"], 1, atol=1e-8)
    np.testing.assert_allclose(rows["q05"], norm.ppf(0.05), atol=1e-4)


def test_a_county_with_one_home_has_a_spread_without_standard_deviation(
    exact, minnesota
):
    table = exact["separate_regressions"].summary()
    one = minnesota.counties.index[minnesota.counties["n_houses"] == 1]
    rows = table.loc[[f"sigma[{county}]" for county in one]]
    assert np.isinf(rows["sd"]).all()
    assert np.isfinite(rows[["mean", "q05", "q50", "q95"]]).all().all()
    others = [c for c in minnesota.counties.index if c not in set(one)]
    rows = table.loc[[f"sigma[{county}]" for county in others]]
    assert np.isfinite(rows).all().all()


def test_a_shift_of_the_outcome_shifts_levels_and_nothing_else(minnesota):
    moved = with_priors(varying_slopes, mu_alpha=dist.Normal(100.0, 1.0))
    there = radon.Radon.from_frame(
        minnesota.houses[["county", "floor", "radon"]].assign(
            radon=lambda t: (t["radon"] + 0.1) * np.exp(100.0)
        ),
        zeros="replace",
    )
    a = radon.exact.posterior(varying_slopes, minnesota).moments()
    b = radon.exact.posterior(moved, there).moments().loc[a.index]
    shift = 100.0 * b.index.str.contains("alpha") - 100.0 * (
        b.index == "sigma_alpha"
    )
    np.testing.assert_allclose(
        b["mean"].to_numpy() - shift, a["mean"], atol=1e-7
    )
    np.testing.assert_allclose(b["sd"], a["sd"].to_numpy(), atol=1e-7)


# Leaving out -------------------------------------------------------------


@pytest.mark.parametrize("model", LADDER)
def test_leaving_a_home_out_equals_a_refit_without_it(model, exact, minnesota):
    table = exact[model.__name__].loo().table
    whole = exact[model.__name__].log_marginal_likelihood
    clearwater = minnesota.houses.index[
        minnesota.houses["county"] == "Clearwater"
    ]
    homes = [0, 100, 500, 918, int(table["elpd"].idxmin()), clearwater[0]]
    for house in homes:
        if np.isneginf(table.loc[house, "elpd"]):
            continue
        rest = subset(minnesota, minnesota.houses.index != house)
        refit = radon.exact.posterior(model, rest)
        lost = whole - refit.log_marginal_likelihood
        assert table.loc[house, "elpd"] == pytest.approx(lost, abs=1e-6)
        row = minnesota.houses.loc[house]
        mean = refit.moments()["mean"]
        own = "" if model is complete_pooling else f"[{row['county']}]"
        slope = "" if model is varying_intercepts else own
        predicted = mean[f"alpha{own}"] + mean[f"beta{slope}"] * row["floor"]
        assert table.loc[house, "prediction"] == pytest.approx(
            predicted, abs=1e-6
        )


@pytest.mark.parametrize("model", LADDER)
def test_leaving_a_county_out_equals_a_refit_without_it(
    model, exact, minnesota
):
    table = exact[model.__name__].leave_county_out().table
    whole = exact[model.__name__].log_marginal_likelihood
    for county in ("Aitkin", "St. Louis", "Wilkin", "Lac qui Parle"):
        rest = subset(minnesota, minnesota.houses["county"] != county)
        refit = radon.exact.posterior(model, rest)
        lost = whole - refit.log_marginal_likelihood
        assert table.loc[county, "elpd"] == pytest.approx(lost, abs=1e-6)
        if model is separate_regressions:
            alpha = beta = 0.0
        else:
            mean = refit.moments()["mean"]
            own = model is not complete_pooling
            alpha = mean["mu_alpha" if own else "alpha"]
            beta = mean["mu_beta" if model is varying_slopes else "beta"]
        here = minnesota.houses[minnesota.houses["county"] == county]
        error = here["log_radon"] - alpha - beta * here["floor"]
        assert table.loc[county, "rmse"] == pytest.approx(
            np.sqrt(np.mean(error**2)), abs=1e-6
        )


def test_a_separate_county_left_out_is_what_its_prior_says(minnesota):
    """The prior's means differ, and neither is 0 as in the model's own."""
    prior = {"alpha": dist.Normal(1.0, 1.0), "beta": dist.Normal(-0.5, 1.0)}
    model = with_priors(separate_regressions, **prior)
    table = radon.exact.posterior(model, minnesota).leave_county_out().table
    for county in ("Aitkin", "Wilkin"):
        here = minnesota.houses[minnesota.houses["county"] == county]
        error = here["log_radon"] - 1.0 + 0.5 * here["floor"]
        assert table.loc[county, "rmse"] == pytest.approx(
            np.sqrt(np.mean(error**2)), abs=1e-6
        )


def test_errors_of_homes_and_of_counties_are_errors_over_homes():
    """What is left out differs, and the homes that are judged do not."""
    data = simulated(6, 40, seed=2)
    posterior = radon.exact.posterior(complete_pooling, data)
    for by, judged in (
        (data.houses.index, posterior.loo()),
        (data.houses["county"], posterior.leave_county_out()),
    ):
        squares = []
        for _, homes in data.houses.groupby(by, observed=True):
            rest = subset(data, ~data.houses.index.isin(homes.index))
            mean = radon.exact.posterior(complete_pooling, rest).moments()
            line = mean.loc["alpha", "mean"]
            line = line + mean.loc["beta", "mean"] * homes["floor"]
            squares += ((homes["log_radon"] - line) ** 2).to_list()
        assert len(squares) == 40
        assert judged.rmse == pytest.approx(np.sqrt(np.mean(squares)))


def test_one_home_has_no_standard_error(exact):
    loo = exact["complete_pooling"].loo()
    assert np.isnan(loo.only(loo.table.index[:1]).se)
    assert np.isfinite(loo.only(loo.table.index[:2]).se)


def test_two_homes_of_clearwater_cannot_be_left_out(exact, minnesota):
    loo = exact["separate_regressions"].loo()
    undefined = minnesota.houses.loc[loo.undefined]
    assert set(undefined["county"]) == {"Clearwater"}
    assert (undefined["floor"] == 1).all()
    assert len(undefined) == 2
    assert loo.elpd == -np.inf
    rest = loo.table.index.difference(loo.undefined)
    assert len(rest) == 917
    assert np.isfinite(loo.only(rest).elpd)
    assert np.isfinite(loo.only(rest).se)


def test_few_homes_left_out_are_refitted_where_the_grid_ends():
    data = simulated(3, 9, seed=6)
    exact = radon.exact.posterior(varying_intercepts, data)
    table = exact.loo().table
    for house in range(9):
        rest = subset(data, data.houses.index != house)
        lost = (
            exact.log_marginal_likelihood
            - radon.exact.posterior(
                varying_intercepts, rest
            ).log_marginal_likelihood
        )
        assert table.loc[house, "elpd"] == pytest.approx(lost, abs=1e-5)


def test_a_grid_ends_at_its_outermost_nodes_but_not_where_a_scale_does(exact):
    result = exact["varying_slopes"].result
    ratios = result.axes[:2]  # of sigma_alpha and of sigma_beta to sigma
    assert ratios[0].low > 0 and ratios[1].low == 0
    chosen = chosen_nodes(result)
    shape = result.weight.shape
    place = np.array(np.unravel_index(chosen.at, shape))
    last = np.array(shape)[:, None] - 1
    free = [axis is not None for axis in result.axes]
    first = place == 0
    first[1] = False
    outermost = (first | (place == last))[free].any(axis=0)
    assert outermost.any()
    np.testing.assert_array_equal(chosen.end, outermost)


def test_comparisons_are_paired(exact):
    a = exact["varying_intercepts"].loo()
    b = exact["varying_slopes"].loo()
    gap = a.table["elpd"] - b.table["elpd"]
    pair = a.compare(b)
    assert pair["elpd_difference"] == pytest.approx(a.elpd - b.elpd)
    assert pair["se"] == pytest.approx(np.sqrt(919) * gap.std())
    assert pair["se"] < a.se / 3
    with pytest.raises(ValueError, match="same homes or counties"):
        a.compare(exact["varying_slopes"].leave_county_out())


# What is covered, and what is refused ------------------------------------


def test_the_noncentred_form_has_the_same_answer(exact, minnesota):
    got = radon.exact.posterior(noncentered(varying_slopes), minnesota)
    pd.testing.assert_frame_equal(
        got.moments(), exact["varying_slopes"].moments()
    )


def test_priors_are_read_from_the_model(minnesota):
    tight = with_priors(varying_slopes, sigma_beta=dist.HalfNormal(0.01))
    got = radon.exact.posterior(tight, minnesota).moments()
    assert got.loc["sigma_beta", "mean"] < 0.01
    both = noncentered(tight)
    pd.testing.assert_frame_equal(
        radon.exact.posterior(both, minnesota).moments(), got
    )


def test_a_prior_without_a_shortcut_goes_through_numpyro(minnesota):
    by_gamma = with_priors(varying_intercepts, sigma=dist.Exponential(2.0))
    by_other = with_priors(varying_intercepts, sigma=dist.Gamma(1.0, 2.0))
    pd.testing.assert_frame_equal(
        radon.exact.posterior(by_gamma, minnesota).moments(),
        radon.exact.posterior(by_other, minnesota).moments(),
    )


@pytest.mark.parametrize(
    "fixed",
    [
        {"sigma": 0.72},
        {"sigma_alpha": 0.3},
        {"sigma_beta": 0.2},
        {"sigma_alpha": 0.3, "sigma_beta": 0.2},
        {"sigma": 0.72, "sigma_beta": 0.2},
    ],
)
def test_a_fixed_scale_is_the_limit_of_a_narrow_prior(fixed, minnesota):
    known = with_priors(
        varying_slopes, **{k: dist.Delta(v) for k, v in fixed.items()}
    )
    narrow = with_priors(
        varying_slopes,
        **{k: dist.LogNormal(np.log(v), 0.02) for k, v in fixed.items()},
    )
    a = radon.exact.posterior(known, minnesota).moments()
    b = radon.exact.posterior(narrow, minnesota).moments().loc[a.index]
    assert not set(fixed) & set(a.index)
    # a prior of 2 % moves nothing by more than that
    assert ((a["mean"] - b["mean"]).abs() / b["sd"]).max() < 0.02
    assert (a["sd"] / b["sd"] - 1).abs().max() < 0.02


def doubled_mean(design, log_radon=None):
    """Varying intercepts around twice mu_alpha."""
    mu = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    tau = numpyro.sample("sigma_alpha", dist.HalfCauchy(1))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))
    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(2 * mu, tau))
    line = alpha[design.county] + beta * design.floor
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", dist.Normal(line, sigma), obs=log_radon)


def heavy_tails(design, log_radon=None):
    """Varying intercepts with Student-t counties."""
    mu = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    tau = numpyro.sample("sigma_alpha", dist.HalfCauchy(1))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))
    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.StudentT(4, mu, tau))
    line = alpha[design.county] + beta * design.floor
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", dist.Normal(line, sigma), obs=log_radon)


def extra_factor(design, log_radon=None):
    """Complete pooling with something added to its density."""
    numpyro.factor("opinion", -3.0)
    complete_pooling(design, log_radon)


def unknown_site(design, log_radon=None):
    """Complete pooling with one more parameter."""
    numpyro.sample("gamma", dist.Normal(0, 1))
    complete_pooling(design, log_radon)


def no_counties(design, log_radon=None):
    """Ignore which county a home is in."""
    varying_intercepts(design._replace(county=0 * design.county), log_radon)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (doubled_mean, "another model"),
        (heavy_tails, "another model"),
        (extra_factor, "another model|samples"),
        (unknown_site, "gamma"),
        (no_counties, "another model"),
    ],
)
def test_a_model_outside_the_ladder_is_refused(model, reason, minnesota):
    with pytest.raises(radon.exact.ExactError, match=reason):
        radon.exact.posterior(model, minnesota)


def test_a_location_that_is_not_normal_is_refused(minnesota):
    flat = with_priors(varying_intercepts, beta=dist.Uniform(-5, 5))
    with pytest.raises(radon.exact.ExactError, match="must be Normal"):
        radon.exact.posterior(flat, minnesota)


@pytest.mark.parametrize("model", LADDER)
def test_homes_that_all_read_the_same_have_no_posterior(model):
    same = radon.Radon.from_frame(
        pd.DataFrame(
            {
                "county": list("AABBCC"),
                "floor": [0, 1, 0, 0, 1, 1],
                "radon": 2.0,
            }
        )
    )
    with pytest.raises(radon.exact.ExactError, match="improper"):
        radon.exact.posterior(model, same)


@pytest.mark.parametrize("model", LADDER)
@pytest.mark.parametrize("homes", [(1, 2), (1, 12), (2, 7), (4, 30), (9, 9)])
def test_few_counties_settle_or_are_refused(model, homes):
    data = simulated(*homes, seed=10 + homes[1])
    try:
        table = radon.exact.posterior(model, data).summary()
    except radon.exact.ExactError as error:
        assert any(
            word in str(error) for word in ("settle", "improper", "not found")
        )
        return
    ordered = table[["q05", "q50", "q95"]].to_numpy()
    assert np.isfinite(ordered).all()
    assert (np.diff(ordered, axis=1) > 0).all()


def test_counties_of_one_home_each_have_a_posterior():
    data = simulated(20, 20, 1)
    got = radon.exact.posterior(varying_intercepts, data).moments()
    # Only sigma^2 + sigma_alpha^2 = tau^2 is known, to a dense Gaussian.
    x, y = data.design.floor, data.log_radon
    lines = 1 + np.outer(x, x)  # covariance of the lines' readings
    log_tau, angle = np.linspace(-2, 2, 401), np.linspace(0, np.pi / 2, 4001)
    covariance = lines + np.exp(2 * log_tau)[:, None, None] * np.eye(len(y))
    log_density = [
        multivariate_normal(cov=each).logpdf(y) for each in covariance
    ]
    tau = np.exp(log_tau)[:, None]
    sigma, sigma_alpha = tau * np.cos(angle), tau * np.sin(angle)
    weight = np.exp(log_density - np.max(log_density))[:, None] * tau**2
    weight = weight / ((1 + sigma**2) * (1 + sigma_alpha**2))
    weight[:, [0, -1]] /= 2
    weight /= weight.sum()
    solved = np.linalg.solve(covariance, y)
    mu = weight.sum(1) @ solved.sum(1)  # E[mu | tau] = 1' covariance^-1 y
    assert got.loc["mu_alpha", "mean"] == pytest.approx(mu, abs=1e-4)
    for name, value in (("sigma", sigma), ("sigma_alpha", sigma_alpha)):
        mean = np.sum(weight * value)
        sd = np.sqrt(np.sum(weight * (value - mean) ** 2))
        assert got.loc[name, "mean"] == pytest.approx(mean, abs=1e-4)
        assert got.loc[name, "sd"] == pytest.approx(sd, abs=1e-4)


@pytest.mark.parametrize("model", (varying_intercepts, varying_slopes))
@pytest.mark.parametrize("counties", (85, 300))
def test_many_counties_of_one_home_have_a_proper_posterior(model, counties):
    moments = radon.exact.posterior(
        model, simulated(counties, counties, 3)
    ).moments()
    assert np.isfinite(moments).all(axis=None)


def test_an_uninformed_scale_keeps_its_prior():
    """Without a first-floor home nothing is said about slopes."""
    data = simulated(12, 60, seed=9)
    data = subset(data, data.houses["floor"] == 0)
    table = radon.exact.posterior(varying_slopes, data).summary()
    row = table.loc["sigma_beta"]
    assert np.isnan(row["mean"])
    assert np.isinf(row["sd"])
    # 0.01 sd of a normal is a probability of 0.001 at its 5 % point
    share = 2 / np.pi * np.arctan(row[["q05", "q50", "q95"]].to_numpy())
    np.testing.assert_allclose(share, [0.05, 0.5, 0.95], atol=1e-3)


def test_a_prior_with_infinite_mass_at_zero_is_refused(minnesota):
    """The density 1 / sigma_alpha, which no survey can outvote there."""
    reciprocal = dist.TransformedDistribution(
        dist.ImproperUniform(dist.constraints.real, (), ()),
        dist.transforms.ExpTransform(),
    )
    model = with_priors(varying_intercepts, sigma_alpha=reciprocal)
    with pytest.raises(radon.exact.ExactError, match="sigma_alpha"):
        radon.exact.posterior(model, minnesota)


def test_a_model_that_only_claims_to_be_rewritten_is_read_itself(minnesota):
    @functools.wraps(noncentered(varying_intercepts))
    def claims(design, log_radon=None):
        heavy_tails(design, log_radon)

    with pytest.raises(radon.exact.ExactError, match="another model"):
        radon.exact.posterior(claims, minnesota)


def test_homes_that_leave_scales_open_have_no_likelihood_estimate():
    reml = radon.exact.restricted_maximum_likelihood
    one_each = simulated(6, 6, seed=3)
    with pytest.raises(radon.exact.ExactError, match="do not determine"):
        reml(varying_intercepts, one_each)
    two = subset(simulated(2, 8, seed=3), [0, 1, 2])
    with pytest.raises(radon.exact.ExactError):
        reml(complete_pooling, subset(two, two.houses.index < 2))


def test_densities_of_two_recipes_are_not_compared(exact):
    replaced = radon.exact.posterior(
        complete_pooling, radon.load_radon(zeros="replace")
    )
    with pytest.raises(ValueError, match="different outcomes"):
        exact["complete_pooling"].loo().compare(replaced.loo())


def test_arguments_out_of_place_are_named(minnesota):
    with pytest.raises(TypeError):
        radon.exact.posterior(minnesota, complete_pooling)
    with pytest.raises(radon.RadonDataError):
        radon.exact.posterior(complete_pooling, minnesota.houses)


@pytest.mark.parametrize("n", [0, -3, "a", None, 2.5])
def test_a_number_of_draws_that_is_none_is_refused(n, exact):
    with pytest.raises((TypeError, ValueError), match="n"):
        exact["complete_pooling"].draws(n, seed=1)


# Against sampling --------------------------------------------------------


def test_long_runs_of_nuts_in_double_precision_agree(minnesota, exact):
    form = noncentered(varying_slopes)
    with double_precision():
        mcmc = MCMC(
            NUTS(form, target_accept_prob=0.95),
            num_warmup=1000,
            num_samples=4000,
            num_chains=4,
            chain_method="vectorized",
            progress_bar=False,
        )
        mcmc.run(jax.random.PRNGKey(12), minnesota.design, minnesota.log_radon)
        samples = mcmc.get_samples(group_by_chain=True)
    table = exact["varying_slopes"].moments(log_scales=True)
    checked = 0
    for name, values in samples.items():
        if name.endswith("_decentered"):
            continue
        values = np.asarray(values, float)
        if name.startswith("sigma"):
            values = np.log(values)
        values = values.reshape(*values.shape[:2], -1)
        rows = table[
            (table.index == name) | table.index.str.startswith(f"{name}[")
        ]
        for k, (mean, _) in enumerate(rows.to_numpy()):
            error = float(az.mcse(values[..., k]))
            assert abs(values[..., k].mean() - mean) < 4 * error, (name, k)
            checked += 1
    assert checked == 175


def test_the_frame_moves_the_reference_to_the_homes(minnesota):
    problem = frame(
        read_ladder(varying_slopes, minnesota), minnesota.statistics
    )
    level = minnesota.log_radon[minnesota.design.floor == 0].mean()
    assert problem.reference[:, 0] == pytest.approx(level)
    nodes = evaluate(problem, np.full((5, *[1] * 5), 1.0))
    assert np.isfinite(nodes.log_density).all()
