"""The structure that the names and shapes of a model's sites propose."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import numpyro.distributions as dist

from radon.data.design import Design
from radon.exact.errors import ExactError
from radon.exact.ladder import (
    COEFFICIENTS,
    HYPER,
    PREDICTORS,
    Ladder,
    kind_of,
)
from radon.exact.priors import base_of

if TYPE_CHECKING:
    from radon.exact.ladder import Survey


KNOWN = {*COEFFICIENTS, "mu_alpha", "mu_beta", "mu_state", *PREDICTORS, *HYPER}
type Sites = dict[str, dict[str, Any]]
type Refuse = Callable[[str], NoReturn]

COVERED = (
    "Exact answers exist for the linear Gaussian ladder: complete pooling, "
    "separate regressions, varying intercepts and slopes, correlated or not, "
    "with uranium or the county's mean floor as predictors, and counties "
    "nested in states."
)


def propose(name: str, sites: Sites, data: "Survey") -> tuple[Ladder, bool]:
    """Propose the ladder of a model.

    Parameters
    ----------
    name : str
        Name of the model.
    sites : dict
        Its trace.
    data : Radon
        The survey it was traced on.

    Returns
    -------
    ladder : Ladder
        To be verified.
    uses_uranium : bool
        Whether a predictor is the county's uranium.

    Raises
    ------
    ExactError
        If no ladder has such sites.
    """

    def refuse(why: str) -> NoReturn:
        raise ExactError(
            f"{name} has no exact posterior here: {why} {COVERED}"
        )

    latent, fixed = _sites(sites, refuse)
    present = {*latent, *fixed}
    varying, separate = _county_effects(latent, present, data, refuse)
    states = _states(latent, present, varying, data, refuse)
    if "rho" in present and varying != COEFFICIENTS:
        refuse("rho correlates alpha and beta, which do not both vary.")
    effects = [key for key in PREDICTORS if key in present]
    extras = [*effects, *(["mu_state"] if states else [])]
    extras += ["rho"] if "rho" in present else []
    if separate and extras:
        refuse(f"separate regressions share no {', '.join(extras)}.")
    locations = [
        key if separate or key not in varying else f"mu_{key}"
        for key in COEFFICIENTS
    ] + [key for key in effects if key in latent]
    loc, scale = _locations(latent, locations, separate, refuse)
    numbers = _numbers(fixed, refuse)
    design = data.design
    rows = np.stack([_row(key, design) for key in locations], axis=-1)
    offset = np.zeros((design.n_counties, 2))
    for key in effects:
        if key in numbers:
            offset = offset + numbers[key] * _row(key, design)
    kind = "separate_regressions" if separate else kind_of(varying, extras)
    ladder = Ladder(
        name,
        kind,
        tuple(locations),
        loc,
        scale,
        rows,
        offset,
        () if separate else varying,
        np.asarray(design.state) if states else None,
        _priors(latent, refuse),
        numbers,
    )
    return ladder, any(PREDICTORS[x][1] == "log_uranium" for x in effects)


def _sites(sites: Sites, refuse: Refuse) -> tuple[Sites, dict[str, Any]]:
    """Unobserved sites, and the values of those that are fixed."""
    latent, fixed = {}, {}
    for key, site in sites.items():
        if site["type"] == "deterministic" and key in KNOWN:
            fixed[key] = site["value"]
        elif site["type"] == "sample" and not site["is_observed"]:
            is_delta = isinstance(base_of(site["fn"]), dist.Delta)
            if is_delta and key in KNOWN:
                fixed[key] = site["value"]
            else:
                latent[key] = site
    unknown = sorted(set(latent) - KNOWN)
    if unknown:
        hint = (
            "Build the non-centred form with radon.models.noncentered. "
            if any(u.endswith("_decentered") for u in unknown)
            else ""
        )
        refuse(f"it samples {', '.join(unknown)}. {hint}".rstrip())
    if "log_radon" not in sites or not sites["log_radon"]["is_observed"]:
        refuse("it does not observe log_radon.")
    missing = sorted({"alpha", "beta", "sigma"} - {*latent, *fixed})
    if missing:
        refuse(f"it has no {', '.join(missing)}.")
    return latent, fixed


def _within(latent: Sites, plate: str, size: int) -> set[str]:
    """Sites that a plate of this size repeats."""
    return {
        key
        for key, site in latent.items()
        if np.shape(site["value"]) == (size,)
        and any(f.name == plate for f in site["cond_indep_stack"])
    }


def _county_effects(
    latent: Sites, present: set[str], data: "Survey", refuse: Refuse
) -> tuple[tuple[str, ...], bool]:
    """Coefficients that vary, and whether the lines share nothing."""
    by_county = _within(latent, "county", data.design.n_counties)
    varying = tuple(x for x in COEFFICIENTS if f"sigma_{x}" in present)
    lines = by_county - {"sigma"} == set(COEFFICIENTS)
    if (
        not varying
        and lines
        and ("sigma" in by_county | (present - {*latent}))
    ):
        return COEFFICIENTS, True
    if by_county != set(varying) or varying == ("beta",):
        refuse(
            f"populations for {list(varying)} and county effects "
            f"{sorted(by_county)} do not go together."
        )
    return varying, False


def _states(
    latent: Sites,
    present: set[str],
    varying: tuple[str, ...],
    data: "Survey",
    refuse: Refuse,
) -> bool:
    """Whether states vary."""
    named = {"mu_state", "sigma_state"} & present
    if not named:
        return False
    by_state = _within(latent, "state", data.design.n_states)
    if len(named) < 2 or by_state != {"mu_state"} or "alpha" not in varying:
        refuse(
            f"{', '.join(sorted(named))} and state effects "
            f"{sorted(by_state)} do not go together: wanted mu_state in the "
            "plate 'state', sigma_state, and intercepts of the counties."
        )
    return True


def _locations(
    latent: Sites, names: Sequence[str], separate: bool, refuse: Refuse
) -> tuple[np.ndarray, np.ndarray]:
    """Means and standard deviations of the locations' priors."""
    loc, scale = [], []
    for key in names:
        normal = base_of(latent[key]["fn"]) if key in latent else None
        if not isinstance(normal, dist.Normal):
            was = type(normal).__name__ if normal is not None else "fixed"
            refuse(f"the prior of {key} must be Normal and is {was}.")
        shape = np.shape(latent[key]["value"])
        if shape and not separate:
            refuse(f"{key} must be one number and has the shape {shape}.")
        loc.append(np.broadcast_to(np.asarray(normal.loc, float), shape))
        scale.append(np.broadcast_to(np.asarray(normal.scale, float), shape))
    return np.array(loc), np.array(scale)


