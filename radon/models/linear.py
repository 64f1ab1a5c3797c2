"""A model as linear in its Normal sites, read off its trace and verified."""

from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
from numpyro import handlers

from radon.data import Design
from radon.models.gaussian import Effects
from radon.models.standard import Known
from radon.models.structure import (
    OUTCOME,
    Model,
    latent_sites,
    name_of,
    unexpanded,
)
from radon.precision import double_precision

AGREEMENT = 1e-8
POINTS = 2
PROBE = Design(
    county=np.array([0, 0, 0, 1, 1, 2, 2, 2, 2]),
    floor=np.array([0, 0, 1, 0, 0, 1, 1, 0, 1]),
    log_uranium=np.array([-0.6, 0.1, 0.5]),
    mean_floor=np.array([1 / 3, 0, 3 / 4]),
    state=np.array([0, 1, 1]),
)


class Linear(NamedTuple):
    """A model and the names of its unobserved sites, by what becomes of them.

    Given ``scales``, the homes are linear in the others, all of them Normal:
    those that counties share and those that each county has of its ``own``.
    """

    model: Model
    scales: tuple[str, ...]
    shared: tuple[str, ...]
    own: tuple[str, ...]


def read_linear(model: Model) -> Linear:
    """Read which sites of a model its homes are linear in, and verify it.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``, not non-centred.

    Returns
    -------
    Linear

    Raises
    ------
    ValueError
        Where the homes or the coefficients are not linear and Normal given
        the other sites, or where there are no other sites.

    Notes
    -----
    A Normal site counts as linear and any other as a scale, whatever its
    name. What the homes expect is then compared, at random points in double
    precision, with the sum of effects that this means.
    """
    sites = latent_sites(model)
    traced = _trace(model, PROBE)
    normal = [name for name, site in sites.items() if site.is_normal]
    own = tuple(name for name in normal if _is_by_county(traced[name]))
    linear = Linear(
        model,
        scales=tuple(name for name in sites if name not in normal),
        shared=tuple(name for name in normal if name not in own),
        own=own,
    )
    _refuse_other_sites(linear, traced)
    _verify(linear, traced)
    return linear


def _is_by_county(site: dict[str, Any]) -> bool:
    return any(plate.name == "county" for plate in site["cond_indep_stack"])


