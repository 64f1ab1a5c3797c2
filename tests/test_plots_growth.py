"""The figure of growth draws what was measured."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from radon import plots
from radon.source import measured


@pytest.fixture
def axes():
    yield plots.growth(measured("growth"))
    plt.close("all")


@pytest.mark.parametrize(("panel", "cost"), [(0, "seconds"), (1, "peak [MB]")])
def test_each_line_is_a_way_and_its_cost(axes, panel, cost):
    table = measured("growth")
    ways = dict(table.groupby("way")[["homes", cost]].__iter__())
    lines = axes[panel].get_lines()
    drawn = {line.get_label(): np.stack(line.get_data(), 1) for line in lines}
    assert len(drawn) == len(ways) == 3
    np.testing.assert_array_equal(drawn["NUTS"], ways["nuts"].to_numpy())
    np.testing.assert_array_equal(
        drawn["sums, in one process"], ways["plain"].to_numpy()
    )


def test_lines_differ_by_more_than_colour(axes):
    styles = {(x.get_linestyle(), x.get_marker()) for x in axes[0].lines}
    assert len(styles) == 3


def test_every_tick_is_a_power_of_ten(axes):
    for ax in axes:
        labels = [text.get_text() for text in ax.get_xticklabels()]
        assert labels == [f"$10^{{{k}}}$" for k in range(3, 9)]
        assert ax.get_xlabel() == "homes"


def test_a_way_that_nobody_took_is_refused():
    table = pd.DataFrame({"way": ["guess"], "homes": [10]})
    with pytest.raises(ValueError, match="No way 'guess'"):
        plots.growth(table)
