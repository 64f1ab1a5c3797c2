"""The records: Design, what a model sees, and Radon, a survey."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from radon.data import outcome
from radon.data.columns import floors
from radon.data.counties import county_table, table_from
from radon.data.errors import RadonDataError, did_you_mean, listed
from radon.data.homes import homes
from radon.data.join import joined


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
    def n_counties(self):
        """Number of counties, with or without a home in this design."""
        return len(self.log_uranium)


@dataclass(frozen=True, eq=False)
class Radon:
    """A survey: its homes, their counties, and the recipe of the outcome.

    Attributes
    ----------
    houses : pandas.DataFrame
        One row a home, index house: fips, county, floor (0 or 1), basement
        (missing where not known), radon [pCi/L], log_radon [log pCi/L].
    counties : pandas.DataFrame
        One row a measured county, index county, ordered by FIPS code: fips,
        state, uranium [ppm], log_uranium [log ppm], longitude and latitude
        [degrees], n_houses.
    unmeasured : pandas.DataFrame
        The same columns, for counties in which no home was measured.
    zeros : str
        The outcome's recipe: "shift" is log(radon + 0.1), "replace" is
        log(radon) with zeros set to 0.1 first.
    dropped : pandas.Series
        Number of homes left out, by reason.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> data
    Radon(919 homes in 85 counties, 2 unmeasured, zeros='shift')
    >>> data.counties.loc["Aitkin", "n_houses"].item()
    4
    """

    houses: pd.DataFrame
    counties: pd.DataFrame
    unmeasured: pd.DataFrame
    zeros: str
    dropped: pd.Series

    @classmethod
    def from_frame(
        cls,
        houses,
        counties=None,
        *,
        county="county",
        floor="floor",
        radon="radon",
        zeros="shift",
    ):
        """Make a survey of a reader's own homes.

        Names are compared as they are written, spaces at their ends aside;
        FIPS codes may be numbers. A floor may be 0 and 1 as numbers, truth
        values or text, and a number may be text.

        Parameters
        ----------
        houses : pandas.DataFrame
            One row a home. A column basement (Y and N, or truth values) is
            kept; columns fips and state must agree with the county table.
        counties : pandas.DataFrame, optional
            One row a county, with homes or without: its name in a column or
            index county, and, if known, fips, state, uranium [ppm],
            longitude and latitude. An empty or zero uranium is unknown.
            Without this table the homes tell which counties there are, and
            uranium models refuse.
        county, floor, radon : str
            The columns of `houses` that hold the county, the floor (0
            basement, 1 first floor) and the reading [pCi/L]. With
            county="fips" the two tables are joined by FIPS code.
        zeros : str
            The recipe of the outcome, "shift" or "replace".

        Returns
        -------
        Radon
            The survey.

        Raises
        ------
        RadonDataError
            If a column is missing or doubled, a cell cannot be used, a
            county is unknown, or there are no rows.

        Examples
        --------
        >>> import pandas as pd
        >>> mine = pd.DataFrame(
        ...     {
        ...         "county": ["Cass", "Cass", "Clay"],
        ...         "floor": [0, 1, 0],
        ...         "radon": [3.1, 0.0, 5.2],
        ...     }
        ... )
        >>> Radon.from_frame(mine)
        Radon(3 homes in 2 counties, 0 unmeasured, zeros='shift')
        """
        zeros = outcome.recipe(zeros)
        found = homes(houses, county, floor, radon)
        if counties is None:
            table = table_from(found)
        else:
            table = county_table(counties, county)
        measured, present, absent = joined(found, table)
        measured["log_radon"] = outcome.from_pci(measured["radon"], zeros)
        none = pd.Series(
            [], index=pd.Index([], name="reason"), name="homes", dtype=int
        )
        return cls(measured, present, absent, zeros, none)

    def __repr__(self):
        """Say how much there is of what."""
        return (
            f"Radon({len(self.houses):,} homes in {len(self.counties)} "
            f"counties, {len(self.unmeasured)} unmeasured, "
            f"zeros={self.zeros!r})"
        )

    @cached_property
    def design(self):
        """The design of all homes."""
        county = self.counties.index.get_indexer(self.houses["county"])
        floor = self.houses["floor"].to_numpy(np.int64)
        first = np.bincount(county, floor, minlength=len(self.counties))
        states = self.coords["state"]
        return _frozen(
            Design(
                county=county.astype(np.int64),
                floor=floor,
                log_uranium=self.counties["log_uranium"].to_numpy(float),
                mean_floor=first / self.counties["n_houses"].to_numpy(float),
                state=np.searchsorted(states, _text(self.counties["state"])),
            )
        )

    @cached_property
    def log_radon(self):
        """The outcome [log pCi/L], (house,)."""
        return _fixed(self.houses["log_radon"].to_numpy(np.float64))

    @cached_property
    def coords(self):
        """Names of the levels: county, house and state."""
        return {
            "county": _text(self.counties.index),
            "house": np.arange(len(self.houses)),
            "state": np.unique(_text(self.counties["state"])),
        }

    @cached_property
    def statistics(self):
        """Sufficient statistics by county and floor."""
        from radon.statistics import sufficient_statistics

        return sufficient_statistics(
            self.design.county,
            self.design.floor,
            self.log_radon,
            self.design.n_counties,
        )

    def at(self, county, floor):
        """Return the design of homes that were not measured.

        Parameters
        ----------
        county : str or sequence of str
            Where they stand, by the county's label.
        floor : int or sequence of int
            Where the detector is to stand, 0 or 1.

        Returns
        -------
        Design
            As many homes as asked for, beside the full county table.

        Raises
        ------
        RadonDataError
            If a county is unknown or has no home, if a floor is neither 0
            nor 1, or if the two differ in length.

        Examples
        --------
        >>> import radon
        >>> radon.load_radon().at("Aitkin", [0, 1]).floor
        array([0, 1])
        """
        names = [county] if isinstance(county, str) else list(county)
        level = floors(pd.Series(np.atleast_1d(floor), name="floor"))
        if not names or not len(level) or not _match(names, level):
            raise RadonDataError(
                f"{len(names)} counties and {len(level)} floors: wanted one "
                "floor for each county, or a single one of either."
            )
        where = np.array([self._position(name) for name in names])
        where, level = np.broadcast_arrays(where, level)
        new = {"county": where.copy(), "floor": level.copy()}
        return _frozen(self.design._replace(**new))

    def _position(self, name):
        """Find a measured county's place in the county table."""
        if name in self.counties.index:
            return self.counties.index.get_loc(name)
        if name in self.unmeasured.index:
            raise RadonDataError(
                f"No home was measured in {name!r}, so it has no coefficient "
                f"of its own. Choose one of the {len(self.counties)} "
                "counties in data.counties."
            )
        known = [*self.counties.index, *self.unmeasured.index]
        raise RadonDataError(
            f"No county named {name!r}.{did_you_mean(name, known)} Names are "
            f"as in data.counties: {listed(self.counties.index)}."
        )

    def from_pci(self, x):
        """Turn radon [pCi/L] into the outcome [log pCi/L], any shape.

        Parameters
        ----------
        x : array_like
            Radon [pCi/L], 0 or more.

        Returns
        -------
        array_like
            The outcome, of the same shape.

        Raises
        ------
        RadonDataError
            If a value is negative, missing, infinite or no number.

        Examples
        --------
        >>> import radon
        >>> round(float(radon.load_radon().from_pci(4)), 3)
        1.411
        """
        return outcome.from_pci(x, self.zeros)

    def to_pci(self, y):
        """Turn the outcome [log pCi/L] into radon [pCi/L], any shape.

        Parameters
        ----------
        y : array_like
            The outcome [log pCi/L]; under "shift" what lies below log(0.1)
            is no radon at all, 0.

        Returns
        -------
        array_like
            Radon [pCi/L], of the same shape.

        Examples
        --------
        >>> import radon
        >>> data = radon.load_radon(zeros="replace")
        >>> round(float(data.to_pci(data.from_pci(4))), 6)
        4.0
        """
        return outcome.to_pci(y, self.zeros)


def _match(names, level):
    """Whether names and floors pair up, or one of them is single."""
    return len({len(names), len(level)} - {1}) <= 1


def _text(values):
    """Labels as a NumPy array of strings."""
    return np.array([str(value) for value in values])


def _fixed(array):
    """Return a copy that cannot be written to."""
    array = array.copy()
    array.setflags(write=False)
    return array


def _frozen(design):
    """Return a design whose arrays cannot be written to."""
    return Design(*(_fixed(array) for array in design))
