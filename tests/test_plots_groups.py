"""Counties by uranium, modes and lineups are drawn as the fits have them."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.colors import same_color

import radon
from radon import plots

DRAWS = 400


@pytest.fixture(scope="module")
def data():
    return radon.load_radon()


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def tree_of(data, model, **scalars):
    """Make a tree of one chain: scalars, and county effects around 1."""
    rng = np.random.default_rng(8)
    effects = rng.normal(1, 0.5, (1, DRAWS, data.design.n_counties))
    sites = {
        name: (
            ("chain", "draw"),
            rng.normal(mean, 0.1, (1, DRAWS)),
        )
        for name, mean in scalars.items()
    }
    if "alpha" not in sites:
        sites["alpha"] = (("chain", "draw", "county"), effects)
        sites["beta"] = (("chain", "draw", "county"), effects - 2)
    posterior = xr.Dataset(sites, {"county": data.counties.index.to_numpy()})
    tree = xr.DataTree.from_dict({"posterior": posterior})
    tree.attrs["model"] = model
    return tree


def line(ax, kind):
    found = [x for x in ax.lines if x.get_gid() == f"line of {kind}"]
    assert len(found) == 1, f"{len(found)} lines of {kind}"
    return found[0]


def dots(ax, kind="partial pooling"):
    (found,) = [x for x in ax.collections if x.get_gid() == kind]
    return np.asarray(found.get_offsets())


def means(tree):
    """Return the posterior mean of each scalar."""
    sites = tree.posterior.to_dataset()
    return {name: float(value.mean()) for name, value in sites.items()}


@pytest.mark.parametrize("name", ["alpha", "beta"])
def test_a_dot_is_a_mean_at_the_countys_uranium(data, name):
    tree = tree_of(data, "uranium_slopes", mu_alpha=1, mu_beta=-1)
    ax = plots.estimates_by_uranium(data, tree, name=name)
    mean = tree.posterior[name].mean(("chain", "draw"))
    wanted = np.column_stack([data.counties["log_uranium"], mean])
    np.testing.assert_allclose(dots(ax), wanted)


def test_intervals_hold_half_and_nine_tenths_of_the_draws(data):
    tree = tree_of(data, "uranium", mu_alpha=1, gamma=0.5)
    ax = plots.estimates_by_uranium(data, tree)
    bars = [x for x in ax.collections if hasattr(x, "get_segments")]
    drawn = tree.posterior["alpha"].sel(chain=0, county="Cass").to_numpy()
    at = list(data.counties.index).index("Cass")
    for bar, (low, high) in zip(
        bars, [(0.05, 0.95), (0.25, 0.75)], strict=True
    ):
        ends = bar.get_segments()[at][:, 1]
        np.testing.assert_allclose(ends, np.quantile(drawn, [low, high]))


@pytest.mark.parametrize(
    "name, sites",
    [
        ("alpha", ("mu_alpha", "gamma")),
        ("beta", ("mu_beta", "gamma_beta")),
    ],
)
def test_the_line_is_the_populations_mean_at_each_uranium(data, name, sites):
    values = {"mu_alpha": 1, "gamma": 0.7, "mu_beta": -0.6, "gamma_beta": -0.4}
    tree = tree_of(data, "uranium_slopes", **values)
    ax = plots.estimates_by_uranium(data, tree, name=name)
    at, height = line(ax, "partial pooling").get_data()
    centre, slope = (float(tree.posterior[site].mean()) for site in sites)
    np.testing.assert_allclose(height, centre + slope * at)
    measured = data.counties["log_uranium"]
    assert at[0] < measured.min() and at[-1] > measured.max()


def test_the_band_holds_the_line_with_nine_tenths(data):
    tree = tree_of(data, "uranium", mu_alpha=1, gamma=0.7)
    ax = plots.estimates_by_uranium(data, tree)
    at = line(ax, "partial pooling").get_xdata()
    (band,) = [
        x
        for x in ax.collections
        if type(x).__name__ == "FillBetweenPolyCollection"
    ]
    corners = band.get_paths()[0].vertices
    ends = corners[np.isclose(corners[:, 0], at[0]), 1]
    draws = tree.posterior.to_dataset().sel(chain=0)
    levels = draws["mu_alpha"] + draws["gamma"] * at[0]
    wanted = np.quantile(levels.to_numpy(), [0.05, 0.95])
    np.testing.assert_allclose([ends.min(), ends.max()], wanted)


def test_without_uranium_the_line_is_level(data):
    tree = tree_of(data, "varying_intercepts", mu_alpha=1)
    ax = plots.estimates_by_uranium(data, tree)
    height = line(ax, "partial pooling").get_ydata()
    assert np.ptp(height) == 0
    assert height[0] == pytest.approx(float(tree.posterior["mu_alpha"].mean()))


def test_with_floors_the_line_stands_at_the_mean_share(data):
    tree = tree_of(data, "contextual", mu_alpha=1, gamma=0.7, delta=5)
    ax = plots.estimates_by_uranium(data, tree)
    at, height = line(ax, "partial pooling").get_data()
    mean = means(tree)
    share = np.mean(data.design.mean_floor)
    wanted = mean["mu_alpha"] + mean["gamma"] * at + mean["delta"] * share
    np.testing.assert_allclose(height, wanted)


def test_complete_pooling_is_a_dashed_line_with_its_own_slope(data):
    fit = tree_of(data, "uranium", mu_alpha=1, gamma=0.7)
    pooled = tree_of(data, "pooled_uranium", alpha=1.3, gamma=0.4)
    ax = plots.estimates_by_uranium(data, fit, complete=pooled)
    drawn = line(ax, "complete pooling")
    at, height = drawn.get_data()
    mean = means(pooled)
    np.testing.assert_allclose(height, mean["alpha"] + mean["gamma"] * at)
    assert same_color(drawn.get_color(), plots.PALETTE["complete pooling"])
    assert drawn.is_dashed()


def test_the_upper_axis_says_in_ppm_what_the_lower_says_in_logarithms(data):
    tree = tree_of(data, "uranium", mu_alpha=1, gamma=0.7)
    ax = plots.estimates_by_uranium(data, tree)
    (top,) = ax.child_axes
    labels = [float(text.get_text()) for text in top.get_xticklabels()]
    np.testing.assert_allclose(top.get_xticks(), np.log(labels))
    assert "log ppm" in ax.get_xlabel() and top.get_xlabel() == "ppm"


def test_only_the_counties_asked_for_are_named(data):
    tree = tree_of(data, "uranium", mu_alpha=1, gamma=0.7)
    ax = plots.estimates_by_uranium(data, tree, label=["Rock", "Anoka"])
    assert [text.get_text() for text in ax.texts] == ["Rock", "Anoka"]
    at = [text.xy[0] for text in ax.texts]
    assert at == data.counties.loc[["Rock", "Anoka"], "log_uranium"].tolist()


def test_what_cannot_be_drawn_is_refused(data):
    tree = tree_of(data, "uranium", mu_alpha=1, gamma=0.7)
    with pytest.raises(ValueError, match="Did you mean 'Rock'"):
        plots.estimates_by_uranium(data, tree, label=["Rocks"])
    with pytest.raises(ValueError, match="no 'sigma'"):
        plots.estimates_by_uranium(data, tree, name="sigma")
    other = tree_of(data, "pooled_uranium", alpha=1.3)
    with pytest.raises(ValueError, match="complete= has no 'beta'"):
        plots.estimates_by_uranium(data, tree, name="beta", complete=other)
    arizona = radon.load_radon("AZ")
    with pytest.raises(radon.RadonDataError, match="uranium"):
        plots.estimates_by_uranium(arizona, tree)


def test_it_draws_on_the_axes_it_is_given(data):
    tree = tree_of(data, "uranium", mu_alpha=1, gamma=0.7)
    _, axes = plt.subplots(1, 2)
    assert plots.estimates_by_uranium(data, tree, ax=axes[1]) is axes[1]
    assert not axes[0].lines


@pytest.fixture
def rows(data):
    return {
        label: tree_of(data, "uranium", sigma_alpha=mean, rho=-mean)
        for label, mean in (("first", 0.4), ("second", 0.7))
    }


def test_a_mode_stands_beside_the_posterior_of_its_row(rows):
    modes = {"first": 0.0, "second": 0.65}
    ax = plots.beside_modes(rows, modes, name="sigma_alpha")
    assert [x.get_text() for x in ax.get_yticklabels()] == list(rows)
    for row, (label, tree) in enumerate(rows.items()):
        drawn = tree.posterior["sigma_alpha"].to_numpy()
        (mean,) = [x for x in ax.lines if x.get_gid() == label]
        (mode,) = [x for x in ax.lines if x.get_gid() == f"mode {label}"]
        np.testing.assert_allclose(mean.get_data(), [[drawn.mean()], [row]])
        np.testing.assert_allclose(mode.get_data(), [[modes[label]], [row]])
        bars = [x for x in ax.collections if x.get_gid() == label]
        ends = [bar.get_segments()[0][:, 0] for bar in bars]
        wanted = [np.quantile(drawn, q) for q in ([0.05, 0.95], [0.25, 0.75])]
        np.testing.assert_allclose(ends, wanted)


def test_a_scale_begins_at_zero_and_a_correlation_does_not(rows):
    modes = dict.fromkeys(rows, 0.5)
    assert (
        plots.beside_modes(rows, modes, name="sigma_alpha").get_xlim()[0] == 0
    )
    assert plots.beside_modes(rows, modes, name="rho").get_xlim()[0] < -0.7


def test_rows_without_a_mode_are_refused(rows):
    with pytest.raises(ValueError, match="modes of second"):
        plots.beside_modes(rows, {"second": 0.1}, name="sigma_alpha")


def test_a_lineup_draws_each_survey_under_its_letter():
    rng = np.random.default_rng(3)
    tables = [
        pd.DataFrame(rng.normal(size=(5, 2)), columns=["alpha", "beta"])
        for _ in range(4)
    ]
    tables[2].loc[0, "beta"] = np.nan
    axes = plots.lineup(tables)
    for letter, ax, table in zip("ABCD", axes.flat, tables, strict=True):
        assert [text.get_text() for text in ax.texts] == [letter]
        offsets = np.asarray(ax.collections[0].get_offsets())
        np.testing.assert_array_equal(offsets, table.dropna())
    assert len({ax.get_xlim() for ax in axes.flat}) == 1


def test_a_lineup_wants_four_whole_tables():
    table = pd.DataFrame({"alpha": [1.0], "beta": [0.0]})
    with pytest.raises(ValueError, match="Got 3 tables; wanted 4"):
        plots.lineup([table] * 3)
    with pytest.raises(ValueError, match="no column beta"):
        plots.lineup([table[["alpha"]]] * 4)
