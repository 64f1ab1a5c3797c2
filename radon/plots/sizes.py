"""Counties by the number of their homes."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from radon.data.records import Radon
from radon.plots._axes import halo, homes_axis, jitter, new_axes
from radon.plots._estimates import Estimates, Fit
from radon.plots._kinds import (
    COUNTIES,
    DRAWN,
    FIT,
    NAME,
    check,
    check_optional,
)
from radon.plots._palette import LINES, PALETTE, quantity


def homes_per_county(data: Radon, *, ax: Axes | None = None) -> Axes:
    """Draw every county as a dot at the number of its measured homes.

    Parameters
    ----------
    data : Radon
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import radon
    >>> ax = radon.plots.homes_per_county(radon.load_radon())
    >>> len(ax.collections[0].get_offsets())
    85
    """
    check(COUNTIES, data=data)
    homes = data.counties["n_houses"].sort_values()
    height = homes.groupby(homes).cumcount() + 1
    ax = new_axes(ax)
    ax.scatter(homes, height, s=24, color=PALETTE["measurements"])
    homes_axis(ax, homes)
    ax.set_xlim(0.85, homes.max() * 1.25)
    ax.set_ylim(0, height.max() + 1)
    ax.set_ylabel("counties")
    for county, offset in zip(
        homes.index[-2:], ((-4, 10), (12, 28)), strict=False
    ):
        ax.annotate(
            county,
            (homes[county], 1),
            xytext=offset,
            textcoords="offset points",
            ha="right",
        )
    median = homes.median()
    ax.axvline(median, color="#404040", linewidth=1, zorder=0)
    ax.text(
        median * 1.06,
        height.max() + 0.7,
        f"half of the counties have {median:.0f} homes or fewer",
        va="top",
    )
    return ax


def estimates_by_size(
    data: Radon,
    fit: Fit,
    *,
    name: str = "alpha",
    complete: Fit | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each county's estimate against the number of its homes.

    A dot is the posterior mean, a thick line holds the county's value with
    50 % probability and a thin one with 90 %. Where a mean does not exist
    there is no dot.

    Parameters
    ----------
    data : Radon
    fit : DataTree or Posterior
    name : str, keyword-only
        The site: ``"alpha"``, ``"beta"`` or ``"sigma"``.
    complete : DataTree or Posterior, keyword-only
        A fit of complete pooling, for its estimate as a dashed line. The
        mean of the population, ``mu_<name>``, is drawn where `fit` has it.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where the fit has no such site, or lacks a county of the data.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> fit = radon.exact.posterior(radon.models.varying_intercepts, data)
    >>> ax = radon.plots.estimates_by_size(data, fit)
    >>> ax.get_xscale()
    'log'
    """
    check(COUNTIES, data=data)
    check(DRAWN, fit=fit)
    check(NAME, name=name)
    check_optional(FIT, complete=complete)
    fit = Estimates(fit)
    homes = data.counties["n_houses"].to_numpy()
    table = fit.intervals(name, data.counties.index)
    levels = {}
    centre = fit.population_mean(name)
    if centre is not None:
        levels["state mean"] = (centre, fit.kind)
    if complete is not None:
        level = Estimates(complete).means(name, data.counties.index).iloc[0]
        levels["complete pooling"] = (level, "complete pooling")
    colour = fit.colour
    ax = new_axes(ax)
    at = _spread(homes)
    ax.vlines(at, table["q05"], table["q95"], color=colour, linewidth=0.7)
    ax.vlines(at, table["q25"], table["q75"], color=colour, linewidth=2)
    ax.scatter(
        at,
        table["mean"],
        s=22,
        facecolor="white" if fit.kind == "no pooling" else colour,
        edgecolor=colour,
        linewidth=1,
        zorder=3,
        gid=fit.kind,
    )
    homes_axis(ax, homes)
    ax.set_xlim(0.75, homes.max() * 1.3)
    _across(ax, levels)
    ax.set_ylabel(quantity(name, "county", between="\n"))
    return ax


def _spread(homes: np.ndarray) -> np.ndarray:
    """Move counties of one size a little apart on the logarithmic axis."""
    at = homes.astype(float)
    for size in np.unique(homes):
        here = np.flatnonzero(homes == size)
        if len(here) > 1:
            at[here] *= np.exp(jitter(len(here), min(0.22, 0.3 / size + 0.04)))
    return at


def _across(ax: Axes, levels: Mapping[str, tuple[float, str]]) -> None:
    """Draw named levels, the highest named above its line, others below."""
    highest = max(levels.values(), default=None)
    for text, (height, kind) in levels.items():
        line = LINES[kind] | {"linewidth": 1.3}
        above = (height, kind) == highest
        ax.axhline(height, color=PALETTE[kind], zorder=1, gid=text, **line)
        ax.annotate(
            text,
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(0, 3 if above else -4),
            textcoords="offset points",
            ha="right",
            va="bottom" if above else "top",
            color=PALETTE[kind],
            path_effects=halo(),
            zorder=6,
        )
