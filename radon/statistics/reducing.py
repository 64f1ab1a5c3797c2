"""From homes, however many, to their sufficient statistics."""

from pathlib import Path
from typing import Any

import pandas as pd

from radon.data import outcome
from radon.data.cells import columns_named
from radon.data.counties import county_table
from radon.data.errors import RadonDataError
from radon.data.join import COUNTIES
from radon.data.units import per_pci
from radon.statistics import partitions
from radon.statistics.parts import Recipe, statistics_of
from radon.statistics.reduced import Reduced
from radon.statistics.sums import Statistics


def reduce(
    homes: Any,
    counties: pd.DataFrame,
    *,
    county: str = "county",
    floor: str = "floor",
    radon: str = "radon",
    log_radon: str | None = None,
    unit: str = "pCi/L",
    zeros: str = "shift",
    scheduler: str | None = None,
) -> Reduced:
    """Reduce homes to sufficient statistics, in one pass.

    Columns are looked at whole, so their types are held to: floor is a
    number or a truth value, the reading a number.

    Parameters
    ----------
    homes : pandas.DataFrame, dask.dataframe.DataFrame, str or pathlib.Path
        One row a home; a path is a folder of parquet files, which are read
        through Dask, each by itself and a million homes at a time.
    counties : pandas.DataFrame
        One row a county, with homes or without, as `Radon.from_frame` takes
        it: it says which counties there are.
    county, floor, radon : str
        The columns of the homes that hold the county, the floor (0 basement,
        1 first floor) and the reading. With county="fips" homes find
        their county by FIPS code.
    log_radon : str, optional
        A column of outcomes [log pCi/L], taken instead of `radon`.
    unit : str
        Unit of the readings, "pCi/L" or "Bq/m3". Outcomes have the first.
    zeros : str
        The recipe by which an outcome is, or was, made of radon: "shift" or
        "replace".
    scheduler : str, optional
        Address of a Dask scheduler, as in ``"tcp://head:8786"``; its workers
        do the reading and need this package. Left alone, Dask uses the
        client that is open, or this machine's threads.

    Returns
    -------
    Reduced
        Counties and sums, which `radon.exact.posterior` takes.

    Raises
    ------
    RadonDataError
        If a column is missing or of another type, a cell cannot be used or a
        county is unknown, or the unit is unknown or contradicted by a
        column's name. Where there are several files or partitions, all
        that cannot be used are named, and none is reduced.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> radon.statistics.reduce(data.houses, data.counties)
    Reduced(919 homes in 85 counties, 0 unmeasured, zeros='shift')
    """
    zeros = outcome.recipe(zeros)
    reading, holds = (
        (radon, "radon") if log_radon is None else (log_radon, "log_radon")
    )
    columns_named(**{"county": county, "floor": floor, holds: reading})
    table = county_table(counties, county)
    recipe = Recipe(
        county, floor, reading, holds, unit, zeros, pd.Index(table["key"])
    )
    one_pci = per_pci(unit, reading)
    if log_radon is not None and one_pci != 1:
        raise RadonDataError(
            f"Column {log_radon!r} is to hold outcomes in {unit}; wanted "
            "log pCi/L, of which a recipe says how zeros were written. Give "
            "the readings themselves: radon=... and their unit."
        )
    totals = _totals(homes, recipe, scheduler)
    places = [name for name in COUNTIES if name != "n_houses"]
    return Reduced(table[places], totals, zeros)


def _totals(homes: Any, recipe: Recipe, scheduler: str | None) -> Statistics:
    """Take the way that these homes ask for."""
    if isinstance(homes, str | Path):
        return partitions.of_files(homes, recipe, scheduler)
    if hasattr(homes, "to_delayed"):
        return partitions.of_dask(homes, recipe, scheduler)
    if not isinstance(homes, pd.DataFrame):
        raise RadonDataError(
            f"The homes are a {type(homes).__name__}; wanted a pandas or "
            "Dask DataFrame with one row a home, or the path of a folder of "
            "parquet files."
        )
    if scheduler is not None:
        raise RadonDataError(
            "A pandas DataFrame is reduced where it is, without the "
            f"scheduler {scheduler!r}. Give a Dask DataFrame or a folder of "
            "parquet files, or leave the scheduler out."
        )
    return statistics_of(homes, recipe)
