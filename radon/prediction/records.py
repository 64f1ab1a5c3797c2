"""The answer: draws of homes, their intervals and probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import ndtr, ndtri, stdtr, stdtrit
from scipy.stats import rankdata

from radon.arguments import check_share
from radon.data import Radon, RadonDataError
from radon.data.errors import did_you_mean

QUANTITIES = ("reading", "typical")
HALVINGS = 30


@dataclass(frozen=True, eq=False)
class Prediction:
    """What homes that were not measured would read. Made by `radon.predict`.

    ``reading`` is what one home reads, ``typical`` what the middle home of
    its county reads on that floor: half of them read more. On the log scale
    it is their mean, in pCi/L their median. Under ``zeros="replace"`` that
    is the county's geometric mean, under "shift" the geometric mean of
    readings plus 0.1, less 0.1.

    Attributes
    ----------
    draws : xarray.Dataset
        ``typical``, ``reading`` and ``sigma`` [log pCi/L], (chain, draw,
        house), with coordinates county and floor of each house; ``nu``
        (chain, draw) where homes are Student-t.
    data : Radon
        The survey, for the recipe of the outcome.
    """

    draws: xr.Dataset
    data: Radon = field(repr=False)

    @property
    def homes(self) -> pd.MultiIndex:
        """County and floor of each home, the index of every table here."""
        names = ["county", "floor"]
        return pd.MultiIndex.from_arrays(
            [self.draws[name].to_numpy() for name in names], names=names
        )

    def pci(self) -> xr.Dataset:
        """Return the draws of readings and typical readings in pCi/L.

        Returns
        -------
        xarray.Dataset
            ``typical`` and ``reading`` [pCi/L], (chain, draw, house).
        """
        return self.draws[list(QUANTITIES[::-1])].map(
            lambda y: y.copy(data=self.data.to_pci(y.to_numpy()))
        )

    def interval(
        self, probability: float = 0.9, *, of: str = "reading"
    ) -> pd.DataFrame:
        """Interval and median of each home's reading or typical reading.

        Parameters
        ----------
        probability : float
            How much the interval holds, equal tails.
        of : {"reading", "typical"}
            Of one home, or of the middle home of its county.

        Returns
        -------
        pandas.DataFrame
            Columns low, median and high [pCi/L].

        Notes
        -----
        A reading's quantiles are those of the mixture of Normals, or of
        Student-t, that the draws make: its Monte Carlo error is smaller
        than that of drawn readings.

        Examples
        --------
        >>> import radon
        >>> data = radon.load_radon()
        >>> exact = radon.exact.posterior(
        ...     radon.models.complete_pooling, data
        ... )
        >>> home = radon.predict(exact, data, "Cass", 0, seed=1)
        >>> home.interval().round(0).loc[("Cass", 0)].tolist()
        [1.0, 4.0, 14.0]
        """
        _check_quantity(of)
        probability = check_share("probability", probability, "Try 0.9.")
        tail = (1 - probability) / 2
        shares = (tail, 0.5, 1 - tail)
        found = np.stack([self._quantile(share, of) for share in shares], 1)
        return pd.DataFrame(
            self.data.to_pci(found), self.homes, ["low", "median", "high"]
        )

    def probability_above(
        self,
        threshold: float | Sequence[float] | np.ndarray,
        *,
        of: str = "reading",
    ) -> pd.Series | pd.DataFrame:
        """Probability that a reading, or the typical one, is above a level.

        Parameters
        ----------
        threshold : float or sequence of float
            Levels [pCi/L], above 0.
        of : {"reading", "typical"}
            Of one home, or of the middle home of its county.

        Returns
        -------
        pandas.Series or pandas.DataFrame
            One a home; a column for each of several levels.

        Raises
        ------
        RadonDataError
            Where no level is given, or one is not above 0.
        """
        _check_quantity(of)
        given = self.data.from_pci(threshold)
        levels, shape = np.atleast_1d(given), np.shape(given)
        low = np.any(np.asarray(threshold, float) <= 0)
        if not levels.size or levels.ndim > 1 or low:
            raise RadonDataError(
                f"threshold is {threshold!r}; wanted a level above 0 pCi/L, "
                "such as 4, or a list of some."
            )
        above = 1 - np.array([self._below(level, of) for level in levels])
        if not shape:
            return pd.Series(above[0], self.homes, name=f"above {threshold}")
        columns = pd.Index(np.asarray(threshold), name="threshold")
        return pd.DataFrame(above.T, self.homes, columns)

    def ranks(self, *, of: str = "typical") -> pd.DataFrame:
        """Rank of each home among these, in every draw; 1 is the highest.

        Parameters
        ----------
        of : {"reading", "typical"}
            What is ranked.

        Returns
        -------
        pandas.DataFrame
            A row a draw, a column a home. Homes that a draw cannot tell
            apart share the mean of their ranks.
        """
        _check_quantity(of)
        ranks = rankdata(-self._flat(of), method="average", axis=1)
        return pd.DataFrame(ranks, columns=self.homes)

    def _flat(self, name: str) -> np.ndarray:
        """Draws of one variable, (chain and draw, house)."""
        x = self.draws[name].to_numpy()
        return x.reshape(-1, self.draws.sizes["house"])

    def _below(self, level: float | np.ndarray, of: str) -> np.ndarray:
        """Probability of an outcome below a level, (house,)."""
        typical = self._flat("typical")
        if of == "typical":
            return (typical <= level).mean(axis=0)
        z = (level - typical) / self._flat("sigma")
        if "nu" not in self.draws:
            return ndtr(z).mean(axis=0)
        nu = self.draws["nu"].to_numpy().reshape(-1, 1)
        return stdtr(nu, z).mean(axis=0)

    def _quantile(self, share: float, of: str) -> np.ndarray:
        """Outcome below which a share of the draws lies, (house,)."""
        if of == "typical":
            return np.quantile(self._flat(of), share, axis=0)
        low, high = self._bracket(share)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            under = self._below(middle, of) < share
            low = np.where(under, middle, low)
            high = np.where(under, high, middle)
        return (low + high) / 2

    def _bracket(self, share: float) -> tuple[np.ndarray, np.ndarray]:
        """Return outcomes that a quantile of the mixture lies between."""
        if "nu" in self.draws:
            nu = self.draws["nu"].to_numpy().reshape(-1, 1)
            z = stdtrit(nu, share)
        else:
            z = ndtri(share)
        each = self._flat("typical") + z * self._flat("sigma")
        return each.min(axis=0), each.max(axis=0)


def _check_quantity(of: str) -> None:
    if not isinstance(of, str) or of not in QUANTITIES:
        raise ValueError(
            f"of={of!r} is no quantity.{did_you_mean(of, QUANTITIES)} Wanted "
            "'reading', of one home, or 'typical', of the middle home of its "
            "county."
        )
