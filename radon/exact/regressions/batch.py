"""Homes and priors of regressions, and their density given sigma."""

from typing import NamedTuple

import numpy as np

from radon.exact import algebra
from radon.exact.ladder import Ladder
from radon.exact.priors import log_prior
from radon.statistics.sums import Statistics


class Batch(NamedTuple):
    """Homes and priors of some regressions.

    ``n`` and ``mean`` (2, regression), ``squares`` (regression,), ``loc``
    and ``scale`` (2, regression) of the coefficients' Normal priors,
    ``prior`` of sigma (None where ``fixed`` holds its value).
    """

    n: np.ndarray
    mean: np.ndarray
    squares: np.ndarray
    loc: np.ndarray
    scale: np.ndarray
    prior: object
    fixed: float | None


def gather(
    ladder: Ladder,
    statistics: Statistics,
    loc: np.ndarray | None = None,
    scale: np.ndarray | None = None,
) -> Batch:
    """Gather the regressions of a model.

    Parameters
    ----------
    ladder : Ladder
        A model without a population.
    statistics : Statistics
        One row a regression.
    loc, scale : numpy.ndarray, optional
        Priors where they are not one a row, (2, regression).

    Returns
    -------
    Batch
        Ready for :func:`integrate`.
    """
    shape = (2, len(statistics.n))
    loc = ladder.loc if loc is None else loc
    scale = ladder.scale if scale is None else scale
    if loc.ndim == 1:
        loc, scale = loc[:, None], scale[:, None]
    return Batch(
        statistics.n.T.astype(float),
        statistics.mean.T,
        statistics.sum_of_squares.sum(1),
        np.broadcast_to(loc, shape),
        np.broadcast_to(scale, shape),
        ladder.priors.get("sigma"),
        ladder.fixed.get("sigma"),
    )


def density(
    batch: Batch, log_sigma: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log density of log sigma, and the coefficients given sigma.

    Returns
    -------
    log_density : numpy.ndarray
        (node, regression), likelihood included.
    mean : numpy.ndarray
        (2, node, regression).
    covariance : numpy.ndarray
        Entries alpha-alpha, alpha-beta, beta-beta, (3, node, regression).
    """
    sigma = np.exp(log_sigma)
    effects = algebra.effects(*(batch.scale[:, None] / sigma))
    terms = algebra.county_terms(batch.n, effects)
    expected = np.array([batch.loc[0], batch.loc[0] + batch.loc[1]])
    d0, d1 = np.where(batch.n > 0, batch.mean - expected, 0.0)
    homes = batch.n.sum(0)
    square = batch.squares + algebra.quadratic(terms, d0, d1)
    log_density = (
        -homes * (log_sigma + 0.5 * algebra.LOG_2PI)
        - 0.5 * np.log(terms.determinant)
        - 0.5 * square / sigma**2
    )
    if batch.prior is not None:
        log_density += log_prior(batch.prior, sigma) + log_sigma
    deviation = np.array(algebra.coefficients(terms, effects, d0, d1))
    mean = batch.loc[:, None] + deviation
    covariance = np.array(algebra.spread(terms, batch.n, effects)) * sigma**2
    return log_density, mean, covariance
