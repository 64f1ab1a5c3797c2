"""What a bad fit looks like, and that the checks see it."""

import arviz as az
import numpy as np
import pandas as pd
import pytest
from numpyro import distributions as dist
from scipy.stats import binom, norm

import radon
from radon import models
from radon.checks import (
    ConvergenceError,
    ExactMismatchError,
    against_exact,
    assert_converged,
    diagnose,
    divergences,
    energy_bfmi,
    judge,
)

COUNTIES = ["Aitkin", "Anoka", "Becker"]


class StandIn:
    """An exact posterior whose moments are given."""

    model = "stand_in"

    def __init__(self, moments):
        self._moments = moments

    def moments(self, *, log_scales=False):
        assert log_scales
        return self._moments


def standard_normal(names):
    """Return the exact posterior of draws that are standard normal."""
    return StandIn(pd.DataFrame({"mean": 0.0, "sd": 1.0}, index=list(names)))


def fake_fit(posterior, *, seed=0, sample_stats=None, counties=COUNTIES):
    """Wrap draws as `radon.fit` would, with a sampler that fared well."""
    rng = np.random.default_rng(seed)
    shape = next(iter(posterior.values())).shape[:2]
    healthy = {
        "diverging": np.zeros(shape, bool),
        "energy": rng.normal(size=shape),
    }
    dims = {k: ["county"] for k, v in posterior.items() if v.ndim == 3}
    stats = healthy | (sample_stats or {})
    dims |= {k: ["county"] for k, v in stats.items() if v.ndim == 3}
    return az.from_dict(
        {"posterior": posterior, "sample_stats": stats},
        coords={"county": counties},
        dims=dims,
        attrs={"/": {"model": "varying_slopes"}},
    )


def normal_draws(seed, *, chains=4, draws=1000):
    """Draw mu_alpha and a scale independently, log sigma standard normal."""
    rng = np.random.default_rng(seed)
    return {
        "alpha": rng.normal(size=(chains, draws, len(COUNTIES))),
        "mu_alpha": rng.normal(size=(chains, draws)),
        "sigma": np.exp(rng.normal(size=(chains, draws))),
    }


NAMES = ["mu_alpha", "sigma", *(f"alpha[{county}]" for county in COUNTIES)]


# Convergence


def test_parameters_are_named_as_arviz_names_them_scalars_first():
    tree = fake_fit(normal_draws(1))
    names = diagnose(tree).index.tolist()
    assert names == NAMES
    assert sorted(names) == sorted(az.summary(tree).index)


def test_diagnose_gives_arvizs_numbers():
    tree = fake_fit(normal_draws(2))
    table = diagnose(tree)
    expected = az.rhat(tree.posterior.to_dataset())
    assert table.loc["mu_alpha", "r_hat"] == expected["mu_alpha"]
    anoka = az.ess(tree.posterior["alpha"].sel(county="Anoka"), method="tail")
    assert table.loc["alpha[Anoka]", "ess_tail"] == anoka
    assert table.attrs["divergences"] == 0
    assert table.attrs["e_bfmi"] == energy_bfmi(tree).min()


def test_single_precision_draws_are_averaged_in_double():
    draws = normal_draws(3)
    single = {name: values.astype("f4") for name, values in draws.items()}
    fitted = against_exact(fake_fit(single), standard_normal(NAMES))
    expected = single["mu_alpha"].astype(float).mean()
    assert fitted.loc["mu_alpha", "mean"] == expected


def test_independent_draws_converge_and_the_worst_value_is_shown():
    tree = fake_fit(normal_draws(4))
    verdict = assert_converged(tree)
    assert verdict["passed"].all()
    table = diagnose(tree)
    assert verdict.loc["bulk ESS", "where"] == table["ess_bulk"].idxmin()
    assert verdict.loc["bulk ESS", "worst"] == int(table["ess_bulk"].min())
    assert verdict.loc["R-hat", "worst"] >= table["r_hat"].max()


