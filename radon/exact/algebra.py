"""Closed-form algebra of one county and of all counties given the scales.

A county's coefficients are Normal around the population means with standard
deviations a and b in units of sigma. Everything a county contributes is
written with sums of positive terms only, so that a = 0, b = 0, a county
without first-floor homes and a scale a million times too large need no
special case and lose no digits.
"""

from typing import NamedTuple

import numpy as np

LOG_2PI = np.log(2 * np.pi)


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


class Sums(NamedTuple):
    """Those terms added over counties; the population means are left free.

    ``weight`` (3, ...) holds the sums of ``basement``, ``first`` and
    ``both``, ``score`` (2, ...) the linear term and ``square`` (...) the
    constant, all in units of sigma squared and relative to a reference
    line; ``log_determinant`` (...) is the sum over counties.
    """

    weight: np.ndarray
    score: np.ndarray
    square: np.ndarray
    log_determinant: np.ndarray
    n: np.ndarray


class Means(NamedTuple):
    """Posterior of the population means given the scales.

    ``mean`` (2, ...) relative to the reference line, ``covariance``
    (3, ...) as alpha-alpha, alpha-beta, beta-beta.
    """

    mean: np.ndarray
    covariance: np.ndarray


def county_terms(n, a, b):
    """Contribution of each county given a and b.

    Parameters
    ----------
    n : numpy.ndarray
        Homes by floor, (2, county) and trailing axes of length 1.
    a, b : numpy.ndarray
        sigma_alpha / sigma and sigma_beta / sigma.

    Returns
    -------
    Terms
        Arrays (county, ...).
    """
    basement, first = n
    a2, b2 = np.square(a), np.square(b)
    b2_first = b2 * first
    a2_both = a2 * basement * first
    determinant = 1 + a2 * (basement + first) + b2_first + b2 * a2_both
    return Terms(
        basement * (1 + b2_first) / determinant,
        first / determinant,
        a2_both / determinant,
        determinant,
    )


def quadratic(terms, d0, d1):
    """Quadratic form of each county, in units of sigma squared."""
    return (
        terms.basement * d0**2
        + terms.first * d1**2
        + terms.both * (d1 - d0) ** 2
    )


class CellMoments(NamedTuple):
    """Cell means added up over counties that share their terms.

    ``basement``, ``first`` and ``both`` (3, size) hold the number of
    counties and the sums of their means (of their gap for ``both``) and of
    the squares; ``squares`` and ``n`` the sum of squares within cells and
    the number of homes.
    """

    basement: np.ndarray
    first: np.ndarray
    both: np.ndarray
    squares: np.ndarray
    n: np.ndarray


def cell_moments(mean, squares, n, size_of, count):
    """Add up cell means over counties that share their terms.

    Parameters
    ----------
    mean : numpy.ndarray
        Cell means less the reference line, (2, county).
    squares, n : float
        Sum of squares within cells, and number of homes.
    size_of : numpy.ndarray
        Which of the ``count`` sizes is a county's, (county,).
    count : int
        Number of sizes.

    Returns
    -------
    CellMoments
        What :func:`add_counties` needs.
    """
    rows = [
        [np.bincount(size_of, x**power, count) for power in range(3)]
        for x in (mean[0], mean[1], mean[1] - mean[0])
    ]
    return CellMoments(
        *map(np.array, rows), np.asarray(squares), np.asarray(n)
    )


def add_counties(terms, moments):
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

    def add(values, weights):
        return np.tensordot(weights, values, axes=1)

    basement, basement_1, basement_2 = add(terms.basement, moments.basement)
    first, first_1, first_2 = add(terms.first, moments.first)
    both, both_1, both_2 = add(terms.both, moments.both)
    return Sums(
        np.array([basement, first, both]),
        np.array([basement_1 + first_1, first_1 + both_1]),
        moments.squares + basement_2 + first_2 + both_2,
        add(np.log(terms.determinant), moments.basement[0]),
        moments.n,
    )


def log_marginal(sums, sigma, loc, scale):
    """Log density of all homes given the scales, and the means' posterior.

    Parameters
    ----------
    sums : Sums
        Arrays broadcastable against ``sigma``.
    sigma : numpy.ndarray
        Spread of homes within a county [log pCi/L].
    loc, scale : numpy.ndarray
        Normal prior of the two population means, (2,), ``loc`` relative to
        the reference line.

    Returns
    -------
    log_density : numpy.ndarray
        Shape of ``sigma``.
    means : Means
        Population means given the scales.
    """
    variance = sigma**2
    prior = scale**-2.0
    basement, first, both = sums.weight / variance
    p00 = basement + first + prior[0]
    p11 = first + both + prior[1]
    h0 = sums.score[0] / variance + prior[0] * loc[0]
    h1 = sums.score[1] / variance + prior[1] * loc[1]
    determinant = (  # p00 * p11 - first**2, as a sum of positive terms
        basement * p11 + first * (both + prior[1]) + prior[0] * p11
    )
    mean = np.array([p11 * h0 - first * h1, p00 * h1 - first * h0])
    mean /= determinant
    covariance = np.array([p11, -first, p00]) / determinant
    square = (
        sums.square / variance + prior @ loc**2 - h0 * mean[0] - h1 * mean[1]
    )
    log_density = (
        -0.5 * sums.n * LOG_2PI
        - sums.n * np.log(sigma)
        - 0.5 * (sums.log_determinant + square + np.log(determinant))
        + 0.5 * np.log(prior).sum()
    )
    return log_density, Means(mean, covariance)


def coefficients(terms, a, b, d0, d1):
    """Deviation of a county's coefficients from the population's.

    Parameters
    ----------
    terms : Terms
        Arrays (county, ...).
    a, b : numpy.ndarray
        Scales in units of sigma.
    d0, d1 : numpy.ndarray
        Cell means less what the population expects, (county, ...).

    Returns
    -------
    tuple of numpy.ndarray
        Expected alpha_j - mu_alpha and beta_j - mu_beta, (county, ...).
    """
    score = terms.first * d1
    return (
        np.square(a) * (terms.basement * d0 + score),
        np.square(b) * (score + terms.both * (d1 - d0)),
    )


def spread(terms, n, a, b):
    """Covariance of a county's coefficients given means and scales.

    Returns
    -------
    tuple of numpy.ndarray
        Entries alpha-alpha, alpha-beta, beta-beta in units of sigma
        squared, (county, ...).
    """
    basement, first = n
    a2, b2 = np.square(a), np.square(b)
    return (
        a2 * (1 + b2 * first) / terms.determinant,
        -a2 * b2 * first / terms.determinant,
        b2 * (1 + a2 * (basement + first)) / terms.determinant,
    )


def carry(terms, n, a, b):
    """How a county's coefficients follow the population means.

    Returns
    -------
    tuple of numpy.ndarray
        Entries of the 2 x 2 matrix d(alpha_j, beta_j) / d(mu_alpha,
        mu_beta), row by row, (county, ...).
    """
    basement, first = n
    a2, b2 = np.square(a), np.square(b)
    return (
        (1 + b2 * first) / terms.determinant,
        -a2 * terms.first,
        -b2 * terms.first,
        (1 + a2 * (basement + first)) / terms.determinant,
    )
