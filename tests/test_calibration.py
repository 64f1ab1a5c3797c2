"""Calibration: right methods pass, broken ones do not, failures count."""

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pandas as pd
import pytest
from numpyro.infer import NUTS
from numpyro.primitives import Messenger

import radon
from radon import checks, models, plots
from radon.checks import calibration_fits, uniformity
from radon.checks.calibration_fits import DRAWS, with_readings
from radon.exact import ExactError

HALF = dist.HalfNormal(1)
POOLED = models.with_priors(models.complete_pooling, sigma=HALF)


@pytest.fixture(scope="module")
def few():
    """Return 59 homes in nine counties, small enough for a quick NUTS."""
    data = radon.load_radon()
    homes = data.houses[data.houses["county"].isin(data.counties.index[:9])]
    return radon.Radon.from_frame(
        homes, data.counties.drop(columns="n_houses")
    )


def uniform(n, columns=1, seed=0):
    """Draw ranks as a right method has them."""
    ranks = np.random.default_rng(seed).integers(0, DRAWS + 1, (n, columns))
    return pd.DataFrame(ranks, columns=[f"x{k}" for k in range(columns)])


@pytest.mark.parametrize("n", [30, 100, 1000])
def test_the_band_holds_uniform_ranks_as_often_as_it_says(n):
    """Of 20,000 sets; never less than 0.9, a little more for whole counts.

    Four standard errors of the share are 0.0085, and at 30 ranks whole
    counts leave the next wider band 0.02 above.
    """
    rng = np.random.default_rng(1)
    cells = np.full(uniformity.PLACES, 1 / uniformity.PLACES)
    counts = rng.multinomial(n, cells, size=20_000).cumsum(1)[:, :-1]
    low, high = (np.rint(edge * n) for edge in uniformity.band(n))
    held = ((counts >= low) & (counts <= high)).all(1).mean()
    assert 0.9 - 0.0085 < held < 0.92 + 0.0085


def test_p_values_of_uniform_ranks_are_uniform():
    """A thousand of them, by Kolmogorov and Smirnov at one in 1e4."""
    ranks = uniform(200, 1000)
    p = [uniformity.p_value(column, DRAWS) for column in ranks.to_numpy().T]
    p = np.sort(p)
    gap = np.abs(p - (np.arange(1000) + 0.5) / 1000).max()
    assert gap < 2.23 / np.sqrt(1000)


def test_a_p_value_is_below_a_tenth_outside_the_band_alone():
    for seed in range(60):
        ranks = uniform(150, seed=seed)["x0"]
        share = uniformity.shares(ranks, DRAWS)
        low, high = uniformity.band(150)
        outside = ((share < low - 1e-9) | (share > high + 1e-9)).any()
        assert outside == (uniformity.p_value(ranks, DRAWS) < 0.1)


def test_ranks_and_draws_must_go_together():
    with pytest.raises(ValueError, match="one less than a multiple of 100"):
        uniformity.shares([0, 1], 150)


@pytest.mark.parametrize("spread, shift", [(0.5, 0), (2, 0), (1, 0.5)])
def test_ranks_of_a_wrong_posterior_do_not_pass(spread, shift):
    """Normal truths; a posterior too narrow, too wide, half an sd too high.

    Too narrow, it misses more than a tenth; too high, truths rank low.
    """
    rng = np.random.default_rng(3)
    truth = rng.normal(size=300)
    draws = shift + spread * rng.normal(size=(DRAWS, 300))
    table = checks.judge_ranks(pd.DataFrame({"mu": (draws < truth).sum(0)}))
    row = table.loc["mu"]
    assert not row["passed"]
    if shift:
        assert row["furthest"] > 0.1
    else:
        assert (row["in_90"] < 0.9) == (spread < 1)


def test_many_right_quantities_pass_together():
    assert checks.judge_ranks(uniform(500, 100))["passed"].all()


@pytest.mark.parametrize(
    "model", [models.complete_pooling, models.varying_intercepts]
)
def test_the_exact_posterior_is_calibrated(few, model):
    """A false alarm once in a thousand; the seed is fixed."""
    done = checks.calibrate(half_normal(model), few, seed=2, simulations=150)
    assert done.failures.empty
    assert done.table()["passed"].all()
    assert done.ranks.to_numpy().min() >= 0
    assert done.ranks.to_numpy().max() <= DRAWS
    assert list(done.ranks)[-1] == "log likelihood"


def half_normal(model):
    scales = ["sigma"]
    if model is not models.complete_pooling:
        scales.append("sigma_alpha")
    return models.with_priors(model, **dict.fromkeys(scales, HALF))


def test_recovery_is_recorded(few):
    """Intervals hold the truth as often as the ranks say, to the draw."""
    done = checks.calibrate(POOLED, few, seed=1, simulations=60)
    inside = (done.low <= done.truth) & (done.truth <= done.high)
    assert np.abs(inside.mean() - done.table()["in_90"]).max() <= 2 / 60
    assert np.corrcoef(done.truth["alpha"], done.mean["alpha"])[0, 1] > 0.9


