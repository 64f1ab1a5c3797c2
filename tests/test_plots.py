"""Figures draw what the data and the fits say."""

import io
import itertools
import re
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import numpyro
import numpyro.distributions as dist
import pandas as pd
import pytest
import xarray as xr
from matplotlib.collections import LineCollection
from matplotlib.colors import same_color, to_rgba
from matplotlib.patches import Circle, FancyBboxPatch
from matplotlib.path import Path as Line

import radon
from radon import models, plots
from radon.plots import _bands
from radon.statistics import least_squares

EXACT = {
    "complete": models.complete_pooling,
    "separate": models.separate_regressions,
    "intercepts": models.varying_intercepts,
    "slopes": models.varying_slopes,
}


@pytest.fixture(scope="module")
def data():
    return radon.load_radon()


@pytest.fixture(scope="module")
def exact(data):
    return {
        name: radon.exact.posterior(model, data)
        for name, model in EXACT.items()
    }


@pytest.fixture(scope="module")
def means(exact):
    return {name: fit.moments()["mean"] for name, fit in exact.items()}


@pytest.fixture(scope="module")
def trees(exact):
    return {name: fit.draws(200, seed=1) for name, fit in exact.items()}


@pytest.fixture(scope="module")
def replicated(trees):
    return trees["complete"]


@pytest.fixture(scope="module")
def prior(data):
    rng = np.random.default_rng(4)
    level = rng.normal(size=(1, 300, 1))
    drawn = level + rng.normal(size=(1, 300, len(data.houses)))
    values = xr.Dataset({"log_radon": (("chain", "draw", "house"), drawn)})
    return xr.DataTree.from_dict({"prior_predictive": values})


@pytest.fixture(scope="module")
def sampled():
    """Four chains of two sites, the last 5 draws of each chain divergent."""
    rng = np.random.default_rng(5)
    scale = np.exp(rng.normal(size=(4, 250)))
    effect = rng.normal(size=(4, 250, 2)) * scale[..., None]
    posterior = xr.Dataset(
        {
            "sigma_beta": (("chain", "draw"), scale),
            "beta": (("chain", "draw", "county"), effect),
        },
        {"county": ["Aitkin", "Anoka"]},
    )
    diverging = np.zeros((4, 250), dtype=bool)
    diverging[:, -5:] = True
    stats = xr.Dataset({"diverging": (("chain", "draw"), diverging)})
    tree = xr.DataTree.from_dict(
        {"posterior": posterior, "sample_stats": stats}
    )
    tree.attrs["model"] = "varying_slopes"
    return tree


def by_gid(artists, gid):
    found = [artist for artist in artists if artist.get_gid() == gid]
    assert found, f"nothing is drawn for {gid!r}"
    return found[0]


def points(ax, gid):
    return np.asarray(by_gid(ax.collections, gid).get_offsets())


def line_at_floors(line):
    """Return what a straight line says in the basement and upstairs."""
    (x0, x1), (y0, y1) = line.get_data()
    slope = (y1 - y0) / (x1 - x0)
    return np.array([y0 - slope * x0, y0 + slope * (1 - x0)])


# --- the look ---------------------------------------------------------------


def test_the_style_sheet_is_white_seven_inches_wide_and_large():
    with plt.style.context("radon.radon"):
        assert tuple(mpl.rcParams["figure.figsize"]) == (7, 4)
        assert same_color(mpl.rcParams["figure.facecolor"], "white")
        assert same_color(mpl.rcParams["axes.facecolor"], "white")
        assert mpl.rcParams["xtick.labelsize"] >= 9
        assert not mpl.rcParams["axes.spines.top"]


def test_each_kind_of_pooling_has_its_colour_and_its_line(data, exact):
    fits = [exact[name] for name in ("complete", "separate", "slopes")]
    (ax,) = plots.county_grid(data, *fits, counties="St. Louis").flat
    drawn = {
        line.get_gid(): (line.get_color(), line.get_linestyle())
        for line in ax.lines
    }
    assert drawn == {
        "complete pooling": (plots.PALETTE["complete pooling"], "--"),
        "no pooling": (plots.PALETTE["no pooling"], "-"),
        "partial pooling": (plots.PALETTE["partial pooling"], "-"),
    }
    widths = {line.get_gid(): line.get_linewidth() for line in ax.lines}
    assert widths["no pooling"] < widths["partial pooling"]


# --- all functions ----------------------------------------------------------

