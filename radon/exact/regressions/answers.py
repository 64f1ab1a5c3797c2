"""Moments, quantiles and draws of regressions that are integrated."""

import numpy as np

from radon.exact import mixtures
from radon.exact.regressions.batch import Batch, density
from radon.exact.regressions.quadrature import Lines, moments


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