def effects_of(
    linear: Linear, design: Design, scales: dict[str, jax.Array]
) -> Effects:
    """Work out what the homes of each cell expect, given the scales.

    Parameters
    ----------
    linear : Linear
        From :func:`read_linear`.
    design : Design
        Its county table is used, its homes are not.
    scales : dict of str to jax.Array
        Values of the model's scales.

    Returns
    -------
    Effects
    """
    counties = design.n_counties
    p = sum(_lengths(linear, design).values())
    q = len(linear.own)

    def expected(
        shared: jax.Array, own: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        sites = sites_at(linear, cells_only(design), scales, shared, own)
        mean, spread = _mean_and_spread(sites[OUTCOME])
        return mean.reshape(counties, 2), spread[0]

    none = jnp.zeros(p), jnp.zeros((counties, q))
    mean, moved, sigma = jax.linearize(expected, *none, has_aux=True)
    shared: Any = jax.vmap(lambda effect: moved(effect, none[1]), out_axes=-1)
    own: Any = jax.vmap(
        lambda effect: moved(none[0], none[1] + effect), out_axes=-1
    )
    return Effects(
        mean,
        shared(jnp.eye(p)) if p else jnp.zeros((*mean.shape, 0)),
        own(jnp.eye(q)) if q else jnp.zeros((*mean.shape, 0)),
        sigma,
    )


def cells_only(design: Design) -> Design:
    """Return a design with one home in each cell, floor by floor."""
    cell = np.arange(2 * design.n_counties)
    return design._replace(county=cell // 2, floor=cell % 2)


def sites_at(
    linear: Linear,
    design: Design,
    scales: dict[str, jax.Array],
    shared: jax.Array,
    own: jax.Array,
) -> dict[str, dict[str, Any]]:
    """Run a model where its effects have given values.

    Parameters
    ----------
    linear : Linear
        From :func:`read_linear`.
    design : Design
        The homes.
    scales : dict of str to jax.Array
        Values of the model's scales.
    shared, own : jax.Array
        Effects (p,) and (county, q), in standard deviations of each site
        given those before it.

    Returns
    -------
    dict
        The trace.
    """
    effects, start = {}, 0
    for name, length in _lengths(linear, design).items():
        effects[name] = shared[start : start + length]
        start += length
    effects |= {name: own[:, i] for i, name in enumerate(linear.own)}

    known = Known()

    def value(site: dict[str, Any]) -> jax.Array:
        name = site["name"]
        if name not in effects:
            return scales[name]
        mean, spread = _mean_and_spread(site)
        effect = effects[name].reshape(mean.shape)
        known.tell(name, made := mean + spread * effect, effect)
        return made

    def model(*homes: Any) -> None:
        with known:
            return linear.model(*homes)

    return _trace(model, design, value)


def _lengths(linear: Linear, design: Design) -> dict[str, int]:
    """Count the values of each shared site."""
    traced = _trace(linear.model, design)
    return {name: traced[name]["value"].size for name in linear.shared}


def _trace(
    model: Model,
    design: Design,
    value: Callable[[dict[str, Any]], jax.Array | None] = lambda site: None,
) -> dict[str, dict[str, Any]]:
    """Run a model aside, its free sites where ``value`` puts them."""

    def of_free(site: dict[str, Any]) -> jax.Array | None:
        free = site["type"] == "sample" and not site["is_observed"]
        return value(site) if free else None

    there = handlers.substitute(model, substitute_fn=of_free)
    seeded = handlers.seed(there, jax.random.key(0))
    design = Design(  # type: ignore[call-arg]  # two, two and one
        # NumPy's own 64 bits would outlive double precision
        *(np.asarray(index, np.int32) for index in design[:2]),
        *(jnp.asarray(value, float) for value in design[2:4]),
        np.asarray(design.state, np.int32),
    )
    with handlers.block():
        homes = jnp.zeros(len(design.floor))
        return handlers.trace(seeded).get_trace(design, homes)


def _mean_and_spread(site: dict[str, Any]) -> tuple[jax.Array, jax.Array]:
    """Return location and scale of a Normal site, in its own shape."""
    normal, shape = unexpanded(site["fn"]), site["fn"].shape()
    return (
        jnp.broadcast_to(normal.loc, shape),
        jnp.broadcast_to(normal.scale, shape),
    )


def _refuse_other_sites(
    linear: Linear, traced: dict[str, dict[str, Any]]
) -> None:
    """Refuse what shows in names, families and dependencies of sites."""
    sites = latent_sites(linear.model)
    seen = {
        name
        for name, site in traced.items()
        if site["type"] == "sample" and site["is_observed"]
    }
    if seen != {OUTCOME}:
        refuse(linear.model, f"it observes {', '.join(sorted(seen))}")
    weighted = [
        name
        for name, site in traced.items()
        if site["type"] == "sample" and site["scale"] is not None
    ]
    if weighted:
        refuse(
            linear.model,
            f"it multiplies the log density of {', '.join(weighted)}",
        )
    homes = unexpanded(traced[OUTCOME]["fn"])
    if not isinstance(homes, dist.Normal):
        refuse(linear.model, f"its homes are {type(homes).__name__}")
    if not linear.shared + linear.own:
        refuse(linear.model, "none of its sites is Normal")
    if not linear.scales:
        refuse(linear.model, "it leaves no scale free to be sampled")
    for name in linear.scales:
        hung = set(sites[name].parents) - set(linear.scales)
        if hung:
            refuse(linear.model, f"{name} depends on {', '.join(hung)}")


def _verify(linear: Linear, traced: dict[str, dict[str, Any]]) -> None:
    """Refuse a model whose homes do not add effects up, at random points."""
    priors = {name: traced[name]["fn"] for name in linear.scales}
    onto = {
        name: dist.biject_to(prior.support) for name, prior in priors.items()
    }
    p = sum(_lengths(linear, PROBE).values())
    sizes = (p,), (PROBE.n_counties, len(linear.own))

    @jax.jit
    def compare(
        free: dict[str, jax.Array], shared: jax.Array, own: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        scales = {name: onto[name](free[name]) for name in linear.scales}
        effects = effects_of(linear, PROBE, scales)
        added = effects.expected + effects.shared @ shared
        added += jnp.einsum("jcq,jq->jc", effects.own, own)
        sites = sites_at(linear, PROBE, scales, shared, own)
        mean, spread = _mean_and_spread(sites[OUTCOME])
        off = mean - added[PROBE.county, PROBE.floor]
        return abs(off).max(), abs(spread / effects.sigma - 1).max()

    rng = np.random.default_rng(0)
    for _ in range(POINTS):
        free = {
            name: rng.uniform(-1, 1, onto[name].inverse_shape(prior.shape()))
            for name, prior in priors.items()
        }
        with double_precision():
            found = compare(free, *(rng.normal(size=size) for size in sizes))
            off, uneven = map(float, found)
        if not uneven < AGREEMENT:
            refuse(linear.model, "the spread of its homes is not one")
        if not off < AGREEMENT:
            refuse(linear.model, "its homes are not linear in the rest")


def refuse(model: Model, why: str) -> NoReturn:
    """Say why a model cannot be marginalised, and what to do."""
    raise ValueError(
        f"{name_of(model)} has no marginalised form: {why}. Wanted Normal "
        "homes of one spread, linear in sites that are Normal too. Fit the "
        "model itself, or radon.models.noncentered of it."
    )
