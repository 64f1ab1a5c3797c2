"""NUTS on one county after another: one program, mapped over all of them.

One shape, and with it one compilation, serves them all. Where readings are
Normal a county is four slots, two a floor, however many homes it has; else
it is its homes, padded with slots in which no home is.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np
from numpyro.infer import NUTS
from numpyro.primitives import Messenger
from tqdm.auto import tqdm

from radon.data import Design
from radon.inference.joint import STATISTICS
from radon.inference.requests import Settings
from radon.models.structure import OUTCOME, Model
from radon.statistics import sufficient_statistics

COUNTIES_AT_ONCE = 17


class OneCounty(NamedTuple):
    """A county as a survey of its own; stacked, all of them.

    Attributes
    ----------
    design : Design
        Homes (slot,) and a county table of length one.
    log_radon : array
        (slot,) [log pCi/L], 0 where no home is.
    homes : array
        Number of homes that the slot stands for, (slot,).
    """

    design: Design
    log_radon: np.ndarray
    homes: np.ndarray


def apart(design: Design, log_radon: np.ndarray) -> OneCounty:
    """Take a survey apart into counties of one shape, home by home.

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

    def padded(values: np.ndarray) -> np.ndarray:
        slots = np.zeros(measured.shape, values.dtype)
        slots[measured] = values[by_county]
        return slots

    return _slots(
        design, padded(design.floor), padded(log_radon), measured.astype(float)
    )


def summed_up(design: Design, log_radon: np.ndarray) -> OneCounty:
    """Take a survey apart into counties of four slots, two a floor.

    Half of a floor's homes at each of two readings, their mean less and plus
    their standard deviation, have the Normal likelihood of all of them.

    Parameters
    ----------
    design : Design
        NumPy arrays.
    log_radon : numpy.ndarray
        (house,) [log pCi/L].

    Returns
    -------
    OneCounty
        All arrays with a leading dimension (county,).
    """
    n, mean, squares = sufficient_statistics(
        design.county, design.floor, log_radon, design.n_counties
    )
    sd = np.sqrt(squares / np.maximum(n, 1))
    floor = np.broadcast_to([0, 0, 1, 1], (len(n), 4)).astype(
        design.floor.dtype
    )
    readings = np.stack([mean - sd, mean + sd], axis=2).reshape(-1, 4)
    return _slots(
        design,
        floor,
        readings.astype(log_radon.dtype),
        np.repeat(n / 2, 2, axis=1),
    )


def _slots(
    design: Design, floor: np.ndarray, log_radon: np.ndarray, homes: np.ndarray
) -> OneCounty:
    return OneCounty(
        Design(
            county=np.zeros(floor.shape, np.int64),
            floor=floor,
            log_uranium=design.log_uranium[:, None],
            mean_floor=design.mean_floor[:, None],
            state=design.state[:, None],
        ),
        log_radon,
        homes,
    )


def sample_counties(
    model: Model,
    counties: OneCounty,
    key: jax.Array,
    settings: Settings,
    shows_progress: bool,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Draw from the posterior of each county's own regression.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``, whose counties share nothing.
    counties : OneCounty
        All of them, of one shape.
    key : jax.Array
        A random key; a county's chains depend on it and on the county's
        place alone.
    settings : Settings
        How long and how carefully.
    shows_progress : bool
        Whether to show a bar.

    Returns
    -------
    draws, statistics : dict of str to numpy.ndarray
        (chain, draw, county) by site, and by name of a sampler statistic.
    """
    keys = jax.random.split(key, (len(counties.homes), settings.num_chains))

    def chain(
        county: OneCounty, key: jax.Array
    ) -> tuple[dict[str, jax.Array], dict[str, jax.Array]]:
        data = (county.design, county.log_radon)
        kernel = NUTS(
            Weighted(model, county.homes),
            target_accept_prob=settings.target_accept,
        )
        first = kernel.init(key, settings.num_warmup, None, data, {})

        def step(state: Any, _: None) -> tuple[Any, Any]:
            state = kernel.sample(state, data, {})
            kept = {name: getattr(state, name) for name in STATISTICS}
            return state, (state.z, kept)

        length = settings.num_warmup + settings.num_samples
        _, drawn = jax.lax.scan(step, first, length=length)
        z, kept = jax.tree.map(lambda x: x[settings.num_warmup :], drawn)
        return jax.vmap(kernel.postprocess_fn(data, {}))(z), kept

    chains = jax.vmap(chain, (None, 0))
    draws, kept = jax.tree.map(
        lambda x: np.moveaxis(x, 0, 2),
        _map_counties(chains, counties, keys, shows_progress),
    )
    return {
        name: value.reshape(*value.shape[:2], -1)
        for name, value in draws.items()
    }, kept


def _map_counties(
    function: Callable[..., Any],
    counties: OneCounty,
    keys: jax.Array,
    shows_progress: bool,
) -> Any:
    """Map over counties, those of like size together.

    Counties that run side by side wait for the slowest of them, and the
    small ones are the slow ones.  The last batch is filled up with
    repetitions, or it would be compiled a second time.
    """
    order = np.argsort(counties.homes.sum(1), kind="stable")
    n_batches = -(-len(order) // COUNTIES_AT_ONCE)
    size = -(-len(order) // n_batches)
    batches = np.resize(order, (n_batches, size))
    compiled = jax.jit(jax.vmap(function))

    def run(batch: np.ndarray) -> Any:
        taken = jax.tree.map(lambda x: x[batch], (counties, keys))
        return jax.tree.map(np.asarray, compiled(*taken))

    waiting = tqdm(batches, "counties", disable=not shows_progress)
    mapped = [run(batch) for batch in waiting]
    back = np.argsort(order)
    return jax.tree.map(lambda *x: np.concatenate(x)[back], *mapped)


class Weighted(Messenger):
    """A model whose slots stand for no home, one or several."""

    def __init__(self, fn: Model, homes: np.ndarray) -> None:
        self.homes = homes
        super().__init__(fn)

    def process_message(self, msg: dict[str, Any]) -> None:
        """Count the outcome's density as often as there are homes."""
        if msg["type"] == "sample" and msg["name"] == OUTCOME:
            msg["fn"] = msg["fn"].mask(self.homes > 0)
            scale = 1 if msg["scale"] is None else msg["scale"]
            msg["scale"] = scale * self.homes