def test_a_calibration_is_its_seed(few):
    one, same, other = (
        checks.calibrate(POOLED, few, seed=seed, simulations=5)
        for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(one.ranks, same.ranks)
    assert (one.truth["alpha"] != other.truth["alpha"]).all()


def test_a_wrong_prior_is_caught(few):
    """A floor effect held near 0, where the truth may be anywhere."""
    tight = models.with_priors(POOLED, beta=dist.Normal(0, 0.1))
    done = checks.calibrate(
        tight, few, seed=1, simulations=100, simulator=POOLED
    )
    table = done.table()
    assert not table.loc["beta", "passed"]
    assert table.loc["beta", "in_90"] < 0.5


def test_a_variance_for_a_standard_deviation_is_caught(few):
    """Homes drawn with sigma squared for their standard deviation."""

    def confused(design, log_radon=None):
        with _SquaredSpread():
            return POOLED(design, log_radon)

    done = checks.calibrate(
        POOLED, few, seed=1, simulations=100, simulator=confused
    )
    assert done.table().loc["sigma", "p"] < 1e-9


class _SquaredSpread(Messenger):
    def process_message(self, msg):
        if msg["name"] == "log_radon":
            normal = msg["fn"]
            msg["fn"] = dist.Normal(normal.loc, normal.scale**2)


def test_counties_are_those_asked_for(few):
    model = half_normal(models.varying_intercepts)
    done = checks.calibrate(
        model, few, seed=1, simulations=2, counties=["Becker"]
    )
    assert [x for x in done.ranks if "[" in x] == ["alpha[Becker]"]


def test_no_posterior_counts_against_the_method(few, monkeypatch):
    """The fit that fails is there, at rank 0, with its reason."""
    whole, calls = calibration_fits.of_ladder, iter(range(10))

    def fails_once(ladder, data):
        if next(calls) == 3:
            raise ExactError("no answer")
        return whole(ladder, data)

    monkeypatch.setattr(calibration_fits, "of_ladder", fails_once)
    done = checks.calibrate(POOLED, few, seed=1, simulations=6)
    assert done.failures.to_dict() == {3: "no answer"}
    assert len(done.ranks) == 6 and (done.ranks.loc[3] == 0).all()
    assert done.table().attrs["failures"] == 1


def test_a_method_that_always_fails_is_recorded_and_drawn(few, monkeypatch):
    def fails(ladder, data):
        raise ExactError("no answer")

    monkeypatch.setattr(calibration_fits, "of_ladder", fails)
    done = checks.calibrate(POOLED, few, seed=1, simulations=3)
    assert done.failures.to_dict() == dict.fromkeys(range(3), "no answer")
    assert (done.ranks == 0).all(axis=None)
    assert list(done.mean) == ["alpha", "beta", "sigma", "log likelihood"]
    ax = plots.recovered(done, "beta")
    (crosses,) = (c for c in ax.collections if c.get_gid() == "no answer")
    assert crosses.get_offsets()[:, 0].tolist() == list(done.truth["beta"])


def test_the_exact_posterior_ranks_what_it_draws(few):
    """Not what a model computes besides, which changes no other rank."""

    def model(design, log_radon=None):
        alpha = numpyro.sample("alpha", dist.Normal(0, 1))
        beta = numpyro.sample("beta", dist.Normal(0, 1))
        sigma = numpyro.sample("sigma", HALF)
        numpyro.deterministic("first_floor", alpha + beta)
        level = alpha + beta * design.floor
        with numpyro.plate("house", len(design.floor)):
            numpyro.sample(
                "log_radon", dist.Normal(level, sigma), obs=log_radon
            )

    done, plain = (
        checks.calibrate(each, few, seed=1, simulations=3)
        for each in (model, POOLED)
    )
    pd.testing.assert_frame_equal(done.ranks, plain.ranks)


def test_nuts_is_calibrated_and_an_unconverged_fit_is_counted(few):
    """Twenty surveys at once; with five draws a chain none has converged."""
    done = checks.calibrate(
        POOLED, few, seed=3, simulations=20, method="nuts", num_samples=300
    )
    assert done.method == "nuts" and done.table()["passed"].all()
    short = checks.calibrate(
        POOLED,
        few,
        seed=3,
        simulations=3,
        method="nuts",
        num_warmup=50,
        num_samples=50,
    )
    assert len(short.failures) == len(short.ranks) == 3
    assert short.failures.str.contains("ESS").all()


def test_nuts_on_the_scales_alone_is_calibrated(few):
    """Coefficients are drawn given the scales, and ranked like the rest."""
    model = half_normal(models.varying_intercepts)
    done = checks.calibrate(
        models.marginalised(model),
        few,
        seed=4,
        simulations=20,
        method="nuts",
        num_warmup=300,
        simulator=model,
    )
    assert done.table()["passed"].all()
    assert sum(name.startswith("alpha[") for name in done.ranks) == 3
    assert done.ranks.shape == (20, 8)


def test_simuk_ranks_as_the_exact_posterior_does(few):
    """Share of draws below the truth, within four errors of 200 draws.

    A chain of 1000 has at least 200 effective draws of each parameter, and
    the exact share is itself of 199 draws.
    """
    simuk = pytest.importorskip("simuk")
    design = jax.tree.map(jnp.asarray, few.design)

    def model(log_radon=None):
        return POOLED(design, log_radon)

    sbc = simuk.SBC(
        NUTS(model),
        num_simulations=4,
        seed=1,
        data_dir={"log_radon": few.log_radon},
        keep_fits=True,
        progress_bar=False,
    )
    prior, simulated = sbc._get_prior_predictive_samples_numpyro()
    sbc.run_simulations()
    for i in range(4):
        y = np.asarray(simulated["log_radon"][i], float)
        exact = radon.exact.posterior(POOLED, with_readings(few, y))
        draws = exact.parameters(DRAWS, seed=1)
        for name in ("alpha", "beta", "sigma"):
            ours = (draws[name] < float(prior[name][i])).mean()
            theirs = sbc.simulations["prior_sbc"][name].values[0, i] / 1000
            error = np.sqrt(max(ours * (1 - ours), 0.005) * (2 / 199))
            assert abs(ours - theirs) < 4 * error


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"method": "mcmc"}, "wanted 'exact' or 'nuts'"),
        ({"simulations": 0}, "wanted 1 or more"),
        ({"counties": ["Nowhere"]}, "No county named 'Nowhere'"),
        (
            {"counties": ["Becker", "Anoka", "Becker"]},
            "counties has 'Becker' more than once",
        ),
        (
            {"method": "nuts", "num_chains": 2, "num_samples": 99},
            r"num_chains \* num_samples is 198; wanted 199 or more",
        ),
    ],
)
def test_bad_requests_are_refused(few, wrong, message):
    model = half_normal(models.varying_intercepts)
    with pytest.raises(ValueError, match=message):
        checks.calibrate(model, few, seed=1, **wrong)


