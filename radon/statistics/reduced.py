"""A survey of which the sums are left and the homes are not."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from radon.data import outcome
from radon.data.design import Design, fixed, names_of
from radon.data.errors import RadonDataError
from radon.statistics.sums import Statistics, combine


class Sketch(NamedTuple):
    """A few homes with which a model can be tried.

    Attributes
    ----------
    design : Design
        One home in every county and floor that has any.
    log_radon : numpy.ndarray
        The mean of the homes it stands for [log pCi/L], (house,).
    """

    design: Design
    log_radon: np.ndarray


@dataclass(frozen=True, eq=False)
class Reduced:
    """A survey reduced to its sufficient statistics: it holds no homes.

    Made by :func:`reduce`. The exact posterior of every linear Gaussian
    model follows from it as from the homes. Two of one county table add up:
    ``monday + tuesday``.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a county, with a home or without, as `Radon.counties`.
    totals : Statistics
        In the same order.
    zeros : str
        The outcome's recipe.
    """

    table: pd.DataFrame
    totals: Statistics
    zeros: str

    def __repr__(self) -> str:
        """Say how much there is of what."""
        return (
            f"Reduced({int(self.totals.n.sum()):,} homes in "
            f"{len(self.counties)} counties, {len(self.unmeasured)} "
            f"unmeasured, zeros={self.zeros!r})"
        )

    def __add__(self, other: "Reduced") -> "Reduced":
        """Take the homes of two parts together."""
        if not isinstance(other, Reduced):
            return NotImplemented
        if not self._places.equals(other._places):
            raise RadonDataError(
                f"The two parts have county tables of {len(self.table)} and "
                f"{len(other.table)} rows that differ. Reduce both against "
                "one table."
            )
        if self.zeros != other.zeros:
            raise RadonDataError(
                f"The outcomes differ: zeros={self.zeros!r} and "
                f"zeros={other.zeros!r}. Reduce both by one recipe."
            )
        return Reduced(
            self.table, combine(self.totals, other.totals), self.zeros
        )

    @property
    def _places(self) -> pd.DataFrame:
        return self.table[["fips", "state", "uranium"]]

    @cached_property
    def _is_measured(self) -> np.ndarray:
        return self.totals.n.sum(1) > 0

    @cached_property
    def _counted(self) -> pd.DataFrame:
        n_houses = self.totals.n.sum(1).astype(np.int64)
        return self.table.assign(n_houses=n_houses)

    @property
    def counties(self) -> pd.DataFrame:
        """Counties with a home, as `Radon.counties`."""
        return self._counted[self._is_measured]

    @property
    def unmeasured(self) -> pd.DataFrame:
        """Counties in which no home was measured."""
        return self._counted[~self._is_measured]

    @cached_property
    def statistics(self) -> Statistics:
        """Sufficient statistics of the counties with a home."""
        return Statistics(*(x[self._is_measured] for x in self.totals))

    @cached_property
    def design(self) -> Design:
        """What is known of the counties, and no home."""
        counties, n = self.counties, self.statistics.n
        state = names_of(counties["state"])
        none = np.array([], dtype=np.int64)
        arrays = (
            none,
            none,
            counties["log_uranium"].to_numpy(np.float64),
            n[:, 1] / n.sum(1),
            np.searchsorted(np.unique(state), state),
        )
        return Design(*map(fixed, arrays))

    @property
    def log_radon(self) -> np.ndarray:
        """The outcome of no home, (0,)."""
        return np.array([])

    @cached_property
    def coords(self) -> dict[str, np.ndarray]:
        """Names of the levels: county, house (none) and state."""
        return {
            "county": names_of(self.counties.index),
            "house": np.arange(0),
            "state": np.unique(names_of(self.counties["state"])),
        }

    @cached_property
    def sketch(self) -> Sketch:
        """A few homes with which a model can be tried."""
        county, floor = np.nonzero(self.statistics.n)
        design = self.design._replace(county=fixed(county), floor=fixed(floor))
        return Sketch(design, fixed(self.statistics.mean[county, floor]))

    def from_pci(self, x: Any) -> Any:
        """Turn radon [pCi/L] into the outcome [log pCi/L], any shape."""
        return outcome.from_pci(x, self.zeros)

    def to_pci(self, y: Any) -> Any:
        """Turn the outcome [log pCi/L] into radon [pCi/L], any shape."""
        return outcome.to_pci(y, self.zeros)