SINGLE = {
    "county_map": lambda f, **k: plots.county_map(f.data, **k),
    "shrinkage": lambda f, **k: plots.shrinkage(
        f.trees["separate"], f.trees["slopes"], **k
    ),
    "weights": lambda f, **k: plots.weights(
        f.data, f.trees["intercepts"], **k
    ),
    "estimates_by_size": lambda f, **k: plots.estimates_by_size(
        f.data, f.trees["slopes"], complete=f.trees["complete"], **k
    ),
    "homes_per_county": lambda f, **k: plots.homes_per_county(f.data, **k),
    "prior_predictive": lambda f, **k: plots.prior_predictive(
        f.prior, f.data, measured=True, **k
    ),
    "predictive_ecdf": lambda f, **k: plots.predictive_ecdf(
        f.replicated, f.data, **k
    ),
    "predictive_check": lambda f, **k: plots.predictive_check(
        f.replicated, np.max, label="highest [log pCi/L]", **k
    ),
    "loo_pit": lambda f, **k: plots.loo_pit(np.linspace(0, 1, 50), **k),
    "funnel": lambda f, **k: plots.funnel(
        f.sampled, "Aitkin", exact=f.exact["slopes"], **k
    ),
    "rank_plot": lambda f, **k: plots.rank_plot(f.sampled, "sigma_beta", **k),
    "trace_plot": lambda f, **k: plots.trace_plot(
        f.sampled, "sigma_beta", **k
    ),
    "plate_diagram": lambda f, **k: plots.plate_diagram(
        models.varying_slopes, f.data.design, **k
    ),
    "intervals": lambda f, **k: plots.intervals(
        f.exact["complete"], {"draws": f.replicated}, names=["sigma"], **k
    ),
}
GRIDS = {
    "county_grid": lambda f, **k: plots.county_grid(
        f.data, f.trees["slopes"], **k
    ),
    "three_counties": lambda f, **k: plots.three_counties(
        f.data, f.trees["separate"], f.trees["slopes"], **k
    ),
}


class Everything:
    def __init__(self, **fixtures):
        self.__dict__ |= fixtures


@pytest.fixture(scope="module")
def everything(data, exact, trees, prior, replicated, sampled):
    return Everything(
        data=data,
        exact=exact,
        trees=trees,
        prior=prior,
        replicated=replicated,
        sampled=sampled,
    )


def test_every_figure_is_in_a_list_above_or_called_in_another_file():
    functions = {
        name for name in plots.__all__ if callable(getattr(plots, name))
    }
    here = SINGLE.keys() | GRIDS.keys()
    others = [
        path.read_text()
        for path in Path(__file__).parent.glob("test_*.py")
        if path != Path(__file__)
    ]
    called = set(re.findall(r"\b(\w+)\(", "\n".join(others)))
    assert here <= functions
    assert functions - here <= called


@pytest.mark.parametrize("name", SINGLE)
def test_a_figure_draws_on_the_axes_it_was_given(name, everything):
    ax = plt.figure().add_subplot()
    before = len(plt.get_fignums())
    assert SINGLE[name](everything, ax=ax) is ax
    assert len(plt.get_fignums()) == before
    assert ax.has_data() or ax.patches


@pytest.mark.parametrize("name", GRIDS)
def test_a_grid_draws_on_the_figure_it_was_given(name, everything):
    fig = plt.figure()
    axes = GRIDS[name](everything, fig=fig)
    assert isinstance(axes, np.ndarray)
    assert axes.ndim == 2
    assert {ax.figure for ax in axes.flat} == {fig}


@pytest.mark.parametrize("name", [*SINGLE, *GRIDS])
def test_a_figure_leaves_settings_and_random_numbers_alone(name, everything):
    settings = dict(mpl.rcParams)
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    (SINGLE | GRIDS)[name](everything)
    assert dict(mpl.rcParams) == settings
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


@pytest.mark.parametrize("name", SINGLE)
def test_no_figure_has_a_title_and_every_axis_has_a_label(name, everything):
    ax = SINGLE[name](everything)
    assert not ax.get_title()
    assert ax.figure.get_suptitle() == ""
    if ax.axison:
        assert ax.get_xlabel()
        assert (
            ax.get_ylabel()
            or not ax.get_yticks().size
            or name == ("intervals")
        )


@pytest.mark.parametrize("name", ["estimates_by_size", "county_grid"])
def test_a_figure_drawn_twice_is_the_same_picture(name, everything):
    pictures = []
    for _ in range(2):
        drawn = (SINGLE | GRIDS)[name](everything)
        ax = drawn if name in SINGLE else drawn.flat[0]
        buffer = io.BytesIO()
        ax.figure.savefig(buffer, dpi=40)
        pictures.append(buffer.getvalue())
    assert pictures[0] == pictures[1]


# --- the map ----------------------------------------------------------------


def test_the_map_colours_the_measured_and_hatches_the_rest(data):
    coloured, hatched = plots.county_map(data).collections
    assert len(coloured.get_paths()) == len(data.counties)
    homes = data.counties["n_houses"]
    assert coloured.get_array().tolist() == homes.tolist()
    assert len(hatched.get_paths()) == len(data.unmeasured)
    assert hatched.get_hatch()
    assert coloured.get_hatch() is None


def test_every_county_gets_its_own_outline(data):
    coloured, _ = plots.county_map(data).collections
    for path, (county, row) in zip(
        coloured.get_paths(), data.counties.iterrows(), strict=True
    ):
        west, south, east, north = path.get_extents().extents
        assert west < row["longitude"] < east, county
        assert south < row["latitude"] < north, county


