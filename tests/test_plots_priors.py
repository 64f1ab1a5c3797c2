"""Figures on priors, and of the floors' gaps, draw what they are given."""

import matplotlib.pyplot as plt
import numpy as np
import numpyro.distributions as dist
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from scipy import stats

import radon
from radon import models, plots


@pytest.fixture(scope="module")
def data():
    return radon.load_radon()


@pytest.fixture(scope="module")
def common(data):
    return radon.exact.posterior(models.varying_intercepts, data)


@pytest.fixture(scope="module")
def fits(data):
    tight = models.with_priors(
        models.varying_slopes, sigma_beta=dist.HalfNormal(0.1)
    )
    return {
        "half-Cauchy(1)": radon.exact.posterior(models.varying_slopes, data),
        "half-normal(0.1)": radon.exact.posterior(tight, data),
    }


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def thin(ax, label):
    """Return the ends of the thin line of a row."""
    lines = [one for one in ax.collections if one.get_gid() == label]
    (line,) = [one for one in lines if one.get_linewidth()[0] < 2]
    return line.get_segments()[0]


def band(ax, label):
    """Return left and right end of a row's band, None where it has none."""
    found = [one for one in ax.patches if one.get_gid() == f"prior {label}"]
    return (
        [found[0].get_x(), found[0].get_x() + found[0].get_width()]
        if found
        else None
    )


NAMES = ["sigma_beta", "mu_beta", "beta[Cass]"]


def test_rows_are_priors_and_lines_their_exact_intervals(fits):
    axes = plots.under_priors(fits, names=NAMES)
    for ax, name in zip(axes.flat, NAMES, strict=False):
        for row, (label, fit) in enumerate(fits.items()):
            known = fit.summary().loc[name]
            ends = thin(ax, label)
            assert ends[:, 0] == pytest.approx(known[["q05", "q95"]])
            assert (ends[:, 1] == row).all()
            (dot,) = [line for line in ax.lines if line.get_gid() == label]
            assert dot.get_xdata() == pytest.approx(known["mean"])
    labels = [text.get_text() for text in axes[0, 0].get_yticklabels()]
    assert labels == list(fits)
    low, high = axes[0, 0].get_ylim()
    assert low > high  # the first row on top
    assert not axes[1, 1].axison  # nothing to draw there


def test_the_band_is_the_rows_own_prior(fits):
    ax = plots.under_priors(fits, names="sigma_beta").flat[0]
    left, right = band(ax, "half-normal(0.1)")
    wanted = stats.halfnorm(scale=0.1).ppf([0.05, 0.95])
    assert [left, right] == pytest.approx(wanted, rel=0.1)
    assert band(ax, "half-Cauchy(1)")[1] == ax.get_xlim()[1]  # it goes on


def test_a_county_has_no_prior_of_its_own(fits):
    ax = plots.under_priors(fits, names="beta[Cass]").flat[0]
    assert band(ax, "half-Cauchy(1)") is None
    assert "Cass" in ax.get_xlabel()


def test_what_is_no_exact_posterior_is_refused(fits):
    draws = fits["half-Cauchy(1)"].draws(5, seed=1)
    with pytest.raises(TypeError, match="'mine' is a DataTree"):
        plots.under_priors({"mine": draws})
    with pytest.raises(ValueError, match="wanted at least one"):
        plots.under_priors({})
    with pytest.raises(ValueError, match="no 'rho'"):
        plots.under_priors(fits, names=["rho"])


def test_a_line_a_family_over_the_scale_of_the_prior():
    scales = [0.1, 1.0, 10.0]
    learnt = {
        family: pd.DataFrame(
            {"small": column, "Bayes factor": [1.3, 0.7, 0.1]}, scales
        )
        for family, column in {
            "half-normal": [0.9, 0.4, 0.1],
            "half-Cauchy": [0.7, 0.3, 0.1],
        }.items()
    }
    above, below = plots.by_prior_scale(learnt).flat
    for ax, what in ((above, "small"), (below, "Bayes factor")):
        styles = set()
        for family, table in learnt.items():
            (line,) = [
                each
                for each in ax.lines
                if each.get_gid() == f"{family} {what}"
            ]
            assert np.array_equal(line.get_xdata(), scales)
            assert np.array_equal(line.get_ydata(), table[what])
            styles.add(line.get_linestyle())
        assert len(styles) == 2
    assert above.get_ylabel() == "probability of small"
    (strip,) = below.patches
    assert strip.get_y() == pytest.approx(1 / 3)
    assert strip.get_y() + strip.get_height() == pytest.approx(3)


def test_more_families_than_kinds_of_lines_are_refused():
    table = pd.DataFrame({"small": [0.5], "Bayes factor": [1.0]}, [1.0])
    for count in (0, 4):
        families = {str(i): table for i in range(count)}
        with pytest.raises(ValueError, match=f"Got {count} families"):
            plots.by_prior_scale(families)


def test_a_gap_is_first_floors_less_basements(data, common):
    ax = plots.floor_gaps(data, common)
    drawn = np.asarray(ax.collections[-1].get_offsets())
    homes = data.houses.pivot_table(
        index="county",
        columns="floor",
        values="log_radon",
        aggfunc=["mean", "count"],
    ).dropna()
    gap = homes["mean"][1] - homes["mean"][0]
    n, m = homes["count"][0], homes["count"][1]
    wanted = np.column_stack([n * m / (n + m), gap])
    order = np.lexsort(wanted.T)
    assert np.sort(drawn[:, 1]) == pytest.approx(np.sort(gap.to_numpy()))
    assert drawn[np.lexsort(drawn.T)] == pytest.approx(wanted[order])


def test_the_grey_band_holds_nine_gaps_in_ten_of_one_slope(data, common):
    ax = plots.floor_gaps(data, common)
    (grey,) = [
        each
        for each in ax.collections
        if isinstance(each, PolyCollection) and each.get_gid() == "one slope"
    ]
    corners = grey.get_paths()[0].vertices
    at = corners[:, 0].min()
    edge = corners[np.isclose(corners[:, 0], at), 1]
    mean = common.moments()["mean"]
    gap = stats.norm(mean["beta"], mean["sigma"] / np.sqrt(at))
    assert gap.cdf(edge.max()) - gap.cdf(edge.min()) == pytest.approx(
        0.9, abs=1e-3
    )


def test_gaps_scatter_more_where_slopes_vary(data, common, fits):
    ax = plots.floor_gaps(data, common, fits["half-Cauchy(1)"])
    low, high = (each for each in ax.lines if each.get_gid() == "slopes vary")
    at = low.get_xdata()
    mean = fits["half-Cauchy(1)"].moments()["mean"]
    sd = np.hypot(mean["sigma_beta"], mean["sigma"] / np.sqrt(at))
    inside = stats.norm.cdf(high.get_ydata(), mean["mu_beta"], sd)
    inside -= stats.norm.cdf(low.get_ydata(), mean["mu_beta"], sd)
    assert inside == pytest.approx(0.9, abs=1e-3)


def test_without_a_first_floor_there_is_no_gap(common):
    homes = {"county": ["Cass", "Clay"], "floor": [0, 0], "radon": [3.0, 4.0]}
    below = radon.Radon.from_frame(pd.DataFrame(homes))
    with pytest.raises(ValueError, match="no gap to draw"):
        plots.floor_gaps(below, common)
