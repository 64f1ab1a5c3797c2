"""The axes of a quadrature: where their nodes are, and what each weighs."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial.legendre import leggauss, legvander
from scipy.interpolate import CubicSpline


class Axis(NamedTuple):
    """Nodes of one coordinate.

    ``nodes`` and ``widths``, their weights in an integral, (node,), lie
    between ``low`` and ``high``; ``is_even`` says that they are evenly
    spaced, as is best where the density has vanished at both ends.
    """

    nodes: np.ndarray
    widths: np.ndarray
    low: float
    high: float
    is_even: bool

    def refined(self, values: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Interpolate values between the nodes.

        Parameters
        ----------
        values : numpy.ndarray
            At the nodes, smooth, (node, ...).
        at : numpy.ndarray
            Other points between the ends, (point,).

        Returns
        -------
        numpy.ndarray
            (point, ...).
        """
        if self.is_even:
            return CubicSpline(self.nodes, values)(at)
        matrix = interpolation(self.nodes, at, self.low, self.high)
        return np.tensordot(matrix, values, axes=1)


def even_axis(low: float, high: float, count: int) -> Axis:
    """Lay the midpoints of cells of one width.

    Examples
    --------
    >>> even_axis(0.0, 1.0, 4).nodes.tolist()
    [0.125, 0.375, 0.625, 0.875]
    """
    width = (high - low) / count
    nodes = low + width * (np.arange(count) + 0.5)
    return Axis(nodes, np.full(count, width), low, high, True)


def legendre_axis(low: float, high: float, count: int) -> Axis:
    """Lay the nodes of Gauss and Legendre's rule.

    Examples
    --------
    >>> axis = legendre_axis(0.0, 3.0, 5)
    >>> bool(abs((axis.widths * axis.nodes**8).sum() - 3**9 / 9) < 1e-9)
    True
    """
    nodes, widths = legendre(count)
    half = 0.5 * (high - low)
    return Axis(low + half * (nodes + 1), half * widths, low, high, False)


@lru_cache
def legendre(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of the Gauss-Legendre rule on -1 to 1."""
    return leggauss(size)


def interpolation(
    nodes: np.ndarray, at: np.ndarray, low: float, high: float
) -> np.ndarray:
    """Matrix that carries values at Legendre nodes to other points."""
    scale = 2 / (high - low)
    there = legvander((at - low) * scale - 1, len(nodes) - 1)
    here = legvander((nodes - low) * scale - 1, len(nodes) - 1)
    return np.linalg.solve(here.T, there.T).T
