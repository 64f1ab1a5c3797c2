"""How far the empirical distribution of uniform ranks may stray.

The band of Säilynoja, Bürkner and Vehtari (2022): at each of a hundred
places an interval of one tail probability, chosen so that the empirical
distribution of n uniforms stays inside at all places at once with a given
probability. That probability is computed, not simulated: counts of uniforms
are independent Poisson counts given their sum, so the paths that stay
inside add up step by step.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom, poisson

PLACES = 100
TINY = 1e-9  # below it, one minus a probability is rounding


def places() -> np.ndarray:
    """Return the places, strictly inside (0, 1), where shares are compared.

    Examples
    --------
    >>> places()[[0, -1]].round(2).tolist()
    [0.01, 0.99]
    """
    return np.arange(1, PLACES) / PLACES


def shares(ranks: ArrayLike, draws: int) -> np.ndarray:
    """Share of ranks below each place.

    Parameters
    ----------
    ranks : array_like of int
        How many of the posterior draws lie below the truth, (simulation,).
    draws : int
        Out of how many; one more is a multiple of 100, so that a uniform
        rank lies below each place with the place's own probability.

    Returns
    -------
    numpy.ndarray
        (place,), between 0 and 1.

    Examples
    --------
    >>> shares([0, 99, 150, 199], draws=199)[[0, 49, 98]].tolist()
    [0.25, 0.5, 0.75]
    """
    if (draws + 1) % PLACES:
        raise ValueError(
            f"draws is {draws}; wanted one less than a multiple of {PLACES}, "
            f"such as {2 * PLACES - 1}, so that ranks fall evenly."
        )
    below = np.sort(np.asarray(ranks))
    edges = np.arange(1, PLACES) * (draws + 1) // PLACES
    return np.searchsorted(below, edges) / len(below)


@lru_cache(maxsize=32)
def band(n: int, probability: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
    """Band that holds the shares of n uniform ranks, at all places at once.

    Parameters
    ----------
    n : int
        Number of ranks.
    probability : float
        With which it holds them; a little more, for counts are whole.

    Returns
    -------
    low, high : numpy.ndarray
        Shares (place,).

    References
    ----------
    .. [1] Säilynoja, Bürkner & Vehtari (2022), "Graphical test for discrete
       uniformity and its applications in goodness-of-fit evaluation and
       multiple sample comparison", Statistics and Computing 32, 32.

    Examples
    --------
    >>> low, high = band(1000)
    >>> round(float(high[49] - low[49]), 2)
    0.09
    """
    log_least, log_most = np.log(1e-6), 0.0
    for _ in range(30):  # to 1e-8 in the logarithm
        middle = (log_least + log_most) / 2
        if _inside(*_interval(n, np.exp(middle)), n) >= probability:
            log_least = middle
        else:
            log_most = middle
    low, high = _interval(n, np.exp(log_least))
    return low / n, high / n


def p_value(ranks: np.ndarray, draws: int) -> float:
    """Probability that uniform ranks stray as far as these, or further.

    Parameters
    ----------
    ranks : array_like of int
        (simulation,).
    draws : int
        As in :func:`shares`.

    Returns
    -------
    float
        Below 1e-9, an upper bound of it.

    Examples
    --------
    >>> import numpy as np
    >>> p_value(np.arange(200), draws=199)
    1.0
    >>> p_value(np.arange(200) // 2, draws=199) < 1e-20
    True
    """
    n = len(ranks)
    count = np.rint(shares(ranks, draws) * n)
    at = places()
    tail = np.minimum(binom.cdf(count, n, at), binom.sf(count - 1, n, at))
    level = min(1.0, 2 * tail.min())
    if PLACES * level < TINY:
        return float(PLACES * level)  # Bonferroni's inequality
    low, high = _interval(n, level)
    low += binom.cdf(low, n, at) <= level / 2 * (1 + TINY)
    high -= binom.sf(high - 1, n, at) <= level / 2 * (1 + TINY)
    return float(min(1.0, max(level, 1 - _inside(low, high, n))))


def _interval(n: int, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return counts whose tails hold half the level or more, (place,)."""
    at = places()
    return binom.ppf(level / 2, n, at), binom.isf(level / 2, n, at)


def _inside(low: np.ndarray, high: np.ndarray, n: int) -> float:
    """Probability that n uniforms have a count within all bounds."""
    step = poisson.pmf(np.arange(n + 1), n / PLACES)
    step = step[: np.flatnonzero(step > 1e-30).max() + 1]
    paths = np.ones(1)  # by count; none below place 0
    start = 0
    for a, b in zip(low.astype(int), high.astype(int), strict=True):
        if a > b:
            return 0.0
        paths = np.convolve(paths, step)
        paths = paths[max(a - start, 0) : b - start + 1]
        start = max(a, start)
    left = n - start - np.arange(len(paths))
    last = poisson.pmf(left, n / PLACES)
    return float(paths @ last / poisson.pmf(n, n))