def test_one_chain_that_sits_elsewhere_is_named_with_its_r_hat():
    draws = normal_draws(5)
    draws["alpha"][2, :, 1] += 1
    with pytest.raises(ConvergenceError) as caught:
        assert_converged(fake_fit(draws))
    message = str(caught.value)
    assert (
        "R-hat must be <= 1.01: 1 of 5 fail, worst alpha[Anoka] 1." in message
    )
    assert "radon.models.noncentered" not in message  # no shared scale
    verdict = judge(fake_fit(draws))
    assert verdict.loc["R-hat", ["where", "failing"]].tolist() == [
        "alpha[Anoka]",
        1,
    ]


def test_a_slow_chain_is_named_with_its_effective_sample_size():
    draws = normal_draws(6)
    slow = np.random.default_rng(6).normal(size=(4, 1000))
    for step in range(1, 1000):
        slow[:, step] = 0.95 * slow[:, step - 1] + 0.3 * slow[:, step]
    draws["sigma_beta"] = np.exp(slow)
    tree = fake_fit(draws)
    expected = diagnose(tree).loc["sigma_beta", "ess_bulk"]
    with pytest.raises(ConvergenceError) as caught:
        assert_converged(tree)
    assert f"worst sigma_beta {int(expected)}" in str(caught.value)
    assert "radon.models.noncentered(radon.models.varying_slopes)" in str(
        caught.value
    )


def test_a_noncentered_fit_is_not_told_to_become_noncentered():
    draws = normal_draws(7)
    draws["sigma_beta"] = np.exp(np.cumsum(draws["mu_alpha"], axis=1) / 50)
    draws["beta_decentered"] = draws["alpha"]
    with pytest.raises(ConvergenceError) as caught:
        assert_converged(fake_fit(draws))
    assert "non-centred" not in str(caught.value)
    assert "more draws" in str(caught.value)


def test_a_single_divergence_is_one_too_many():
    diverging = np.zeros((4, 1000), bool)
    diverging[3, 17] = True
    tree = fake_fit(normal_draws(8), sample_stats={"diverging": diverging})
    assert divergences(tree).to_dict()["chain 3"] == 1
    with pytest.raises(ConvergenceError, match="chain 3 1.*\n.*target_accept"):
        assert_converged(tree)


def test_divergences_of_a_fit_by_county_are_counted_by_name():
    rng = np.random.default_rng(9)
    diverging = np.zeros((4, 1000, 3), bool)
    diverging[0, :7, 2] = True
    diverging[1, :2, 0] = True
    stats = {
        "diverging": diverging,
        "energy": rng.normal(size=(4, 1000, 3)),
    }
    tree = fake_fit(normal_draws(9), sample_stats=stats)
    assert divergences(tree).to_dict() == {
        "Aitkin": 2,
        "Anoka": 0,
        "Becker": 7,
    }
    with pytest.raises(ConvergenceError) as caught:
        assert_converged(tree)
    assert "divergences: 9, where none may be: Becker 7, Aitkin 2\n" in str(
        caught.value
    )
    assert "radon.exact.posterior" in str(caught.value)
    assert judge(tree).loc["divergences", "worst"] == 9


def test_a_chain_that_creeps_through_energies_is_named():
    energy = np.random.default_rng(10).normal(size=(4, 1000))
    energy[1] = np.cumsum(energy[1])
    tree = fake_fit(normal_draws(10), sample_stats={"energy": energy})
    with pytest.raises(ConvergenceError, match="E-BFMI .* worst chain 1 0.0"):
        assert_converged(tree)
    # The definition: mean square step over the variance (Betancourt 2016).
    expected = np.mean(np.diff(energy[1]) ** 2) / np.var(energy[1], ddof=1)
    assert energy_bfmi(tree)["chain 1"] == pytest.approx(expected, rel=1e-12)


