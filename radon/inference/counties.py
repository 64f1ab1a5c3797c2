"""NUTS on one county after another: one program, mapped over all of them.

Every county is padded with homes that are masked out, so that one shape, and
with it one compilation, serves them all.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpyro.infer import NUTS
from numpyro.primitives import Messenger

from radon.data import Design
from radon.inference.joint import STATISTICS
from radon.models.structure import OUTCOME

COUNTIES_AT_ONCE = 17


class OneCounty(NamedTuple):
    """A county as a survey of its own; stacked, all of them.

    Attributes
    ----------
    design : Design
        Homes (slot,) and a county table of length one.
    log_radon : array
        (slot,) [log pCi/L], 0 where no home is.
    measured : array of bool
        Whether a home is in the slot, (slot,).
    """

    design: Design
    log_radon: np.ndarray
    measured: np.ndarray


def apart(design, log_radon):
    """Take a survey apart into counties of one shape.

    Parameters
    ----------
    design : Design
        NumPy arrays, every county with a home.
    log_radon : numpy.ndarray
        (house,) [log pCi/L].

    Returns
    -------
    OneCounty
        All arrays with a leading dimension (county,).
    """
    sizes = np.bincount(design.county, minlength=design.n_counties)
    measured = np.arange(sizes.max()) < sizes[:, None]
    by_county = np.argsort(design.county, kind="stable")

    def padded(values):
        slots = np.zeros(measured.shape, values.dtype)
        slots[measured] = values[by_county]
        return slots

    return OneCounty(
        Design(
            county=np.zeros(measured.shape, np.int64),
            floor=padded(design.floor),
            log_uranium=design.log_uranium[:, None],
            mean_floor=design.mean_floor[:, None],
            state=design.state[:, None],
        ),
        padded(log_radon),
        measured,
    )


def sample_counties(model, design, log_radon, key, settings):
    """Draw from the posterior of each county's own regression.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``, whose counties share nothing.
    design : Design
        NumPy arrays.
    log_radon : numpy.ndarray
        (house,) [log pCi/L].
    key : jax.Array
        A random key; a county's chains depend on it and on the county's
        place alone.
    settings : Settings
        How long and how carefully.

    Returns
    -------
    draws, statistics : dict of str to numpy.ndarray
        (chain, draw, county) by site, and by name of a sampler statistic.
    """
    counties = apart(design, log_radon)
    keys = jax.random.split(key, (design.n_counties, settings.num_chains))

    def chain(county, key):
        data = (county.design, county.log_radon)
        kernel = NUTS(
            Measured(model, county.measured),
            target_accept_prob=settings.target_accept,
        )
        first = kernel.init(key, settings.num_warmup, None, data, {})

        def step(state, _):
            state = kernel.sample(state, data, {})
            kept = {name: getattr(state, name) for name in STATISTICS}
            return state, (state.z, kept)

        length = settings.num_warmup + settings.num_samples
        _, drawn = jax.lax.scan(step, first, length=length)
        z, kept = jax.tree.map(lambda x: x[settings.num_warmup :], drawn)
        return jax.vmap(kernel.postprocess_fn(data, {}))(z), kept

    chains = jax.vmap(chain, (None, 0))
    draws, kept = _map_counties(chains, counties, keys)
    draws = {
        name: np.moveaxis(value, 0, 2).reshape(*value.shape[1:3], -1)
        for name, value in draws.items()
    }
    return draws, {
        name: np.moveaxis(value, 0, 2) for name, value in kept.items()
    }


def _map_counties(function, counties, keys):
    """Map over counties, those of like size together.

    Counties that run side by side wait for the slowest of them, and the
    small ones are the slow ones.  The last batch is filled up with
    repetitions, or it would be compiled a second time.
    """
    order = np.argsort(counties.measured.sum(1), kind="stable")
    n_batches = -(-len(order) // COUNTIES_AT_ONCE)
    size = -(-len(order) // n_batches)
    filled = np.resize(order, size * n_batches)
    ordered = jax.tree.map(lambda x: jnp.asarray(x)[filled], (counties, keys))
    mapped = jax.jit(
        lambda x: jax.lax.map(lambda y: function(*y), x, batch_size=size)
    )(ordered)
    back = np.argsort(order)
    return jax.tree.map(lambda x: np.asarray(x)[back], mapped)


class Measured(Messenger):
    """A model with the slots masked in which no home is."""

    def __init__(self, fn, measured):
        self.measured = measured
        super().__init__(fn)

    def process_message(self, msg):
        """Mask the outcome, and nothing else."""
        if msg["type"] == "sample" and msg["name"] == OUTCOME:
            msg["fn"] = msg["fn"].mask(self.measured)
