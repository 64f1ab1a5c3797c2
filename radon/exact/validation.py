"""Cross-validation: how well homes or counties left out are predicted."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_hashable

from radon.data.design import several
from radon.data.errors import listed
from radon.data.records import Radon


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """Predictions of homes or counties by a model that never saw them.

    Attributes
    ----------
    model : str
        Name of the model.
    left_out : str
        ``"house"`` or ``"county"``.
    table : pandas.DataFrame
        A row for each home or county left out: ``elpd``, its log predictive
        density given the rest; for homes also ``county``, ``floor``,
        ``prediction`` (posterior mean of alpha + beta x given the rest) and
        ``residual`` [log pCi/L], for counties ``n_houses`` and ``rmse``.
    outcome : numpy.ndarray
        Log radon of all homes of the survey, (house,): densities of other
        outcomes are not to be compared.
    """

    model: str
    left_out: str
    table: pd.DataFrame
    outcome: np.ndarray = field(repr=False)

    @property
    def elpd(self) -> float:
        """Sum of the log predictive densities."""
        return float(self.table["elpd"].sum())

    @property
    def se(self) -> float:
        """Standard error of :attr:`elpd`; NaN where it is infinite."""
        return _standard_error(self.table["elpd"])

    @property
    def rmse(self) -> float:
        """Root mean squared error over homes [log pCi/L]."""
        if self.left_out == "house":
            return float(np.sqrt(np.mean(self.table["residual"] ** 2)))
        n = self.table["n_houses"]
        return float(np.sqrt((n * self.table["rmse"] ** 2).sum() / n.sum()))

    @property
    def undefined(self) -> list[str]:
        """Labels whose elpd is minus infinity.

        What is left without them is fitted without error, the posterior is
        improper, and in the limit it gives the home left out no density.
        """
        return self.table.index[np.isneginf(self.table["elpd"])].tolist()

    def only(self, labels: Iterable[Any]) -> "CrossValidation":
        """Restrict to some homes or counties.

        Parameters
        ----------
        labels : sequence
            Labels of the table's index.

        Returns
        -------
        CrossValidation
            Of those alone.

        Raises
        ------
        ValueError
            If there are none, or one is not in the table or named twice.
        """
        labels = list(labels) if several(labels) else [labels]
        known = set(self.table.index)
        lost = [x for x in labels if not is_hashable(x) or x not in known]
        if lost or not labels or len(set(labels)) < len(labels):
            what = f"no {self.left_out} {listed(lost)}" if lost else "repeats"
            raise ValueError(
                f"labels are {listed(labels) or 'none'}: "
                f"{what}. Wanted some of the table's index, each once: "
                f"{listed(self.table.index)}."
            )
        return replace(self, table=self.table.loc[labels])

    def compare(self, other: "CrossValidation") -> pd.Series:
        """Difference from another model on the same homes or counties.

        Parameters
        ----------
        other : CrossValidation
            Of the same homes or counties.

        Returns
        -------
        pandas.Series
            ``elpd_difference`` (positive where this model predicts better),
            its paired standard error ``se`` and the number ``n`` of pairs.

        Raises
        ------
        TypeError, ValueError
            If the two leave out different things, or predict other outcomes.
        """
        if not isinstance(other, CrossValidation):
            raise TypeError(
                f"cannot compare with a {type(other).__name__}: give what "
                "another exact posterior's .loo() or .leave_county_out() "
                "returned."
            )
        if self.left_out != other.left_out or not self.table.index.equals(
            other.table.index
        ):
            raise ValueError(
                f"cannot pair {len(self.table)} x {self.left_out} left out "
                f"with {len(other.table)} x {other.left_out}: compare the "
                "same homes or counties; .only(labels) restricts both."
            )
        if not np.array_equal(self.outcome, other.outcome):
            raise ValueError(
                "cannot compare densities of different outcomes: the two "
                "surveys differ in their readings or in how zeros are "
                "treated. Load both alike."
            )
        with np.errstate(invalid="ignore"):
            gap = self.table["elpd"] - other.table["elpd"]
        return pd.Series(
            {
                "elpd_difference": gap.sum(skipna=False),
                "se": _standard_error(gap),
                "n": len(gap),
            },
            name=f"{self.model} minus {other.model}",
        )


def _standard_error(values: pd.Series) -> float:
    if not np.isfinite(values).all() or len(values) < 2:
        return float("nan")
    return float(np.sqrt(len(values)) * np.std(values, ddof=1))


def by_home(
    model: str, data: Radon, elpd: np.ndarray, prediction: np.ndarray
) -> CrossValidation:
    """Cross-validation with a home left out at a time.

    Parameters
    ----------
    model : str
        Its name.
    data : Radon
        The survey.
    elpd, prediction : numpy.ndarray
        By home, (house,).

    Returns
    -------
    CrossValidation
        With the residuals.
    """
    table = pd.DataFrame(
        {
            "county": data.houses["county"].to_numpy(),
            "floor": data.design.floor,
            "elpd": elpd,
            "prediction": prediction,
            "residual": data.log_radon - prediction,
        },
        index=data.houses.index,
    )
    return CrossValidation(model, "house", table, data.log_radon)


def by_county(
    model: str, data: Radon, elpd: np.ndarray, prediction: np.ndarray
) -> CrossValidation:
    """Cross-validation with a county left out at a time.

    Parameters
    ----------
    model : str
        Its name.
    data : Radon
        The survey.
    elpd : numpy.ndarray
        Joint log density of each county's homes, (county,).
    prediction : numpy.ndarray
        Of each home by the model that never saw its county, (house,).

    Returns
    -------
    CrossValidation
        With an error a county.
    """
    county = data.design.county
    n = np.bincount(county, minlength=len(elpd))
    squares = np.bincount(
        county, (data.log_radon - prediction) ** 2, minlength=len(elpd)
    )
    table = pd.DataFrame(
        {"n_houses": n, "elpd": elpd, "rmse": np.sqrt(squares / n)},
        index=data.counties.index,
    )
    return CrossValidation(model, "county", table, data.log_radon)
