"""Design: what a model knows before it sees a reading."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from radon.data.columns import floors, series
from radon.data.errors import RadonDataError, did_you_mean, listed

if TYPE_CHECKING:
    from radon.data.records import Radon


class Design(NamedTuple):
    """What a model knows of homes and counties before it sees a reading.

    Attributes
    ----------
    county : numpy.ndarray
        Index of each home's county, from 0, (house,).
    floor : numpy.ndarray
        Where the detector stood: 0 basement, 1 first floor, (house,).
    log_uranium : numpy.ndarray
        Soil uranium [log ppm], NaN where unknown, (county,).
    mean_floor : numpy.ndarray
        Share of first-floor readings, (county,).
    state : numpy.ndarray
        Index of each county's state, from 0, (county,).

    Examples
    --------
    >>> import radon
    >>> design = radon.load_radon().design
    >>> design.n_counties, design.county[:6].tolist()
    (85, [0, 0, 0, 0, 1, 1])
    """

    county: np.ndarray
    floor: np.ndarray
    log_uranium: np.ndarray
    mean_floor: np.ndarray
    state: np.ndarray

    @property
    def n_counties(self) -> int:
        """Number of counties, with or without a home in this design."""
        return len(self.log_uranium)

    @property
    def n_states(self) -> int:
        """Number of states that these counties are in."""
        return int(np.max(np.asarray(self.state))) + 1


def design_of(houses: pd.DataFrame, counties: pd.DataFrame) -> Design:
    """Make the design of a survey's homes.

    Parameters
    ----------
    houses, counties : pandas.DataFrame
        The tables of a `Radon`.

    Returns
    -------
    Design
        Its arrays cannot be written to.
    """
    county = counties.index.get_indexer(pd.Index(houses["county"]))
    floor = houses["floor"].to_numpy(np.int64)
    first = np.bincount(county, floor, minlength=len(counties))
    state = names_of(counties["state"])
    return _frozen(
        Design(
            county=county.astype(np.int64),
            floor=floor,
            log_uranium=counties["log_uranium"].to_numpy(np.float64),
            mean_floor=first / counties["n_houses"].to_numpy(np.float64),
            state=np.searchsorted(np.unique(state), state),
        )
    )


def placed(
    data: "Radon", county: str | Iterable[str], floor: ArrayLike
) -> Design:
    """Make the design of homes that were not measured, for `Radon.at`."""
    names, level = asked_for(county, floor)
    where = np.array([_position(data, name) for name in names])
    where, level = np.broadcast_arrays(where, level)
    return _frozen(data.design._replace(county=where, floor=level))


def asked_for(
    county: str | Iterable[str], floor: ArrayLike
) -> tuple[list[str], np.ndarray]:
    """Read which homes are asked for.

    Parameters
    ----------
    county : str or sequence of str
        Where they stand.
    floor : int or sequence of int
        0 or 1.

    Returns
    -------
    names : list
        Not yet looked up.
    level : numpy.ndarray
        int64; as many as names, or one of either.

    Raises
    ------
    RadonDataError
        If a floor is neither 0 nor 1, or the two differ in length.
    """
    names: list[Any] = list(county) if several(county) else [county]
    one: Any = floor if several(floor) else [floor]
    level = floors(series("floor", one))
    if not names or not len(level) or len({len(names), len(level), 1}) > 2:
        raise RadonDataError(
            f"{len(names)} counties and {len(level)} floors: wanted one "
            "floor for each county, or a single one of either."
        )
    return names, level


def several(things: object) -> TypeGuard[Iterable[Any]]:
    """Whether it is a sequence of things and not one of them."""
    return np.iterable(things) and not isinstance(things, str | bytes)


def is_among(name: object, index: Collection[Any]) -> bool:
    """Whether something is a label of a table; no list is one."""
    return isinstance(name, str) and name in index


def _position(data: "Radon", name: str) -> int:
    """Find a measured county's place in the county table."""
    if is_among(name, data.counties.index):
        return int(data.counties.index.get_indexer(pd.Index([name]))[0])
    if is_among(name, data.unmeasured.index):
        raise RadonDataError(
            f"No home was measured in {name!r}, so it has no coefficient of "
            f"its own. Choose one of the {len(data.counties)} counties in "
            "data.counties."
        )
    known = [*data.counties.index, *data.unmeasured.index]
    raise RadonDataError(
        f"No county named {name!r}.{did_you_mean(name, known)} Names are as "
        f"in data.counties: {listed(data.counties.index)}."
    )


def names_of(values: Iterable[object]) -> np.ndarray:
    """Return labels as a NumPy array of strings."""
    return np.array([str(value) for value in values])


def fixed(array: np.ndarray) -> np.ndarray:
    """Return a copy of an array that cannot be written to."""
    array = array.copy()
    array.setflags(write=False)
    return array


def _frozen(design: Design) -> Design:
    """Return a design whose arrays cannot be written to."""
    return Design(*(fixed(array) for array in design))
