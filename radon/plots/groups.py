"""Counties by what is known of each of them: their uranium."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from radon.data import require_uranium
from radon.data.records import Radon
from radon.plots._axes import halo, new_axes
from radon.plots._bars import county_bars
from radon.plots._estimates import Estimates, Fit
from radon.plots._groups import known
from radon.plots._kinds import (
    DRAWN,
    NAME,
    SURVEY,
    check,
    check_optional,
    names,
)
from radon.plots._palette import LINES, PALETTE, quantity

PREDICTORS = {"alpha": "gamma", "beta": "gamma_beta"}
ROOM = 0.07  # of the height, below the lowest interval for a name
PPM = (0.4, 0.6, 0.8, 1.0, 1.25, 1.5)


def estimates_by_uranium(
    data: Radon,
    fit: Fit,
    *,
    name: str = "alpha",
    complete: Fit | None = None,
    label: Iterable[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw each county's estimate against the uranium of its soil.

    A dot is the posterior mean, a thick line holds the county's value with
    50 % probability and a thin one with 90 %. The line is the population's
    mean at each uranium, its band holds that mean with 90 % probability; it
    is level where the model knows no uranium. In a model with the share of
    first-floor readings the line stands at the counties' mean share.

    Parameters
    ----------
    data : Radon
    fit : DataTree or Posterior
    name : str, keyword-only
        The site: ``"alpha"`` or ``"beta"``.
    complete : DataTree or Posterior, keyword-only
        A fit of complete pooling with uranium, or without, for its line.
    label : sequence of str, keyword-only
        Counties to name.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    RadonDataError
        Where the uranium of a county is not known.
    ValueError
        Where the fit has no such site, or a county is not in the data.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> fit = radon.exact.posterior(radon.models.varying_intercepts, data)
    >>> ax = radon.plots.estimates_by_uranium(data, fit)
    >>> len(ax.collections[-1].get_offsets())
    85
    """
    check(SURVEY, data=data)
    check(DRAWN, fit=fit)
    check(NAME, name=name)
    check_optional(DRAWN, complete=complete)
    require_uranium(data)
    label = known(names("label", label), data.counties.index)
    fit = Estimates(fit)
    uranium = data.counties["log_uranium"]
    table = fit.intervals(name, data.counties.index)
    span = np.linspace(uranium.min() - 0.05, uranium.max() + 0.05, 60)
    levels = {fit.kind: _population(fit, f"mu_{name}", name, data, span)}
    if complete is not None:
        level = _population(Estimates(complete), name, name, data, span)
        if level is None:
            raise ValueError(
                f"The fit given as complete= has no {name!r} that all "
                "counties share; wanted one of complete pooling."
            )
        levels["complete pooling"] = level
    ax = new_axes(ax)
    for kind, level in levels.items():
        if level is not None:
            _line(ax, span, level, kind)
    county_bars(ax, uranium.to_numpy(), table, fit)
    ax.set_xlim(span[0], span[-1])
    if label:
        low, high = ax.get_ylim()
        ax.set_ylim(low - ROOM * (high - low), high)
    for county in label:
        _name(ax, county, uranium[county], table.T[county])
    ax.set_xlabel(r"uranium of the county's soil $u_j$ [log ppm]")
    ax.set_ylabel(quantity(name, "county", between="\n"))
    _ppm_axis(ax)
    return ax


def _population(
    estimates: Estimates, centre: str, name: str, data: Radon, span: np.ndarray
) -> np.ndarray | None:
    """Return draws (sample, place) of the population's mean, or None."""
    draws = estimates.draws
    if centre not in draws or "county" in draws[centre].dims:
        return None
    level = draws[centre].to_numpy().reshape(-1, 1)
    if PREDICTORS.get(name) in draws:
        slope = draws[PREDICTORS[name]].to_numpy().reshape(-1, 1)
        level = level + slope * span
    if name == "alpha" and "delta" in draws:
        share = np.mean(data.design.mean_floor)
        level = level + share * draws["delta"].to_numpy().reshape(-1, 1)
    return np.broadcast_to(level, (len(level), len(span)))


def _line(ax: Axes, span: np.ndarray, levels: np.ndarray, kind: str) -> None:
    colour = PALETTE[kind]
    low, high = np.quantile(levels, (0.05, 0.95), axis=0)
    if kind == "partial pooling":
        ax.fill_between(
            span, low, high, color=colour, alpha=0.15, linewidth=0, zorder=0
        )
    ax.plot(
        span,
        levels.mean(0),
        color=colour,
        zorder=1,
        gid=f"line of {kind}",
        **LINES[kind] | {"linewidth": 1.3},
    )


def _name(ax: Axes, county: str, at: float, row: pd.Series) -> None:
    low, high = ax.get_xlim()
    share = (at - low) / (high - low)
    ax.annotate(
        county,
        (at, row["q05"]),
        xytext=(0, -3),
        textcoords="offset points",
        ha="left" if share < 0.15 else "right" if share > 0.85 else "center",
        va="top",
        path_effects=halo(),
        zorder=6,
    )


def _ppm_axis(ax: Axes) -> None:
    """Say above the axes what the logarithms are in ppm."""
    top = ax.secondary_xaxis("top")
    top.set_xticks(np.log(PPM), [f"{tick:g}" for tick in PPM])
    top.minorticks_off()
    top.set_xlabel("ppm")