def test_the_limits_themselves_pass_and_rounding_never_flatters():
    from radon.checks.limits import at_least, at_most

    r_hat = at_most("R-hat", pd.Series({"a": 1.01, "b": 1.0}), 1.01, 3)
    assert r_hat.row()["passed"]
    assert r_hat.row()["worst"] == 1.01
    r_hat = at_most("R-hat", pd.Series({"a": 1.01001}), 1.01, 3)
    assert not r_hat.row()["passed"]
    assert r_hat.row()["worst"] == 1.011
    ess = at_least("bulk ESS", pd.Series({"a": 399.9, "b": 400}), 400, 0)
    assert ess.row()["failing"] == 1
    assert ess.row()["worst"] == 399


@pytest.mark.parametrize("check", [assert_converged, judge])
def test_one_chain_has_no_r_hat_and_is_refused(check):
    tree = fake_fit(normal_draws(11, chains=1))
    with pytest.raises(ConvergenceError, match="num_chains=4"):
        check(tree)
    with pytest.raises(ConvergenceError, match="num_chains=4"):
        against_exact(tree, standard_normal(NAMES))
    assert diagnose(tree)["r_hat"].isna().all()


def test_a_chain_that_never_moves_is_named():
    draws = normal_draws(12)
    draws["alpha"][3, :, 2] = 1.5
    tree = fake_fit(draws)
    for check in (
        lambda: assert_converged(tree),
        lambda: against_exact(tree, standard_normal(NAMES)),
    ):
        with pytest.raises(ConvergenceError, match=r"chain 3 of alpha\[Bec"):
            check()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_draws_that_are_not_finite_are_named(bad):
    draws = normal_draws(13)
    draws["mu_alpha"][0, 5] = bad
    with pytest.raises(ConvergenceError, match="not finite in mu_alpha"):
        assert_converged(fake_fit(draws))


def test_a_scale_that_reaches_zero_has_no_logarithm_and_is_named():
    draws = normal_draws(14)
    draws["sigma"][0, 5] = 0
    with pytest.raises(ConvergenceError, match="not finite in log sigma"):
        against_exact(fake_fit(draws), standard_normal(NAMES))


def test_a_fit_without_a_record_of_divergences_is_not_called_converged():
    tree = az.from_dict({"posterior": normal_draws(15)})
    with pytest.raises(ValueError, match="no record of 'energy'"):
        assert_converged(tree)


def test_prior_draws_and_tables_are_not_fits():
    with pytest.raises(ValueError, match="no posterior draws.*prior"):
        diagnose(az.from_dict({"prior": {"mu": np.zeros((1, 10))}}))
    with pytest.raises(TypeError, match="DataFrame"):
        diagnose(pd.DataFrame())


def test_two_counties_of_one_name_are_refused():
    tree = fake_fit(normal_draws(16), counties=["Lake", "Cook", "Lake"])
    with pytest.raises(ValueError, match=r"alpha\[Lake\]"):
        diagnose(tree)


# Against the exact posterior


def test_independent_draws_agree_with_their_own_distribution():
    table = against_exact(fake_fit(normal_draws(17)), standard_normal(NAMES))
    assert table.index.tolist() == ["mu_alpha", "log sigma", *NAMES[2:]]
    draws = normal_draws(17)["mu_alpha"]
    row = table.loc["mu_alpha"]
    assert row["mean"] == pytest.approx(draws.mean(), abs=1e-12)
    assert row["distance"] == pytest.approx(draws.mean(), abs=1e-12)
    assert row["z"] == pytest.approx(draws.mean() / az.mcse(draws))
    # 0.0005 / m in each tail of the normal distribution.
    assert norm.sf(table.attrs["z_limit"]) == pytest.approx(0.0005 / 5)


def test_scales_are_compared_on_the_log_scale():
    exact = StandIn(
        pd.DataFrame({"mean": 0.0, "sd": 1.0}, index=NAMES).assign(
            mean=lambda t: t["mean"] + (t.index == "sigma") * np.exp(0.5)
        )
    )  # the mean of sigma itself, which must not be what is compared
    with pytest.raises(ExactMismatchError, match="log sigma"):
        against_exact(fake_fit(normal_draws(18)), exact)