def test_the_map_takes_values_in_any_order_and_leaves_gaps_white(data):
    values = pd.Series({"Cass": 2.0, "Aitkin": 1.0}, name="alpha")
    coloured = plots.county_map(data, values).collections[0]
    shown = pd.Series(coloured.get_array().filled(np.nan), data.counties.index)
    assert shown.dropna().to_dict() == {"Aitkin": 1.0, "Cass": 2.0}
    assert not same_color(coloured.get_edgecolor()[0], "white")


def test_the_map_wants_known_counties_and_a_label(data):
    with pytest.raises(ValueError, match=r"Did you mean 'St. Louis'\?"):
        plots.county_map(data, pd.Series({"Saint Louis": 1.0}), label="x")
    with pytest.raises(ValueError, match="label="):
        plots.county_map(data, pd.Series({"St. Louis": 1.0}))


def test_the_map_refuses_counties_it_has_no_outline_for():
    nation = radon.load_radon(state=None)
    with pytest.raises(ValueError, match="No outline"):
        plots.county_map(nation)


# --- the county grid --------------------------------------------------------


def test_the_eight_counties_run_from_the_fewest_homes_to_the_most(data):
    homes = data.counties["n_houses"]
    eight = homes[list(plots.EIGHT)]
    assert len(eight) == 8
    assert eight.is_monotonic_increasing
    assert eight.iloc[0] == homes.min()
    assert eight.iloc[-1] == homes.max()


def test_dots_are_filled_in_the_basement_and_open_on_the_first_floor(data):
    axes = plots.county_grid(data)
    for ax, county in zip(axes.flat, plots.EIGHT, strict=True):
        homes = data.houses[data.houses["county"] == county]
        for floor, face in ((0, plots.PALETTE["measurements"]), (1, "white")):
            dots = by_gid(ax.collections, f"floor {floor}")
            x, y = np.asarray(dots.get_offsets()).reshape(-1, 2).T
            readings = homes.loc[homes["floor"] == floor, "log_radon"]
            assert np.sort(y) == pytest.approx(np.sort(readings))
            assert (np.abs(x - floor) < 0.2).all()
            assert len(np.unique(x)) == len(x)
            if len(y):
                assert same_color(dots.get_facecolor()[0], face)
        assert ax.get_title().startswith(county)


def test_a_fitted_line_is_the_posterior_mean(data, exact, means):
    axes = plots.county_grid(data, exact["complete"], exact["slopes"])
    for ax, county in zip(axes.flat, plots.EIGHT, strict=True):
        alpha, beta = (
            means["slopes"][f"{name}[{county}]"] for name in ("alpha", "beta")
        )
        drawn = line_at_floors(by_gid(ax.lines, "partial pooling"))
        assert drawn == pytest.approx([alpha, alpha + beta])
        alpha, beta = means["complete"][["alpha", "beta"]]
        drawn = line_at_floors(by_gid(ax.lines, "complete pooling"))
        assert drawn == pytest.approx([alpha, alpha + beta])


def test_a_table_of_estimates_has_lines_and_no_bands(data):
    table = least_squares(data)
    axes = plots.county_grid(data, table, counties=["Stearns", "St. Louis"])
    for ax, county in zip(axes.flat, ["Stearns", "St. Louis"], strict=True):
        alpha, beta = table.loc[county, ["alpha", "beta"]]
        (line,) = ax.lines
        assert line_at_floors(line) == pytest.approx([alpha, alpha + beta])
        assert {c.get_gid() for c in ax.collections} == {"floor 0", "floor 1"}


def test_the_right_hand_scale_is_in_pci_by_the_surveys_recipe(data):
    axes = plots.county_grid(data)
    (right,) = axes[0, -1].child_axes
    ticks = [float(text.get_text()) for text in right.get_yticklabels()]
    assert right.get_yticks() == pytest.approx(data.from_pci(np.array(ticks)))
    assert 4 in ticks


def test_a_misspelt_county_is_named_with_the_nearest_one(data, exact):
    with pytest.raises(ValueError, match=r"Did you mean 'Crow Wing'\?"):
        plots.county_grid(data, counties=["Crow-Wing"])
    with pytest.raises(ValueError, match="No county named 'Paris'"):
        plots.shrinkage(exact["separate"], exact["slopes"], counties=["Paris"])


def test_a_fit_without_the_site_says_which_it_has(data, exact, sampled):
    with pytest.raises(ValueError, match="no 'gamma'; it has .*mu_alpha"):
        plots.estimates_by_size(data, exact["slopes"], name="gamma")
    with pytest.raises(ValueError, match="no 'alpha'; it has sigma_beta"):
        plots.county_grid(data, sampled, counties=["Aitkin"])
    with pytest.raises(ValueError, match="no column 'beta'"):
        plots.shrinkage(
            pd.DataFrame({"alpha": [1.0]}, index=["Cass"]), exact["slopes"]
        )


def test_a_tree_that_does_not_name_its_model_is_refused(data, sampled):
    nameless = sampled.copy()
    nameless.attrs = {}
    with pytest.raises(ValueError, match="which model made it"):
        plots.funnel(nameless, "Aitkin")


