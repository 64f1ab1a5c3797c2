"""Sigma integrated out of every regression."""

from typing import NamedTuple

import numpy as np

from radon.data.records import Radon
from radon.exact import algebra
from radon.exact.errors import ExactError
from radon.exact.ladder import Ladder
from radon.exact.regressions.batch import Batch, density
from radon.statistics.reduced import Reduced

LEVELS = (61, 91, 137, 205, 307, 461)
SETTLED = 1e-6  # change between two levels: posterior sds, or log evidence
NEGLIGIBLE = 32.0  # log of the smallest density kept, below the largest
COLLAPSED = 1e-8  # sigma, in prior sds, that is nothing but rounding
DEEP = 60.0  # how far from its centre log sigma is looked at


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
