"""What a model is given, checked before JAX sees it.

JAX clamps an index that is too large, wraps a negative one and stretches an
outcome of one home over all of them, each without a word.
"""

from typing import overload

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from radon.data.columns import floors, numbers, series
from radon.data.design import Design
from radon.data.errors import RadonDataError, listed, offending, plural
from radon.data.records import Radon

LARGEST = 2.0**53  # whole number up to which all have a float


@overload
def check_design(
    design: Design, log_radon: None = None
) -> tuple[Design, None]: ...


@overload
def check_design(
    design: Design, log_radon: ArrayLike
) -> tuple[Design, np.ndarray]: ...


def check_design(
    design: Design, log_radon: ArrayLike | None = None
) -> tuple[Design, np.ndarray | None]:
    """Check a design and an outcome, and bring them into NumPy's types.

    Parameters
    ----------
    design : Design
        Homes and counties; arrays, lists or series.
    log_radon : array_like, optional
        Outcome [log pCi/L], (house,). Integers are turned into floats. With
        an outcome each county must have a home; without one it need not.

    Returns
    -------
    design : Design
        int64 and float64.
    log_radon : numpy.ndarray or None
        float64, (house,).

    Raises
    ------
    RadonDataError
        If an index is not from 0 to the number of counties less one, a
        county has no home, a floor is neither 0 nor 1, a length or shape is
        wrong, or an outcome is not finite.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> design, log_radon = check_design(data.design, data.log_radon)
    >>> one_off = data.design._replace(county=data.design.county + 1)
    >>> check_design(one_off, data.log_radon)
    Traceback (most recent call last):
        ...
    radon.data.errors.RadonDataError: Column 'county': 2 rows of 919 ...
    """
    if not isinstance(design, Design):
        raise RadonDataError(
            f"The design is a {type(design).__name__}; wanted a Design, such "
            "as data.design or data.at(...)."
        )
    n_counties = _n_counties(design)
    county = _indices("county", design.county)
    if not len(county):
        raise RadonDataError("The design has no rows. Wanted a home.")
    _refuse_indices(county, n_counties)
    floor = floors(series("floor", design.floor))
    _refuse_length("floor", len(floor), len(county))
    clean = Design(
        county=county,
        floor=floor,
        log_uranium=_floats("log_uranium", design.log_uranium, missing=True),
        mean_floor=_shares("mean_floor", design.mean_floor),
        state=_states(design.state),
    )
    if log_radon is None:
        return clean, None
    _refuse_empty(county, n_counties)
    y = _floats("log_radon", log_radon)
    _refuse_length("log_radon", len(y), len(county))
    return clean, y


def require_uranium(data: Radon | Design) -> None:
    """Refuse a survey in which a county's soil uranium is not known.

    Parameters
    ----------
    data : Radon or Design
        What a model with uranium is to be fitted to.

    Raises
    ------
    RadonDataError
        Naming the counties; by their place where `data` is a design, which
        has no names.

    Examples
    --------
    >>> import radon
    >>> require_uranium(radon.load_radon())
    >>> require_uranium(radon.load_radon("AZ"))
    Traceback (most recent call last):
        ...
    radon.data.errors.RadonDataError: Column 'log_uranium': unknown in 1 ...
    """
    design = data.design if isinstance(data, Radon) else data
    where = np.flatnonzero(~np.isfinite(np.asarray(design.log_uranium)))
    if not len(where):
        return
    names = where.tolist()
    if isinstance(data, Radon):
        names = data.counties.index[where].tolist()
    raise RadonDataError(
        f"Column 'log_uranium': unknown in {len(where)} of "
        f"{design.n_counties} counties ({listed(names)}). A model with "
        "uranium needs it in every county: leave these counties' homes out, "
        "add the uranium to the county table, or choose a model without it."
    )


def _floats(name: str, values: ArrayLike, missing: bool = False) -> np.ndarray:
    """Convert a column to float64."""
    return numbers(
        series(name, values),
        "Drop these rows from the design and the outcome alike.",
        missing=missing,
    )


def _shares(name: str, values: ArrayLike) -> np.ndarray:
    """Convert a column of shares, each from 0 to 1, to float64."""
    out = _floats(name, values)
    bad = (out < 0) | (out > 1)
    if bad.any():
        column = pd.Series(out, name=name)
        remedy = (
            "Give each county the share of its readings that were taken on "
            "the first floor; data.design has it."
        )
        raise offending(name, bad, column, "are not from 0 to 1", remedy)
    return out


def _indices(name: str, values: ArrayLike) -> np.ndarray:
    """Convert a column of indices to int64."""
    column = series(name, values)
    remedy = f"Index the {name} from 0; data.design does."
    out = numbers(column, remedy)
    broken = (out != np.floor(out)) | (np.abs(out) > LARGEST)
    if broken.any():
        why = "are not whole, or too large"
        raise offending(name, broken, column, why, remedy)
    return out.astype(np.int64)


def _refuse_indices(county: np.ndarray, n_counties: int) -> None:
    """Refuse indices outside the county table, and guess why they are."""
    bad = (county < 0) | (county >= n_counties)
    if not bad.any():
        return
    column = pd.Series(county, name="county")
    if county.min() == -1:
        why = (
            "An index of -1 marks a name that was not found: correct the "
            "name or drop the row."
        )
    elif county.min() == 1 and county.max() == n_counties:
        why = "They count from 1: subtract 1."
    else:
        why = (
            "Count from 0, and let log_uranium, mean_floor and state have "
            "one entry for every county."
        )
    last = n_counties - 1
    raise offending("county", bad, column, f"are not from 0 to {last}", why)


def _refuse_empty(county: np.ndarray, n_counties: int) -> None:
    """Refuse an outcome that leaves a county of the table without a home."""
    empty = np.flatnonzero(np.bincount(county, minlength=n_counties) == 0)
    if len(empty):
        raise RadonDataError(
            f"Column 'county': {len(empty)} of {n_counties} counties in the "
            f"county table have no home (index {listed(empty.tolist())}). "
            "Either the index does not count from 0 or the table is too "
            "long: keep counties without a home out of it. "
            "Radon.from_frame does both."
        )


def _refuse_length(name: str, got: int, wanted: int) -> None:
    """Refuse a column that is not as long as the column county."""
    if got != wanted:
        raise RadonDataError(
            f"Column {name!r} has {plural(got, 'row')}, column 'county' has "
            f"{wanted:,}. Wanted one row a home in both, in the same order."
        )


def _n_counties(design: Design) -> int:
    """Return the length of the county columns, which must agree."""
    names = ("log_uranium", "mean_floor", "state")
    lengths = {n: len(series(n, getattr(design, n))) for n in names}
    if len(set(lengths.values())) > 1:
        raise RadonDataError(
            f"The county columns differ in length: {lengths}. Wanted one "
            "entry for every county in each."
        )
    if not lengths["state"]:
        raise RadonDataError("The county table is empty. Wanted a county.")
    return lengths["state"]


def _states(values: ArrayLike) -> np.ndarray:
    """Convert the states' indices; each state up to the last has a county."""
    state = _indices("state", values)
    used = np.unique(state)
    if not np.array_equal(used, np.arange(len(used))):
        lost = np.setdiff1d(np.arange(len(used)), used)
        raise RadonDataError(
            f"Column 'state': indices run from {used[0]} to {used[-1]} and "
            f"leave out {listed(lost.tolist())}. Wanted 0, 1, 2 and so on, "
            "every one in use."
        )
    return state
