"""What a model of the ladder says: its structure and its priors."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from radon.exact.priors import log_prior, normal_log_density

if TYPE_CHECKING:
    from radon.data.records import Radon
    from radon.statistics.reduced import Sketch

COEFFICIENTS = ("alpha", "beta")
PREDICTORS = {
    "gamma": ("alpha", "log_uranium"),
    "gamma_beta": ("beta", "log_uranium"),
    "delta": ("alpha", "mean_floor"),
}
SCALES = ("sigma", "sigma_alpha", "sigma_beta", "sigma_state")
HYPER = (*SCALES, "rho")

KINDS = {
    (("alpha",), ("gamma",)): "uranium",
    (("alpha",), ("gamma", "delta")): "contextual",
    (("alpha",), ("mu_state",)): "nested",
    (("alpha", "beta"), ("gamma", "gamma_beta")): "uranium_slopes",
    (("alpha", "beta"), ("rho",)): "correlated_slopes",
    ((), ("gamma",)): "pooled_uranium",
}
BASES = {
    (): "complete_pooling",
    ("alpha",): "varying_intercepts",
    ("alpha", "beta"): "varying_slopes",
}


type Survey = Radon | Sketch


class Ladder(NamedTuple):
    """A linear Gaussian model of radon, as read from its own trace.

    Attributes
    ----------
    name : str
        Name of the model.
    kind : str
        Name of the model of `radon.models` with this structure, whatever the
        model's own name; where there is none, what it adds to which.
    locations : tuple of str
        Sites with a Normal prior of their own that say where coefficients
        lie: the level, the floor effect, the effects of predictors.
    loc, scale : numpy.ndarray
        Their priors, (location,) or, for separate regressions,
        (2, county) [log pCi/L].
    rows : numpy.ndarray
        How the expected coefficients of a county follow the locations,
        (county, 2, location).
    offset : numpy.ndarray
        What locations that the model fixes add to them, (county, 2).
    varying : tuple of str
        The coefficients that vary between counties, around what is expected.
    state : numpy.ndarray or None
        Index of each county's state, (county,), where states vary.
    priors : dict
        Prior of each free scale, and of ``rho``, by site name.
    fixed : dict
        Value of each scale, correlation or predictor's effect that the model
        fixes.
    """

    name: str
    kind: str
    locations: tuple[str, ...]
    loc: np.ndarray
    scale: np.ndarray
    rows: np.ndarray
    offset: np.ndarray
    varying: tuple[str, ...]
    state: np.ndarray | None
    priors: dict[str, Any]
    fixed: dict[str, float]

    @property
    def separate(self) -> bool:
        """Whether every county has lines and a spread of its own."""
        return self.kind == "separate_regressions"

    @property
    def hierarchical(self) -> bool:
        """Whether the counties share a population."""
        return bool(self.varying) and not self.separate

    @property
    def unlinked(self) -> bool:
        """Whether it is one line, or lines that share nothing."""
        return self.kind in ("complete_pooling", "separate_regressions")

    @property
    def sites(self) -> list[str]:
        """All sites of the model, free or fixed."""
        names = [*self.locations, *self.priors, *self.fixed]
        if self.state is not None:
            names.append("mu_state")
        return [*names, *(x for x in self.varying if x not in names)]


def kind_of(varying: Iterable[str], extras: Iterable[str]) -> str:
    """Name a structure.

    Examples
    --------
    >>> kind_of(("alpha",), ("gamma",))
    'uranium'
    >>> kind_of(("alpha", "beta"), ("gamma", "rho"))
    'varying_slopes with gamma, rho'
    """
    base = BASES[tuple(varying)]
    if not extras:
        return base
    named = KINDS.get((tuple(varying), tuple(extras)))
    return named or f"{base} with {', '.join(extras)}"


def joint_log_density(
    ladder: Ladder, data: Survey, point: Mapping[str, Any]
) -> float:
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
    for key, loc, scale in zip(
        ladder.locations, ladder.loc, ladder.scale, strict=True
    ):
        total += np.sum(normal_log_density(point[key], loc, scale))
    lines = {key: point[key] for key in COEFFICIENTS if key in point}
    if not ladder.separate:
        expected, gain = _expected(ladder, point)
        lines = dict(zip(COEFFICIENTS, expected.T, strict=True))
        total += gain
    deviation = 0.0
    for key in () if ladder.separate else ladder.varying:
        centre, spread = lines[key], point[f"sigma_{key}"]
        if key == "beta" and "rho" in point:
            rho = point["rho"]
            centre = centre + rho * spread / point["sigma_alpha"] * deviation
            spread = spread * np.sqrt(1 - rho**2)
        total += np.sum(normal_log_density(point[key], centre, spread))
        deviation = point[key] - lines[key]
        lines[key] = point[key]
    county, floor = data.design.county, data.design.floor
    alpha, beta, sigma = (
        np.broadcast_to(x, data.design.n_counties)[county]
        for x in (lines["alpha"], lines["beta"], point["sigma"])
    )
    return float(
        total
        + np.sum(
            normal_log_density(data.log_radon, alpha + beta * floor, sigma)
        )
    )


def _expected(
    ladder: Ladder, point: Mapping[str, Any]
) -> tuple[np.ndarray, float]:
    """Return expected coefficients (county, 2), and the states' density."""
    phi = np.array([point[key] for key in ladder.locations])
    expected = ladder.rows @ phi + ladder.offset
    if ladder.state is None:
        return expected, 0.0
    states = point["mu_state"]
    expected[:, 0] += states[ladder.state] - point["mu_alpha"]
    return expected, np.sum(
        normal_log_density(states, point["mu_alpha"], point["sigma_state"])
    )
