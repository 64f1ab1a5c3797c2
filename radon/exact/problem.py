"""Homes and priors of a model as the quadrature sees them."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from radon.exact.ladder import Ladder
from radon.exact.sums import CellMoments, cell_moments, pairs_of
from radon.statistics.sums import Statistics


class Problem(NamedTuple):
    """Homes and priors as the quadrature sees them.

    ``n``, ``mean`` (2, county) and ``squares`` (county,) are the sufficient
    statistics, means relative to what the ``reference`` (county, 2) expects.

    Columns are the effects of states, where there are any, and then the
    locations. ``rows`` (county, 2, column) says how a county's coefficients
    follow them; ``loc`` and ``scale`` (location,) are the locations' priors,
    ``loc`` relative to the reference. ``reports`` (report, column) are the
    combinations that have a name, and ``centre`` (report,) what is to be
    added to them.

    Counties with as many homes on each floor share their algebra: ``sizes``
    (2, size) are the distinct numbers of homes, ``size_of`` (county,) says
    which is a county's and ``moments`` holds what each size adds up.
    ``units`` are the c of a, b and s, below which a scale, in units of
    sigma, cannot be told from 0; ``typical`` is a rough sigma squared.
    """

    n: np.ndarray
    mean: np.ndarray
    squares: np.ndarray
    reference: np.ndarray
    rows: np.ndarray
    loc: np.ndarray
    scale: np.ndarray
    reports: np.ndarray
    centre: np.ndarray
    priors: dict[str, Any]
    fixed: dict[str, float]
    varying: tuple[str, ...]
    state: np.ndarray | None
    sizes: np.ndarray
    size_of: np.ndarray
    pairs: list[tuple[int, int]]
    moments: CellMoments
    units: tuple[float, float, float]
    typical: float

    @property
    def centred_inside(self) -> bool:
        """Whether log sigma is an inner axis, centred given the ratios."""
        return "sigma" in self.priors and not any(
            key.startswith("sigma") for key in self.fixed
        )

    @property
    def n_states(self) -> int:
        """How many of the columns are effects of states."""
        return self.rows.shape[2] - len(self.scale)


def frame(ladder: Ladder, statistics: Statistics) -> Problem:
    """Prepare homes and priors for the quadrature.

    Parameters
    ----------
    ladder : Ladder
        A model in which homes share their spread.
    statistics : Statistics
        Of the homes, (county, 2).

    Returns
    -------
    Problem
        Means relative to the line through the means of all homes.
    """
    n = statistics.n.T.astype(float)
    total = n.sum(1)
    outcome = statistics.mean.T - np.cumsum(ladder.offset, axis=1).T
    level = (n * outcome).sum(1) / np.maximum(total, 1)
    if total[0] == 0:
        level[0] = level[1]
    line = np.array([level[0], level[1] - level[0] if total[1] else 0.0])
    expected = np.cumsum(line)[:, None]
    mean = np.where(n > 0, outcome - expected, 0.0)
    squares = statistics.sum_of_squares.sum(1)
    sizes, size_of = np.unique(n, axis=1, return_inverse=True)
    size_of = size_of.ravel()

    centre = np.zeros(len(ladder.locations))
    centre[:2] = line
    loc, reports = ladder.loc - centre, np.eye(len(centre))
    rows, n_states = ladder.rows, 0
    if ladder.state is not None:
        n_states = int(ladder.state.max()) + 1
        member = np.zeros((len(rows), 2, n_states))
        member[np.arange(len(rows)), 0, ladder.state] = 1
        rows = np.concatenate([member, rows], axis=2)
        size = rows.shape[2]
        reports = np.eye(size)[np.r_[n_states:size, :n_states]]
        reports[-n_states:, n_states] = 1  # around the level of all states
        centre = np.r_[centre, np.full(n_states, line[0])]
    pairs = pairs_of(rows.shape[2] + 1, n_states)
    return Problem(
        n,
        mean,
        squares,
        ladder.offset + line,
        rows,
        loc,
        ladder.scale,
        reports,
        centre,
        ladder.priors,
        ladder.fixed,
        ladder.varying,
        ladder.state,
        sizes,
        size_of,
        pairs,
        cell_moments(
            rows,
            mean,
            squares.sum(),
            total.sum(),
            size_of,
            sizes.shape[1],
            pairs,
        ),
        _units(n, ladder.state),
        _typical(n, mean, squares.sum()),
    )


def _typical(n: np.ndarray, mean: np.ndarray, within: float) -> float:
    homes = n.sum()
    spare = homes - np.sum(n > 0)
    if spare > 0 and within > 0:  # homes that share their cell tell most
        return within / spare
    square = within + np.sum(n * mean**2)
    return max(square / homes, 1e-12) if homes > 2 else 1.0


def _units(
    n: np.ndarray, state: np.ndarray | None
) -> tuple[float, float, float]:
    n0, n1 = n
    both = n0 * n1 / np.maximum(n0 + n1, 1)
    members = np.zeros(1)
    if state is not None:
        members = np.bincount(state, n0 + n1 > 0)
    return tuple(
        (2 / max(np.sum(size**2), 1.0)) ** 0.25
        for size in (n0 + n1, both, members)
    )


def products(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights of the entries of a symmetric matrix in x' M y.

    Parameters
    ----------
    x, y : numpy.ndarray
        Rows, (county, column).

    Returns
    -------
    numpy.ndarray
        (county, entry), entries as in ``numpy.triu_indices``.
    """
    k, i = _entries(x.shape[1])
    return x[:, k] * y[:, i] + np.where(k == i, 0, x[:, i] * y[:, k])


_entries = lru_cache(np.triu_indices)
