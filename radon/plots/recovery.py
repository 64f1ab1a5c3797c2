"""What a survey can tell: against the truth, and from few groups."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from radon.plots._axes import new_axes
from radon.plots._estimates import Estimates, Fit
from radon.plots._kinds import (
    DRAWN,
    NAME,
    SERIES,
    check,
    check_columns,
    entries,
    floats,
)
from radon.plots._palette import PALETTE, symbol

FACES = ((PALETTE["partial pooling"], "o"), ("white", "s"))


def recovery(
    fit: Fit, truth: pd.Series, *, name: str = "alpha", ax: Axes | None = None
) -> Axes:
    """Draw each group's estimate against the truth that made it.

    A dot is the posterior mean, a thick line holds the group's value with
    50 % probability and a thin one with 90 %. On the grey line estimate and
    truth are equal: where a thin line misses it, the interval misses.

    Parameters
    ----------
    fit : DataTree or Posterior
    truth : pandas.Series
        The value that each group was made with, indexed by group.
    name : str, keyword-only
        The site, ``"alpha"`` or ``"beta"``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where the fit has no such site, or lacks a group of the truth.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> exact = radon.exact.posterior(radon.models.varying_intercepts, data)
    >>> truth = exact.moments()["mean"][["alpha[Cass]", "alpha[Clay]"]]
    >>> ax = recovery(exact, truth.set_axis(["Cass", "Clay"]))
    >>> ax.get_xlabel()
    'truth'
    """
    check(DRAWN, fit=fit)
    check(SERIES, truth=truth)
    check(NAME, name=name)
    if truth.empty:
        raise ValueError("truth is empty; wanted a value a group.")
    fit = Estimates(fit)
    table = fit.intervals(name, truth.index)
    at = floats("truth", truth).to_numpy()
    colour = fit.colour
    ax = new_axes(ax, (7, 4))
    low = min(at.min(), table["q05"].min())
    high = max(at.max(), table["q95"].max())
    ax.plot([low, high], [low, high], color="#737373", linewidth=1, zorder=0)
    ax.vlines(at, table["q05"], table["q95"], color=colour, linewidth=0.7)
    ax.vlines(at, table["q25"], table["q75"], color=colour, linewidth=2)
    ax.scatter(at, table["mean"], s=22, color=colour, zorder=3)
    ax.set_xlabel("truth")
    ax.set_ylabel(f"estimate of {symbol(name, 'county')}")
    return ax


def spread_by_groups(
    tables: Mapping[str, pd.DataFrame],
    *,
    name: str = "sigma_alpha",
    ax: Axes | None = None,
) -> Axes:
    """Draw intervals of a spread against the number of groups behind it.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        By the words that name each prior, at most two: a row a number of
        groups, which is the index (0 for the prior alone), and columns q05,
        q50 and q95.
    name : str, keyword-only
        The spread's site.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where there are more than two tables, or their rows differ.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     [[0.1, 1, 13], [0.2, 0.3, 0.4]], [0, 85], ["q05", "q50", "q95"]
    ... )
    >>> ax = spread_by_groups({"half-Cauchy": table})
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['prior', '85']
    """
    check_columns("q05", "q50", "q95", **entries(tables=tables))
    check(NAME, name=name)
    rows = [list(table.index) for table in tables.values()]
    if not 0 < len(tables) <= len(FACES) or rows.count(rows[0]) < len(rows):
        raise ValueError(
            f"{len(tables)} tables with rows {rows}; wanted one or two, with "
            "the same numbers of groups."
        )
    ax = new_axes(ax, (7, 4))
    at = np.arange(len(rows[0]), dtype=float)
    offsets = np.linspace(-0.12, 0.12, len(tables)) if len(tables) > 1 else [0]
    blue = PALETTE["partial pooling"]
    for (label, table), offset, (face, marker) in zip(
        tables.items(), offsets, FACES, strict=False
    ):
        low, middle, high = (
            pd.to_numeric(table[column]) for column in ("q05", "q50", "q95")
        )
        ax.vlines(at + offset, low, high, color=blue, linewidth=1)
        ax.plot(
            at + offset,
            middle,
            marker,
            markersize=6,
            color=blue,
            markerfacecolor=face,
            markeredgewidth=1.3,
            label=label,
        )
    ax.set_yscale("log")
    ticks = [0.01, 0.03, 0.1, 0.3, 1, 3, 10]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set_xticks(at, ["prior" if n == 0 else str(n) for n in rows[0]])
    ax.set_xlabel("number of groups")
    ax.set_ylabel(symbol(name))
    ax.legend()
    return ax
