"""What a model's trace says of its sites, read once before sampling."""

import inspect
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro import handlers

from radon import models
from radon.data import require_uranium
from radon.data.design import Design
from radon.data.records import Radon
from radon.models.structure import OUTCOME, Model, name_of


class Sites(NamedTuple):
    """The sites of a model with values, in the model's order.

    Attributes
    ----------
    latent : tuple of str
        What NUTS samples.
    varying : tuple of str
        Those, and what the model computes of them.
    fixed : dict
        Value of each site that ``dist.Delta`` fixes.
    dims : dict
        Names of each site's dimensions: the plates it stands in.
    """

    latent: tuple[str, ...]
    varying: tuple[str, ...]
    fixed: dict[str, np.ndarray]
    dims: dict[str, tuple[str, ...]]


def rung_of(model: Model) -> str:
    """Name the model of the ladder that a model is a form of.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``.

    Returns
    -------
    str
        Its name, also through the handlers of `radon.models`; empty for any
        other function, whatever it is called.

    Examples
    --------
    >>> from radon import models
    >>> rung_of(models.robust(models.noncentered(models.uranium)))
    'uranium'
    """
    rung = inspect.unwrap(model, stop=_is_foreign)
    name = name_of(rung)
    return name if getattr(models, name, None) is rung else ""


def _is_foreign(layer: object) -> bool:
    """Whether a wrapper is none of `radon.models`, which it may change."""
    where = getattr(layer, "__globals__", {}).get("__name__", "")
    return not where.startswith("radon.models.")


def read_sites(
    model: Model,
    data: Radon,
    design: Design,
    log_radon: jax.Array | np.ndarray | None = None,
) -> Sites:
    """Run a model once on a survey, and refuse it where it cannot be fitted.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``.
    data : Radon
        The survey, for the names of its counties.
    design : Design
        Its design, of JAX arrays.
    log_radon : jax.Array, optional
        Its outcome (house,) [log pCi/L].  Without it the model simulates.

    Returns
    -------
    Sites

    Raises
    ------
    RadonDataError
        Where the model needs uranium that a county lacks.
    ValueError
        Where no site ``log_radon`` (house,) takes the outcome, or where a
        density is not a number.
    """
    traced = _trace(model, design, log_radon)
    _refuse_other_outcomes(model, traced, design, log_radon)
    if undefined := _undefined(traced):
        known = jnp.nan_to_num(design.log_uranium)
        told = _trace(
            model,
            design._replace(log_uranium=known),  # type: ignore[arg-type]  # JAX's
            log_radon,
        )
        if not _undefined(told):
            require_uranium(data)
        raise ValueError(
            f"{name_of(model)}: the density of {', '.join(undefined)} is not "
            "a number at a draw from the prior. Look for the logarithm or "
            "the root of a negative number in the model."
        )
    valued = {
        name: site
        for name, site in traced.items()
        if site["type"] in ("sample", "deterministic")
    }
    inner = [name for name in valued if name != OUTCOME]
    fixed = [name for name in inner if _is_fixed(valued[name])]
    return Sites(
        latent=tuple(n for n in inner if valued[n]["type"] == "sample"),
        varying=tuple(name for name in inner if name not in fixed),
        fixed={name: np.asarray(valued[name]["value"]) for name in fixed},
        dims={name: _dims(site) for name, site in valued.items()},
    )


def refuse_all_fixed(model: Model, sites: Sites) -> None:
    """Refuse a model that leaves a sampler nothing to do."""
    if not sites.latent:
        raise ValueError(
            f"{name_of(model)} fixes every site, so there is nothing to "
            "sample. Leave one free, or ask for radon.prior_predictive."
        )


def _is_fixed(site: dict[str, Any]) -> bool:
    """Whether `radon.models.with_priors` has fixed the site."""
    return site["type"] == "deterministic" and isinstance(
        site.get("fn"), dist.Delta
    )


def _trace(
    model: Model, design: Design, log_radon: jax.Array | np.ndarray | None
) -> dict[str, dict[str, Any]]:
    """Run a model once, at a draw from its prior; let nonsense through."""
    seeded = handlers.seed(model, jax.random.key(0))
    try:
        with numpyro.validation_enabled(False):
            return handlers.trace(seeded).get_trace(design, log_radon)
    except NotImplementedError as error:
        raise ValueError(
            f"{name_of(model)} has a prior that nothing can be drawn from, "
            "such as a flat one on an endless range. Give it a proper one "
            "by radon.models.with_priors."
        ) from error


def _undefined(traced: dict[str, dict[str, Any]]) -> list[str]:
    """Name the sites whose log density is not a number."""
    with numpyro.validation_enabled(False):
        return [
            name
            for name, site in traced.items()
            if site["type"] == "sample"
            and jnp.isnan(site["fn"].log_prob(site["value"])).any()
        ]


def _refuse_other_outcomes(
    model: Model,
    traced: dict[str, dict[str, Any]],
    design: Design,
    log_radon: jax.Array | np.ndarray | None,
) -> None:
    """Refuse a model whose outcome is missing, unused or of another shape."""
    site = traced.get(OUTCOME)
    if site is None or site["type"] != "sample":
        raise ValueError(
            f"{name_of(model)} has no sample site {OUTCOME!r}. Its sites are "
            f"{', '.join(traced) or 'none'}. Name the observed one so."
        )
    others = [
        name
        for name, site in traced.items()
        if site["type"] == "sample" and site["is_observed"] and name != OUTCOME
    ]
    if others:
        raise ValueError(
            f"{name_of(model)} observes {', '.join(others)} besides "
            f"{OUTCOME!r}; wanted one outcome."
        )
    if log_radon is not None and not site["is_observed"]:
        raise ValueError(
            f"{name_of(model)} draws {OUTCOME!r} and ignores the outcome it "
            "is given. Pass it on: obs=log_radon."
        )
    shape, wanted = site["fn"].shape(), np.shape(design.floor)
    if shape != wanted:
        raise ValueError(
            f"{OUTCOME!r} of {name_of(model)} has shape {shape}; wanted "
            f"{wanted}, one reading a home."
        )


def _dims(site: dict[str, Any]) -> tuple[str, ...]:
    """Name a site's dimensions by its plates, and the rest by number."""
    shape = np.shape(site["value"])
    event = site["fn"].event_dim if site["type"] == "sample" else 0
    dims = [f"{site['name']}_dim_{i}" for i in range(len(shape))]
    for plate in site["cond_indep_stack"]:
        place = plate.dim - event
        if len(shape) >= -place and shape[place] == plate.size:
            dims[place] = plate.name
    return tuple(dims)
