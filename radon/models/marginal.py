"""The same model with coefficients and population means integrated out."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
from numpyro import handlers

from radon.arguments import check_model
from radon.data.design import Design
from radon.models.gaussian import cells_of, draw_effects, log_likelihood
from radon.models.linear import (
    Linear,
    cells_only,
    effects_of,
    read_linear,
    refuse,
    sites_at,
)
from radon.models.structure import OUTCOME, Model, name_of


def marginalised(model: Model) -> Model:
    """Integrate county coefficients and population means out of a model.

    Given the scales the Gaussian models of the ladder are linear, so that
    all other unknowns integrate out in closed form, from the number of
    homes, their mean and their spread by county and floor. NUTS is left
    with the scales, and a step costs the same for any number of homes.

    Parameters
    ----------
    model : callable
        A model of the ladder or one like it, with Normal homes.

    Returns
    -------
    callable
        With an outcome, the density of the scales; without one it simulates
        as the model does. `radon.fit` draws everything else from its exact
        posterior given the scales, so that its tree is like any other.
        ``model`` itself is there as ``.centered``.

    Raises
    ------
    ValueError
        Where the homes or the coefficients are not linear and Normal given
        the other sites, or no site is left for NUTS.

    Notes
    -----
    A Normal site is integrated out and any other stays, whatever its name;
    that the homes are linear in those left out is verified at random points.
    The homes contribute a factor of NumPyro, their log density up to a
    constant that depends on the homes alone: without it single precision
    keeps its digits, however many homes there are.

    Examples
    --------
    >>> from numpyro import handlers
    >>> import radon
    >>> data = radon.load_radon()
    >>> form = marginalised(radon.models.varying_slopes)
    >>> seeded = handlers.seed(form, 1)
    >>> traced = handlers.trace(seeded).get_trace(data.design, data.log_radon)
    >>> [name for name in traced if name != "log_radon"]
    ['sigma_alpha', 'sigma_beta', 'sigma']
    """
    check_model(model)
    if getattr(model, "form", None) is marginalised:
        return model
    if hasattr(model, "batch"):
        refuse(model, f"it sees {model.batch} of its homes at a time")
    model = getattr(model, "centered", model)
    linear = read_linear(model)

    @functools.wraps(model)
    def integrated(
        design: Design, log_radon: jax.Array | np.ndarray | None = None
    ) -> Any:
        if log_radon is None:
            return model(design)
        cells = cells_of(design, log_radon)
        effects = effects_of(linear, design, _sample(linear, design))
        return numpyro.factor(OUTCOME, log_likelihood(effects, cells))

    def complete(
        design: Design,
        log_radon: jax.Array | np.ndarray,
        scales: dict[str, jax.Array],
        key: jax.Array,
    ) -> dict[str, jax.Array]:
        """Draw the sites left out, and compute what the model does of all."""
        cells = cells_of(design, log_radon)
        effects = effects_of(linear, design, scales)
        drawn = draw_effects(effects, cells, key)
        sites = sites_at(linear, design, scales, *drawn)
        return {
            name: jnp.asarray(site["value"])
            for name, site in sites.items()
            if name in (*linear.shared, *linear.own)
            or site["type"] == "deterministic"
        }

    integrated.__name__ = name_of(model)
    integrated.centered = model
    integrated.form_of = integrated
    integrated.form = marginalised
    integrated.complete = complete
    return integrated


def _sample(linear: Linear, design: Design) -> dict[str, jax.Array]:
    """Sample a model's scales as it does, and show nothing else of it."""
    left_out = (*linear.shared, *linear.own)

    def zero(site: dict[str, Any]) -> jax.Array | None:
        return (
            jnp.zeros(site["fn"].shape()) if site["name"] in left_out else None
        )

    def hidden(
        site: dict[str, Any],
    ) -> bool:  # but not what a sampler adds to a scale
        unused = site["type"] in ("plate", "deterministic")
        return unused or site.get("name") in (*left_out, OUTCOME)

    cells = cells_only(design)
    with (
        handlers.trace() as traced,
        handlers.block(hide_fn=hidden),
        handlers.substitute(substitute_fn=zero),
    ):
        linear.model(cells, jnp.zeros(len(cells.floor)))
    return {name: traced[name]["value"] for name in linear.scales}
