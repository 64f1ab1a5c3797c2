"""What a model is made of, read off its own trace."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpyro.distributions as dist
from numpyro import handlers
from numpyro.distributions import constraints
from numpyro.infer.inspect import get_dependencies

from radon.data import Design

OUTCOME = "log_radon"

type Model = Callable[..., None]


class Latent(NamedTuple):
    """A site's prior: its family, what it depends on, and its range."""

    is_normal: bool
    parents: tuple[str, ...]
    support: constraints.Constraint


def latent_sites(model: Model) -> dict[str, Latent]:
    """Read a model's unobserved sites off its trace, in its own order.

    Parameters
    ----------
    model : callable
        A model ``model(design, log_radon=None)``.

    Returns
    -------
    dict of str to Latent
        For each site, whether it is Normal, the sites that its prior
        depends on, and the values that it can have.

    Examples
    --------
    >>> from radon import models
    >>> from radon.models.structure import latent_sites
    >>> latent_sites(models.varying_intercepts)["alpha"].parents
    ('mu_alpha', 'sigma_alpha')
    """
    one = np.zeros(1)
    house = Design(one.astype(int), one, one, one, one.astype(int))

    def simulated() -> None:
        return model(house, np.zeros(1))

    parents = get_dependencies(simulated)["prior_dependencies"]
    traced = handlers.trace(handlers.seed(simulated, 0)).get_trace()
    return {
        name: Latent(
            isinstance(unexpanded(site["fn"]), dist.Normal),
            tuple(parent for parent in parents[name] if parent != name),
            unexpanded(site["fn"]).support,
        )
        for name, site in traced.items()
        if site["type"] == "sample" and not site["is_observed"]
    }


def name_of(model: object) -> str:
    """Return a model's name, also where it is an object or a partial.

    Examples
    --------
    >>> from functools import partial
    >>> from radon import models
    >>> name_of(partial(models.complete_pooling))
    'complete_pooling'
    """
    model = getattr(model, "func", model)
    return getattr(model, "__name__", type(model).__name__)


def unexpanded(fn: dist.Distribution) -> dist.Distribution:
    """Return a distribution without the plates that expand it."""
    while isinstance(fn, dist.ExpandedDistribution | dist.Independent):
        fn = fn.base_dist
    return fn
