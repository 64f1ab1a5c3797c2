"""Closed-form algebra of one county given the scales.

A county's coefficients are Normal around what the population expects of it,
with standard deviations a and b in units of sigma and correlation rho. Where
they are uncorrelated everything is a sum of positive terms, so that a = 0,
b = 0, a county without first-floor homes and a scale a million times too
large need no special case and lose no digits.
"""

from typing import NamedTuple

import numpy as np

LOG_2PI = np.log(2 * np.pi)


class Effects(NamedTuple):
    """Covariance of a county's coefficients in units of sigma squared.

    ``alpha`` and ``beta`` are their variances, ``both`` the covariance,
    ``line`` the variance of their sum and ``determinant`` that of the
    2 x 2 matrix.
    """

    alpha: np.ndarray
    both: np.ndarray | float
    beta: np.ndarray
    line: np.ndarray
    determinant: np.ndarray


class Terms(NamedTuple):
    """What each county contributes, (county, ...) by broadcasting.

    With d0 and d1 the means of a county's basement and first-floor homes
    less what the population expects, the county's share of the quadratic
    form is ``basement * d0**2 + first * d1**2 + both * (d1 - d0)**2``.
    """

    basement: np.ndarray
    first: np.ndarray
    both: np.ndarray
    determinant: np.ndarray


def effects(
    a: np.ndarray | float,
    b: np.ndarray | float,
    rho: np.ndarray | float | None = None,
) -> Effects:
    """Covariance of a county's coefficients.

    Parameters
    ----------
    a, b : numpy.ndarray
        sigma_alpha / sigma and sigma_beta / sigma.
    rho : numpy.ndarray, optional
        Their correlation, 0 where not given.

    Returns
    -------
    Effects
        In units of sigma squared.
    """
    a2, b2 = np.square(a), np.square(b)
    if rho is None:
        return Effects(a2, 0.0, b2, a2 + b2, a2 * b2)
    rest = (1 - rho) * (1 + rho) * b2
    carried = rho * b
    return Effects(a2, carried * a, b2, (a + carried) ** 2 + rest, a2 * rest)


def county_terms(n: np.ndarray, covariance: Effects) -> Terms:
    """Contribution of each county given the covariance of its effects.

    Parameters
    ----------
    n : numpy.ndarray
        Homes by floor, (2, county) and trailing axes of length 1.
    covariance : Effects
        Of the county's coefficients.

    Returns
    -------
    Terms
        Arrays (county, ...).
    """
    n0, n1 = n
    n01 = n0 * n1
    determinant = 1 + n0 * covariance.alpha + n1 * covariance.line
    determinant = determinant + n01 * covariance.determinant
    return Terms(
        n0 * (1 + n1 * (covariance.both + covariance.beta)) / determinant,
        n1 * (1 - n0 * covariance.both) / determinant,
        n01 * (covariance.alpha + covariance.both) / determinant,
        determinant,
    )


def quadratic(terms: Terms, d0: np.ndarray, d1: np.ndarray) -> np.ndarray:
    """Quadratic form of each county, in units of sigma squared."""
    return (
        terms.basement * d0**2
        + terms.first * d1**2
        + terms.both * (d1 - d0) ** 2
    )


def coefficients(
    terms: Terms,
    covariance: Effects,
    d0: np.ndarray | float,
    d1: np.ndarray | float,
) -> tuple[np.ndarray, np.ndarray]:
    """Deviation of a county's coefficients from what is expected of it.

    Parameters
    ----------
    terms : Terms
        Arrays (county, ...).
    covariance : Effects
        Of the county's coefficients.
    d0, d1 : numpy.ndarray
        Cell means less what the population expects, (county, ...).

    Returns
    -------
    tuple of numpy.ndarray
        Expected deviations of alpha_j and beta_j, (county, ...).
    """
    score = terms.first * d1
    level = terms.basement * d0 + score
    gap = score + terms.both * (d1 - d0)
    if not np.any(covariance.both):
        return covariance.alpha * level, covariance.beta * gap
    return (
        covariance.alpha * level + covariance.both * gap,
        covariance.both * level + covariance.beta * gap,
    )


def spread(
    terms: Terms, n: np.ndarray, covariance: Effects
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Covariance of a county's coefficients given means and scales.

    Returns
    -------
    tuple of numpy.ndarray
        Entries alpha-alpha, alpha-beta, beta-beta in units of sigma
        squared, (county, ...).
    """
    n0, n1 = n
    known = covariance.determinant * n1
    return (
        (covariance.alpha + known) / terms.determinant,
        (covariance.both - known) / terms.determinant,
        (covariance.beta + covariance.determinant * (n0 + n1))
        / terms.determinant,
    )


def carry(
    terms: Terms, n: np.ndarray, covariance: Effects
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """How a county's coefficients follow what the population expects.

    Returns
    -------
    tuple of numpy.ndarray
        Entries of the 2 x 2 matrix d(alpha_j, beta_j) / d(expected alpha_j,
        expected beta_j), row by row, (county, ...).
    """
    n0, n1 = n
    total = n0 + n1
    cross = covariance.both
    return (
        (1 + (cross + covariance.beta) * n1) / terms.determinant,
        -(covariance.alpha + cross) * n1 / terms.determinant,
        -(cross * total + covariance.beta * n1) / terms.determinant,
        (1 + covariance.alpha * total + cross * n1) / terms.determinant,
    )
