"""One estimate a county, with its intervals, at any places of an axis."""

import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from radon.plots._estimates import Estimates


def county_bars(
    ax: Axes, at: ArrayLike, table: pd.DataFrame, estimates: Estimates
) -> None:
    """Draw a dot, a thick 50 % and a thin 90 % interval a county.

    Parameters
    ----------
    ax : matplotlib Axes
    at : array_like
        Where each county stands on the x axis, (county,).
    table : DataFrame
        Columns mean, q05, q25, q75, q95, as `Estimates.intervals` has them.
    estimates : Estimates
        For the colour of its pooling.
    """
    colour = estimates.colour
    ax.vlines(at, table["q05"], table["q95"], color=colour, linewidth=0.7)
    ax.vlines(at, table["q25"], table["q75"], color=colour, linewidth=2)
    ax.scatter(
        at,
        table["mean"],
        s=22,
        facecolor="white" if estimates.kind == "no pooling" else colour,
        edgecolor=colour,
        linewidth=1,
        zorder=3,
        gid=estimates.kind,
    )
