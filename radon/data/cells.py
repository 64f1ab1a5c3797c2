"""One column of a reader's table, and one cell of it."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_hashable, is_scalar

from radon.data.errors import (
    RadonDataError,
    did_you_mean,
    listed,
    offending,
)

ABSENT = {"", "na", "n/a", "nan", "<na>", "none", "null"}


def column(table: pd.DataFrame, name: str, holds: str) -> pd.Series:
    """Take one column of a table by name.

    Parameters
    ----------
    table : pandas.DataFrame
        The reader's table.
    name : str
        The column's name.
    holds : str
        What the column holds, which is also the keyword that names it.

    Returns
    -------
    pandas.Series
        The column, as it is.

    Raises
    ------
    RadonDataError
        If there is no such column or more than one.
    """
    count = int(np.sum([label == name for label in table.columns]))
    if count == 1:
        return table[name]
    if count > 1:
        raise RadonDataError(
            f"Column {name!r}: {count} columns have this name, wanted one. "
            "Rename or drop all but one."
        )
    raise RadonDataError(
        f"No column {name!r} for the {holds}."
        f"{did_you_mean(name, table.columns)} The columns are "
        f"{listed(table.columns)}. Say which one holds the {holds}: "
        f"{holds}='...'."
    )


def columns_named(**names: str) -> dict[str, str]:
    """Say which column holds what, each another one.

    Parameters
    ----------
    **names : str
        The columns' names, by what they hold.

    Returns
    -------
    dict
        The same.

    Raises
    ------
    RadonDataError
        If something is no name of a column, or one is named twice.

    Examples
    --------
    >>> columns_named(county="county", floor="level")
    {'county': 'county', 'floor': 'level'}
    """
    for holds, name in names.items():
        if not is_hashable(name):
            raise RadonDataError(
                f"{holds}={name!r} is a {type(name).__name__}; wanted the "
                f"name of the column that holds the {holds}."
            )
    if len(set(names.values())) < len(names):
        raise RadonDataError(
            f"One column is named for two purposes: {names}. Wanted three "
            f"columns, one each for {', '.join(names)}."
        )
    return names


def nameless(values: Iterable[object]) -> np.ndarray:
    """Find cells that no label can be made of: lists, bytes, (row,)."""
    return np.array([not _is_name(value) for value in values], dtype=bool)


def refuse_nameless(values: pd.Series, bad: np.ndarray) -> None:
    """Refuse a column with cells that no label can be made of, (row,)."""
    if bad.any():
        raise offending(
            values.name,
            bad,
            values,
            "are no names",
            "Write a name or a code in each cell.",
        )


def _is_name(value: object) -> bool:
    infinite = isinstance(value, float) and np.isinf(value)
    return is_scalar(value) and not isinstance(value, bytes) and not infinite


def missing_cells(values: pd.Series) -> np.ndarray:
    """Find missing cells, and text that stands for one, (row,)."""
    absent = [
        isinstance(value, str) and value.strip().casefold() in ABSENT
        for value in values
    ]
    return values.isna().to_numpy() | np.array(absent, dtype=bool)


def objects(values: pd.Series) -> pd.Series:
    """Undo categories and extension types: one Python object a cell."""
    return pd.Series(values.astype(object), index=values.index)


def number(value: Any) -> float:
    """Read one cell; NaN for what is no number, as a date or a truth."""
    if isinstance(value, bool | np.bool_):
        return np.nan
    if isinstance(value, str) and ("_" in value or not value.isascii()):
        return np.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan


def written_as_number(cells: Iterable[object]) -> str:
    """Say what to do about cells that are no numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> written_as_number(pd.Series(["low"]))
    'Write numbers, with a point for decimals, or drop these rows.'
    >>> written_as_number(pd.Series(["<10"]))[:40]
    "'<10' is a low reading, not a missing on"
    """
    below = [c for c in cells if isinstance(c, str) and c.strip()[:1] == "<"]
    if not below:
        return "Write numbers, with a point for decimals, or drop these rows."
    return (
        f"{below[0]!r} is a low reading, not a missing one, and without such "
        "homes every level comes out too high: write half of the limit, and "
        "see whether another share of it changes an answer. Write other "
        "cells as numbers, with a point for decimals, or drop their rows."
    )


def label(value: object) -> str:
    """Write one name; a whole number loses its decimal point."""
    whole, point, zeros = str(value).strip().partition(".")
    if point and whole.isdigit() and not zeros.strip("0"):
        return whole
    return str(value).strip()
