"""The survey among surveys that were imagined without an effect."""

from collections.abc import Sequence
from string import ascii_uppercase

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from radon.plots._axes import new_grid
from radon.plots._kinds import check_columns, items
from radon.plots._palette import PALETTE, symbol

ROWS, COLUMNS = 2, 2


def lineup(
    tables: Sequence[pd.DataFrame], *, fig: Figure | None = None
) -> np.ndarray:
    """Draw intercepts and slopes of four surveys, lettered, to be told apart.

    Parameters
    ----------
    tables : sequence of DataFrame
        Four tables with a row a county and columns alpha and beta
        [log pCi/L]; a county without one of them is left out.
    fig : matplotlib Figure, optional

    Returns
    -------
    array of matplotlib Axes, (row, column)

    Raises
    ------
    ValueError
        Where there are not four tables, or one lacks a column.

    References
    ----------
    .. [1] Buja, Cook, Hofmann, Lawrence, Lee, Swayne & Wickham (2009),
       "Statistical inference for exploratory data analysis and model
       diagnostics", Philosophical Transactions A 367, 4361-4383.

    Examples
    --------
    >>> import radon
    >>> table = radon.statistics.least_squares(radon.load_radon())
    >>> axes = radon.plots.lineup([table] * 4)
    >>> [ax.texts[0].get_text() for ax in axes.flat]
    ['A', 'B', 'C', 'D']
    """
    named = items(tables=tables)
    if len(tables) != ROWS * COLUMNS:
        raise ValueError(
            f"Got {len(tables)} tables; wanted {ROWS * COLUMNS}, the survey "
            "and others to tell it from."
        )
    check_columns("alpha", "beta", **named)
    _, axes = new_grid(fig, (ROWS, COLUMNS), (7, 5), sharex=True, sharey=True)
    for letter, ax, table in zip(
        ascii_uppercase, axes.flat, tables, strict=False
    ):
        pairs = table[["alpha", "beta"]].dropna()
        ax.scatter(
            pairs["alpha"],
            pairs["beta"],
            s=20,
            facecolor="white",
            edgecolor=PALETTE["no pooling"],
            linewidth=1,
        )
        ax.text(
            0.96,
            0.93,
            letter,
            transform=ax.transAxes,
            ha="right",
            va="top",
            fontsize="x-large",
        )
    for ax in axes[-1]:
        ax.set_xlabel(f"{symbol('alpha', 'county')} [log pCi/L]")
    for ax in axes[:, 0]:
        ax.set_ylabel(f"{symbol('beta', 'county')} [log pCi/L]")
    return axes
