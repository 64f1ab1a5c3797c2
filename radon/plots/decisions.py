"""What a test is worth, and what the advice depends on."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from radon.data.errors import listed
from radon.plots._axes import new_axes
from radon.plots._kinds import (
    NUMBER,
    TEXT,
    check,
    check_columns,
    entries,
    floats,
)
from radon.plots._palette import PALETTE

COLUMNS = ("average", "leave", "measure", "remediate")
MARKS: dict[str, dict[str, Any]] = {
    "complete pooling": {"marker": "D", "s": 42},
    "no pooling": {"marker": "o", "s": 22},
    "partial pooling": {"marker": "o", "s": 22},
}


def worth_of_testing(
    losses: Mapping[str, pd.DataFrame], *, ax: Axes | None = None
) -> Axes:
    """Draw what a test is expected to save, county by county.

    Dots above the line pay for the test; further to the right the home is
    worth remediating without one.

    Parameters
    ----------
    losses : dict of str to pandas.DataFrame
        As `radon.decisions.expected_losses` returns them, by a key of
        `PALETTE`: complete, no or partial pooling.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        Where a table is none or lacks a column, or there is no such pooling.
    """
    check_columns(*COLUMNS, **entries(losses=losses))
    if not losses or set(losses) - set(MARKS):
        raise ValueError(
            f"losses has {listed(losses) or 'nothing'}; wanted some of "
            f"{listed(MARKS)}."
        )
    ax = new_axes(ax)
    for kind, table in losses.items():
        best = table[["leave", "remediate"]].min(axis=1)
        hollow = kind == "no pooling"
        ax.scatter(
            table["average"],
            best - table["measure"],
            facecolor="none" if hollow else PALETTE[kind],
            edgecolor=PALETTE[kind],
            linewidth=1,
            label=kind,
            gid=kind,
            zorder=2 + (kind == "complete pooling"),
            **MARKS[kind],
        )
    ax.axhline(0, color="#404040", linewidth=1, zorder=0)
    ax.set_xlabel("expected annual average [pCi/L]")
    ax.set_ylabel("saved by testing first [dollars]")
    ax.legend(loc="best")
    return ax


def tornado(
    table: pd.DataFrame, base: float, *, label: str, ax: Axes | None = None
) -> Axes:
    """Draw how far an answer moves when each assumption does.

    Parameters
    ----------
    table : pandas.DataFrame
        A row an assumption: columns ``low`` and ``high``, the answers at
        both ends of its range, and ``low_value`` and ``high_value``, these
        ends as text.
    base : float
        The answer under all assumptions as they are.
    label : str
        What the answer is, with its unit.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        Where the table is none, lacks a column or has text for a number, or
        the base is no number.
    """
    check_columns("low", "high", "low_value", "high_value", table=table)
    check(NUMBER, base=base)
    check(TEXT, label=label)
    ends = {side: floats(side, table[side]) for side in ("low", "high")}
    table = table.assign(**ends)
    reach = table[["low", "high"]].sub(base).abs().max(axis=1)
    table = table.loc[reach.sort_values(kind="stable").index]
    ax = new_axes(ax)
    rows = np.arange(len(table))
    ax.hlines(
        rows,
        table[["low", "high"]].min(axis=1).clip(upper=base),
        table[["low", "high"]].max(axis=1).clip(lower=base),
        color=PALETTE["measurements"],
        linewidth=6,
    )
    for side, marker in (("low", "o"), ("high", "s")):
        answers = table[side].to_numpy()
        ax.scatter(
            answers,
            rows,
            marker=marker,
            s=34,
            color=PALETTE["partial pooling"],
            zorder=3,
            gid=side,
        )
        other = table["high" if side == "low" else "low"].to_numpy()
        rightmost = (answers > other) | ((answers == other) & (side == "high"))
        for row, text in enumerate(table[f"{side}_value"]):
            ax.annotate(
                text,
                (answers[row], row),
                xytext=(7 if rightmost[row] else -7, 0),
                textcoords="offset points",
                ha="left" if rightmost[row] else "right",
                va="center",
            )
    ax.axvline(base, color="#404040", linewidth=1, zorder=0)
    ax.set_yticks(rows, [str(x).replace("_", " ") for x in table.index])
    ax.set_ylim(-0.7, len(table) - 0.3)
    ax.margins(x=0.18)
    ax.set_xlabel(label)
    return ax
