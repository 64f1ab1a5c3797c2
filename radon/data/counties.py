"""A table of counties: the reader's, or the one the homes imply."""

import numpy as np
import pandas as pd

from radon.data.cells import column
from radon.data.columns import labels, numbers
from radon.data.errors import RadonDataError, listed, offending, plain
from radon.data.homes import digits

NO_STATE = "all"


def county_table(counties: pd.DataFrame, key: str) -> pd.DataFrame:
    """Check a table of counties and bring it into the book's columns.

    Parameters
    ----------
    counties : pandas.DataFrame
        One row a county: the columns `key` and county (or an index of that
        name), and fips, state, uranium, longitude and latitude if known.
    key : str
        The column by which homes find their county.

    Returns
    -------
    pandas.DataFrame
        Columns key, fips, state, uranium, log_uranium, longitude and
        latitude; index the labels, ordered by FIPS code where all are known.

    Raises
    ------
    RadonDataError
        If two counties have one label or one key, or a cell cannot be used.
    """
    if not isinstance(counties, pd.DataFrame):
        raise RadonDataError(
            f"The county table is a {type(counties).__name__}; wanted a "
            "pandas.DataFrame with one row a county."
        )
    if counties.index.name not in (None, *counties.columns):
        counties = counties.reset_index()
    key = key if key in counties.columns else "county"
    label = "county" if "county" in counties.columns else key
    out = pd.DataFrame(index=counties.index)
    for role, name in (("key", key), ("label", label)):
        out[role] = labels(column(counties, name, "county"), digits(name))
        _refuse_doubles(out[role], name)
    out["fips"] = _texts(counties, "fips", pd.NA)
    if out["fips"].notna().all():
        _refuse_doubles(out["fips"], "fips")
    out["state"] = _texts(counties, "state", NO_STATE)
    for name in ("uranium", "longitude", "latitude"):
        out[name] = (
            numbers(column(counties, name, name), "", missing=True)
            if name in counties.columns
            else np.nan
        )
    out["uranium"], out["log_uranium"] = _uranium(out["uranium"])
    out = out.set_index("label").rename_axis("county")
    return out.sort_values("fips") if out["fips"].notna().all() else out


def _texts(table: pd.DataFrame, name: str, default: object) -> pd.Series:
    """Take an optional column of text or codes."""
    if name in table.columns:
        values = column(table, name, name)
        if not values.isna().all():
            return labels(values, digits(name))
    return pd.Series(default, index=table.index, dtype=object)


def _uranium(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Uranium [ppm] and its logarithm; 0 is a county never surveyed."""
    negative = (values < 0).to_numpy()
    if negative.any():
        raise offending(
            values.name,
            negative,
            values,
            "are negative",
            "Give parts per million, and leave unknown cells empty.",
        )
    known = values.where(values > 0)
    return known, np.log(known)


def _refuse_doubles(values: pd.Series, name: str) -> None:
    """Refuse a county table in which a name or code occurs twice."""
    twice = values.duplicated(keep=False).to_numpy()
    if twice.any():
        raise offending(
            name,
            twice,
            values,
            "of the county table share their name or code",
            "Keep one row a county, and tell counties of one name apart, as "
            "in 'Clay, MN' and 'Clay, MO'.",
        )


def table_from(found: pd.DataFrame, county: str) -> pd.DataFrame:
    """Make the county table that homes without one imply.

    Parameters
    ----------
    found : pandas.DataFrame
        Checked homes, as `homes` returns them.
    county : str
        The reader's name of the county column, for messages.

    Returns
    -------
    pandas.DataFrame
        As `county_table` returns it: labels in alphabetical order (by FIPS
        code where the homes have them), uranium unknown.

    Raises
    ------
    RadonDataError
        If one label stands for two counties, or two labels look like one.
    """
    extra = [name for name in ("fips", "state") if name in found]
    table = found[["key", *extra]].drop_duplicates()
    twice = table["key"].duplicated(keep=False).to_numpy()
    if twice.any():
        raise offending(
            county,
            twice,
            (table["key"] + " (" + table[extra].agg(", ".join, axis=1) + ")"),
            "share a name or code and differ in state or FIPS code",
            "Write 'Clay, MN' and 'Clay, MO', or name the column of FIPS "
            "codes instead: county='fips'.",
        )
    if "fips" in extra:
        shared = table["fips"].duplicated(keep=False).to_numpy()
        if shared.any():
            raise offending(
                "fips",
                shared,
                table["fips"] + " (" + table["key"] + ")",
                "share a FIPS code and differ in name",
                "Correct the code or the name, or drop the column fips.",
            )
    spellings = table["key"].groupby(table["key"].map(plain)).agg(list)
    alike = [names for names in spellings if len(names) > 1]
    if alike:
        more = f" (and {len(alike) - 1} more like it)" if alike[1:] else ""
        raise RadonDataError(
            f"Column {county!r}: {listed(alike[0])} look like one county in "
            f"{len(alike[0])} spellings{more}. "
            "Choose one spelling, or give a county table that has both."
        )
    table = table.sort_values("key").rename(columns={"key": "county"})
    return county_table(table.reset_index(drop=True), "county")
