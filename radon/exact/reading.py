"""Structure and priors of a model, read off its trace and verified."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.handlers import seed, substitute, trace

from radon.arguments import check_model
from radon.data import Radon, RadonDataError, require_uranium
from radon.data.design import Design
from radon.exact.errors import ExactError
from radon.exact.ladder import HYPER, Ladder, Survey, joint_log_density
from radon.exact.priors import base_of, log_prior
from radon.exact.proposal import propose
from radon.inference.requests import check_survey
from radon.models.structure import Model, name_of
from radon.precision import double_precision
from radon.statistics import Reduced

AGREEMENT = 1e-8
EVERYWHERE = (dist.HalfCauchy, dist.HalfNormal)


def read_survey(model: Model, data: Radon | Reduced) -> Ladder:
    """Check a model and homes or their sums, and read the structure.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``.
    data : Radon or Reduced
        The survey.

    Returns
    -------
    Ladder
        As from :func:`read_ladder`.

    Raises
    ------
    ExactError, RadonDataError, TypeError
        As :func:`read_ladder` does; where there is no survey, or no home.
    """
    check_model(model)
    if not isinstance(data, Reduced):
        check_survey(data)
        return read_ladder(model, data)
    if data.counties.empty:
        raise RadonDataError(
            "The sums are of no homes; wanted one home or more. Look at the "
            "step that selected the homes given to radon.statistics.reduce."
        )
    return read_ladder(model, data.sketch)


def read_ladder(model: Model, data: Survey) -> Ladder:
    """Read structure and priors from a model's trace, and verify them.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``.
    data : Radon
        The survey.

    Returns
    -------
    Ladder
        Such that the model's log density is the ladder's.

    Raises
    ------
    ExactError
        If the model is not one of the linear Gaussian ladder.
    RadonDataError
        If it wants uranium where that is not known.

    Notes
    -----
    Names and shapes of the sites propose a structure; the log density of
    the model and the joint density of that structure, both in double
    precision, are then compared at random points. Whatever the names do
    not show (a location of twice ``mu_alpha``, an extra factor, another
    family) shows there.
    """
    name = name_of(model)
    if getattr(model, "form_of", None) is model:  # made by noncentered
        model = model.centered
    rng = np.random.default_rng(20)
    known = bool(np.isfinite(data.design.log_uranium).all())
    with double_precision():
        arrays = _as_jax(data)
    with numpyro.validation_enabled(known):
        sites, log_density = _traced(model, arrays, _anywhere(rng))
    ladder, uses_uranium = propose(name, sites, data)
    if uses_uranium:
        require_uranium(data if isinstance(data, Radon) else data.design)
    if np.isfinite(log_density):
        here = {k: np.asarray(v["value"], float) for k, v in sites.items()}
        _verify(ladder, data, here, log_density)
    point = _random_point(ladder, data.design, rng)
    with numpyro.validation_enabled(False):  # of arguments, once is enough
        _, log_density = _traced(model, arrays, lambda key, _: point.get(key))
    _verify(ladder, data, point, log_density)
    return ladder


def _traced(
    model: Any,
    arrays: tuple[Design, jax.Array],
    value_of: Callable[[str, Any], Any],
) -> tuple[dict[str, dict[str, Any]], float]:
    """Run a model at given values, in double precision, for its density."""

    def value(site: dict[str, Any]) -> Any:
        is_free = site["type"] == "sample" and not site["is_observed"]
        return value_of(site["name"], site["fn"]) if is_free else None

    with double_precision():
        there = substitute(model, substitute_fn=value)
        sites = trace(seed(there, _key())).get_trace(*arrays)
        log_density = sum(
            float(np.sum(np.asarray(_site_log_density(site))))
            for site in sites.values()
            if site["type"] == "sample"
        )
    return sites, log_density


@lru_cache(1)
def _key() -> jax.Array:
    """Return a key for what is not given a value, made when first asked."""
    return jax.random.key(0)


def _as_jax(data: Survey) -> tuple[Design, jax.Array]:
    """Convert design and outcome inside the context that wants 64 bits."""
    design: Design = jax.tree.map(jnp.asarray, data.design)
    return design, jnp.asarray(data.log_radon)


def _anywhere(rng: np.random.Generator) -> Callable[[str, Any], Any]:
    """Give sites values near 1, without the cost of sampling them."""

    def value(
        name: str, prior: dist.Distribution
    ) -> np.ndarray | float | None:
        if isinstance(base_of(prior), dist.Delta) or prior.event_shape:
            return None
        span = (-0.7, 0.7) if name == "rho" else (0.3, 1.3)
        point = rng.uniform(*span, prior.batch_shape)
        if isinstance(base_of(prior), EVERYWHERE) or name not in HYPER:
            return point
        return point if np.all(prior.support(point)) else None

    return value


def _site_log_density(site: dict[str, Any]) -> jax.Array | float:
    if isinstance(base_of(site["fn"]), dist.Delta):
        return 0.0
    density = site["fn"].log_prob(site["value"])
    return density if site["scale"] is None else site["scale"] * density


def _verify(
    ladder: Ladder, data: Survey, point: Mapping[str, Any], asked: float
) -> None:
    exact = joint_log_density(ladder, data, point)
    if abs(asked - exact) <= AGREEMENT * (1 + abs(exact)):
        return
    compare = "its lines with those of the book's models"
    if ladder.kind.isidentifier():
        compare = f"each line of the model with radon.models.{ladder.kind}"
    raise ExactError(
        f"{ladder.name} looks like {ladder.kind}, with "
        f"{', '.join(ladder.sites)}, but is another model: "
        f"at a random point its log density is {asked:.6f} and that of "
        f"{ladder.kind} is {exact:.6f}. Compare {compare}; fit it by "
        "radon.fit instead."
    )


def _random_point(
    ladder: Ladder, design: Design, rng: np.random.Generator
) -> dict[str, Any]:
    point: dict[str, Any] = {}
    for key, prior in ladder.priors.items():
        span = (-0.7, 0.7) if key == "rho" else (0.3, 1.7)
        tries = rng.uniform(*span, 4)
        inside = tries[np.isfinite(log_prior(prior, tries))]
        if not inside.size:
            with double_precision():
                key_ = jax.random.PRNGKey(int(rng.integers(2**31)))
                inside = np.asarray(prior.sample(key_, (1,)), float)
        point[key] = float(inside[0])
    point |= ladder.fixed
    counties = design.n_counties
    each = counties if ladder.separate else None
    for key in ladder.locations:
        point[key] = rng.normal(size=each)
    for key in ladder.varying:
        point[key] = rng.normal(size=counties)
    if ladder.state is not None:
        point["mu_state"] = rng.normal(size=design.n_states)
    if ladder.separate and "sigma" in ladder.priors:
        point["sigma"] = point["sigma"] * rng.uniform(0.9, 1.1, counties)
    return point