def test_a_mean_shifted_by_a_seventh_of_an_sd_is_caught_and_named():
    draws = normal_draws(19)
    draws["alpha"][..., 0] += 0.15
    with pytest.raises(ExactMismatchError) as caught:
        against_exact(fake_fit(draws), standard_normal(NAMES))
    assert "1 of 5 means" in str(caught.value)
    assert "alpha[Aitkin]: 0." in str(caught.value)
    assert caught.value.table["distance"].idxmax() == "alpha[Aitkin]"


def test_a_shift_that_hides_in_wide_errors_is_caught_by_its_distance():
    # 4 x 120 independent draws: enough effective samples to be judged, and a
    # standard error of 1 / sqrt(480), so that 0.15 is 3.3 of them.
    draws = normal_draws(20, draws=120)
    for values in draws.values():
        values -= values.mean((0, 1)) * (values.min() < 0)
    draws["mu_alpha"] += 0.15
    draws["sigma"] /= np.exp(np.log(draws["sigma"]).mean())
    with pytest.raises(ExactMismatchError, match="mu_alpha.*3.. Monte Carlo"):
        against_exact(fake_fit(draws), standard_normal(NAMES))


def test_a_small_shift_of_many_draws_is_caught_by_its_standard_error():
    # 0.09 sd is within the distance allowed; 16,000 draws tell it from 0.
    draws = normal_draws(21, draws=4000)
    draws["mu_alpha"] += 0.09 - draws["mu_alpha"].mean()
    with pytest.raises(ExactMismatchError, match="mu_alpha.*11.. Monte Carlo"):
        against_exact(fake_fit(draws), standard_normal(NAMES))


def test_too_few_effective_samples_are_refused_whatever_they_say():
    draws = normal_draws(22, draws=50)
    with pytest.raises(ConvergenceError, match="below 400 in .* of 5 param"):
        against_exact(fake_fit(draws), standard_normal(NAMES))


def test_a_parameter_missing_on_either_side_is_named():
    tree = fake_fit(normal_draws(23))
    with pytest.raises(ExactMismatchError, match="only in the fit: log sigma"):
        against_exact(tree, standard_normal(n for n in NAMES if n != "sigma"))
    with pytest.raises(ExactMismatchError, match="exact posterior: mu_beta"):
        against_exact(tree, standard_normal([*NAMES, "mu_beta"]))


def test_a_county_by_another_label_is_named_with_its_likely_twin():
    exact = standard_normal(name.replace("Anoka", "Annoka") for name in NAMES)
    with pytest.raises(ExactMismatchError) as caught:
        against_exact(fake_fit(normal_draws(24)), exact)
    assert "is alpha[Anoka] what it calls alpha[Annoka]?" in str(caught.value)


def test_standardised_effects_of_the_noncentered_form_are_passed_over():
    draws = normal_draws(25)
    draws["alpha_decentered"] = draws["alpha"]
    table = against_exact(fake_fit(draws), standard_normal(NAMES))
    assert len(table) == len(NAMES)


def test_a_parameter_without_moments_is_not_silently_passed_over():
    moments = standard_normal(NAMES).moments(log_scales=True)
    moments.loc["alpha[Becker]", "sd"] = np.inf
    with pytest.raises(ExactMismatchError, match=r"finite.*alpha\[Becker\]"):
        against_exact(fake_fit(normal_draws(26)), StandIn(moments))


def test_false_alarms_come_as_often_as_the_normal_distribution_says():
    """A right fit exceeds the quantile for p in 2p of all comparisons.

    Monte Carlo errors are estimated, so that z is not exactly normal: with
    2000 effective samples their relative error is about 0.03, which adds less
    than a quarter to the tails at these levels. The bounds are those of the
    binomial distribution, at a probability of 1e-4, for the nominal rate and
    for a rate a quarter greater.
    """
    n = 1500
    draws = np.random.default_rng(27).normal(size=(4, 500, n))
    labels = [f"c{i}" for i in range(n)]
    tree = fake_fit({"alpha": draws}, counties=labels)
    exact = standard_normal(f"alpha[{label}]" for label in labels)
    z = against_exact(tree, exact)["z"]
    for p in (0.05, 0.01):
        alarms = (z.abs() > norm.isf(p)).sum()
        assert binom.ppf(1e-4, n, 2 * p) <= alarms
        assert alarms <= binom.isf(1e-4, n, 1.25 * 2 * p)


