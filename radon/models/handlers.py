"""Handlers: the same model in another form, or under other priors."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
from numpy.typing import ArrayLike
from numpyro import handlers
from numpyro.infer.reparam import LocScaleReparam
from numpyro.primitives import Messenger

from radon.arguments import check_model
from radon.data.design import Design
from radon.models.standard import Known
from radon.models.structure import OUTCOME, Model, latent_sites, name_of

# Where a prior may reach though the site cannot: below 0, or beyond 1.
SIZES = 1e-6, 1e-3, 0.1, 0.5, 0.9, 1.1, 2.0, 10.0, 1e3
NEAR = 1e-5
PROBES = np.outer((-1, 1), SIZES).ravel()


def noncentered(model: Model) -> Model:
    """Write a model's populations as mean plus spread times standard normal.

    Where many counties have few homes, a county's effect and the spread of
    all of them depend on each other so strongly (Neal's funnel) that NUTS
    gets stuck.  With ``alpha = mu_alpha + sigma_alpha * alpha_decentered``
    it moves freely, and the density of ``alpha`` is the same.

    Parameters
    ----------
    model : callable
        A model of the ladder or one like it.

    Returns
    -------
    callable
        The model with every Normal site whose mean or spread is itself
        unknown in non-centred form: ``alpha_decentered`` is sampled and
        ``alpha`` is computed from it.  A model without such sites keeps its
        form.  ``model`` itself is there as ``.centered``.

    Notes
    -----
    The method is that of Papaspiliopoulos, Roberts and Skold (2007); it is
    applied by NumPyro's ``LocScaleReparam``, so the priors are written once.

    Examples
    --------
    >>> from radon import models
    >>> form = models.noncentered(models.varying_slopes)
    >>> form.__name__, form.centered is models.varying_slopes
    ('varying_slopes', True)
    """
    check_model(model)
    if hasattr(model, "batch"):
        return model.form(noncentered(model.centered))
    if hasattr(model, "centered"):
        return model
    base = model.__wrapped__ if hasattr(model, "priors") else model
    config = {
        name: LocScaleReparam(centered=0)
        for name, site in latent_sites(base).items()
        if site.parents and site.is_normal
    }

    @functools.wraps(model)
    def reparametrised(
        design: Design, log_radon: jax.Array | np.ndarray | None = None
    ) -> None:
        with _Decentred(), handlers.reparam(config=config):
            return model(design, log_radon)

    reparametrised.__name__ = name_of(model)
    reparametrised.centered = model
    reparametrised.form_of = reparametrised
    reparametrised.form = noncentered
    return reparametrised


def with_priors(model: Model, **priors: dist.Distribution) -> Model:
    """Change a model's priors by the names of their sites.

    Parameters
    ----------
    model : callable
        A model of the ladder, centred or not.
    **priors : numpyro.distributions.Distribution
        The new prior of each site named.  ``dist.Delta(v)`` fixes a site at
        ``v``: it is then a deterministic site, which NUTS does not sample,
        and its message in a trace keeps the Delta under ``"fn"``.

    Returns
    -------
    callable
        The model under these priors, also kept as ``.priors``.

    Raises
    ------
    TypeError
        Where a prior is not a distribution.
    ValueError
        Where a name is no site of the model, is the observed site, or is
        drawn from a population: change the population's priors instead.
        Where the prior allows what the site cannot be, as a negative scale.

    Examples
    --------
    >>> import numpyro.distributions as dist
    >>> from radon import models
    >>> tight = models.with_priors(
    ...     models.varying_slopes, sigma_beta=dist.HalfNormal(0.5)
    ... )
    >>> tight.__name__, sorted(tight.priors)
    ('varying_slopes', ['sigma_beta'])
    """
    check_model(model)
    if hasattr(model, "centered"):
        return model.form(with_priors(model.centered, **priors))
    if hasattr(model, "priors"):
        return with_priors(model.__wrapped__, **(model.priors | priors))
    _check_priors(model, priors)

    @functools.wraps(model)
    def under_priors(
        design: Design, log_radon: jax.Array | np.ndarray | None = None
    ) -> None:
        with _Priors(priors):
            return model(design, log_radon)

    under_priors.__name__ = name_of(model)
    under_priors.priors = priors
    return under_priors


def _check_priors(model: Model, priors: dict[str, dist.Distribution]) -> None:
    sites = latent_sites(model)
    if OUTCOME in priors:
        raise ValueError(
            f"{OUTCOME} is the outcome of {name_of(model)}, which has a "
            "likelihood and no prior. Change the sites it depends on: "
            f"{', '.join(sites)}."
        )
    if unknown := sorted(set(priors) - set(sites)):
        raise ValueError(
            f"{name_of(model)} has no prior named {', '.join(unknown)}. "
            f"Its sites with a prior are {', '.join(sites)}."
        )
    for name, prior in priors.items():
        if not isinstance(prior, dist.Distribution):
            raise TypeError(
                f"The prior of {name} is a {type(prior).__name__}, not a "
                "distribution. Give one such as dist.Normal(0, 1), or fix "
                f"the site with {name}=dist.Delta(value)."
            )
        if sites[name].parents:
            raise ValueError(
                f"{name} is drawn from a population in {name_of(model)}. "
                f"Change {' or '.join(sites[name].parents)} instead."
            )
        _check_values(name, prior, sites[name].support)


def _check_values(
    name: str,
    prior: dist.Distribution,
    support: Callable[[np.ndarray], ArrayLike],
) -> None:
    """Refuse a prior of several numbers, or of some that a site cannot be."""
    if prior.event_shape or prior.is_discrete:
        kind = "whole numbers" if prior.is_discrete else "several numbers"
        raise ValueError(
            f"The prior of {name}, {type(prior).__name__}, is of {kind}; "
            "wanted a distribution of one real number."
        )
    if isinstance(prior, dist.Delta):  # an end of the range is none either
        values = np.unique(prior.v)
        near = np.multiply.outer((1 - NEAR, 1 + NEAR), values)
        possible = np.asarray(support(near), bool).all(0)
    else:
        values = PROBES[np.asarray(prior.support(PROBES), bool)]
        possible = np.asarray(support(values), bool)
    outside = values[~possible]
    if len(outside):
        raise ValueError(
            f"The prior of {name}, {type(prior).__name__}, allows "
            f"{outside[0]:g}, which {name} cannot be. Give one on its own "
            "range: for a scale dist.HalfNormal(1), for a correlation "
            "radon.models.lkj(2)."
        )


class _Decentred(Known):
    """Remember what a non-centred form draws, and what it makes of it."""

    def __init__(self) -> None:
        self.drawn: dict[str, jax.Array] = {}
        super().__init__()

    def process_message(self, msg: dict[str, Any]) -> None:
        drawn = self.drawn.get(f"{msg.get('name')}_decentered")
        if msg["type"] == "deterministic" and drawn is not None:
            self.tell(msg["name"], msg["value"], drawn)
        super().process_message(msg)

    def postprocess_message(self, msg: dict[str, Any]) -> None:
        if msg["type"] == "sample":
            self.drawn[msg["name"]] = msg["value"]


class _Priors(Messenger):
    """Replace priors by name, inside the plates that expand them."""

    def __init__(self, priors: dict[str, dist.Distribution]) -> None:
        self.priors = priors
        super().__init__(None)

    def process_message(self, msg: dict[str, Any]) -> None:
        prior = self.priors.get(msg.get("name", ""))
        if prior is None or msg["type"] != "sample":
            return
        shape = msg["fn"].batch_shape
        if not _expands(prior.batch_shape, shape):
            raise ValueError(
                f"The prior of {msg['name']} has shape {prior.batch_shape}; "
                f"wanted one distribution or {shape}, one a county."
            )
        if isinstance(prior, dist.Delta):
            value = jnp.broadcast_to(prior.v, shape)
            msg.update(type="deterministic", fn=prior, value=value)
        else:
            msg["fn"] = prior.expand(shape)


def _expands(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether one shape can be broadcast to another as it is."""
    pairs = zip(reversed(shape), reversed(wanted), strict=False)
    return len(shape) <= len(wanted) and all(n in (1, m) for n, m in pairs)
