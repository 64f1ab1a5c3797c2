"""The question put to a fit: what a home there would read."""

from collections.abc import Iterable

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from radon.arguments import check_count, check_seed
from radon.data import RadonDataError
from radon.data.design import asked_for, is_among
from radon.data.errors import did_you_mean, listed
from radon.data.records import Radon
from radon.exact.posterior import Posterior
from radon.inference.requests import check_survey
from radon.prediction.coefficients import lines, spread
from radon.prediction.draws import Draws, draws_of
from radon.prediction.records import Prediction


def predict(
    fit: xr.DataTree | Posterior,
    data: Radon,
    county: str | Iterable[str],
    floor: ArrayLike,
    *,
    seed: int,
    num_samples: int | None = None,
) -> Prediction:
    """Predict the readings of homes that were not measured.

    A county with homes keeps its own coefficients. One without gets new
    coefficients in each draw, from the population of counties that the
    model has learnt, at the uranium and in the state that the county table
    gives it. Homes of one county share them.

    Parameters
    ----------
    fit : xarray.DataTree or radon.exact.Posterior
        What `radon.fit` or `radon.exact.posterior` returned.
    data : Radon
        The survey it was made of.
    county : str or sequence of str
        Where the homes stand, by the labels of ``data.counties`` or
        ``data.unmeasured``.
    floor : int or sequence of int
        Where the detector is to stand: 0 basement, 1 first floor.
    seed : int
        From 0 to 2**32 - 1.
    num_samples : int, optional
        Draws of an exact posterior, 4000 if left alone. A fit has its own.

    Returns
    -------
    Prediction
        One home for each county and floor asked for.

    Raises
    ------
    RadonDataError
        Where a county is unknown, a floor is neither 0 nor 1, `fit` was made
        of another survey, or a new county lacks what the model needs: its
        uranium, its share of first-floor readings, a state with homes.
    TypeError, ValueError
        Where `fit` is no fit, or its model cannot be known well enough:
        separate regressions say nothing of a new county.

    References
    ----------
    .. [1] Gelman & Hill (2007), sections 12.8 and 13.1, for new homes and
       new groups.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> exact = radon.exact.posterior(radon.models.varying_intercepts, data)
    >>> homes = radon.predict(exact, data, ["Cass", "Grant"], 0, seed=1)
    >>> homes.probability_above(4).round(1).tolist()
    [0.5, 0.5]
    """
    check_survey(data)
    seed = check_seed(seed)
    if num_samples is not None:
        num_samples = check_count("num_samples", num_samples, least=1)
    names, level = _homes(data, county, floor)
    sampling, imagining = np.random.SeedSequence(seed).spawn(2)
    draws = draws_of(fit, data, num_samples, sampling)
    rng = np.random.default_rng(imagining)
    coefficients, inverse = _by_county(draws, data, names, rng)
    alpha, beta = (x[..., inverse] for x in coefficients)
    typical = alpha + beta * level
    sigma = np.broadcast_to(spread(draws, names), typical.shape).copy()
    nu = draws.sites.get("nu")
    if nu is None:
        error = rng.normal(size=typical.shape)
    else:
        error = rng.standard_t(nu[..., None], size=typical.shape)
    dims = ("chain", "draw", "house")
    variables: dict[str, tuple[tuple[str, ...], np.ndarray]] = {
        "typical": (dims, typical),
        "reading": (dims, typical + sigma * error),
        "sigma": (dims, sigma),
    }
    if nu is not None:
        variables["nu"] = (dims[:2], nu)
    coords = {
        "county": ("house", np.array(names)),
        "floor": ("house", level),
        "house": np.arange(len(names)),
    }
    return Prediction(xr.Dataset(variables, coords, {"seed": seed}), data)


def _homes(
    data: Radon, county: str | Iterable[str], floor: ArrayLike
) -> tuple[list[str], np.ndarray]:
    """Name and floor of each home, checked."""
    names, level = asked_for(county, floor)
    known = [*data.counties.index, *data.unmeasured.index]
    for name in names:
        if not is_among(name, known):
            raise RadonDataError(
                f"No county named {name!r}.{did_you_mean(name, known)} Names "
                "are as in data.counties and data.unmeasured: "
                f"{listed(known)}."
            )
    size = max(len(names), len(level))
    names = [str(name) for name in names] * (size if len(names) == 1 else 1)
    return names, np.broadcast_to(level, size).copy()


def _by_county(
    draws: Draws, data: Radon, names: list[str], rng: np.random.Generator
) -> tuple[list[np.ndarray], np.ndarray]:
    """Coefficients of each county asked for, and each home's among them."""
    counties, inverse = np.unique(names, return_inverse=True)
    pairs = [lines(draws, data, str(county), rng) for county in counties]
    return [np.stack(x, axis=-1) for x in zip(*pairs, strict=True)], inverse