def test_what_is_no_fit_is_refused(data):
    with pytest.raises(TypeError, match="or a DataTree"):
        plots.county_grid(data, {"alpha": 1})


# --- the original's three counties ------------------------------------------


def test_the_thick_lines_are_the_countys_own_means(data, exact, means):
    axes = plots.three_counties(data, exact["separate"], exact["slopes"])
    for ax, county in zip(
        axes.flat, ("Cass", "Crow Wing", "Freeborn"), strict=True
    ):
        for name, kind in (
            ("separate", "no pooling"),
            ("slopes", "partial pooling"),
        ):
            alpha = means[name][f"alpha[{county}]"]
            beta = means[name][f"beta[{county}]"]
            drawn = line_at_floors(by_gid(ax.lines, kind))
            assert drawn == pytest.approx([alpha, alpha + beta], abs=1e-9)


def test_the_mistake_shows_every_county_in_one_draw(data, exact):
    tree = exact["slopes"].draws(1000, seed=3)
    axes = plots.three_counties(data, exact["separate"], tree, mistake=True)
    drawn = []
    for ax, county in zip(
        axes.flat, ("Cass", "Crow Wing", "Freeborn"), strict=True
    ):
        z = list(data.counties.index).index(county)
        posterior = tree["posterior"].isel(chain=0, draw=10 * z)
        alpha, beta = (float(posterior[n].mean()) for n in ("alpha", "beta"))
        drawn.append(line_at_floors(by_gid(ax.lines, "partial pooling")))
        assert drawn[-1] == pytest.approx([alpha, alpha + beta])
        thin = [
            line
            for line in ax.lines
            if line.get_color() == plots.PALETTE["partial pooling"]
            and line.get_gid() != "partial pooling"
        ]
        assert len(thin) == len(data.counties)
    own = [
        line_at_floors(by_gid(ax.lines, "partial pooling"))
        for ax in plots.three_counties(data, exact["separate"], tree).flat
    ]
    assert np.ptp(drawn, axis=0)[0] < np.ptp(own, axis=0)[0] / 3


def test_the_mistake_needs_as_many_draws_as_the_original_had(data, exact):
    few = exact["slopes"].draws(100, seed=3)
    with pytest.raises(ValueError, match="give at least 850 draws"):
        plots.three_counties(data, exact["separate"], few, mistake=True)


# --- shrinkage --------------------------------------------------------------


def arrows(ax):
    return [text for text in ax.texts if text.arrowprops]


def test_arrows_run_from_the_separate_to_the_pooled_estimate(data, exact):
    ax = plots.shrinkage(exact["separate"], exact["slopes"])
    labels = data.counties.index
    tails, heads = (
        [
            [moments[f"{site}[{county}]"] for site in ("alpha", "beta")]
            for county in labels
        ]
        for moments in (
            exact["separate"].moments()["mean"],
            exact["slopes"].moments()["mean"],
        )
    )
    assert [arrow.xyann for arrow in arrows(ax)] == pytest.approx(
        np.array(tails)
    )
    assert [arrow.xy for arrow in arrows(ax)] == pytest.approx(np.array(heads))
    assert points(ax, "no pooling") == pytest.approx(np.array(tails))
    assert points(ax, "partial pooling") == pytest.approx(np.array(heads))


def test_pooled_dots_are_filled_and_separate_ones_open(exact):
    ax = plots.shrinkage(exact["separate"], exact["slopes"])
    separate = by_gid(ax.collections, "no pooling").get_facecolor()
    pooled = by_gid(ax.collections, "partial pooling").get_facecolor()
    assert same_color(separate[0], "white")
    assert same_color(pooled[0], plots.PALETTE["partial pooling"])


def test_a_county_without_least_squares_has_a_dot_and_no_arrow(data, exact):
    table = least_squares(data)
    fitted = int(table.notna().all(axis=1).sum())
    assert 0 < fitted < len(table)
    ax = plots.shrinkage(table, exact["slopes"])
    assert len(arrows(ax)) == fitted
    assert len(points(ax, "partial pooling")) == len(table)


def test_weights_of_varying_intercepts_lie_on_their_curve(data, exact):
    ax = plots.weights(data, exact["intercepts"])
    (curve,) = ax.lines
    homes, kept = np.asarray(ax.collections[-1].get_offsets()).T
    expected = np.interp(
        np.log(homes), np.log(curve.get_xdata()), curve.get_ydata()
    )
    # The mean of a ratio given the scales, against a ratio of means.
    assert kept == pytest.approx(expected, abs=0.02)
    slopes = plots.weights(data, exact["slopes"])
    _, with_slopes = np.asarray(slopes.collections[-1].get_offsets()).T
    assert with_slopes.std() > 0
    assert (
        np.abs(
            with_slopes
            - np.interp(
                np.log(slopes.collections[-1].get_offsets()[:, 0]),
                np.log(slopes.lines[0].get_xdata()),
                slopes.lines[0].get_ydata(),
            )
        ).max()
        > 0.1
    )


# --- by size ----------------------------------------------------------------


