"""Regressions that share nothing: one line for the state, or one a county.

Given sigma a regression is conjugate, so a grid of log sigma is all that is
needed, one for each regression, and all regressions are done at once.
Arrays are (node, regression).
"""

from typing import NamedTuple

import numpy as np

from radon.data.records import Radon
from radon.exact import algebra, mixtures
from radon.exact.errors import ExactError
from radon.exact.ladder import Ladder
from radon.exact.priors import log_prior
from radon.statistics.reduced import Reduced
from radon.statistics.sums import Statistics

LEVELS = (61, 91, 137, 205, 307, 461)
SETTLED = 1e-6  # change between two levels: posterior sds, or log evidence
NEGLIGIBLE = 32.0  # log of the smallest density kept, below the largest
COLLAPSED = 1e-8  # sigma, in prior sds, that is nothing but rounding
DEEP = 60.0  # how far from its centre log sigma is looked at


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


class Lines(NamedTuple):
    """Posterior of sigma of each regression, and its coefficients given it.

    ``weight`` adds up to 1 in each column; ``order`` says how many moments
    of sigma exist; ``improper`` whether there is no posterior: the homes are
    fitted without error and sigma falls to 0.
    """

    log_sigma: np.ndarray
    weight: np.ndarray
    log_evidence: np.ndarray
    order: np.ndarray
    improper: np.ndarray
    mean: np.ndarray
    covariance: np.ndarray


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


def integrate(batch: Batch) -> Lines:
    """Integrate sigma out of every regression.

    Parameters
    ----------
    batch : Batch
        The regressions.

    Returns
    -------
    Lines
        Refined until means, sds and evidence stand still.

    Raises
    ------
    ExactError
        If they never do.
    """
    n_lines = batch.n.shape[1]
    if batch.fixed is not None:
        at = np.full((1, n_lines), np.log(batch.fixed))
        log_density, mean, covariance = density(batch, at)
        return Lines(
            at,
            np.ones_like(at),
            log_density[0],
            np.full(n_lines, 2),
            np.zeros(n_lines, bool),
            mean,
            covariance,
        )
    centre, width, low, high, order, improper = _extent(batch)
    before, moved = None, np.inf
    for size in LEVELS:
        log_sigma, weight, evidence, parts = _lay(
            batch, centre, width, low, high, size
        )
        result = Lines(log_sigma, weight, evidence, order, improper, *parts)
        after = _standing(result)
        if before is not None:
            moved = _moved(before, after, ~improper)
            if moved < SETTLED:
                return result
        before = after
    raise ExactError(
        "the exact posterior of a regression did not settle: between "
        f"{LEVELS[-2]} and {LEVELS[-1]} nodes it still moved by "
        f"{moved:.1g} posterior sds. Give sigma "
        "a smoother prior with radon.models.with_priors."
    )


def _lay(
    batch: Batch,
    centre: np.ndarray,
    width: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    size: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[np.ndarray]]:
    """Trapezoid rule in x, with log sigma = centre + width sinh(x)."""
    x = np.linspace(low, high, size)
    log_sigma = centre + width * np.sinh(x)
    log_density, *parts = density(batch, log_sigma)
    log_density = log_density + np.log(width * np.cosh(x))
    peak = log_density.max(0)
    weight = np.exp(log_density - peak)
    total = weight.sum(0)
    evidence = peak + np.log(total * (high - low) / (size - 1))
    return log_sigma, weight / total, evidence, parts


def _extent(
    batch: Batch,
) -> tuple[
    np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray
]:
    """Centre, width, ends, moments and propriety of each regression."""
    homes = batch.n.sum(0)
    d = np.where(batch.n > 0, batch.mean - batch.loc.cumsum(0), 0.0)
    at_one = algebra.county_terms(batch.n, algebra.effects(*batch.scale))
    square = batch.squares + algebra.quadratic(at_one, *d)
    centre = 0.5 * np.log((square + 1) / (homes + 1))
    width = 1 / np.sqrt(2 * np.maximum(homes, 1))

    def at(offset: float) -> np.ndarray:
        return density(batch, (centre + offset)[None])[0][0]

    falls = at(DEEP + 1) - at(DEEP)
    rises = at(-DEEP) - at(-DEEP - 1)
    rises = np.where(np.isnan(rises), np.inf, rises)
    falls = np.where(np.isnan(falls), -np.inf, falls)
    order = (falls < -1.05).astype(int) + (falls < -2.05)
    improper = (rises < 0.05) | (falls > -0.05)
    scan = np.linspace(-DEEP, DEEP, 241)[:, None] * np.maximum(
        np.sqrt(width), 0.2
    )
    log_density = density(batch, centre + scan)[0]
    second = log_density + order * scan  # of the largest moment that exists
    keep = log_density > log_density.max(0) - NEGLIGIBLE
    keep |= second > second.max(0) - NEGLIGIBLE
    first = keep.argmax(0)
    last = len(scan) - 1 - keep[::-1].argmax(0)
    columns = np.arange(scan.shape[1])
    collapsed = centre + scan[last, columns] < np.log(
        COLLAPSED * batch.scale.max(0)
    )
    improper = improper | collapsed | ((first == 0) & (homes > 0))
    low = scan[np.maximum(first - 1, 0), columns]
    high = scan[np.minimum(last + 1, len(scan) - 1), columns]
    peak = np.where(homes > 30, 0.0, scan[log_density.argmax(0), columns])
    return (
        centre + peak,
        width,
        np.arcsinh((low - peak) / width),
        np.arcsinh((high - peak) / width),
        order,
        improper,
    )


