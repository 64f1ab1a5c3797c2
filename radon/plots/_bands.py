"""Simultaneous bands for the difference of an empirical CDF from uniform."""

import numpy as np

PROBABILITY = 0.9
SIMULATIONS = 1000


def grid(points: int = 100) -> np.ndarray:
    """Return the places, strictly inside (0, 1), where a CDF is compared."""
    return np.arange(1, points) / points


def difference(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the empirical CDF of values in [0, 1], minus the uniform one."""
    ordered = np.sort(np.asarray(values, dtype=float))
    return np.searchsorted(ordered, at, side="right") / len(ordered) - at


def uniform_band(n: int, at: np.ndarray) -> np.ndarray:
    """Return half the width of a band for n independent uniforms.

    The band is c standard deviations of the empirical CDF wide, with c
    such that 90 % of simulated samples stay inside at every place at once.

    Parameters
    ----------
    n : int
        Size of the sample.
    at : array (place,)
        Evenly spaced places in (0, 1).

    Returns
    -------
    array (place,)
    """
    rng = np.random.default_rng(0)
    cells = np.full(len(at) + 1, 1 / (len(at) + 1))
    counts = rng.multinomial(n, cells, size=SIMULATIONS)
    paths = counts.cumsum(axis=1)[:, :-1] / n - at
    return _scaled(paths, np.sqrt(at * (1 - at) / n))


def chain_band(n: int, chains: int, at: np.ndarray) -> np.ndarray:
    """Return the same for the ranks of n draws within n x chains.

    Ranks are dealt to chains without replacement, so the chains lean on
    each other; all of them stay inside together in 90 % of simulations.
    """
    rng = np.random.default_rng(0)
    total = n * chains
    dealt = np.tile(np.repeat(np.arange(chains), n), (SIMULATIONS // 2, 1))
    dealt = rng.permuted(dealt, axis=1)
    places = (at * total).astype(int) - 1
    paths = np.stack(
        [
            (dealt == chain).cumsum(axis=1)[:, places] / n - at
            for chain in range(chains)
        ],
        axis=1,
    )
    return _scaled(paths, np.sqrt(at * (1 - at) / n * (1 - 1 / chains)))


def _scaled(paths: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    reach = np.abs(paths / deviation).reshape(len(paths), -1).max(axis=1)
    return np.quantile(reach, PROBABILITY) * deviation