def _priors(latent: Sites, refuse: Refuse) -> dict[str, dist.Distribution]:
    """Priors of the free scales and of the correlation."""
    priors = {}
    for key in HYPER:
        if key in latent:
            prior = base_of(latent[key]["fn"])
            if prior.batch_shape or prior.event_shape:
                refuse(f"the prior of {key} differs between counties.")
            priors[key] = prior
    return priors


def _numbers(fixed: dict[str, Any], refuse: Refuse) -> dict[str, float]:
    """Values of what is fixed."""
    numbers = {}
    for key, value in fixed.items():
        value = np.unique(np.asarray(value, float))
        one = value.size == 1 and bool(np.isfinite(value[0]))
        if key == "rho" and not (one and -1 < value[0] < 1):
            refuse("rho must be fixed at one number between -1 and 1.")
        elif key in PREDICTORS and not one:
            refuse(f"{key} must be fixed at one number.")
        elif key in HYPER and not (one and (key == "rho" or value[0] > 0)):
            refuse(f"{key} must be fixed at one positive number.")
        elif key not in HYPER and key not in PREDICTORS:
            refuse(f"{key} must have a prior and is fixed.")
        numbers[key] = float(value[0])
    return numbers


def _row(key: str, design: Design) -> np.ndarray:
    """Return what a location adds to a county's expected coefficients."""
    coefficient, predictor = PREDICTORS.get(key, (key.removeprefix("mu_"), ""))
    row = np.zeros((design.n_counties, 2))
    row[:, COEFFICIENTS.index(coefficient)] = (
        np.asarray(getattr(design, predictor), float) if predictor else 1.0
    )
    return row