def _standing(result: Lines) -> np.ndarray:
    """Means and sds by which two levels are compared, and log evidence."""
    w = result.weight
    rows = []
    for i in range(2):
        m, s = moments(w, result.mean[i], result.covariance[2 * i])
        rows += [m, s]
    rows += moments(w, result.log_sigma, 0.0)
    return np.array([*rows, result.log_evidence, np.ones_like(w[0])])


def _moved(before: np.ndarray, after: np.ndarray, proper: np.ndarray) -> float:
    sd = after[1::2]
    shift = np.abs(after[::2] - before[::2]) / np.maximum(sd, 1e-300)
    stretch = np.abs(before[1::2] / np.maximum(sd, 1e-300) - 1)
    return max(
        shift[:, proper].max(initial=0), stretch[:, proper].max(initial=0)
    )


def moments(
    weight: np.ndarray, mean: np.ndarray, variance: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd of a mixture over nodes, by regression."""
    first = (weight * mean).sum(0)
    second = (weight * ((mean - first) ** 2 + variance)).sum(0)
    return first, np.sqrt(second)


def quantiles(batch: Batch, result: Lines) -> tuple[np.ndarray, ...]:
    """Quantiles of sigma, alpha and beta.

    Returns
    -------
    scales, coefficients : numpy.ndarray
        (regression, quantile) and (2, regression, quantile); the latter
        alone where sigma is fixed.
    """
    coefficients = [
        mixtures.normal_mixture_quantiles(
            result.weight.T,
            result.mean[i].T,
            np.sqrt(result.covariance[2 * i]).T,
        )
        for i in range(2)
    ]
    cumulative, log_sigma = _distribution_function(batch, result)
    if batch.prior is None:
        return (np.array(coefficients),)
    scales = [
        np.exp(np.interp(mixtures.PROBABILITIES, c, t))
        for c, t in zip(cumulative.T, log_sigma.T, strict=True)
    ]
    return np.array(scales), np.array(coefficients)


def _distribution_function(
    batch: Batch, result: Lines, factor: int = 20
) -> tuple[np.ndarray, np.ndarray]:
    """Distribution function of log sigma on a fine grid."""
    coarse = result.log_sigma
    if len(coarse) == 1:
        return np.array([0.0, 1.0])[:, None] * np.ones(
            coarse.shape[1]
        ), np.repeat(coarse, 2, axis=0)
    at = np.linspace(0, len(coarse) - 1, factor * (len(coarse) - 1) + 1)
    below = np.minimum(at.astype(int), len(coarse) - 2)
    part = (at - below)[:, None]
    log_sigma = (1 - part) * coarse[below] + part * coarse[below + 1]
    log_density = density(batch, log_sigma)[0]
    height = np.exp(log_density - log_density.max(0))
    area = 0.5 * (height[1:] + height[:-1]) * np.diff(log_sigma, axis=0)
    cumulative = np.concatenate([0 * area[:1], np.cumsum(area, axis=0)])
    return cumulative / cumulative[-1], log_sigma


def draws(
    batch: Batch, result: Lines, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Independent draws of sigma (draw, regression) and both coefficients.

    Returns
    -------
    sigma : numpy.ndarray
        (draw, regression).
    coefficients : numpy.ndarray
        (2, draw, regression).
    """
    cumulative, fine = _distribution_function(batch, result)
    uniform = rng.random((n, cumulative.shape[1]))
    log_sigma = np.column_stack(
        [
            np.interp(u, c, t)
            for u, c, t in zip(uniform.T, cumulative.T, fine.T, strict=True)
        ]
    )
    _, mean, covariance = density(batch, log_sigma)
    z = rng.normal(size=(2, *log_sigma.shape))
    first = np.sqrt(covariance[0])
    slope = covariance[1] / first
    second = np.sqrt(np.maximum(covariance[2] - slope**2, 0))
    deviation = np.array([first * z[0], slope * z[0] + second * z[1]])
    return np.exp(log_sigma), mean + deviation


def all_moments(
    batch: Batch, result: Lines, log_scales: bool
) -> list[np.ndarray]:
    """Mean and sd of sigma (or its logarithm), alpha and beta.

    Returns
    -------
    list of numpy.ndarray
        Each (2, regression); no sigma where it is fixed. The mean of sigma
        is NaN and its sd infinite where they do not exist.
    """
    parts = []
    if batch.prior is not None and log_scales:
        parts.append(moments(result.weight, result.log_sigma, 0.0))
    elif batch.prior is not None:
        mean, sd = moments(result.weight, np.exp(result.log_sigma), 0.0)
        parts.append(
            (
                np.where(result.order > 0, mean, np.nan),
                np.where(result.order > 1, sd, np.inf),
            )
        )
    for i in range(2):
        parts.append(
            moments(result.weight, result.mean[i], result.covariance[2 * i])
        )
    return [np.array(part) for part in parts]


def refuse_improper(
    result: Lines, data: Radon | Reduced, ladder: Ladder
) -> None:
    """Raise where a regression fits its homes without error.

    Raises
    ------
    ExactError
        Naming the counties.
    """
    if not result.improper.any():
        return
    where = "all homes together"
    if ladder.separate:
        where = ", ".join(map(str, data.counties.index[result.improper]))
    raise ExactError(
        f"the posterior of {ladder.name} is improper for {where}: a line "
        "fits those homes without error and sigma falls to 0. Give sigma a "
        "prior that vanishes at 0, such as dist.LogNormal(0, 1), add homes, "
        "or leave these counties out."
    )
