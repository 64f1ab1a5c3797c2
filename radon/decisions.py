"""Leave a home as it is, remediate it, or measure it first.

The decision problem of Lin, Gelman, Price and Krantz (1999), for homes that
`radon.predict` predicts.
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtri

from radon.arguments import check_seed, is_number
from radon.prediction import Prediction

if TYPE_CHECKING:
    from radon.prediction.records import Prediction


__all__ = ["Assumptions", "advice", "expected_losses", "losses_of_home"]

ACTIONS = ("leave", "measure", "remediate")
MAY_BE_NOTHING = ("test_cost", "test_error", "passing")
HOUSES = 24  # homes of one draw, one in each of as many equal shares


@dataclass(frozen=True)
class Assumptions:
    """What a decision needs and no reading tells.

    Attributes
    ----------
    worth : float
        What one pCi/L less in the air of the home, year by year, is worth
        to its household [dollars].
    remediation_cost : float
        Of a remediation, its upkeep included [dollars].
    remediated : float
        Annual average after it [pCi/L]; a home below stays as it is.
    test_cost : float
        Of a test that lasts a year, trouble included [dollars].
    test_error : float
        Spread of such a test around the annual average [log pCi/L].
    yearly_share : float
        Annual average where people live, as a share of what short-term
        tests of the same home typically read.
    passing : float
        Spread of short-term tests of one home around their own middle
        [log pCi/L]: the part of sigma that is weather and not houses.
    """

    worth: float
    remediation_cost: float
    remediated: float
    test_cost: float
    test_error: float
    yearly_share: float
    passing: float

    def __post_init__(self) -> None:
        """Refuse what is no amount."""
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            if not is_number(value):
                raise ValueError(f"{name} is {value!r}; wanted a number.")
            free = name in MAY_BE_NOTHING
            if value < 0 or (value == 0 and not free):
                wanted = "0 or more" if free else "a number above 0"
                raise ValueError(f"{name} is {value}; wanted {wanted}.")

    @property
    def action_level(self) -> float:
        """Annual average from which to remediate, were it known [pCi/L]."""
        return self.remediated + self.remediation_cost / self.worth


def expected_losses(
    prediction: "Prediction",
    assumptions: Assumptions,
    *,
    seed: int,
    act_above: ArrayLike | pd.Series | None = None,
) -> pd.DataFrame:
    """Compute what each action is expected to cost each home.

    Parameters
    ----------
    prediction : Prediction
        Homes, one for each decision.
    assumptions : Assumptions
        Costs and errors.
    seed : int
        For homes around their county's middle and the errors of tests,
        both the same in all counties so that these can be compared.
    act_above : float, sequence of float or pandas.Series, optional
        Test result from which to remediate [pCi/L], for all homes or each;
        a series is read by its labels, those of ``prediction.homes`` or
        their counties. Infinity stands for never. Without it, each home
        gets the one at which it expects to lose least.

    Returns
    -------
    pandas.DataFrame
        A row a home: ``leave``, ``measure`` and ``remediate`` [dollars],
        ``act_above`` and the expected annual ``average`` [pCi/L].

    Raises
    ------
    TypeError, ValueError
        Where `prediction` or `assumptions` are something else, where tests
        of one home are to vary more than homes do, homes are Student-t,
        whose mean in pCi/L is infinite, or `act_above` is not a test result
        for each home.

    Notes
    -----
    A loss is ``worth`` times the annual average the household lives with,
    and what it has paid. A test's result tells of the home itself, so
    remediating the homes that read high is better than a coin; the rule
    is a threshold because the expected average rises with the result.

    References
    ----------
    .. [1] Lin, Gelman, Price & Krantz (1999), "Analysis of local decisions
       using hierarchical modeling, applied to home radon measurement and
       remediation", Statistical Science 14, 305-337.
    """
    seed = check_seed(seed)
    if not isinstance(prediction, Prediction):
        raise TypeError(
            f"The prediction is a {type(prediction).__name__}; wanted what "
            "radon.predict returns."
        )
    _check_assumptions(assumptions)
    given = _thresholds(act_above, prediction.homes)
    draws = prediction.draws
    if "nu" in draws:
        raise ValueError(
            "The homes are Student-t, whose mean in pCi/L is infinite: there "
            "is no expected loss. Predict from a model with Normal homes."
        )
    n = len(prediction.homes)
    typical, sigma = (
        draws[name].to_numpy().reshape(-1, n) for name in ("typical", "sigma")
    )
    if np.any(sigma <= assumptions.passing):
        raise ValueError(
            f"passing is {assumptions.passing}, but homes and their tests "
            f"together vary by as little as {sigma.min():.2f} log pCi/L in "
            "these draws. Wanted less than that."
        )
    between = np.sqrt(sigma**2 - assumptions.passing**2)
    rng = np.random.default_rng(seed)
    shape = len(typical), HOUSES
    step = ndtri((np.arange(HOUSES) + rng.random(shape)) / HOUSES)
    error = np.exp(assumptions.test_error * rng.normal(size=shape)).ravel()
    rows = []
    for home in range(n):
        level = typical[:, home, None] + between[:, home, None] * step
        average = assumptions.yearly_share * prediction.data.to_pci(level)
        rows.append(
            losses_of_home(average.ravel(), error, assumptions, given[home])
        )
    return pd.DataFrame(rows, index=prediction.homes)


def _thresholds(
    act_above: ArrayLike | pd.Series | None, homes: pd.Index
) -> list[None] | np.ndarray:
    """Give each home its test result from which to remediate, or None."""
    n = len(homes)
    if act_above is None:
        return [None] * n
    if isinstance(act_above, pd.Series):
        labels = act_above.index
        if labels.nlevels not in (1, homes.nlevels):
            raise ValueError(
                f"act_above is labelled {labels.names}; wanted the labels of "
                "prediction.homes, or names of counties."
            )
        if labels.nlevels == 1:
            homes = homes.get_level_values("county")
        if not labels.equals(homes):
            if labels.has_duplicates:
                raise ValueError(
                    "act_above names a home twice; wanted one test result "
                    "for each."
                )
            act_above = act_above.reindex(homes)
    levels = np.asarray(act_above)
    real = levels.dtype.kind in "iuf"
    if not real or levels.shape not in ((), (n,)) or not np.all(levels >= 0):
        raise ValueError(
            f"act_above is {act_above!r}; wanted a test result [pCi/L] of 0 "
            f"or more, one for all homes or for each of the {n}."
        )
    return np.broadcast_to(levels.astype(float), n)


def _check_assumptions(assumptions: object) -> None:
    if not isinstance(assumptions, Assumptions):
        raise TypeError(
            f"The assumptions are a {type(assumptions).__name__}; wanted "
            "radon.decisions.Assumptions(...)."
        )


def _numbers(name: str, values: ArrayLike) -> np.ndarray:
    """Return an array of numbers, infinite ones too."""
    array = np.asarray(values)
    if array.dtype.kind not in "iuf" or np.isnan(array.astype(float)).any():
        raise ValueError(f"{name} is {values!r}; wanted numbers.")
    return array.astype(float)


def advice(losses: pd.DataFrame) -> pd.Series:
    """Name the action that each home expects to lose least by.

    Parameters
    ----------
    losses : pandas.DataFrame
        As `expected_losses` returns them.

    Returns
    -------
    pandas.Series
        "leave", "measure" or "remediate", a row a home.

    Raises
    ------
    ValueError
        If a column is missing, or a loss is no number.
    """
    columns = getattr(losses, "columns", ())
    if lost := [action for action in ACTIONS if action not in columns]:
        raise ValueError(
            f"The losses have no column {', '.join(lost)}; wanted the table "
            "that expected_losses returns."
        )
    for action in ACTIONS:
        _numbers(action, losses[action])
    return losses[list(ACTIONS)].idxmin(axis=1).rename("advice")


def losses_of_home(
    average: np.ndarray,
    error: np.ndarray,
    assumptions: Assumptions,
    act_above: float | None = None,
) -> dict[str, float]:
    """Average a home's losses over what its annual average may be.

    Parameters
    ----------
    average, error : numpy.ndarray
        Draws of the annual average [pCi/L] and of the factor by which a
        test of the home errs, (draw,).
    assumptions : Assumptions
        Costs.
    act_above : float, optional
        Test result from which to remediate [pCi/L]; without it, the best.

    Returns
    -------
    dict of str to float
        As the columns of `expected_losses`.

    Raises
    ------
    TypeError, ValueError
        If the two are no columns of numbers of one length, negative, or
        `act_above` is none.
    """
    _check_assumptions(assumptions)
    average, error = _numbers("average", average), _numbers("error", error)
    if average.shape != error.shape or average.ndim != 1 or not average.size:
        raise ValueError(
            f"average and error have shapes {average.shape} and "
            f"{error.shape}; wanted two columns of one length."
        )
    if not (average.min() >= 0 and error.min() >= 0):
        raise ValueError(
            f"average falls to {average.min():g} pCi/L and error to "
            f"{error.min():g}; wanted 0 or more of either."
        )
    if act_above is not None and _numbers("act_above", act_above).ndim:
        raise ValueError(f"act_above is {act_above!r}; wanted one number.")
    leave = assumptions.worth * average
    remediate = assumptions.remediation_cost + assumptions.worth * np.minimum(
        average, assumptions.remediated
    )
    result = average * error
    if act_above is None:
        order = np.argsort(result)
        saved = np.cumsum((leave - remediate)[order][::-1])[::-1]
        first = int(np.argmax(np.append(saved, 0.0)))
        act_above = np.append(result[order], np.inf)[first]
    after = np.where(result >= act_above, remediate, leave).mean()
    return {
        "leave": leave.mean(),
        "measure": assumptions.test_cost + after,
        "remediate": remediate.mean(),
        "act_above": float(act_above),
        "average": average.mean(),
    }
