"""What is ranked in a calibration: the numbers, and how to compute them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpyro import handlers

from radon.data.design import Design, several
from radon.data.records import Radon
from radon.inference.sites import read_sites
from radon.models.structure import Model, name_of

LOG_LIKELIHOOD = "log likelihood"

type Measured = Callable[[dict[str, jax.Array], jax.Array], jax.Array]


class Quantity(NamedTuple):
    """A coefficient: its label, its site, and where in the site it stands."""

    label: str
    site: str
    at: tuple[int, ...]


def measure(
    model: Model,
    simulator: Model,
    data: Radon,
    design: Design,
    counties: str | Iterable[str] | None,
    *,
    computed: bool = True,
) -> tuple[list[str], list[str], Measured]:
    """Make the function that computes what is ranked.

    Parameters
    ----------
    model, simulator : callable
        What is fitted and what is simulated from; a site must be in both.
    data : Radon
        The survey, for the names of its levels.
    design : Design
        Its design, of JAX arrays.
    counties : sequence of str or None
        Counties whose coefficients are ranked; None takes three by size.
    computed : bool
        Whether what the model computes of its parameters is ranked too.

    Returns
    -------
    labels : list of str
        Names of the quantities.
    sites : list of str
        The sites that the function needs.
    measured : callable
        From sites by name and an outcome (house,) to (quantity,).
    """
    plain = getattr(model, "centered", model)
    fitted, drawn = (
        read_sites(each, data, design) for each in (plain, simulator)
    )
    shared = {
        site: fitted.dims[site]
        for site in (fitted.varying if computed else fitted.latent)
        if site in drawn.varying
    }
    found = list(_quantities(shared, data, design, counties))
    if not found:
        raise ValueError(
            f"{name_of(model)} and its simulator {name_of(simulator)} have "
            "no site in common, so there is nothing to rank."
        )
    labels = [quantity.label for quantity in found]
    sites = {quantity.site for quantity in found}
    whole = set(fitted.latent) <= set(shared)
    if whole:
        labels.append(LOG_LIKELIHOOD)
        sites |= set(fitted.latent)

    def measured(
        values: dict[str, jax.Array], log_radon: jax.Array
    ) -> jax.Array:
        numbers = [values[q.site][q.at] for q in found]
        if whole:
            latent = {name: values[name] for name in fitted.latent}
            numbers.append(_log_likelihood(plain, design, latent, log_radon))
        return jnp.stack(numbers)

    return labels, sorted(sites), measured


def _quantities(
    shared: dict[str, tuple[str, ...]],
    data: Radon,
    design: Design,
    counties: str | Iterable[str] | None,
) -> Iterator[Quantity]:
    """List every scalar, every state, and the chosen counties."""
    chosen: dict[str, Iterable[int]] = {
        "county": _positions(data, counties),
        "state": range(design.n_states),
    }
    for site, levels in shared.items():
        if not levels:
            yield Quantity(site, site, ())
        elif levels[0] in chosen:
            names = data.coords[levels[0]]
            for at in chosen[levels[0]]:
                yield Quantity(f"{site}[{names[at]}]", site, (int(at),))


def _positions(
    data: Radon, counties: str | Iterable[str] | None
) -> np.ndarray:
    """Return the places of counties: those asked for, or three by size."""
    if counties is None:
        order = np.argsort(data.counties["n_houses"].to_numpy(), kind="stable")
        return np.unique(order[[0, len(order) // 2, -1]])
    names: list[Any] = list(counties) if several(counties) else [counties]
    at = data.at(names, 0).county
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(
            f"counties has {', '.join(map(repr, twice))} more than once; "
            "wanted each county once."
        )
    return at


def _log_likelihood(
    model: Model,
    design: Design,
    latent: dict[str, jax.Array],
    log_radon: jax.Array,
) -> jax.Array:
    """Log density of the homes given all that the model samples."""
    given = handlers.seed(handlers.substitute(model, latent), 0)
    sites = handlers.trace(given).get_trace(design, log_radon)
    return sum(
        (
            jnp.sum(site["fn"].log_prob(site["value"]))
            for site in sites.values()
            if site["type"] == "sample" and site["is_observed"]
        ),
        start=jnp.zeros(()),
    )
