"""Exact draws as a tree like a fit's."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from radon.exact.ladder import COEFFICIENTS, Ladder
from radon.exact.priors import normal_log_density
from radon.inference.trees import grow
from radon.models.structure import OUTCOME

if TYPE_CHECKING:
    from radon.exact.posterior import Posterior


def tree_of_draws(
    exact: "Posterior",
    sites: dict[str, np.ndarray],
    rng: np.random.Generator,
    seed: int,
) -> xr.DataTree:
    """Put draws into a tree, with predictions and log likelihood.

    Parameters
    ----------
    exact : Posterior
        Where they come from.
    sites : dict
        Draws by site, (draw,) or (draw, county).
    rng : numpy.random.Generator
        Source of the predictive draws.
    seed : int
        What it was seeded with, kept as an attribute.

    Returns
    -------
    xarray.DataTree
        Dimensions chain (1), draw, county and house.
    """
    data, ladder = exact.data, exact.ladder
    county, floor = data.design.county, data.design.floor
    alpha, beta = _lines(ladder, sites, county)
    sigma = _by_home(
        sites["sigma"] if "sigma" in sites else ladder.fixed["sigma"], county
    )
    expected = alpha + beta * floor
    noise = rng.normal(size=expected.shape)
    log_density = normal_log_density(data.log_radon, expected, sigma)
    fixed = _fixed(ladder, data.design.n_counties)
    by_county = [key for key, value in sites.items() if value.ndim == 2]
    by_county += [key for key, value in fixed.items() if value.ndim == 1]
    return grow(
        {
            "posterior": {key: value[None] for key, value in sites.items()},
            "posterior_predictive": {
                OUTCOME: (expected + sigma * noise)[None]
            },
            "log_likelihood": {OUTCOME: log_density[None]},
            "observed_data": {OUTCOME: data.log_radon},
            "constant_data": fixed,
        },
        dict.fromkeys(by_county, ("county",))
        | {"mu_state": ("state",), OUTCOME: ("house",)},
        data.coords,
        {
            "model": exact.model,
            "ladder": exact.model,
            "seed": seed,
            "method": "exact",
        },
    )


def _fixed(ladder: Ladder, n_counties: int) -> dict[str, np.ndarray]:
    """Values of fixed scales; separate regressions have one a county."""
    shape = n_counties if ladder.separate else ()
    return {name: np.full(shape, x) for name, x in ladder.fixed.items()}


def _lines(
    ladder: Ladder, sites: dict[str, np.ndarray], county: np.ndarray
) -> Iterator[np.ndarray]:
    """Coefficients of each home's county, (draw, house)."""
    for i, key in enumerate(COEFFICIENTS):
        if ladder.separate or key in ladder.varying:
            yield _by_home(sites[key], county)
            continue
        phi = np.array([sites[name] for name in ladder.locations])
        lines = ladder.rows[:, i] @ phi + ladder.offset[:, i, None]
        yield lines[county].T


def _by_home(values: ArrayLike, county: np.ndarray) -> np.ndarray:
    values = np.asarray(values)
    if values.ndim < 2:
        return values.reshape(-1, 1)
    return values[:, county]
