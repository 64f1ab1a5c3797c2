"""Whether the counties of a model share nothing, so that each stands alone."""

import jax
import jax.numpy as jnp
import numpy as np
from numpyro import handlers
from numpyro.infer.util import log_density

from radon.data.design import Design
from radon.inference.counties import OneCounty, Weighted, apart, summed_up
from radon.inference.sites import Sites
from radon.models.structure import Model, name_of
from radon.precision import double_precision

VERIFIED_POINTS = 2
AGREEMENT = 1e-8


def take_apart(
    model: Model, sites: Sites, design: Design, log_radon: np.ndarray
) -> OneCounty:
    """Take a survey apart, or refuse where a county speaks of another.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``.
    sites : Sites
        Its sites.
    design : Design
        NumPy arrays.
    log_radon : numpy.ndarray
        (house,) [log pCi/L].

    Returns
    -------
    OneCounty
        All counties, in four slots each where the log density is the same
        so, else home by home.

    Raises
    ------
    ValueError
        Naming the sites shared; or, where every site is a county's own, if
        the log density of all counties together, in double precision at
        random points, is not the sum of the counties' own.
    """
    shared = [
        name for name in sites.varying if sites.dims[name] != ("county",)
    ]
    if shared:
        raise ValueError(
            f"{name_of(model)}: the counties share {', '.join(shared)}, so "
            "they cannot be fitted apart. Leave out by='county'."
        )
    for counties in (summed_up(design, log_radon), apart(design, log_radon)):
        with double_precision():
            together, summed, size = _log_densities(
                model, sites, design, log_radon, counties
            )
        if np.all(np.abs(together - summed) <= AGREEMENT * size):
            return counties
    raise ValueError(
        f"{name_of(model)}: the log density of all counties together is "
        f"{together[0]:.6g}, the sum of their own {summed[0]:.6g}. Some "
        "county's homes depend on another's sites, so the counties "
        "cannot be fitted apart. Leave out by='county'."
    )


def _log_densities(
    model: Model,
    sites: Sites,
    design: Design,
    log_radon: np.ndarray,
    counties: OneCounty,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Joint log density, the sum of the counties' own, and their size."""
    whole = jax.tree.map(jnp.asarray, (design, log_radon))
    counties = jax.tree.map(jnp.asarray, counties)

    def own(county: OneCounty, values: dict[str, jax.Array]) -> jax.Array:
        values = {name: value[None] for name, value in values.items()}
        weighted = Weighted(model, county.homes)
        data = (county.design, county.log_radon)
        return log_density(weighted, data, {}, values)[0]

    @jax.jit  # all that is given as arguments, or it would be constants
    def densities(
        key: jax.Array,
        whole: tuple[Design, jax.Array],
        counties: OneCounty,
    ) -> tuple[jax.Array, jax.Array, jax.Array]:
        traced = handlers.trace(handlers.seed(model, key)).get_trace(*whole)
        values = {name: traced[name]["value"] for name in sites.latent}
        each = jax.vmap(own)(counties, values)
        together = log_density(model, whole, {}, values)[0]
        return together, each.sum(), jnp.abs(each).sum()

    keys = jax.random.split(jax.random.key(0), VERIFIED_POINTS)
    points = [densities(key, whole, counties) for key in keys]
    together, summed, size = map(np.array, zip(*points, strict=True))
    return together, summed, size
