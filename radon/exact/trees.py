"""Exact draws as a tree like a fit's."""

import arviz as az
import numpy as np

from radon.exact.ladder import normal_log_density


def tree_of_draws(exact, sites, rng, seed):
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
    data, fixed = exact.data, exact.ladder.fixed
    county, floor = data.design.county, data.design.floor
    alpha, beta, sigma = (
        _by_home(sites.get(name, fixed.get(name)), county)
        for name in ("alpha", "beta", "sigma")
    )
    expected = alpha + beta * floor
    noise = rng.normal(size=expected.shape)
    log_density = normal_log_density(data.log_radon, expected, sigma)
    tree = az.from_dict(
        {
            "posterior": {key: value[None] for key, value in sites.items()},
            "posterior_predictive": {
                "log_radon": (expected + sigma * noise)[None]
            },
            "log_likelihood": {"log_radon": log_density[None]},
            "observed_data": {"log_radon": data.log_radon},
        },
        coords={k: data.coords[k] for k in ("county", "house")},
        dims={"log_radon": ["house"]}
        | {key: ["county"] for key, x in sites.items() if x.ndim == 2},
    )
    tree.attrs.update(model=exact.model, seed=seed, method="exact")
    return tree


def _by_home(values, county):
    values = np.asarray(values)
    if values.ndim < 2:
        return values.reshape(-1, 1)
    return values[:, county]
