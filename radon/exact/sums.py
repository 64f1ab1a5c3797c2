"""What all counties together say about the locations, added up."""

from typing import NamedTuple

import numpy as np

from radon.exact.algebra import Terms


class CellMoments(NamedTuple):
    """Products of cells' rows, added up over counties of one size.

    A county's rows are what each floor's mean is made of: the weight of each
    location and, last, the mean itself. ``products`` (3, 1 + pair, size)
    holds, for the basement, the first floor and their difference, the number
    of counties and the sums of products of two entries; ``squares`` and
    ``n`` the sum of squares within cells and the number of homes.
    """

    products: np.ndarray
    squares: float
    n: float


class Sums(NamedTuple):
    """Normal equations of the locations, in units of sigma squared.

    ``products`` (pair, ...) holds the entries of the symmetric matrix of the
    locations and, last, the outcome; ``weight`` (3, ...) the sums of
    ``basement``, ``first`` and ``both``; ``log_determinant`` (...) the sum
    over counties; ``squares`` and ``n`` are as in `CellMoments`.
    """

    products: np.ndarray
    weight: np.ndarray
    log_determinant: np.ndarray
    squares: float
    n: float


def pairs_of(size: int, apart: int) -> list[tuple[int, int]]:
    """Entries of a symmetric matrix that can differ from 0.

    Parameters
    ----------
    size : int
        Rows of the matrix.
    apart : int
        How many of the first rows have nothing to do with each other.

    Returns
    -------
    list of tuple
        Row and column, the row first that comes first.
    """
    return [
        (k, i)
        for k in range(size)
        for i in range(k, size)
        if i == k or i >= apart
    ]


def cell_moments(
    rows: np.ndarray,
    mean: np.ndarray,
    squares: float,
    n: float,
    size_of: np.ndarray,
    count: int,
    pairs: list[tuple[int, int]],
) -> CellMoments:
    """Add up cells over counties that share their terms.

    Parameters
    ----------
    rows : numpy.ndarray
        How the two coefficients of a county follow the locations,
        (county, 2, location).
    mean : numpy.ndarray
        Cell means less the reference, (2, county).
    squares, n : float
        Sum of squares within cells, and number of homes.
    size_of : numpy.ndarray
        Which of the ``count`` sizes is a county's, (county,).
    count : int
        Number of sizes.
    pairs : list of tuple
        From :func:`pairs_of`.

    Returns
    -------
    CellMoments
        What :func:`add_counties` needs.
    """
    level, gap = rows[:, 0], rows[:, 1]
    cells = (
        np.column_stack([level, mean[0]]),
        np.column_stack([level + gap, mean[1]]),
        np.column_stack([gap, mean[1] - mean[0]]),
    )
    first, second = np.transpose(pairs)
    products = np.zeros((3, count, 1 + len(pairs)))
    for total, cell in zip(products, cells, strict=True):
        each = np.ones((len(rows), 1 + len(pairs)))
        each[:, 1:] = cell[:, first] * cell[:, second]
        np.add.at(total, size_of, each)
    return CellMoments(
        np.ascontiguousarray(products.transpose(0, 2, 1)),
        float(squares),
        float(n),
    )


def add_counties(terms: Terms, moments: CellMoments) -> Sums:
    """Add the terms of all counties.

    Parameters
    ----------
    terms : Terms
        Arrays (size, ...).
    moments : CellMoments
        Of the counties of each size.

    Returns
    -------
    Sums
        Arrays (...).
    """
    shape = terms.determinant.shape
    parts = [
        products @ np.reshape(np.broadcast_to(channel, shape), (shape[0], -1))
        for products, channel in zip(moments.products, terms, strict=False)
    ]
    products = parts[0][1:] + parts[1][1:] + parts[2][1:]
    products[-1] += moments.squares
    logs = np.log(terms.determinant).reshape(shape[0], -1)
    inner = shape[1:]
    return Sums(
        products.reshape(-1, *inner),
        np.array([part[0] for part in parts]).reshape(3, *inner),
        (moments.products[0, 0] @ logs).reshape(inner),
        moments.squares,
        moments.n,
    )
