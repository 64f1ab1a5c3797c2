"""What a model of the ladder says: its structure and priors, verified."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.handlers import seed, substitute, trace

from radon.models.structure import name_of
from radon.precision import double_precision

LOCATIONS = ("mu_alpha", "mu_beta", "alpha", "beta")
SCALES = ("sigma", "sigma_alpha", "sigma_beta")
AGREEMENT = 1e-8


class ExactError(ValueError):
    """The exact posterior does not cover this model or these homes."""


class ImproperError(ExactError):
    """There is no posterior: its mass is infinite."""


class Ladder(NamedTuple):
    """A linear Gaussian model of radon, as read from its own trace.

    Attributes
    ----------
    name : str
        Name of the model.
    kind : str
        ``complete_pooling``, ``separate_regressions``,
        ``varying_intercepts`` or ``varying_slopes``: the structure, whatever
        the model's own name.
    loc, scale : numpy.ndarray
        Normal prior of the two population means (or of the two coefficients
        where there is no population), (2,) or, for separate regressions,
        (2, county) [log pCi/L].
    priors : dict
        Prior of each free scale, a NumPyro distribution by site name.
    fixed : dict
        Value of each scale that the model fixes.
    """

    name: str
    kind: str
    loc: np.ndarray
    scale: np.ndarray
    priors: dict[str, Any]
    fixed: dict[str, float]

    @property
    def hierarchical(self):
        """Whether the counties share a population."""
        return self.kind in ("varying_intercepts", "varying_slopes")


def log_prior(prior, value):
    """Log density of a NumPyro distribution at an array of any shape."""
    value = np.asarray(value, float)
    if isinstance(prior, dist.HalfCauchy):
        s = np.asarray(prior.scale, float)
        inside = np.log(2 / np.pi / s) - np.log1p((value / s) ** 2)
        return np.where(value >= 0, inside, -np.inf)
    if isinstance(prior, dist.HalfNormal):
        s = np.asarray(prior.scale, float)
        inside = 0.5 * np.log(2 / np.pi) - np.log(s) - 0.5 * (value / s) ** 2
        return np.where(value >= 0, inside, -np.inf)
    size = 1 << (value.size - 1).bit_length()  # few shapes, few compilations
    padded = np.full(size, value.flat[0])
    padded[: value.size] = value.ravel()
    with double_precision(), np.errstate(all="ignore"):
        out = np.asarray(prior.log_prob(padded), float)[: value.size]
        support = np.asarray(prior.support(padded))[: value.size]
    return np.where(support, out, -np.inf).reshape(value.shape)


def read_ladder(model, data):
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
    sites, log_density = _traced(model, data, _anywhere(rng))
    ladder = _propose(name, sites, data)
    if np.isfinite(log_density):
        here = {k: np.asarray(v["value"], float) for k, v in sites.items()}
        _verify(ladder, data, here, log_density)
    point = _random_point(ladder, data.design.n_counties, rng)
    with numpyro.validation_enabled(False):  # of arguments, once is enough
        _, log_density = _traced(model, data, lambda key, _: point.get(key))
    _verify(ladder, data, point, log_density)
    return ladder


def _traced(model, data, value_of):
    """Run a model at given values, in double precision, for its density."""

    def value(site):
        is_free = site["type"] == "sample" and not site["is_observed"]
        return value_of(site["name"], site["fn"]) if is_free else None

    with double_precision():
        there = substitute(model, substitute_fn=value)
        sites = trace(seed(there, 0)).get_trace(*_as_jax(data))
        log_density = sum(
            float(np.sum(np.asarray(_site_log_density(site))))
            for site in sites.values()
            if site["type"] == "sample"
        )
    return sites, log_density


def _as_jax(data):
    """Convert design and outcome inside the context that wants 64 bits."""
    design = type(data.design)(*map(jnp.asarray, data.design))
    return design, jnp.asarray(data.log_radon)


def _anywhere(rng):
    """Give sites values near 1, without the cost of sampling them."""

    def value(_, prior):
        if isinstance(_base(prior), dist.Delta) or prior.event_shape:
            return None
        return rng.uniform(0.3, 1.3, prior.batch_shape)

    return value


def _propose(name, sites, data):
    def refuse(why):
        raise ExactError(
            f"{name} has no exact posterior here: {why} Exact answers exist "
            "for the linear Gaussian ladder: complete pooling, separate "
            "regressions, varying intercepts, varying slopes."
        )

    latent, fixed = {}, {}
    for key, site in sites.items():
        if site["type"] == "deterministic" and key in SCALES:
            fixed[key] = site["value"]
        elif site["type"] == "sample" and not site["is_observed"]:
            if isinstance(_base(site["fn"]), dist.Delta) and key in SCALES:
                fixed[key] = site["value"]
            else:
                latent[key] = site
    present = set(latent) | set(fixed)
    unknown = sorted(set(latent) - set(LOCATIONS) - set(SCALES))
    if unknown:
        hint = (
            "Build the non-centred form with radon.models.noncentered. "
            if any(u.endswith("_decentered") for u in unknown)
            else ""
        )
        refuse(f"it samples {', '.join(unknown)}. {hint}".rstrip())
    if "log_radon" not in sites or not sites["log_radon"]["is_observed"]:
        refuse("it does not observe log_radon.")
    if not {"alpha", "beta", "sigma"} <= present:
        missing = sorted({"alpha", "beta", "sigma"} - present)
        refuse(f"it has no {', '.join(missing)}.")

    by_county = {
        key
        for key, site in latent.items()
        if np.shape(site["value"]) == (data.design.n_counties,)
        and any(f.name == "county" for f in site["cond_indep_stack"])
    }
    populations = tuple(
        key for key in ("alpha", "beta") if f"sigma_{key}" in present
    )
    kinds = {
        ((), frozenset()): "complete_pooling",
        ((), frozenset({"alpha", "beta", "sigma"})): "separate_regressions",
        (("alpha",), frozenset({"alpha"})): "varying_intercepts",
        (("alpha", "beta"), frozenset({"alpha", "beta"})): "varying_slopes",
    }
    kind = kinds.get((populations, frozenset(by_county)))
    lines_alone = not populations and by_county == {"alpha", "beta"}
    if kind is None and lines_alone and "sigma" in fixed:
        kind = "separate_regressions"
    if kind is None:
        refuse(
            f"populations for {list(populations)} and county effects "
            f"{sorted(by_county)} do not go together."
        )
    means = [f"mu_{c}" if c in populations else c for c in ("alpha", "beta")]
    loc, scale = [], []
    for key in means:
        normal = _base(latent[key]["fn"]) if key in latent else None
        if not isinstance(normal, dist.Normal):
            was = type(normal).__name__ if normal is not None else "fixed"
            refuse(f"the prior of {key} must be Normal and is {was}.")
        shape = np.shape(latent[key]["value"])
        loc.append(np.broadcast_to(np.asarray(normal.loc, float), shape))
        scale.append(np.broadcast_to(np.asarray(normal.scale, float), shape))
    priors = {}
    for key in SCALES:
        if key in latent:
            prior = _base(latent[key]["fn"])
            if prior.batch_shape or prior.event_shape:
                refuse(f"the prior of {key} differs between counties.")
            priors[key] = prior
    values = {}
    for key, value in fixed.items():
        value = np.unique(np.asarray(value, float))
        if value.size != 1 or not np.isfinite(value[0]) or value[0] <= 0:
            refuse(f"{key} must be fixed at one positive number.")
        values[key] = float(value[0])
    return Ladder(name, kind, np.array(loc), np.array(scale), priors, values)


def _base(distribution):
    wrappers = (dist.ExpandedDistribution, dist.Independent)
    while isinstance(distribution, wrappers):
        distribution = distribution.base_dist
    return distribution


def _verify(ladder, data, point, asked):
    exact = joint_log_density(ladder, data, point)
    if not abs(asked - exact) <= AGREEMENT * (1 + abs(exact)):
        raise ExactError(
            f"{ladder.name} looks like {ladder.kind} but is another model: "
            f"at a random point its log density is {asked:.6f} and that of "
            f"{ladder.kind} is {exact:.6f}. Compare each line of the model "
            f"with radon.models.{ladder.kind}; fit it by radon.fit instead."
        )


def _site_log_density(site):
    if isinstance(_base(site["fn"]), dist.Delta):
        return 0.0
    density = site["fn"].log_prob(site["value"])
    return density if site["scale"] is None else site["scale"] * density


def _random_point(ladder, n_counties, rng):
    counties = n_counties if ladder.kind != "complete_pooling" else None
    point = {}
    for key, prior in ladder.priors.items():
        tries = rng.uniform(0.3, 1.7, 4)
        inside = tries[np.isfinite(log_prior(prior, tries))]
        if not inside.size:
            with double_precision():
                key_ = jax.random.PRNGKey(int(rng.integers(2**31)))
                inside = np.asarray(prior.sample(key_, (1,)), float)
        point[key] = float(inside[0])
    point |= ladder.fixed
    for i, coefficient in enumerate(("alpha", "beta")):
        mean = rng.normal()
        if f"sigma_{coefficient}" in point:
            point[f"mu_{coefficient}"] = mean
            point[coefficient] = mean + rng.normal(size=n_counties)
        else:
            size = counties if ladder.loc[i].ndim else None
            point[coefficient] = rng.normal(size=size)
    if ladder.kind == "separate_regressions" and "sigma" in ladder.priors:
        point["sigma"] = point["sigma"] * rng.uniform(0.9, 1.1, n_counties)
    return point


def joint_log_density(ladder, data, point):
    """Log density of the ladder's parameters and homes together.

    Parameters
    ----------
    ladder : Ladder
        Structure and priors.
    data : Radon
        The survey.
    point : dict
        A value for each site of the model.

    Returns
    -------
    float
        Log of prior times likelihood, in double precision.
    """
    total = sum(
        np.sum(log_prior(prior, point[key]))
        for key, prior in ladder.priors.items()
    )
    for i, key in enumerate(("alpha", "beta")):
        mean, scale = ladder.loc[i], ladder.scale[i]
        if f"mu_{key}" in point:
            total += np.sum(
                normal_log_density(point[f"mu_{key}"], mean, scale)
            )
            mean, scale = point[f"mu_{key}"], point[f"sigma_{key}"]
        total += np.sum(normal_log_density(point[key], mean, scale))
    county, floor = data.design.county, data.design.floor
    alpha, beta, sigma = (
        np.broadcast_to(point[key], data.design.n_counties)[county]
        for key in ("alpha", "beta", "sigma")
    )
    return float(
        total
        + np.sum(
            normal_log_density(data.log_radon, alpha + beta * floor, sigma)
        )
    )


def normal_log_density(x, loc, scale):
    """Log density of Normal(loc, scale), by broadcasting."""
    z = (x - loc) / scale
    return -0.5 * z * z - np.log(scale) - 0.5 * np.log(2 * np.pi)
