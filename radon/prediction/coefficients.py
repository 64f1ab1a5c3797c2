"""Intercept and slope of a county, measured or new."""

import numpy as np

from radon.data import RadonDataError
from radon.data.records import Radon
from radon.prediction.draws import Draws

POPULATION = {
    "mu_alpha",
    "sigma_alpha",
    "mu_state",
    "sigma_state",
    "gamma",
    "delta",
    "mu_beta",
    "sigma_beta",
    "gamma_beta",
    "rho",
    "nu",
    "alpha",
    "beta",
    "sigma",
}


def lines(
    draws: Draws, data: Radon, county: str, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Intercept and slope of one county in every draw.

    Parameters
    ----------
    draws : Draws
        Of the posterior.
    data : Radon
        The survey.
    county : str
        A county with homes or one of ``data.unmeasured``.
    rng : numpy.random.Generator
        For the coefficients of a new county.

    Returns
    -------
    alpha, beta : numpy.ndarray
        (chain, draw) [log pCi/L].
    """
    sites = draws.sites
    measured = county in data.counties.index
    if not measured:
        _refuse_unknowable(draws, data, county)
    table = data.counties if measured else data.unmeasured
    row = table.loc[[county]].iloc[0]
    u = float(row["log_uranium"])
    if sites["alpha"].ndim == 2:
        alpha = sites["alpha"]
        if "gamma" in sites:
            alpha = alpha + sites["gamma"] * u
        return alpha, sites["beta"]
    if measured:
        j = draws.county.index(county)
        return sites["alpha"][..., j], _own(sites["beta"], j)
    level = (
        sites["mu_state"][..., draws.state.index(str(row["state"]))]
        if "mu_state" in sites
        else sites["mu_alpha"]
    )
    if "gamma" in sites:
        level = level + sites["gamma"] * u
    z = rng.normal(size=(2, *level.shape))
    alpha = level + sites["sigma_alpha"] * z[0]
    if sites["beta"].ndim == 2:
        return alpha, sites["beta"]
    slope = sites["mu_beta"]
    if "gamma_beta" in sites:
        slope = slope + sites["gamma_beta"] * u
    rho = sites.get("rho", 0.0)
    apart = rho * z[0] + np.sqrt(1 - np.square(rho)) * z[1]
    return alpha, slope + sites["sigma_beta"] * apart


def spread(draws: Draws, names: list[str]) -> np.ndarray:
    """Spread of homes [log pCi/L], (chain, draw, house)."""
    sigma = draws.sites["sigma"]
    if sigma.ndim == 2:
        return sigma[..., None]
    return sigma[..., [draws.county.index(name) for name in names]]


def _own(values: np.ndarray, j: int) -> np.ndarray:
    return values if values.ndim == 2 else values[..., j]


def _refuse_unknowable(draws: Draws, data: Radon, county: str) -> None:
    """Refuse a new county of which the model or the table says too little."""
    sites, row = draws.sites, data.unmeasured.loc[county]
    nobody = f"No home was measured in {county!r}, and "
    if sites["sigma"].ndim > 2 or (
        sites["alpha"].ndim > 2 and "sigma_alpha" not in sites
    ):
        raise ValueError(
            f"{nobody}in {draws.model} counties share nothing: all it has "
            "for a new one is its prior. Choose a model whose counties share "
            "a population, such as varying_intercepts."
        )
    others = [
        name
        for name in sites
        if name not in POPULATION and not name.endswith("_decentered")
    ]
    if others or not draws.known:
        about = f" ({', '.join(others)} among its sites)" if others else ""
        raise ValueError(
            f"{nobody}{draws.model} is no model of the ladder{about}, so the "
            "population of its counties is not known here. Counties with "
            "homes can be predicted."
        )
    if {"gamma", "gamma_beta"} & set(sites) and np.isnan(row["log_uranium"]):
        raise RadonDataError(
            f"{nobody}its uranium is unknown, which {draws.model} needs. Add "
            "it to the county table, or choose a model without uranium."
        )
    if "delta" in sites:
        raise RadonDataError(
            f"{nobody}{draws.model} needs the share of its readings that "
            "were taken on a first floor, which is unknown where there are "
            "none. Choose the model uranium."
        )
    if "mu_state" in sites and str(row["state"]) not in draws.state:
        raise RadonDataError(
            f"{nobody}none in its state {row['state']!r}. {draws.model} "
            f"knows {', '.join(draws.state)}."
        )
