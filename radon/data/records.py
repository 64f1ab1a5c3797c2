"""The record of a survey: homes, counties and the outcome's recipe."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from radon.data import outcome
from radon.data.counties import county_table, table_from
from radon.data.design import Design, design_of, fixed, names_of, placed
from radon.data.homes import homes
from radon.data.join import joined

if TYPE_CHECKING:
    from radon.statistics.sums import Statistics


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
        houses: pd.DataFrame,
        counties: pd.DataFrame | None = None,
        *,
        county: str = "county",
        floor: str = "floor",
        radon: str = "radon",
        unit: str = "pCi/L",
        zeros: str = "shift",
    ) -> Self:
        """Make a survey of a reader's own homes.

        Names are compared as they are written, spaces at their ends aside;
        FIPS codes may be numbers. A floor may be 0 and 1 as numbers, truth
        values or text, and a number may be text.

        Parameters
        ----------
        houses : pandas.DataFrame
            One row a home. A column basement (Y or N, yes or no, true or
            false, 1 or 0, in any case) is kept; columns fips and state must
            agree with the county table.
        counties : pandas.DataFrame, optional
            One row a county, with homes or without: its name in a column or
            index county, and, if known, fips, state, uranium [ppm],
            longitude and latitude. An empty or zero uranium is unknown.
            Without this table the homes tell which counties there are, and
            uranium models refuse.
        county, floor, radon : str
            The columns of `houses` that hold the county, the floor (0
            basement, 1 first floor) and the reading. With county="fips" the
            two tables are joined by FIPS code.
        unit : str
            Unit of the readings, "pCi/L" or "Bq/m3"; 37 Bq/m3 are 1 pCi/L,
            and pCi/L is what the survey holds.
        zeros : str
            The recipe of the outcome, "shift" or "replace".

        Returns
        -------
        Radon
            The survey.

        Raises
        ------
        RadonDataError
            If a column is missing or doubled, its name contradicts the
            unit, a cell cannot be used, a county is unknown, or there are
            no rows.

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
        found = homes(houses, county, floor, radon, unit)
        if counties is None:
            table = table_from(found, county)
        else:
            table = county_table(counties, county)
        measured, present, absent = joined(found, table, county)
        measured["log_radon"] = outcome.from_pci(measured["radon"], zeros)
        none = pd.Series(
            [], index=pd.Index([], name="reason"), name="homes", dtype=int
        )
        return cls(measured, present, absent, zeros, none)

    def __repr__(self) -> str:
        """Say how much there is of what."""
        return (
            f"Radon({len(self.houses):,} homes in {len(self.counties)} "
            f"counties, {len(self.unmeasured)} unmeasured, "
            f"zeros={self.zeros!r})"
        )

    @cached_property
    def design(self) -> Design:
        """The design of all homes."""
        return design_of(self.houses, self.counties)

    @cached_property
    def log_radon(self) -> np.ndarray:
        """The outcome [log pCi/L], (house,)."""
        return fixed(self.houses["log_radon"].to_numpy(np.float64))

    @cached_property
    def coords(self) -> dict[str, np.ndarray]:
        """Names of the levels: county, house and state."""
        return {
            "county": names_of(self.counties.index),
            "house": np.arange(len(self.houses)),
            "state": np.unique(names_of(self.counties["state"])),
        }

    @cached_property
    def statistics(self) -> "Statistics":
        """Sufficient statistics by county and floor."""
        from radon.statistics import sufficient_statistics

        return sufficient_statistics(
            self.design.county,
            self.design.floor,
            self.log_radon,
            self.design.n_counties,
        )

    def at(self, county: str | Iterable[str], floor: ArrayLike) -> Design:
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
        return placed(self, county, floor)

    def from_pci(self, x: Any) -> Any:
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

    def to_pci(self, y: Any) -> Any:
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