def test_a_simulator_must_have_a_site_in_common(few):
    def other(design, log_radon=None):
        level = numpyro.sample("level", dist.Normal(0, 1))
        with numpyro.plate("house", len(design.floor)):
            numpyro.sample("log_radon", dist.Normal(level, 1), obs=log_radon)

    with pytest.raises(ValueError, match="no site in common"):
        checks.calibrate(POOLED, few, seed=1, simulations=2, simulator=other)


def test_the_figure_draws_the_gap_and_names_what_strays():
    ranks = uniform(100, 2).assign(sigma=0)
    ax = plots.rank_ecdf(ranks)
    lines = {line.get_gid(): line for line in ax.lines if line.get_gid()}
    at, gap = lines["x0"].get_data()
    expected = (ranks["x0"].to_numpy() < 100).mean() - 0.5
    assert gap[list(at.round(2)).index(0.5)] == pytest.approx(expected)
    assert lines["sigma"].get_linestyle() == "--"
    assert [text.get_text() for text in ax.texts] == [r"$\sigma$"]
    (band,) = (c for c in ax.collections if c.get_gid() == "band")
    low, high = uniformity.band(100)
    assert band.get_paths()[0].vertices[:, 1].max() == pytest.approx(
        (high - uniformity.places()).max()
    )


def test_the_grid_has_a_named_panel_a_model():
    panels = plots.rank_grid({"one_model": uniform(50), "other": uniform(60)})
    assert [ax.texts[0].get_text() for ax in panels] == ["one model", "other"]


def test_recovered_truths_are_drawn_and_misses_told_apart():
    """One interval holds, one misses, and one survey got no answer."""
    truth = pd.DataFrame({"beta": [0.0, 1.0, 2.0]})
    off = pd.DataFrame({"beta": [0.0, 5.0, np.inf]})
    done = checks.Calibration(
        "a model",
        "exact",
        ranks=truth.astype(int),
        truth=truth,
        mean=truth + off,
        low=truth + off - 1,
        high=truth + off + 1,
        failures=pd.Series({2: "no answer"}),
    )
    ax = plots.recovered(done, "beta")
    dots = {c.get_gid(): c for c in ax.collections}
    assert dots["held means"].get_offsets().tolist() == [[0, 0]]
    assert dots["missed means"].get_offsets().tolist() == [[1, 6]]
    assert dots["no answer"].get_offsets()[:, 0].tolist() == [2]
    (line,) = dots["missed"].get_segments()
    assert line[:, 1].tolist() == [5, 7]
    with pytest.raises(ValueError, match="no 'gamma'; it has beta"):
        plots.recovered(done, "gamma")