def test_estimates_stand_at_their_means_inside_their_intervals(data, exact):
    ax = plots.estimates_by_size(data, exact["slopes"])
    table = exact["slopes"].summary()
    rows = [f"alpha[{county}]" for county in data.counties.index]
    x, y = points(ax, "partial pooling").T
    assert y == pytest.approx(table.loc[rows, "mean"])
    thin, thick = (
        np.array([path.vertices[:, 1] for path in lines.get_paths()])
        for lines in ax.collections
        if isinstance(lines, LineCollection)
    )
    assert thin == pytest.approx(table.loc[rows, ["q05", "q95"]].to_numpy())
    assert (thin[:, 0] < thick[:, 0]).all()
    assert (thick[:, 1] < thin[:, 1]).all()
    homes = data.counties["n_houses"].to_numpy()
    for few, more in itertools.pairwise(np.unique(homes)):
        if more <= 5:
            assert x[homes == few].max() < x[homes == more].min()


def test_the_state_mean_and_complete_pooling_are_lines(data, exact, means):
    ax = plots.estimates_by_size(
        data, exact["slopes"], complete=exact["complete"]
    )
    heights = {line.get_gid(): line.get_ydata()[0] for line in ax.lines}
    assert heights == {
        "state mean": pytest.approx(means["slopes"]["mu_alpha"]),
        "complete pooling": pytest.approx(means["complete"]["alpha"]),
    }


def test_every_county_is_a_dot_at_its_number_of_homes(data):
    ax = plots.homes_per_county(data)
    x, y = np.asarray(ax.collections[0].get_offsets()).T
    homes = data.counties["n_houses"]
    assert np.sort(x) == pytest.approx(np.sort(homes))
    for size, count in homes.value_counts().items():
        assert np.sort(y[x == size]).tolist() == list(range(1, count + 1))


# --- predictions ------------------------------------------------------------


def test_the_prior_band_holds_nine_surveys_in_ten(data, prior):
    ax = plots.prior_predictive(prior, data)
    wide = ax.collections[0].get_paths()[0].vertices
    in_pci = data.to_pci(prior["prior_predictive"]["log_radon"].to_numpy()[0])
    for level in (0.4, 4):
        near = wide[np.isclose(wide[:, 0], level, rtol=0.06)]
        shares = (in_pci <= level).mean(axis=1)
        low, high = np.quantile(shares, [0.05, 0.95])
        # The band is drawn at levels 12 % apart.
        assert near[:, 1].min() == pytest.approx(low, abs=0.04)
        assert near[:, 1].max() == pytest.approx(high, abs=0.04)


def test_outdoor_air_and_the_action_level_are_marked(data, prior):
    ax = plots.prior_predictive(prior, data)
    assert {float(line.get_xdata()[0]) for line in ax.lines} == {0.4, 4.0}
    words = " ".join(text.get_text() for text in ax.texts)
    assert "outdoor air" in words
    assert "action level" in words


def test_the_prior_is_a_light_band_and_never_a_line(data, prior):
    ax = plots.prior_predictive(prior, data)
    sky = to_rgba(plots.PALETTE["prior"])
    for band in ax.collections:
        assert sum(band.get_facecolor()[0][:3]) > sum(sky[:3])
    assert not any(same_color(line.get_color(), sky) for line in ax.lines)


def test_fifty_dots_stand_for_the_replications(data, replicated):
    ax = plots.predictive_check(replicated, np.std, label="spread")
    x, y = points(ax, "quantiles").T
    surveys = replicated["posterior_predictive"]["log_radon"].to_numpy()[0]
    values = np.array([survey.std() for survey in surveys])
    assert len(x) == 50
    width = np.diff(np.unique(x)).min()
    assert np.median(x) == pytest.approx(np.median(values), abs=width)
    assert x.min() - width < values.max()
    for column in np.unique(x):
        stack = np.sort(y[x == column])
        assert np.diff(stack) == pytest.approx(1)
    survey = by_gid(ax.lines, "survey").get_xdata()[0]
    assert survey == pytest.approx(data.log_radon.std())


def test_the_share_of_replications_that_reach_the_survey_is_written(
    data, replicated
):
    ax = plots.predictive_check(replicated, np.mean, label="mean")
    surveys = replicated["posterior_predictive"]["log_radon"].to_numpy()[0]
    share = np.mean(surveys.mean(axis=1) >= data.log_radon.mean())
    assert f"{100 * share:.0f} %" in ax.texts[0].get_text()


def test_a_count_has_its_dots_on_whole_numbers(data, replicated):
    ax = plots.predictive_check(
        replicated, lambda y: (y > data.from_pci(20)).sum(), label="homes"
    )
    x = points(ax, "quantiles")[:, 0]
    assert len(np.unique(x)) > 3
    assert x == pytest.approx(np.round(x))


def test_few_replications_are_not_written_as_none(replicated):
    highest = iter([5.0, 6.0, *[1.0] * 199])
    ax = plots.predictive_check(
        replicated, lambda readings: next(highest), label="x"
    )
    assert "less than 1 %" in ax.texts[0].get_text()


