"""Columns as they come, turned into arrays that can be trusted."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from radon.data.cells import (
    label,
    missing_cells,
    nameless,
    number,
    objects,
    refuse_nameless,
    written_as_number,
)
from radon.data.errors import RadonDataError, offending

YES, NO = ("y", "yes", "true", "1"), ("n", "no", "false", "0")
SURVEY = ("y", "n")  # the letters of the survey, whose 0 is "not known"


def series(name: str, values: ArrayLike) -> pd.Series:
    """Make a named column of anything one-dimensional.

    Parameters
    ----------
    name : str
        What to call it.
    values : array_like
        Whatever a reader may give.

    Returns
    -------
    pandas.Series
        (row,), of the type that NumPy makes of it; rows count from 0.

    Raises
    ------
    RadonDataError
        If it has no dimension or more than one.
    """
    if np.ma.isMaskedArray(values):
        mask = np.ma.getmaskarray(values)
        values = np.where(mask, np.nan, np.ma.getdata(values))
    if isinstance(values, pd.Series):
        return values.rename(name).rename_axis(None).reset_index(drop=True)
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise RadonDataError(
            f"Column {name!r} is no array: its rows differ in length."
        ) from error
    if array.ndim != 1:
        hint = (
            " .reshape(-1) makes one of it."
            if array.size == max(array.shape, default=0)
            else ""
        )
        raise RadonDataError(
            f"Column {name!r} has shape {array.shape}; wanted one dimension, "
            f"one number a row.{hint}"
        )
    return pd.Series(array, name=name)


def numbers(
    values: pd.Series, remedy: str, missing: bool = False
) -> np.ndarray:
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
    cells = objects(values)
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iuf":
        out = values.to_numpy(np.float64)
        empty = np.isnan(out)
    else:
        empty = missing_cells(cells)
        out = np.full(len(cells), np.nan)
        out[~empty] = [number(cell) for cell in cells[~empty]]
    if empty.any() and not missing:
        raise offending(values.name, empty, cells, "are missing", remedy)
    text = np.isnan(out) & ~empty
    if text.any():
        raise offending(
            values.name,
            text,
            cells,
            "are not numbers",
            written_as_number(cells[text]),
        )
    infinite = np.isinf(out)
    if infinite.any():
        raise offending(
            values.name,
            infinite,
            cells,
            "are infinite",
            "Correct them or drop these rows.",
        )
    return out


def floors(values: pd.Series) -> np.ndarray:
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
    cells = objects(values)
    cells = cells.map(
        lambda v: int(v) if isinstance(v, bool | np.bool_) else v
    ).astype(object)
    out = numbers(cells, remedy)
    bad = ~np.isin(out, (0.0, 1.0))
    if bad.any():
        raise offending(
            values.name, bad, values, "are neither 0 nor 1", remedy
        )
    return out.astype(np.int64)


def readings(values: pd.Series, unit: str) -> np.ndarray:
    """Convert the radon column to float64, in its own unit.

    Parameters
    ----------
    values : pandas.Series
        Readings, none negative, (row,).
    unit : str
        Their unit, for messages.

    Returns
    -------
    numpy.ndarray
        float64, (row,).

    Raises
    ------
    RadonDataError
        If a value is missing, no number, infinite or negative.
    """
    out = numbers(values, "Drop these rows: a home needs a reading.")
    negative = out < 0
    if negative.any():
        raise offending(
            values.name,
            negative,
            values,
            "are negative",
            f"Readings are in {unit}, not their logarithms. A code for a "
            "missing reading is no reading: drop these rows.",
        )
    return out


def truths(values: pd.Series) -> pd.Series:
    """Convert a column of answers to pandas' nullable booleans.

    Parameters
    ----------
    values : pandas.Series
        Yes or no, Y or N, true or false, 1 or 0, in any case and type; a
        missing cell is one that is not known, and so is a 0 in a column of
        Y and N, as the survey has it, (row,).

    Returns
    -------
    pandas.Series
        boolean, (row,), with the index of `values`.

    Raises
    ------
    RadonDataError
        If a cell is none of these.
    """
    cells = objects(values)
    said = cells.map(lambda cell: label(cell).casefold())
    unknown = missing_cells(cells)
    if said.isin(SURVEY).any():
        unknown |= (said == "0").to_numpy()
    yes = said.isin(YES)
    bad = ~(yes | said.isin(NO) | unknown).to_numpy(bool)
    if bad.any():
        raise offending(
            values.name,
            bad,
            values,
            "say neither yes nor no",
            "Write Y or N, and leave empty what is not known.",
        )
    return yes.astype("boolean").mask(unknown)


def labels(values: pd.Series, digits: int = 0) -> pd.Series:
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
        If a value is missing, or no name.
    """
    values = objects(values)
    empty = missing_cells(values)
    if empty.any():
        raise offending(
            values.name,
            empty,
            values,
            "are missing",
            "Fill them in, or drop these rows.",
        )
    refuse_nameless(values, nameless(values))
    return values.map(lambda value: label(value).zfill(digits))
