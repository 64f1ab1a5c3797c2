"""The one error of input, and how it names rows and names."""

import difflib
from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd

SHOWN = 5  # offending rows and names that a message lists


class RadonDataError(ValueError):
    """Input that would give a wrong answer, or none.

    The message says what was got, what was wanted and what to do.
    """


def plural(count: int, noun: str) -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> plural(1, "row"), plural(1234, "row")
    ('1 row', '1,234 rows')
    """
    ending = "" if count == 1 else "s"
    return f"{count:,} {noun}{ending}"


def listed(things: Iterable[object]) -> str:
    """List the first few things, and say how many were left out.

    Examples
    --------
    >>> listed(["Grant", "Red Lake"])
    "'Grant', 'Red Lake'"
    >>> listed(range(12))
    '0, 1, 2, 3, 4 and 7 more'
    """
    things = list(things)
    shown = ", ".join(repr(thing) for thing in things[:SHOWN])
    left = len(things) - SHOWN
    return f"{shown} and {left:,} more" if left > 0 else shown


def offending(
    column: Hashable,
    bad: np.ndarray,
    values: pd.Series,
    problem: str,
    remedy: str,
) -> RadonDataError:
    """Make the error for rows of a column that cannot be used.

    Parameters
    ----------
    column : str
        Name of the column.
    bad : numpy.ndarray of bool
        True where a row is at fault, (row,).
    values : pandas.Series
        The column as it was given, (row,); its index names the rows.
    problem : str
        What is wrong, as the end of "2 of 9 rows ...".
    remedy : str
        What to do about it.

    Returns
    -------
    RadonDataError
        To be raised.
    """
    count = int(bad.sum())
    name = values.index.name or "row"
    first = values[bad].iloc[:SHOWN]
    shown = ", ".join(
        f"{name} {row}: {_bare(value)!r}" for row, value in first.items()
    )
    more = f" and {count - SHOWN:,} more" if count > SHOWN else ""
    return RadonDataError(
        f"Column {column!r}: {plural(count, 'row')} of {len(values):,} "
        f"{problem} ({shown}{more}). {remedy}"
    )


def _bare(value: object) -> object:
    """Turn a NumPy scalar into a plain one, whose repr is shorter."""
    return value.item() if hasattr(value, "item") else value


def plain(name: object) -> str:
    """Reduce a name to what survives another way of writing it.

    Examples
    --------
    >>> plain("St. Louis") == plain("SAINT LOUIS") == plain("stlouis")
    True
    """
    letters = "".join(c for c in str(name).casefold() if c.isalnum())
    return "st" + letters[5:] if letters.startswith("saint") else letters


def did_you_mean(name: object, known: Iterable[object]) -> str:
    """Suggest the nearest known name, as a sentence that may be empty.

    Examples
    --------
    >>> did_you_mean("Saint Louis", ["St. Louis", "Aitkin"])
    " Did you mean 'St. Louis'?"
    >>> did_you_mean("Paris", ["St. Louis", "Aitkin"])
    ''
    """
    by_plain = {plain(label): label for label in known}
    near = difflib.get_close_matches(plain(name), by_plain, n=1, cutoff=0.7)
    return f" Did you mean {by_plain[near[0]]!r}?" if near else ""