def test_a_statistic_must_be_one_finite_number(replicated):
    with pytest.raises(ValueError, match="one finite number"):
        plots.predictive_check(replicated, np.sort, label="x")
    with pytest.raises(ValueError, match="one finite number"):
        plots.predictive_check(replicated, lambda y: np.nan, label="x")


def test_a_tree_without_predictions_is_refused(data, sampled):
    with pytest.raises(ValueError, match="no group 'posterior_predictive'"):
        plots.predictive_check(sampled, np.max, label="x")
    with pytest.raises(ValueError, match="no group 'prior_predictive'"):
        plots.prior_predictive(sampled, data)


def outside(ax, line):
    """Return at how many places a line leaves the band around zero."""
    band = ax.collections[0].get_paths()[0].vertices
    x, y = line.get_data()
    half = [np.abs(band[np.isclose(band[:, 0], at), 1]).max() for at in x]
    return int(np.sum(np.abs(y) > np.array(half) + 1e-12))


def test_calibrated_places_stay_in_the_band_and_others_leave_it():
    even = (np.arange(200) + 0.5) / 200
    ax = plots.loo_pit(even)
    assert outside(ax, ax.lines[-1]) == 0
    ax = plots.loo_pit(even**2)
    assert outside(ax, ax.lines[-1]) > 0


def test_the_band_holds_nine_uniform_samples_in_ten():
    at, n, trials = _bands.grid(), 300, 1000
    band = _bands.uniform_band(n, at)
    rng = np.random.default_rng(8)
    inside = [
        (np.abs(_bands.difference(rng.uniform(size=n), at)) <= band).all()
        for _ in range(trials)
    ]
    # Standard error 0.01 here and 0.01 in the band's own simulation.
    assert np.mean(inside) == pytest.approx(0.9, abs=0.05)


def test_places_that_are_no_probabilities_are_refused():
    with pytest.raises(ValueError, match=r"1 of 3 places .* first is 1.5"):
        plots.loo_pit([0.1, 1.5, 0.2])
    with pytest.raises(ValueError, match="1 of 2 places"):
        plots.loo_pit([0.1, np.nan])
    plots.loo_pit([0.1, np.nextafter(1, 2)])


def test_loo_pit_reads_a_fit(exact):
    fit = exact["complete"].draws(400, seed=2)
    ax = plots.loo_pit(fit)
    assert same_color(
        ax.lines[-1].get_color(), plots.PALETTE["complete pooling"]
    )
    assert np.abs(ax.lines[-1].get_ydata()).max() < 0.2


# --- chains -----------------------------------------------------------------


def test_divergences_are_crosses_where_the_draws_diverged(sampled):
    ax = plots.funnel(sampled, "Anoka")
    posterior = sampled["posterior"]
    effect = posterior["beta"].sel(county="Anoka").to_numpy()
    height = np.log(posterior["sigma_beta"].to_numpy())
    expected = np.column_stack(
        [effect[:, -5:].ravel(), height[:, -5:].ravel()]
    )
    assert points(ax, "divergences") == pytest.approx(expected)
    assert len(points(ax, "draws")) == height.size - len(expected)
    crosses = by_gid(ax.collections, "divergences").get_paths()[0]
    dots = by_gid(ax.collections, "draws").get_paths()[0]
    assert len(crosses.vertices) != len(dots.vertices)


def test_a_trace_shows_the_chains_one_after_the_other(sampled):
    ax = plots.trace_plot(sampled, "beta[Anoka]")
    drawn = sampled["posterior"]["beta"].sel(county="Anoka").to_numpy()
    for chain, draws in enumerate(drawn):
        line = by_gid(ax.lines, f"chain {chain + 1}")
        assert line.get_ydata() == pytest.approx(draws)
        assert line.get_xdata()[0] == chain * drawn.shape[1]
    ticks = by_gid(ax.lines, "divergences").get_xdata()
    assert (ticks % 250).tolist() == [245, 246, 247, 248, 249] * 4


def test_a_county_fitted_alone_shows_its_own_divergences(sampled):
    alone = sampled.copy(deep=True)
    each = np.zeros((4, 250, 2), dtype=bool)
    each[0, :3, 1] = True
    alone["sample_stats"] = xr.DataTree(
        xr.Dataset(
            {"diverging": (("chain", "draw", "county"), each)},
            {"county": ["Aitkin", "Anoka"]},
        )
    )
    ax = plots.funnel(alone, "Anoka")
    effect = alone["posterior"]["beta"].sel(county="Anoka").to_numpy()
    assert points(ax, "divergences")[:, 0] == pytest.approx(effect[0, :3])
    aitkin = plots.funnel(alone, "Aitkin")
    assert len(points(aitkin, "draws")) == effect.size


def test_the_funnel_marks_how_far_down_the_exact_spread_goes(sampled, exact):
    ax = plots.funnel(sampled, "Aitkin", exact=exact["slopes"])
    drawn = sorted(line.get_ydata()[0] for line in ax.lines)
    row = exact["slopes"].summary().loc["sigma_beta"]
    assert drawn == pytest.approx(np.log([row["q05"], row["q95"]]))
    with pytest.raises(ValueError, match="that has 'sigma_beta'"):
        plots.funnel(sampled, "Aitkin", exact=exact["complete"])


