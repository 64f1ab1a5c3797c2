"""A diagnostic held against its limit, worst value first."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

MOST_R_HAT = 1.01
LEAST_EFFECTIVE = 400
LEAST_E_BFMI = 0.3


class Limit(NamedTuple):
    """One diagnostic of many parameters, counties or chains, and its limit.

    `failing` holds the values beyond the limit, worst first. `worst` is
    rounded against the fit, so that it never looks better than it is.
    """

    name: str
    limit: str
    values: pd.Series
    failing: pd.Series
    worst: float
    where: str
    digits: int

    def row(self) -> dict[str, object]:
        """Return this check as a row of a table."""
        return {
            "check": self.name,
            "worst": self.worst,
            "limit": self.limit,
            "where": self.where,
            "failing": len(self.failing),
            "passed": self.failing.empty,
        }

    def fault(self) -> str:
        """Say in a line what is beyond the limit, and by how much."""
        if self.name == "divergences":
            places = named(self.failing, 0, most=len(self.failing))
            return f"divergences: {self.worst}, where none may be: {places}"
        worst = named(self.failing, self.digits)
        return (
            f"{self.name} must be {self.limit}: {len(self.failing)} of "
            f"{len(self.values)} fail, worst {worst}"
        )


def at_most(name: str, values: pd.Series, limit: float, digits: int) -> Limit:
    """Hold values against an upper limit."""
    ordered = values.sort_values(ascending=False, na_position="first")
    failing = ordered[~(ordered <= limit)]
    return _limit(name, f"<= {limit}", ordered, failing, np.ceil, digits)


def at_least(name: str, values: pd.Series, limit: float, digits: int) -> Limit:
    """Hold values against a lower limit."""
    ordered = values.sort_values(na_position="first")
    failing = ordered[~(ordered >= limit)]
    return _limit(name, f">= {limit}", ordered, failing, np.floor, digits)


def no_divergences(counts: pd.Series) -> Limit:
    """Hold counts of divergent transitions, a chain or county each, to 0."""
    ordered = counts.sort_values(ascending=False)
    failing = ordered[ordered > 0]
    where = "nowhere" if failing.empty else str(ordered.index[0])
    total = int(counts.sum())
    return Limit("divergences", "== 0", ordered, failing, total, where, 0)


def named(values: pd.Series, digits: int, most: int = 5) -> str:
    """Write the first few values with their names: `sigma_beta 23, ...`."""
    return listed([f"{k} {v:.{digits}f}" for k, v in values.items()], most)


def listed(names: Sequence[object] | np.ndarray, most: int = 5) -> str:
    """Write the first few names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(map(str, names[:most])) + (
        f" and {rest} more" if rest > 0 else ""
    )


def _limit(
    name: str,
    limit: str,
    ordered: pd.Series,
    failing: pd.Series,
    away: Callable[[Any], Any],
    digits: int,
) -> Limit:
    shown = away(ordered.iloc[0] * 10**digits) / 10**digits
    failing = away(failing * 10**digits) / 10**digits  # never on the limit
    worst = int(shown) if digits == 0 and np.isfinite(shown) else float(shown)
    where = str(ordered.index[0])
    return Limit(name, limit, ordered, failing, worst, where, digits)
