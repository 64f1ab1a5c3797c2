"""One part of a survey, checked and reduced, whole columns at a time."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from radon.data.cells import (
    column,
    label,
    missing_cells,
    nameless,
    refuse_nameless,
)
from radon.data.errors import RadonDataError, did_you_mean, offending
from radon.data.homes import digits
from radon.data.outcome import from_pci
from radon.data.units import UNITS
from radon.statistics.sums import Statistics, sufficient_statistics

UNKNOWN, MISSING = -1, -2
LARGEST = 1e100  # outcome that still has a square, many times over


class Recipe(NamedTuple):
    """How a part is read.

    Attributes
    ----------
    county, floor, reading : str
        Its columns.
    holds : str
        What the reading is, ``"radon"`` or ``"log_radon"``.
    unit : str
        Unit of a reading of radon.
    zeros : str
        How an outcome is made of radon.
    keys : pandas.Index
        How the counties are written, in the county table's order.
    """

    county: str
    floor: str
    reading: str
    holds: str
    unit: str
    zeros: str
    keys: pd.Index

    @property
    def columns(self) -> dict[str, str]:
        """What each column of a part is for, by the column's name."""
        return {
            self.county: "county",
            self.floor: "floor",
            self.reading: self.holds,
        }


def statistics_of(homes: pd.DataFrame, recipe: Recipe) -> Statistics:
    """Reduce one part.

    Parameters
    ----------
    homes : pandas.DataFrame
        One row a home.
    recipe : Recipe
        How to read it.

    Returns
    -------
    Statistics
        Of all counties of the table.

    Raises
    ------
    RadonDataError
        If a column is missing or holds another type, a cell is empty or
        cannot be used, or a county is not in the table.
    """
    county, floor, reading = (
        column(homes, name, holds) for name, holds in recipe.columns.items()
    )
    return sufficient_statistics(
        _counties(county, recipe),
        _floors(floor),
        _outcomes(reading, recipe),
        len(recipe.keys),
    )


def _counties(values: pd.Series, recipe: Recipe) -> np.ndarray:
    """Find each home's county in the table; each name is looked at once."""
    codes, names = _distinct(values)
    width = digits(recipe.county)
    written = names.map(lambda name: label(name).zfill(width))
    where = recipe.keys.get_indexer(pd.Index(written))
    where[missing_cells(names)] = MISSING
    place = np.append(where, MISSING)[codes]
    if (place == MISSING).any():
        raise offending(
            values.name,
            place == MISSING,
            values,
            "are missing",
            "Fill them in, or drop these rows.",
        )
    if (place == UNKNOWN).any():
        first = written[where == UNKNOWN].iloc[0]
        raise offending(
            values.name,
            place == UNKNOWN,
            values,
            "are of a county that the county table does not have",
            f"No county {first!r} in it."
            f"{did_you_mean(first, recipe.keys)} Spell the name as the "
            "table does, or add the county to it.",
        )
    return place


def _distinct(values: pd.Series) -> tuple[np.ndarray, pd.Series]:
    """Give each name of a column a number, and list them once."""
    try:
        codes, names = pd.factorize(values)
    except TypeError:  # a cell that holds several things
        names, codes = values, np.arange(len(values))
    names = pd.Series(np.asarray(names, dtype=object), dtype=object)
    refuse_nameless(values, np.append(nameless(names), False)[codes])
    return codes, names


def _floors(values: pd.Series) -> np.ndarray:
    """Convert a column of 0 and 1, or of truth values."""
    out = _numbers(values, truths=True)
    bad = (out != 0) & (out != 1)
    if bad.any():
        raise offending(
            values.name,
            bad,
            values,
            "are neither 0 nor 1",
            "Floor says where the detector stood: write 0 for the basement, "
            "1 for the first floor, and drop homes where it is not known.",
        )
    return out.astype(np.int64)


def _outcomes(values: pd.Series, recipe: Recipe) -> np.ndarray:
    """Convert a column of readings to outcomes [log pCi/L]."""
    out = _numbers(values)
    if recipe.holds == "log_radon":
        large = np.abs(out) > LARGEST
        if large.any():
            raise offending(
                values.name,
                large,
                values,
                "are beyond any logarithm",
                "Their squares cannot be added up: correct or drop them.",
            )
        return out
    if (out < 0).any():
        raise offending(
            values.name,
            out < 0,
            values,
            "are negative",
            f"Readings are in {recipe.unit}; of their logarithms say so: "
            f"log_radon={values.name!r}.",
        )
    return from_pci(out / UNITS[recipe.unit], recipe.zeros)


def _numbers(values: pd.Series, truths: bool = False) -> np.ndarray:
    """Convert a column of numbers to float64; text is another type."""
    is_truth = is_bool_dtype(values.dtype)
    is_real = is_numeric_dtype(values.dtype) and values.dtype.kind != "c"
    if not is_real or (is_truth and not truths):
        raise RadonDataError(
            f"Column {values.name!r} is of type {values.dtype}, wanted "
            "numbers. Convert it where the table is made."
        )
    out = values.to_numpy(np.float64, na_value=np.nan)
    for bad, problem in (
        (np.isnan(out), "are missing"),
        (np.isinf(out), "are infinite"),
    ):
        if bad.any():
            raise offending(
                values.name, bad, values, problem, "Drop these rows."
            )
    return out
