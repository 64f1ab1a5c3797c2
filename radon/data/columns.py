"""Columns as they come, turned into arrays that can be trusted."""

import numpy as np
import pandas as pd

from radon.data.errors import (
    RadonDataError,
    did_you_mean,
    listed,
    offending,
)


def column(table, name, holds):
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


def _missing(values):
    """Find the missing cells and the empty strings, (row,)."""
    empty = values.map(lambda v: isinstance(v, str) and not v.strip())
    return values.isna().to_numpy() | empty.to_numpy(dtype=bool)


def _objects(values):
    """Undo categories and extension types: one Python object a cell."""
    return pd.Series(values.astype(object), index=values.index)


def numbers(values, remedy, missing=False):
    """Convert a column to float64; text counts if it reads as a number.

    Parameters
    ----------
    values : pandas.Series
        Numbers, or strings that hold numbers, in any pandas type, (row,).
    remedy : str
        What to do about a missing value.
    missing : bool
        Whether missing values may stay, as NaN.

    Returns
    -------
    numpy.ndarray
        float64, (row,).

    Raises
    ------
    RadonDataError
        If a value is missing, no number, or infinite.
    """
    values = _objects(values)
    empty = _missing(values)
    if empty.any() and not missing:
        raise offending(values.name, empty, values, "are missing", remedy)
    out = np.full(len(values), np.nan)
    out[~empty] = [_number(value) for value in values[~empty]]
    text = np.isnan(out) & ~empty
    if text.any():
        raise offending(
            values.name,
            text,
            values,
            "are not numbers",
            "Write numbers, with a point for decimals, or drop these rows.",
        )
    infinite = np.isinf(out)
    if infinite.any():
        raise offending(
            values.name,
            infinite,
            values,
            "are infinite",
            "Correct them or drop these rows.",
        )
    return out


def _number(value):
    """Read one cell; NaN for what is no number, dates and text included."""
    if isinstance(value, str) and ("_" in value or not value.isascii()):
        return np.nan
    try:
        return float(value)
    except (TypeError, ValueError):
        return np.nan


def floors(values):
    """Convert the floor column to int64, 0 or 1.

    Parameters
    ----------
    values : pandas.Series
        0 and 1 as integers, floats, booleans or text, (row,).

    Returns
    -------
    numpy.ndarray
        int64, (row,).

    Raises
    ------
    RadonDataError
        If a value is missing or is neither 0 nor 1.
    """
    remedy = (
        "Floor says where the detector stood: write 0 for the basement, "
        "1 for the first floor, and drop homes where it is not known."
    )
    out = numbers(values, remedy)
    bad = ~np.isin(out, (0.0, 1.0))
    if bad.any():
        raise offending(
            values.name, bad, values, "are neither 0 nor 1", remedy
        )
    return out.astype(np.int64)


def readings(values):
    """Convert the radon column to float64 [pCi/L].

    Parameters
    ----------
    values : pandas.Series
        Readings, none negative, (row,).

    Returns
    -------
    numpy.ndarray
        float64, (row,).

    Raises
    ------
    RadonDataError
        If a value is missing, no number, infinite, negative or a truth
        value.
    """
    truth = _objects(values).map(lambda v: isinstance(v, bool | np.bool_))
    if truth.any():
        raise offending(
            values.name,
            truth.to_numpy(dtype=bool),
            values,
            "are true or false, not readings",
            "Give the readings themselves, in pCi/L.",
        )
    out = numbers(values, "Drop these rows: a home needs a reading.")
    negative = out < 0
    if negative.any():
        raise offending(
            values.name,
            negative,
            values,
            "are negative",
            "Readings are in pCi/L, not their logarithms. A code for a "
            "missing reading is no reading: drop these rows.",
        )
    return out


def labels(values, digits=0):
    """Convert a column of names or codes to stripped text.

    Parameters
    ----------
    values : pandas.Series
        Text, whole numbers or a categorical, (row,).
    digits : int
        Numbers are padded with zeros to this length.

    Returns
    -------
    pandas.Series
        Text, (row,), with the index of `values`.

    Raises
    ------
    RadonDataError
        If a value is missing.
    """
    values = _objects(values)
    empty = _missing(values)
    if empty.any():
        raise offending(
            values.name,
            empty,
            values,
            "are missing",
            "Fill them in or drop these rows.",
        )
    return values.map(lambda value: _label(value).zfill(digits))


def _label(value):
    """Write one name; a whole number loses its decimal point."""
    whole, point, zeros = str(value).strip().partition(".")
    if point and whole.isdigit() and not zeros.strip("0"):
        return whole
    return str(value).strip()
