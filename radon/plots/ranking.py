"""Ranks of counties, with how little is known of them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from radon.plots._axes import halo, new_axes
from radon.plots._kinds import PREDICTION, TEXT, check, items, names
from radon.plots._palette import PALETTE

if TYPE_CHECKING:
    from radon.prediction.records import Prediction


def rank_intervals(
    prediction: "Prediction",
    *,
    named: Iterable[str] = (),
    of: str = "typical",
    ax: Axes | None = None,
) -> Axes:
    """Draw the rank of every home's county, 1 the highest, with intervals.

    Counties stand in the order of their median rank. A thick line holds
    a county's rank with 50 % probability, a thin one with 90 %.

    Parameters
    ----------
    prediction : Prediction
        One home a county, all on one floor.
    named : sequence of str
        Counties to be named in the figure.
    of : {"typical", "reading"}
        What is ranked.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where a county to be named is not among the homes, or has several.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> exact = radon.exact.posterior(radon.models.varying_intercepts, data)
    >>> homes = radon.predict(exact, data, data.counties.index, 0, seed=1)
    >>> ax = radon.plots.rank_intervals(homes, named=["Cass"])
    >>> [text.get_text() for text in ax.texts]
    ['Cass']
    """
    check(PREDICTION, prediction=prediction)
    named = names("named", named)
    check(TEXT, **items(named=named))
    ranks = prediction.ranks(of=of)
    counties = ranks.columns.get_level_values("county")
    if counties.has_duplicates:
        raise ValueError("A county has several homes; wanted one in each.")
    if lost := [name for name in named if name not in counties]:
        raise ValueError(f"No home in {lost[0]!r}: it cannot be named.")
    low, q1, median, q3, high = np.quantile(
        ranks, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0
    )
    order = np.lexsort((ranks.mean(axis=0), median))
    at = np.arange(1, len(order) + 1)
    colour = PALETTE["partial pooling"]
    ax = new_axes(ax)
    ax.vlines(at, low[order], high[order], color=colour, linewidth=0.7)
    ax.vlines(at, q1[order], q3[order], color=colour, linewidth=2.2)
    ax.scatter(at, median[order], s=10, color=colour, zorder=3)
    for name in named:
        place = int(np.flatnonzero(counties[order] == name)[0])
        left = place < len(order) / 2
        ax.annotate(
            name,
            (at[place], (high if left else low)[order][place]),
            xytext=(0, -5 if left else 5),
            textcoords="offset points",
            rotation=90,
            ha="center",
            va="top" if left else "bottom",
            path_effects=halo(),
        )
    ax.set_ylim(len(order) + 1, 0)
    ax.set_yticks([1, *range(20, len(order), 20)])
    ax.set_xlim(-1.5, len(order) + 2.5)
    ax.set_xticks([1, *range(20, len(order), 20)])
    ax.set_xlabel("county, in the order of its median rank")
    ax.set_ylabel("rank, 1 the highest")
    return ax
