"""Figures of prediction and decision: what is drawn is what was computed."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import radon
from radon.plots import PALETTE


@pytest.fixture(scope="module")
def data():
    return radon.load_radon()


@pytest.fixture(scope="module")
def exact(data):
    return radon.exact.posterior(radon.models.varying_intercepts, data)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_exceedance_draws_both_chances_of_each_home(exact, data):
    homes = radon.predict(exact, data, ["Cass", "Grant"], [0, 1], seed=1)
    axes = radon.plots.exceedance(homes)
    titles = [ax.get_title() for ax in axes]
    assert titles == ["Cass, basement", "Grant, first floor"]
    for place, ax in enumerate(axes):
        for of in ("reading", "typical"):
            (line,) = (x for x in ax.lines if x.get_gid() == of)
            x, y = line.get_data()
            wanted = homes.probability_above(x[[20, 100]], of=of)
            assert np.allclose(y[[20, 100]], wanted.iloc[place])
        assert any(np.allclose(x.get_xdata(), 4) for x in ax.lines)
    assert {x.get_linestyle() for x in axes[0].lines[:2]} == {":", "-"}


def test_rank_intervals_stand_in_the_order_of_medians(exact, data):
    homes = radon.predict(exact, data, data.counties.index, 0, seed=1)
    ax = radon.plots.rank_intervals(homes, named=["St. Louis"])
    dots = ax.collections[-1].get_offsets()
    assert (np.diff(dots[:, 1]) >= 0).all()
    ranks = homes.ranks().droplevel("floor", axis=1)
    (label,) = ax.texts
    here = dots[int(label.xy[0]) - 1]
    assert here[1] == ranks["St. Louis"].median()
    low, high = ranks["St. Louis"].quantile([0.05, 0.95])
    segment = ax.collections[0].get_segments()[int(label.xy[0]) - 1]
    assert np.allclose(segment[:, 1], [low, high])
    assert ax.yaxis_inverted()


def test_ranks_of_several_homes_of_a_county_are_refused(exact, data):
    homes = radon.predict(exact, data, "Cass", [0, 1], seed=1)
    with pytest.raises(ValueError, match="several homes"):
        radon.plots.rank_intervals(homes)
    one = radon.predict(exact, data, ["Cass", "Clay"], 0, seed=1)
    with pytest.raises(ValueError, match="No home in 'Grant'"):
        radon.plots.rank_intervals(one, named=["Grant"])


def losses(rows):
    columns = ["leave", "measure", "remediate", "average"]
    return pd.DataFrame(rows, columns=columns)


def test_worth_of_testing_is_what_it_saves():
    tables = {
        "partial pooling": losses([[3000, 2700, 3900, 3.0]]),
        "no pooling": losses([[5000, 4100, 4000, 5.0]]),
    }
    ax = radon.plots.worth_of_testing(tables)
    drawn = {c.get_gid(): c.get_offsets()[0] for c in ax.collections}
    assert drawn["partial pooling"].tolist() == [3.0, 300]
    assert drawn["no pooling"].tolist() == [5.0, -100]
    hollow = {c.get_gid(): not len(c.get_facecolor()) for c in ax.collections}
    assert hollow == {"partial pooling": False, "no pooling": True}


def test_a_tornado_puts_the_longest_bar_on_top():
    table = pd.DataFrame(
        {
            "low": [10, 40],
            "high": [12, 20],
            "low_value": ["a", "b"],
            "high_value": ["c", "d"],
        },
        index=["small_one", "large"],
    )
    ax = radon.plots.tornado(table, 11, label="answer")
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "small one",
        "large",
    ]
    bars, low, high = ax.collections
    assert [s[:, 0].tolist() for s in bars.get_segments()] == [
        [10, 12],
        [11, 40],
    ]
    assert low.get_offsets()[:, 0].tolist() == [10, 40]
    assert high.get_offsets()[:, 0].tolist() == [12, 20]
    sides = {t.get_text(): t.get_ha() for t in ax.texts}
    assert sides == {"a": "right", "b": "left", "c": "left", "d": "right"}


def test_a_map_colours_counties_without_homes_where_told_to(data):
    values = pd.Series({"Cass": 1.0, "Grant": 3.0}, name="chance")
    ax = radon.plots.county_map(data, values, label="chance")
    coloured, hatched = ax.collections
    assert len(coloured.get_paths()) == 86
    assert coloured.get_array().compressed().tolist() == [1.0, 3.0]
    assert len(hatched.get_paths()) == 2
    assert not hatched.get_facecolor()[..., 3].any()


def test_the_palette_says_who_is_who():
    tables = {key: losses([[1, 2, 3, 4]]) for key in ("complete pooling",)}
    ax = radon.plots.worth_of_testing(tables)
    assert np.allclose(
        ax.collections[0].get_facecolor()[0][:3],
        plt.matplotlib.colors.to_rgb(PALETTE["complete pooling"]),
    )