def shifted(tree, by):
    moved = tree.copy(deep=True)
    moved["posterior"]["sigma_beta"][1] += by
    return moved


def test_a_chain_that_is_elsewhere_leaves_the_band(sampled):
    ax = plots.rank_plot(sampled, "sigma_beta")
    chains = [line for line in ax.lines if line.get_gid()]
    assert len(chains) == 4
    assert sum(outside(ax, chain) for chain in chains) == 0
    ax = plots.rank_plot(shifted(sampled, 1.0), "sigma_beta")
    assert outside(ax, by_gid(ax.lines, "chain 2")) > 0


def test_chains_differ_by_more_than_colour(sampled):
    ax = plots.rank_plot(sampled, "beta[Anoka]")
    chains = [line for line in ax.lines if line.get_gid()]
    dashes = {str(line._unscaled_dash_pattern) for line in chains}
    assert len(dashes) == len(chains)


def test_the_rank_band_holds_all_chains_nine_times_in_ten():
    at, n, chains, trials = _bands.grid(), 100, 4, 500
    band = _bands.chain_band(n, chains, at)
    rng = np.random.default_rng(9)
    inside = 0
    for _ in range(trials):
        ranks = rng.permutation(n * chains) + 1
        paths = [
            _bands.difference(chain / (n * chains), at)
            for chain in ranks.reshape(chains, n)
        ]
        inside += (np.abs(paths) <= band).all()
    # Standard error 0.013 here and 0.013 in the band's own simulation.
    assert inside / trials == pytest.approx(0.9, abs=0.06)


def test_ranks_need_two_chains_and_one_number_a_draw(sampled, exact):
    with pytest.raises(ValueError, match="num_chains=4"):
        plots.rank_plot(exact["slopes"].draws(9, seed=1), "sigma")
    with pytest.raises(ValueError, match=r"name one, as in 'beta\[Aitkin\]'"):
        plots.rank_plot(sampled, "beta")


# --- beside the exact answer ------------------------------------------------


def test_intervals_are_measured_in_exact_posterior_deviations(
    exact, replicated
):
    ax = plots.intervals(
        exact["complete"], {"draws": replicated}, names=["alpha", "sigma"]
    )
    table = exact["complete"].summary()
    for name in ("alpha", "sigma"):
        row = table.loc[name]
        drawn = by_gid(ax.lines, f"draws {name}").get_xdata()[0]
        mean = float(replicated["posterior"][name].mean())
        assert drawn == pytest.approx((mean - row["mean"]) / row["sd"])
        bar = by_gid(ax.patches, f"exact {name}")
        low = (row["q05"] - row["mean"]) / row["sd"]
        high = (row["q95"] - row["mean"]) / row["sd"]
        assert bar.get_x() == pytest.approx(low)
        assert bar.get_width() == pytest.approx(high - low)


def test_intervals_refuse_what_they_cannot_measure(exact, replicated):
    with pytest.raises(TypeError, match="exact is a DataTree; wanted a post"):
        plots.intervals(replicated, {"draws": replicated})
    with pytest.raises(ValueError, match="has no 'mu_alpha'"):
        plots.intervals(exact["complete"], {"draws": replicated})
    with pytest.raises(ValueError, match="fits has 6 fits"):
        plots.intervals(
            exact["complete"], dict.fromkeys("abcdef", exact["complete"])
        )
    with pytest.raises(ValueError, match="no finite standard deviation"):
        plots.intervals(exact["separate"], {}, names=["sigma[Mahnomen]"])


# --- plate diagrams ---------------------------------------------------------

Y = "log_radon"
LADDER = {
    "complete_pooling": {("alpha", Y), ("beta", Y), ("sigma", Y)},
    "separate_regressions": {("alpha", Y), ("beta", Y), ("sigma", Y)},
    "varying_intercepts": {
        ("mu_alpha", "alpha"),
        ("sigma_alpha", "alpha"),
        ("alpha", Y),
        ("beta", Y),
        ("sigma", Y),
    },
    "varying_slopes": {
        ("mu_alpha", "alpha"),
        ("sigma_alpha", "alpha"),
        ("mu_beta", "beta"),
        ("sigma_beta", "beta"),
        ("alpha", Y),
        ("beta", Y),
        ("sigma", Y),
    },
}


FORMS = ("centred", "noncentred")


@pytest.fixture(scope="module")
def diagrams(data):
    """Draw every model of the ladder, in both forms."""
    return {
        (name, form): plots.plate_diagram(
            getattr(models, name)
            if form == "centred"
            else models.noncentered(getattr(models, name)),
            data.design,
        )
        for name, form in itertools.product(LADDER, FORMS)
    }


def drawn_edges(ax):
    gids = [patch.get_gid() or "" for patch in ax.patches]
    return {tuple(gid.split(" -> ")) for gid in gids if " -> " in gid}


