"""Sufficient statistics: they add up, survive a shift, and lose nothing."""

import numpy as np
import pytest

import radon
from radon.statistics import (
    combine,
    least_squares,
    pooled,
    sufficient_statistics,
)


@pytest.fixture
def homes():
    rng = np.random.default_rng(2)
    county = rng.integers(0, 7, 60)
    floor = (rng.random(60) < 0.3).astype(int)
    return county, floor, rng.normal(1, 0.8, 60)


def assert_same(a, b, tolerance=1e-12):
    for x, y in zip(a, b, strict=True):
        np.testing.assert_allclose(x, y, atol=tolerance)


def test_each_cell_holds_its_own_mean_and_squares(homes):
    county, floor, y = homes
    sums = sufficient_statistics(county, floor, y, 7)
    for j in range(7):
        for x in range(2):
            cell = y[(county == j) & (floor == x)]
            assert sums.n[j, x] == len(cell)
            if len(cell):
                assert sums.mean[j, x] == pytest.approx(cell.mean())
                assert sums.sum_of_squares[j, x] == pytest.approx(
                    ((cell - cell.mean()) ** 2).sum()
                )


def test_parts_of_a_survey_add_up(homes):
    county, floor, y = homes
    whole = sufficient_statistics(county, floor, y, 7)
    parts = [
        sufficient_statistics(county[k], floor[k], y[k], 7)
        for k in (slice(0, 13), slice(13, 14), slice(14, 60))
    ]
    assert_same(combine(combine(*parts[:2]), parts[2]), whole)
    assert_same(combine(parts[0], combine(parts[2], parts[1])), whole)


def test_a_large_shift_leaves_the_squares_alone(homes):
    county, floor, y = homes
    whole = sufficient_statistics(county, floor, y, 7)
    moved = sufficient_statistics(county, floor, y + 1e6, 7)
    np.testing.assert_allclose(
        moved.sum_of_squares, whole.sum_of_squares, atol=1e-7
    )


def test_equal_readings_have_squares_of_exactly_zero():
    y = np.full(3, np.log(0.7))
    sums = sufficient_statistics([0, 0, 0], [0, 0, 0], y, 1)
    assert sums.sum_of_squares[0, 0] == 0
    assert sums.mean[0, 0] == y[0]


def test_pooling_takes_all_counties_as_one(homes):
    county, floor, y = homes
    assert_same(
        pooled(sufficient_statistics(county, floor, y, 7)),
        sufficient_statistics(0 * county, floor, y, 1),
    )


def test_a_countys_line_is_the_difference_of_its_two_means():
    data = radon.load_radon()
    lines = least_squares(data)
    anoka = data.houses[data.houses["county"] == "Anoka"]
    slope, level = np.polyfit(anoka["floor"], anoka["log_radon"], 1)
    assert lines.loc["Anoka", "alpha"] == pytest.approx(level)
    assert lines.loc["Anoka", "beta"] == pytest.approx(slope)


@pytest.mark.parametrize(
    ("county", "floor", "y", "says"),
    [
        ([1, 2], [0, 0], [1.0, 2.0], "Count counties from 0"),
        ([-1, 0], [0, 0], [1.0, 2.0], "Count counties from 0"),
        ([0, 1], [0, 9], [1.0, 2.0], r"\[9\]"),
        ([0, 1], [0, 1], [1.0], "one length"),
        ([[0], [1]], [[0], [1]], [[1.0], [2.0]], "one length"),
    ],
)
def test_columns_that_do_not_fit_are_refused(county, floor, y, says):
    with pytest.raises(ValueError, match=says):
        sufficient_statistics(county, floor, y, 2)


def test_parts_with_other_counties_do_not_add_up():
    one = sufficient_statistics([0], [0], [1.0], 1)
    two = sufficient_statistics([0], [0], [1.0], 2)
    with pytest.raises(ValueError, match="same county table"):
        combine(one, two)
