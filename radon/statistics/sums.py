"""Sufficient statistics of homes, and what can be done with them."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from radon.data.records import Radon
    from radon.statistics.reduced import Reduced

from radon.arguments import check_count
from radon.data.errors import listed


class Statistics(NamedTuple):
    """Sufficient statistics by county and floor.

    Attributes
    ----------
    n : numpy.ndarray
        Number of homes, (county, 2); column 0 is the basement, column 1 the
        first floor.
    mean : numpy.ndarray
        Mean log radon [log pCi/L], (county, 2); 0 where there is no home.
    sum_of_squares : numpy.ndarray
        Sum of squares around that mean [(log pCi/L)^2], (county, 2).
    """

    n: np.ndarray
    mean: np.ndarray
    sum_of_squares: np.ndarray


def sufficient_statistics(
    county: ArrayLike, floor: ArrayLike, log_radon: ArrayLike, n_counties: int
) -> Statistics:
    """Reduce homes to their sufficient statistics.

    Parameters
    ----------
    county : array_like of int
        Index of each home's county, (house,), from 0.
    floor : array_like of int
        0 for the basement, 1 for the first floor, (house,).
    log_radon : array_like of float
        Outcome [log pCi/L], (house,).
    n_counties : int
        Number of counties, with or without a home.

    Returns
    -------
    Statistics
        One row a county, one column a floor.

    Raises
    ------
    ValueError
        If the three columns differ in length, an index falls outside the
        county table, floor is neither 0 nor 1, or an outcome is not finite.

    Notes
    -----
    Two passes: means first, then squares around them. Equal readings give a
    sum of squares of exactly 0, which matters where a county's few homes
    are fitted without error.

    Examples
    --------
    >>> sums = sufficient_statistics([0, 0, 1], [0, 0, 1], [1.0, 3.0, 2.0], 2)
    >>> sums.n.tolist(), sums.mean.tolist()
    ([[2, 0], [0, 1]], [[2.0, 0.0], [0.0, 2.0]])
    >>> sums.sum_of_squares.tolist()
    [[2.0, 0.0], [0.0, 0.0]]
    """
    n_counties = check_count("n_counties", n_counties, least=1)
    county, floor = _indices("county", county), _indices("floor", floor)
    y = _outcomes(log_radon)
    if not county.shape == floor.shape == y.shape or y.ndim != 1:
        raise ValueError(
            "county, floor and log_radon must be columns of one length; got "
            f"shapes {county.shape}, {floor.shape} and {y.shape}."
        )
    if y.size and not (county.min() >= 0 and county.max() < n_counties):
        raise ValueError(
            f"county must lie between 0 and {n_counties - 1}; got "
            f"{county.min()} to {county.max()}. Count counties from 0."
        )
    if not np.isin(floor, (0, 1)).all():
        raise ValueError(
            "floor must be 0 (basement) or 1 (first floor); got "
            f"{sorted(set(floor.tolist()) - {0, 1})}. Drop other codes."
        )
    cell, cells = 2 * county + floor, 2 * n_counties
    n = np.bincount(cell, minlength=cells)
    safe_n = np.maximum(n, 1)
    origin = np.zeros(cells)
    origin[cell] = y  # any home of the cell; a second pass refines it
    shift = np.bincount(cell, y - origin[cell], minlength=cells) / safe_n
    mean = origin + shift
    squares = np.bincount(cell, (y - mean[cell]) ** 2, minlength=cells)
    shape = (n_counties, 2)
    return Statistics(
        n.reshape(shape), mean.reshape(shape), squares.reshape(shape)
    )


def _indices(name: str, values: ArrayLike) -> np.ndarray:
    """Return an array of whole numbers; bools and whole floats count."""
    array = np.asarray(values)
    if array.dtype.kind == "f" and np.all(array == np.floor(array)):
        array = array.astype(np.int64)
    if array.size and array.dtype.kind not in "iub":
        got = listed(array.ravel().tolist())
        raise ValueError(
            f"{name} must be whole numbers; got {got}. "
            "radon.statistics.reduce takes a table of homes by name."
        )
    return array.astype(np.int64)


def _outcomes(values: ArrayLike) -> np.ndarray:
    """Return an array of finite floats."""
    array = np.asarray(values)
    real = not array.size or array.dtype.kind in "iuf"
    finite = np.zeros(array.shape, dtype=bool)
    if real:
        finite = np.isfinite(array.astype(float))
    if not np.all(finite):
        bad = array.ravel()[~finite.ravel()] if real else array.ravel()
        raise ValueError(
            f"log_radon must be finite numbers; got {listed(bad.tolist())}. "
            "Drop those homes from county, floor and log_radon alike."
        )
    return array.astype(float)


def combine(first: Statistics, second: Statistics) -> Statistics:
    """Statistics of two sets of homes taken together.

    Parameters
    ----------
    first, second : Statistics
        Of the same counties, in the same order, and of different homes.

    Returns
    -------
    Statistics
        As if the homes had been reduced in one go.

    Raises
    ------
    TypeError, ValueError
        If one is something else, or the two have different numbers of
        counties.

    References
    ----------
    .. [1] Chan, Golub & LeVeque (1983), "Algorithms for computing the sample
       variance", The American Statistician 37, 242-247.

    Examples
    --------
    >>> one = sufficient_statistics([0], [0], [1.0], 1)
    >>> two = sufficient_statistics([0], [0], [3.0], 1)
    >>> both = combine(one, two)
    >>> float(both.mean[0, 0]), float(both.sum_of_squares[0, 0])
    (2.0, 2.0)
    """
    for part in (first, second):
        _check_statistics(part)
    if first.n.shape != second.n.shape:
        raise ValueError(
            f"cannot combine {len(first.n)} counties with {len(second.n)}: "
            "reduce both parts against the same county table."
        )
    n = first.n + second.n
    safe_n = np.maximum(n, 1)
    gap = second.mean - first.mean
    mean = np.where(
        first.n == 0, second.mean, first.mean + gap * second.n / safe_n
    )
    between = gap**2 * first.n * second.n / safe_n
    squares = first.sum_of_squares + second.sum_of_squares + between
    return Statistics(n, mean, squares)


def pooled(statistics: Statistics) -> Statistics:
    """Statistics of all counties taken as one.

    Parameters
    ----------
    statistics : Statistics
        Of any number of counties.

    Returns
    -------
    Statistics
        One row: the whole survey as a single county.

    Raises
    ------
    TypeError
        If it is something else.

    Examples
    --------
    >>> sums = sufficient_statistics([0, 1], [0, 0], [1.0, 3.0], 2)
    >>> pooled(sums).mean.tolist()
    [[2.0, 0.0]]
    """
    _check_statistics(statistics)
    n = statistics.n.sum(0)
    weights = statistics.n / np.maximum(n, 1)
    mean = (weights * statistics.mean).sum(0)
    squares = (
        statistics.sum_of_squares
        + statistics.n * (statistics.mean - mean) ** 2
    )
    return Statistics(n[None], mean[None], squares.sum(0)[None])


def _check_statistics(statistics: object) -> None:
    if not isinstance(statistics, Statistics):
        raise TypeError(
            f"Got a {type(statistics).__name__}; wanted Statistics, as "
            "sufficient_statistics returns them and data.statistics is."
        )


def least_squares(data: "Radon | Reduced") -> pd.DataFrame:
    """Least-squares line of each county by itself.

    Parameters
    ----------
    data : Radon
        The survey.

    Returns
    -------
    pandas.DataFrame
        Columns ``alpha`` (expected basement reading) and ``beta`` (first
        floor minus basement) [log pCi/L], a row a county; NaN where the
        county has no basement reading (both) or no first-floor reading
        (``beta``).

    Raises
    ------
    TypeError
        If there is no survey.

    Examples
    --------
    >>> import radon
    >>> lines = least_squares(radon.load_radon())
    >>> int(lines["beta"].isna().sum())
    25
    """
    sums = getattr(data, "statistics", None)
    if not isinstance(sums, Statistics):
        raise TypeError(
            f"The data are a {type(data).__name__}; wanted a survey, as "
            "radon.load_radon() gives it."
        )
    mean = np.where(sums.n > 0, sums.mean, np.nan)
    return pd.DataFrame(
        {"alpha": mean[:, 0], "beta": mean[:, 1] - mean[:, 0]},
        index=data.counties.index,
    )
