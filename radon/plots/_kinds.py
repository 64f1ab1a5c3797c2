"""What the figures are given, checked before anything is drawn."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from radon.arguments import is_number
from radon.data.records import Radon
from radon.statistics import Reduced


class Kind(NamedTuple):
    """What an argument is to be, in words and as a test."""

    wanted: str
    holds: Callable[[object], bool]


def check(kind: Kind, **given: object) -> None:
    """Refuse arguments that are not of a kind.

    Raises
    ------
    TypeError
        Naming the argument, what it is and what was wanted.

    Examples
    --------
    >>> check(TEXT, county="Cass", label=None)
    Traceback (most recent call last):
        ...
    TypeError: label is a NoneType; wanted text.
    """
    for name, value in given.items():
        if not kind.holds(value):
            raise TypeError(
                f"{name} is a {type(value).__name__}; wanted {kind.wanted}."
            )


def check_optional(kind: Kind, **given: object) -> None:
    """Refuse arguments that are neither None nor of a kind."""
    check(kind, **{k: v for k, v in given.items() if v is not None})


def check_columns(*columns: str, **given: object) -> None:
    """Refuse what is no table, or lacks one of the columns."""
    check(TABLE, **given)
    for name, table in given.items():
        assert isinstance(table, pd.DataFrame)  # refused above
        if missing := [c for c in columns if c not in table]:
            raise ValueError(
                f"{name} has no column {' or '.join(missing)}; it has "
                f"{', '.join(map(str, table.columns)) or 'none'}."
            )


def entries(**given: object) -> dict[str, object]:
    """Name the entries of dicts, for a check of each.

    Examples
    --------
    >>> entries(fits={"NUTS": 1})
    {"In fits, 'NUTS'": 1}
    """
    check(DICT, **given)
    return {
        f"In {name}, {key!r}": value
        for name, values in given.items()
        if isinstance(values, Mapping)
        for key, value in values.items()
    }


def items(**given: object) -> dict[str, object]:
    """Name the items of sequences, for a check of each.

    Examples
    --------
    >>> items(tables=[1, 2])
    {'tables[0]': 1, 'tables[1]': 2}
    """
    check(LIST, **given)
    return {
        f"{name}[{place}]": value
        for name, values in given.items()
        if isinstance(values, Sequence)
        for place, value in enumerate(values)
    }


def names(what: str, values: str | Iterable[str]) -> list[str]:
    """Return one name, or any number of them, as a list."""
    check(NAMES, **{what: values})
    return [values] if isinstance(values, str) else list(values)


def some(what: str, values: str | Iterable[str]) -> list[str]:
    """Return one name or more as a list, refusing none at all."""
    found = names(what, values)
    if not found:
        raise ValueError(f"{what} is empty; wanted one name or more.")
    return found


def floats(what: str, values: pd.Series) -> pd.Series:
    """Turn numbers into floats, refusing what is none."""
    try:
        if values.dtype.kind == "c":
            raise TypeError
        return values.astype(float)
    except (OverflowError, TypeError, ValueError):
        raise TypeError(
            f"{what} has values that are no numbers, such as "
            f"{next(filter(_is_no_float, values))!r}; wanted numbers."
        ) from None


def _is_no_float(value: Any) -> bool:
    if value is None:  # pandas takes it for NaN
        return False
    try:
        float(value)
    except (OverflowError, TypeError, ValueError):
        return True
    return False


def is_exact(value: object) -> bool:
    """Whether it is the answer of `radon.exact.posterior`."""
    from radon.exact import Posterior

    return isinstance(value, Posterior)


def _is_prediction(value: object) -> bool:
    from radon.prediction.records import Prediction

    return isinstance(value, Prediction)


def _is_calibration(value: object) -> bool:
    from radon.checks.calibration import Calibration

    return isinstance(value, Calibration)


def one_of(wanted: str, *types: type) -> Kind:
    """Return the kind of these types."""
    return Kind(wanted, lambda value: isinstance(value, types))


def _or(kind: Kind, other: Kind) -> Kind:
    return Kind(
        f"{kind.wanted}, or {other.wanted}",
        lambda value: kind.holds(value) or other.holds(value),
    )


TEXT = one_of("text", str)
NAME = one_of("the name of a parameter, such as 'alpha'", str)
FLAG = one_of("True or False", bool, np.bool_)
NUMBER = Kind("a number", is_number)
NAMES = one_of("a name, or a list of names", Iterable)
DICT = one_of("a dict, {'a name': ...}", Mapping)
LIST = one_of("a list", list, tuple)
TABLE = one_of("a DataFrame", pd.DataFrame)
SERIES = one_of("a Series", pd.Series)
STATISTIC = Kind("a function of log readings", callable)
SURVEY = one_of("a survey, as radon.load_radon() gives it", Radon)
COUNTIES = one_of(SURVEY.wanted, Radon, Reduced)
TREE = one_of("a DataTree, as radon.fit returns it", xr.DataTree)
EXACT = Kind("a posterior of radon.exact.posterior", is_exact)
DRAWN = _or(TREE, EXACT)
FIT = _or(one_of("a DataFrame with a row a county", pd.DataFrame), DRAWN)
PREDICTION = Kind("what radon.predict returns", _is_prediction)
CALIBRATION = Kind("what radon.checks.calibrate returns", _is_calibration)
