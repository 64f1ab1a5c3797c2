"""Two tables joined: every home finds its county, or the reader is told."""

import numpy as np
import pandas as pd

from radon.data.counties import NO_STATE
from radon.data.errors import did_you_mean, offending

COUNTIES = [
    "fips",
    "state",
    "uranium",
    "log_uranium",
    "longitude",
    "latitude",
    "n_houses",
]


def joined(
    found: pd.DataFrame, table: pd.DataFrame, county: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give every home its county, by key, never by the order of rows.

    Parameters
    ----------
    found : pandas.DataFrame
        Checked homes, as `homes` returns them.
    table : pandas.DataFrame
        Counties, as `county_table` returns them.
    county : str
        The reader's name of the county column, for messages.

    Returns
    -------
    houses, counties, unmeasured : pandas.DataFrame
        The homes; the counties with a home; the counties without.

    Raises
    ------
    RadonDataError
        If a home's county is not in the table, or the two tables disagree
        about a home's FIPS code or state.
    """
    label_of = pd.Series(table.index, index=table["key"], dtype=object)
    known = found["key"].isin(label_of.index).to_numpy()
    if not known.all():
        first = found["key"][~known].iloc[0]
        raise offending(
            county,
            ~known,
            found["key"],
            "are of a county that the county table does not have",
            f"No county {first!r} in it.{did_you_mean(first, label_of.index)}"
            " Spell the name as the table does, or add the county to it.",
        )
    label = label_of.loc[found["key"]].to_numpy()
    _refuse_strife(found, table.loc[label], "fips")
    _refuse_strife(found, table.loc[label], "state")
    houses = pd.DataFrame(
        {
            "fips": table["fips"].loc[label].to_numpy(),
            "county": label,
            "floor": found["floor"].to_numpy(),
            "basement": found["basement"].array,
            "radon": found["radon"].to_numpy(),
        }
    ).rename_axis("house")
    counts = houses["county"].value_counts()
    n_houses = counts.reindex(table.index, fill_value=0).astype(np.int64)
    table = table.assign(n_houses=n_houses)[COUNTIES]
    measured = table["n_houses"] > 0
    return houses, table[measured], table[~measured]


def _refuse_strife(
    found: pd.DataFrame, table: pd.DataFrame, name: str
) -> None:
    """Refuse homes whose own code is not that of their county."""
    theirs = table[name].to_numpy()
    if name not in found or pd.isna(theirs).any():
        return
    if name == "state" and (theirs == NO_STATE).all():
        return
    wrong = found[name].to_numpy() != theirs
    if wrong.any():
        row = int(np.argmax(wrong))
        raise offending(
            name,
            wrong,
            found[name],
            "disagree with the county table",
            f"There {table.index[row]!r} has {theirs[row]!r}. Correct the "
            "county or the code, or drop the column.",
        )
