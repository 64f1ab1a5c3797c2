"""Figures of what a survey can tell draw the numbers they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import radon
from radon import models, plots

COUNTIES = ["Lac qui Parle", "Aitkin", "St. Louis"]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def exact():
    return radon.exact.posterior(models.varying_slopes, radon.load_radon())


@pytest.fixture
def tables():
    columns = ["q05", "q50", "q95"]
    wide = [[0.08, 1.0, 12.7], [0.1, 0.3, 0.9], [0.25, 0.32, 0.4]]
    tight = [[0.03, 0.34, 0.98], [0.1, 0.25, 0.7], [0.25, 0.31, 0.4]]
    return {
        "wide": pd.DataFrame(wide, [0, 5, 85], columns),
        "tight": pd.DataFrame(tight, [0, 5, 85], columns),
    }


def ends(collection):
    """Lower and upper end of each vertical line, and where it stands."""
    segments = np.array(collection.get_segments())
    assert (segments[:, 0, 0] == segments[:, 1, 0]).all()
    return segments[:, 0, 0], segments[:, 0, 1], segments[:, 1, 1]


def test_estimates_stand_at_their_truth(exact):
    truth = pd.Series([2.0, 0.7, 0.9], COUNTIES)
    ax = plots.recovery(exact, truth)
    thin, thick, dots = ax.collections
    rows = exact.summary().loc[[f"alpha[{c}]" for c in COUNTIES]]
    at, low, high = ends(thin)
    np.testing.assert_allclose(at, truth)
    np.testing.assert_allclose(low, rows["q05"])
    np.testing.assert_allclose(high, rows["q95"])
    np.testing.assert_allclose(
        dots.get_offsets(), np.column_stack([truth, rows["mean"]])
    )
    _, inner_low, inner_high = ends(thick)
    assert (inner_low > low).all()
    assert (inner_high < high).all()


def test_the_line_of_equality_spans_truth_and_intervals(exact):
    truth = pd.Series([5.0, -3.0, 0.9], COUNTIES)
    (line,) = plots.recovery(exact, truth, name="beta").lines
    x, y = line.get_data()
    assert list(x) == list(y)
    assert (min(x), max(x)) == (-3.0, 5.0)


def test_a_group_that_the_fit_lacks_is_refused(exact):
    with pytest.raises(ValueError, match="Nowhere"):
        plots.recovery(exact, pd.Series([1.0], ["Nowhere"]))


def test_spreads_stand_where_the_tables_have_them(tables):
    ax = plots.spread_by_groups(tables)
    for lines, dots, (label, table) in zip(
        ax.collections, ax.lines, tables.items(), strict=True
    ):
        at, low, high = ends(lines)
        np.testing.assert_allclose(low, table["q05"])
        np.testing.assert_allclose(high, table["q95"])
        np.testing.assert_allclose(dots.get_ydata(), table["q50"])
        np.testing.assert_allclose(dots.get_xdata(), at)
        np.testing.assert_allclose(at, [0, 1, 2], atol=0.2)
        assert dots.get_label() == label
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names == ["prior", "5", "85"]
    first, second = (line.get_markerfacecolor() for line in ax.lines)
    assert first != second


def test_tables_of_other_groups_are_refused(tables):
    with pytest.raises(ValueError, match="same numbers of groups"):
        plots.spread_by_groups(tables | {"tight": tables["tight"].iloc[1:]})
    with pytest.raises(ValueError, match="3 tables"):
        plots.spread_by_groups(tables | {"third": tables["wide"]})