def circles(ax):
    return {
        patch.get_gid(): patch
        for patch in ax.patches
        if isinstance(patch, Circle)
    }


@pytest.mark.parametrize("name", LADDER)
def test_arrows_are_the_models_dependencies(name, diagrams):
    assert drawn_edges(diagrams[name, "centred"]) == LADDER[name]
    effects = {
        site for parent, site in LADDER[name] if parent.startswith("mu_")
    }
    own = {(f"{site}_decentered", site) for site in effects}
    assert drawn_edges(diagrams[name, "noncentred"]) == LADDER[name] | own


@pytest.mark.parametrize("name", LADDER)
@pytest.mark.parametrize("form", FORMS)
def test_a_plate_holds_its_sites_and_no_others(name, form, diagrams):
    ax = diagrams[name, form]
    boxes = {
        patch.get_gid(): patch.get_bbox()
        for patch in ax.patches
        if isinstance(patch, FancyBboxPatch)
    }
    spots = {site: c.get_center() for site, c in circles(ax).items()}
    inside = {
        box: {
            site
            for site, spot in spots.items()
            if bounds.containsx(spot[0]) and bounds.containsy(spot[1])
        }
        for box, bounds in boxes.items()
    }
    varies = {
        "complete_pooling": set(),
        "separate_regressions": {"alpha", "beta", "sigma"},
        "varying_intercepts": {"alpha"},
        "varying_slopes": {"alpha", "beta"},
    }[name]
    if form == "noncentred" and name.startswith("varying"):
        varies = varies | {f"{site}_decentered" for site in varies}
    expected = {"plate house": {Y}}
    if varies:
        expected["plate county"] = varies
    assert inside == expected
    for a, b in itertools.combinations(boxes.values(), 2):
        assert not a.overlaps(b)
    for a, b in itertools.combinations(spots.values(), 2):
        assert np.hypot(*np.subtract(a, b)) > 0.8


@pytest.mark.parametrize("name", LADDER)
@pytest.mark.parametrize("form", FORMS)
def test_no_arrow_runs_through_a_site(name, form, diagrams):
    ax = diagrams[name, form]
    spots = {site: np.array(c.get_center()) for site, c in circles(ax).items()}
    for parent, child in drawn_edges(ax):
        a, b = spots[parent], spots[child]
        for site, spot in spots.items():
            if site in (parent, child):
                continue
            share = np.clip((spot - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
            gap = np.linalg.norm(spot - a - share * (b - a))
            assert gap > circles(ax)[site].radius, (parent, child, site)


@pytest.mark.parametrize("name", [*LADDER, "uranium_slopes", "nested"])
def test_no_arrow_runs_through_the_label_of_a_plate(name, data):
    ax = plots.plate_diagram(getattr(models, name), data.design)
    spots = {site: np.array(c.get_center()) for site, c in circles(ax).items()}
    to_data = ax.transData.inverted()
    labels = [text for text in ax.texts if text.get_text()[0].isdigit()]
    assert len(labels) == sum(
        isinstance(patch, FancyBboxPatch) for patch in ax.patches
    )
    for label in labels:
        extent = label.get_window_extent().transformed(to_data)
        for parent, child in drawn_edges(ax):
            line = Line([spots[parent], spots[child]])
            assert not line.intersects_bbox(extent), (label, parent, child)


def test_every_site_of_every_model_has_a_symbol(diagrams):
    sites = {site for ax in diagrams.values() for site in circles(ax)}
    assert {"mu_beta", "beta_decentered", Y} < sites
    assert sites <= plots.SYMBOLS.keys()


def test_the_observed_site_is_shaded_and_the_computed_one_dashed(diagrams):
    ax = diagrams["varying_intercepts", "noncentred"]
    shaded = {
        site
        for site, c in circles(ax).items()
        if not same_color(c.get_facecolor(), "white")
    }
    dashed = {
        site
        for site, c in circles(ax).items()
        if c.get_linestyle() != "-" and c.get_linestyle() != "solid"
    }
    assert shaded == {Y}
    assert dashed == {"alpha"}


def test_plates_count_what_the_design_has(data):
    two = data.at(["Aitkin", "Cass"], [0, 1])
    ax = plots.plate_diagram(models.varying_intercepts, two)
    words = {text.get_text() for text in ax.texts}
    assert {"85 counties $j$", "2 houses $i$"} <= words
    assert {r"$\alpha_j$", "$y_i$", r"$\mu_\alpha$"} <= words


def test_a_model_that_is_not_in_the_book_is_drawn_too(data):
    def model(design, log_radon=None):
        nu = numpyro.sample("nu", dist.Gamma(2, 0.1))
        tail = numpyro.sample("tail_weight", dist.Gamma(nu, 1))
        with numpyro.plate("house", len(design.floor)):
            numpyro.sample(Y, dist.StudentT(tail, 0, 1), obs=log_radon)

    ax = plots.plate_diagram(model, data.design)
    assert drawn_edges(ax) == {("nu", "tail_weight"), ("tail_weight", Y)}
    assert "tail weight" in {text.get_text() for text in ax.texts}
