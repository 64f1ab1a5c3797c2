"""Quantiles of mixtures and of weighted points."""

import numpy as np
from scipy.special import ndtr, ndtri

PROBABILITIES = np.array([0.05, 0.5, 0.95])
FORGOTTEN = 1e-4  # mass of the lightest components left out of quantiles


def heaviest(weight: np.ndarray) -> np.ndarray:
    """Return the components that hold all but 1e-4 of the mass."""
    order = np.argsort(weight)
    return order[np.cumsum(weight[order]) > FORGOTTEN * weight.sum()]


def normal_mixture_quantiles(
    weight: np.ndarray,
    mean: np.ndarray,
    sd: np.ndarray,
    probabilities: np.ndarray = PROBABILITIES,
) -> np.ndarray:
    """Quantiles of mixtures of Normals.

    Parameters
    ----------
    weight : numpy.ndarray
        Weights, broadcastable to ``mean``.
    mean, sd : numpy.ndarray
        Components, (parameter, component).
    probabilities : numpy.ndarray
        Where to invert the distribution function, (quantile,).

    Returns
    -------
    numpy.ndarray
        (parameter, quantile), to about 1e-6 of a standard deviation.

    Notes
    -----
    Newton's method on the distribution function, kept inside a bracket that
    bisection would have.
    """
    weight = np.broadcast_to(weight, mean.shape)
    weight = weight / weight.sum(1, keepdims=True)
    out = np.empty((len(mean), len(probabilities)))
    centre = (weight * mean).sum(1)
    total = np.sqrt((weight * ((mean - centre[:, None]) ** 2 + sd**2)).sum(1))
    reach = np.sqrt(1 / FORGOTTEN)  # Chebyshev
    for k, p in enumerate(probabilities):
        x = centre + ndtri(p) * total
        low, high = centre - reach * total, centre + reach * total
        for _ in range(60):
            z = (x[:, None] - mean) / sd
            miss = (weight * ndtr(z)).sum(1) - p
            density = (weight * np.exp(-0.5 * z * z) / sd).sum(1)
            low, high = np.where(miss < 0, x, low), np.where(miss < 0, high, x)
            slope = np.maximum(density / np.sqrt(2 * np.pi), 1e-300)
            step = x - miss / slope
            inside = (step > low) & (step < high)
            new = np.where(inside, step, 0.5 * (low + high))
            done = np.abs(new - x) < 1e-6 * total
            x = new
            if done.all():
                break
        out[:, k] = x
    return out


def weighted_quantiles(
    values: np.ndarray,
    weight: np.ndarray,
    probabilities: np.ndarray = PROBABILITIES,
) -> np.ndarray:
    """Quantiles of many weighted points, interpolated between them."""
    order = np.argsort(values, axis=None)
    values, weight = values.ravel()[order], weight.ravel()[order]
    cumulative = np.cumsum(weight) - 0.5 * weight
    return np.interp(probabilities, cumulative / weight.sum(), values)
