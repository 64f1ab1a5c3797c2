"""A table of homes, checked and brought into the book's columns."""

import pandas as pd

from radon.data.cells import column, columns_named
from radon.data.columns import floors, labels, readings, truths
from radon.data.errors import RadonDataError
from radon.data.units import per_pci

FIPS_DIGITS = 5


def homes(
    houses: pd.DataFrame, county: str, floor: str, radon: str, unit: str
) -> pd.DataFrame:
    """Check a table of homes and bring it into the book's columns.

    Parameters
    ----------
    houses : pandas.DataFrame
        One row a home.
    county, floor, radon : str
        Which column holds what.
    unit : str
        Unit of the readings, "pCi/L" or "Bq/m3".

    Returns
    -------
    pandas.DataFrame
        Columns key (the county as text), floor (0 or 1), radon [pCi/L],
        basement (missing where not known), and fips and state where the
        table has them; the index is that of `houses`.

    Raises
    ------
    RadonDataError
        If the table has no rows, lacks a column, has one twice, a cell
        cannot be used, or the unit is unknown or contradicted.
    """
    if not isinstance(houses, pd.DataFrame):
        raise RadonDataError(
            f"The homes are a {type(houses).__name__}; wanted a "
            "pandas.DataFrame with one row a home."
        )
    chosen = columns_named(county=county, floor=floor, radon=radon)
    columns = {
        holds: column(houses, name, holds) for holds, name in chosen.items()
    }
    if houses.empty:
        raise RadonDataError(
            "The table of homes has its columns and no rows. Wanted one row "
            "a home: look at the step that selected them."
        )
    one_pci = per_pci(unit, radon)
    out = pd.DataFrame(index=houses.index)
    out["key"] = labels(columns["county"], digits(county))
    out["floor"] = floors(columns["floor"])
    out["radon"] = readings(columns["radon"], unit) / one_pci
    out["basement"] = _basement(houses)
    for name in ("fips", "state"):
        if name in houses.columns:
            given = column(houses, name, name)
            if not given.isna().all():  # as where no home had a code
                out[name] = labels(given, digits(name))
    return out


def digits(name: str) -> int:
    """Say how long a code must be: FIPS codes have leading zeros."""
    return FIPS_DIGITS if name == "fips" else 0


def _basement(houses: pd.DataFrame) -> pd.Series:
    """Whether the house has a basement, where the table says so."""
    if "basement" not in houses.columns:
        return pd.Series(pd.NA, index=houses.index, dtype="boolean")
    return truths(column(houses, "basement", "basement"))