# Real fits of the survey


@pytest.fixture(scope="module")
def data():
    return radon.load_radon()


@pytest.fixture(scope="module")
def pooled(data):
    return radon.fit(models.complete_pooling, data, seed=1)


def in_four_chains(draws, model):
    """Deal the independent draws of an exact posterior to four chains."""
    sites = draws.posterior.to_dataset().transpose("chain", "draw", ...)
    posterior = {
        name: site.to_numpy().reshape(4, -1, *site.shape[2:])
        for name, site in sites.data_vars.items()
    }
    counties = sites["county"].to_numpy().tolist()
    return fake_fit(posterior, counties=counties)


def test_a_fit_of_complete_pooling_passes_both_checks(data, pooled):
    assert_converged(pooled)
    exact = radon.exact.posterior(models.complete_pooling, data)
    table = against_exact(pooled, exact)
    assert (table["distance"].abs() <= 0.1).all()


def test_a_prior_half_as_wide_is_caught(data, pooled):
    narrow = models.with_priors(
        models.complete_pooling, alpha=dist.Normal(0, 0.5)
    )
    exact = radon.exact.posterior(narrow, data)
    with pytest.raises(ExactMismatchError, match="- alpha: 1.36"):
        against_exact(pooled, exact)


def test_the_other_recipe_for_zeros_is_caught(pooled):
    other = radon.load_radon(zeros="replace")
    exact = radon.exact.posterior(models.complete_pooling, other)
    with pytest.raises(ExactMismatchError, match="- alpha: 1.36"):
        against_exact(pooled, exact)


def test_the_centred_form_of_varying_slopes_fails_by_effective_samples(data):
    tree = radon.fit(models.varying_slopes, data, seed=1)
    table = diagnose(tree)
    assert table["ess_bulk"].idxmin() == "sigma_beta"
    with pytest.raises(ConvergenceError) as caught:
        assert_converged(tree)
    assert "bulk ESS must be >= 400" in str(caught.value)
    assert "worst sigma_beta" in str(caught.value)
    assert "radon.models.noncentered(radon.models.varying_slopes)" in str(
        caught.value
    )
    exact = radon.exact.posterior(models.varying_slopes, data)
    with pytest.raises(ConvergenceError, match="lowest log sigma_beta"):
        against_exact(tree, exact)


def test_the_noncentered_form_passes_both_checks(data):
    model = models.noncentered(models.varying_slopes)
    tree = radon.fit(model, data, seed=2, num_samples=2000)
    assert_converged(tree)
    exact = radon.exact.posterior(models.varying_slopes, data)
    n_parameters = 5 + 2 * data.design.n_counties
    assert len(against_exact(tree, exact)) == n_parameters


def test_independent_draws_of_the_exact_posterior_agree_with_it(data):
    exact = radon.exact.posterior(models.varying_slopes, data)
    tree = in_four_chains(exact.draws(4000, seed=3), models.varying_slopes)
    assert_converged(tree)
    against_exact(tree, exact)


def test_a_narrower_prior_of_the_slopes_spread_is_caught(data):
    narrow = models.with_priors(
        models.varying_slopes, sigma_beta=dist.HalfNormal(0.3)
    )
    draws = radon.exact.posterior(narrow, data).draws(4000, seed=4)
    exact = radon.exact.posterior(models.varying_slopes, data)
    with pytest.raises(ExactMismatchError, match="log sigma_beta"):
        against_exact(in_four_chains(draws, narrow), exact)


def test_tiny_counties_on_their_own_do_not_converge_and_are_named(data):
    tree = radon.fit(models.separate_regressions, data, seed=5, by="county")
    counts = divergences(tree)
    assert len(counts) == data.design.n_counties
    worst = counts.idxmax()
    with pytest.raises(ConvergenceError, match=f"none may be: {worst}"):
        assert_converged(tree)
