"""Handlers: the same model in another form, or under other priors."""

import functools
from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
from numpyro import handlers
from numpyro.infer.inspect import get_dependencies
from numpyro.infer.reparam import LocScaleReparam
from numpyro.primitives import Messenger

from radon.data import Design


def noncentered(model: Callable) -> Callable:
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
    if hasattr(model, "centered"):
        return model
    base = model.__wrapped__ if hasattr(model, "priors") else model
    config = {
        name: LocScaleReparam(centered=0)
        for name, site in latent_sites(base).items()
        if site.parents and site.is_normal
    }

    @functools.wraps(model)
    def reparametrised(design, log_radon=None):
        with handlers.reparam(config=config):
            return model(design, log_radon)

    reparametrised.centered = model
    return reparametrised


def with_priors(model: Callable, **priors: dist.Distribution) -> Callable:
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
    if hasattr(model, "centered"):
        return noncentered(with_priors(model.centered, **priors))
    if hasattr(model, "priors"):
        return with_priors(model.__wrapped__, **(model.priors | priors))
    _check_priors(model, priors)

    @functools.wraps(model)
    def under_priors(design, log_radon=None):
        with _Priors(priors):
            return model(design, log_radon)

    under_priors.priors = priors
    return under_priors


class Latent(NamedTuple):
    """What a site's prior is made of: its family and what it depends on."""

    is_normal: bool
    parents: tuple[str, ...]


def latent_sites(model: Callable) -> dict[str, Latent]:
    """Read a model's unobserved sites off its trace, in its own order.

    Parameters
    ----------
    model : callable
        A model ``model(design, log_radon=None)``.

    Returns
    -------
    dict of str to Latent
        For each site, whether it is Normal, and the sites that its prior
        depends on.

    Examples
    --------
    >>> from radon import models
    >>> from radon.models.handlers import latent_sites
    >>> latent_sites(models.varying_intercepts)["alpha"].parents
    ('mu_alpha', 'sigma_alpha')
    """
    one = np.zeros(1)
    house = Design(one.astype(int), one, one, one, one.astype(int))

    def simulated():
        return model(house, np.zeros(1))

    parents = get_dependencies(simulated)["prior_dependencies"]
    traced = handlers.trace(handlers.seed(simulated, 0)).get_trace()
    return {
        name: Latent(
            isinstance(_unexpanded(site["fn"]), dist.Normal),
            tuple(parent for parent in parents[name] if parent != name),
        )
        for name, site in traced.items()
        if site["type"] == "sample" and not site["is_observed"]
    }


def _unexpanded(fn):
    while isinstance(fn, dist.ExpandedDistribution | dist.Independent):
        fn = fn.base_dist
    return fn


def _check_priors(model, priors):
    sites = latent_sites(model)
    if unknown := sorted(set(priors) - set(sites)):
        raise ValueError(
            f"{model.__name__} has no prior named {', '.join(unknown)}. "
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
                f"{name} is drawn from a population in {model.__name__}. "
                f"Change {' or '.join(sites[name].parents)} instead."
            )


class _Priors(Messenger):
    """Replace priors by name, inside the plates that expand them."""

    def __init__(self, priors):
        self.priors = priors
        super().__init__(None)

    def process_message(self, msg):
        prior = self.priors.get(msg.get("name"))
        if prior is None or msg["type"] != "sample":
            return
        shape = msg["fn"].batch_shape
        if isinstance(prior, dist.Delta):
            value = jnp.broadcast_to(prior.v, shape)
            msg.update(type="deterministic", fn=prior, value=value)
        else:
            msg["fn"] = prior.expand(shape)
