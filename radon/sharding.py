"""Homes spread over devices, where no few sums stand for them.

A Student-t likelihood needs every home at every step. Each device holds a
share of the homes and all of the counties; what it sums up over its homes is
all that travels.
"""

import functools
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from numpyro.infer import MCMC, NUTS
from numpyro.primitives import Messenger

from radon.arguments import check_model, check_seed
from radon.data.checks import check_design
from radon.data.design import Design
from radon.data.errors import plural
from radon.data.records import Radon
from radon.inference.joint import STATISTICS
from radon.inference.requests import check_settings, check_survey
from radon.inference.sites import read_sites, refuse_all_fixed, rung_of
from radon.inference.trees import grow
from radon.models.structure import OUTCOME, Model, name_of

HOUSES = "house"
BY_HOME = ("county", "floor")
BY_COUNTY = ("log_uranium", "mean_floor", "state")


def fit(
    model: Model,
    data: Radon,
    *,
    seed: int,
    devices: Sequence[jax.Device] | None = None,
    num_warmup: int = 1000,
    num_samples: int = 1000,
    num_chains: int = 4,
    target_accept: float = 0.95,
) -> xr.DataTree:
    """Draw from a model's posterior by NUTS, its homes spread over devices.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``, of any likelihood.
    data : Radon
        The survey.
    seed, num_warmup, num_samples, num_chains, target_accept
        As in `radon.fit`.
    devices : sequence of jax.Device, optional
        Those that share the homes; all of ``jax.devices()`` if left alone.
        A processor counts as one, unless XLA_FLAGS says otherwise before
        JAX starts: ``--xla_force_host_platform_device_count=2``.

    Returns
    -------
    xarray.DataTree
        As `radon.fit` returns it, without the groups that hold a number for
        every home and draw. ``attrs["devices"]`` counts the devices.

    Raises
    ------
    RadonDataError, TypeError, ValueError
        As `radon.fit` does; where there are more devices than homes, or
        the model is marginalised.

    Examples
    --------
    >>> import radon
    >>> tree = fit(
    ...     radon.models.complete_pooling,
    ...     radon.load_radon(),
    ...     seed=1,
    ...     num_samples=200,
    ... )
    >>> sorted(tree.children), tree.attrs["devices"]
    (['posterior', 'sample_stats'], 1)
    """
    check_model(model)
    _refuse_marginalised(model)
    check_survey(data)
    seed = check_seed(seed)
    settings = check_settings(
        num_warmup, num_samples, num_chains, target_accept
    )
    devices = jax.devices() if devices is None else devices
    check_devices(devices, len(data.log_radon))
    arrays = check_design(data.design, data.log_radon)
    sites = read_sites(model, data, *jax.tree.map(jnp.asarray, arrays))
    refuse_all_fixed(model, sites)
    mcmc = MCMC(
        NUTS(
            _measured_only(model, data.design),
            target_accept_prob=settings.target_accept,
        ),
        num_warmup=settings.num_warmup,
        num_samples=settings.num_samples,
        num_chains=settings.num_chains,
        chain_method="vectorized",
        progress_bar=False,
        jit_model_args=True,  # as constants the homes would be everywhere
    )
    mcmc.run(
        jax.random.key(seed),
        *spread(*arrays, devices),
        extra_fields=STATISTICS,
    )
    draws = mcmc.get_samples(group_by_chain=True)
    return grow(
        {
            "posterior": {name: draws[name] for name in sites.varying},
            "sample_stats": mcmc.get_extra_fields(group_by_chain=True),
            "constant_data": sites.fixed,
        },
        sites.dims,
        data.coords,
        {
            "model": name_of(model),
            "ladder": rung_of(model),
            "seed": seed,
            "devices": len(devices),
        }
        | settings._asdict(),
    )


def spread(
    design: Design, log_radon: np.ndarray, devices: Sequence[jax.Device]
) -> tuple[Design, jax.Array]:
    """Give each device a share of the homes and all of the counties.

    Parameters
    ----------
    design : Design
        Homes and counties.
    log_radon : array_like
        Outcome [log pCi/L], (house,).
    devices : sequence of jax.Device
        Those that share the homes.

    Returns
    -------
    design : Design
        Arrays on the devices. Where the homes cannot be shared out evenly
        the last is repeated.
    log_radon : jax.Array
        Likewise.

    Raises
    ------
    RadonDataError
        If design or outcome cannot be used.
    TypeError, ValueError
        If something is no device, or there are more devices than homes, one
        twice, or none.
    """
    design, log_radon = check_design(design, log_radon)
    homes = len(log_radon)
    check_devices(devices, homes)
    mesh = Mesh(np.asarray(devices), (HOUSES,))
    shared = NamedSharding(mesh, PartitionSpec(HOUSES))
    whole = NamedSharding(mesh, PartitionSpec())
    missing = -homes % len(devices)

    def by_home(values: np.ndarray) -> jax.Array:
        padded = np.pad(np.asarray(values), (0, missing), mode="edge")
        return jax.device_put(padded, shared)

    counties = {
        name: jax.device_put(np.asarray(getattr(design, name)), whole)
        for name in BY_COUNTY
    }
    places = {name: by_home(getattr(design, name)) for name in BY_HOME}
    spread_out = design._replace(**counties, **places)  # type: ignore[arg-type]  # JAX's
    return spread_out, by_home(log_radon)


def check_devices(devices: Sequence[jax.Device], homes: int) -> None:
    """Refuse what homes cannot be shared by.

    Parameters
    ----------
    devices : sequence of jax.Device
        Each once, and no more than homes.
    homes : int
        How many there are.
    """
    several = isinstance(devices, Sequence) and not isinstance(devices, str)
    if not several or not all(isinstance(d, jax.Device) for d in devices):
        raise TypeError(
            f"devices is {devices!r}; wanted some of jax.devices() in a "
            "list, such as devices=jax.devices()[:1]."
        )
    if not 0 < len(devices) <= homes:
        raise ValueError(
            f"{plural(len(devices), 'device')} for {plural(homes, 'home')}; "
            "wanted one or more, and a home for each. One will do: "
            "devices=jax.devices()[:1]"
        )
    if len(set(devices)) < len(devices):
        raise ValueError(
            f"devices is {devices}; wanted each of them once. A processor "
            "counts as several by XLA_FLAGS, set before JAX starts."
        )


def _refuse_marginalised(model: Model) -> None:
    """Refuse a model that looks at sums and not at homes."""
    if hasattr(model, "complete"):
        raise ValueError(
            f"{name_of(model)} is marginalised: its density follows from a "
            "few sums of the homes, which need no second device. Give it to "
            "radon.fit, or give the model it was made of."
        )


def _measured_only(model: Model, whole: Design) -> Model:
    """Let the homes that fill up the last device's share say nothing.

    The states are those of the whole survey, as constants: a model counts
    them for its plate.
    """

    @functools.wraps(model)
    def filled_up(design: Design, log_radon: jax.Array | None = None) -> None:
        with _First(len(whole.county)):
            return model(design._replace(state=whole.state), log_radon)

    return filled_up


class _First(Messenger):
    """Mask all but the first homes."""

    def __init__(self, homes: int) -> None:
        self.homes = homes
        super().__init__(None)

    def process_message(self, msg: dict[str, Any]) -> None:
        if msg.get("name") == OUTCOME and msg["type"] == "sample":
            row = jnp.arange(len(msg["value"]))
            msg["fn"] = msg["fn"].mask(row < self.homes)
