"""What posterior or prior draws say of the homes."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpyro import handlers

from radon.data.design import Design
from radon.models.structure import OUTCOME, Model

DRAWS_AT_ONCE = 500


def at_houses(
    model: Model,
    design: Design,
    log_radon: jax.Array,
    latent: Mapping[str, jax.Array | np.ndarray],
    key: jax.Array,
) -> tuple[jax.Array, jax.Array]:
    """Compute log likelihoods and predictive draws, one a posterior draw.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``.
    design : Design
        JAX arrays.
    log_radon : jax.Array
        (house,) [log pCi/L].
    latent : dict of str to jax.Array
        Posterior draws of the sites NUTS samples, (chain, draw, ...).
    key : jax.Array
        A random key, split once a draw.

    Returns
    -------
    log_likelihood, predicted : jax.Array
        (chain, draw, house), the second in [log pCi/L].
    """

    def one_draw(
        key_and_values: tuple[jax.Array, dict[str, jax.Array]],
    ) -> tuple[jax.Array, jax.Array]:
        key, values = key_and_values
        given = handlers.substitute(model, values)
        traced = handlers.trace(handlers.seed(given, key)).get_trace(design)
        site = traced[OUTCOME]
        return site["fn"].log_prob(log_radon), site["value"]

    return each_draw(one_draw, latent, key)


def each_draw(
    function: Callable[[Any], Any],
    draws: Mapping[str, jax.Array | np.ndarray],
    key: jax.Array,
) -> Any:
    """Map a function of a random key and one draw over all draws.

    Parameters
    ----------
    function : callable
        Of a pair, a key and a dict of values by site.
    draws : dict of str to jax.Array
        (chain, draw, ...) by site.
    key : jax.Array
        A random key, split once a draw.

    Returns
    -------
    Whatever the function returns, its arrays (chain, draw, ...).
    """
    chains_and_draws = next(iter(draws.values())).shape[:2]
    keys = jax.random.split(key, chains_and_draws)
    flat = jax.tree.map(lambda x: x.reshape(-1, *x.shape[2:]), (keys, draws))
    return jax.tree.map(
        lambda x: x.reshape(*chains_and_draws, *x.shape[1:]),
        _each(function, flat),
    )


def simulate(
    model: Model, design: Design, num_samples: int, key: jax.Array
) -> dict[str, jax.Array]:
    """Run a model without an outcome, again and again.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``.
    design : Design
        JAX arrays.
    num_samples : int
        How often.
    key : jax.Array
        A random key, split once a draw.

    Returns
    -------
    dict of str to jax.Array
        Values of all sites, the outcome's included, (1, draw, ...).
    """

    def one_draw(key: jax.Array) -> dict[str, jax.Array]:
        traced = handlers.trace(handlers.seed(model, key)).get_trace(design)
        return {
            name: jnp.asarray(site["value"])
            for name, site in traced.items()
            if site["type"] in ("sample", "deterministic")
        }

    drawn = _each(one_draw, jax.random.split(key, num_samples))
    return {name: value[None] for name, value in drawn.items()}


def _each(function: Callable[[Any], Any], values: Any) -> Any:
    """Map a function over draws, compiled, some hundreds at a time."""
    return jax.jit(
        lambda x: jax.lax.map(function, x, batch_size=DRAWS_AT_ONCE)
    )(values)
