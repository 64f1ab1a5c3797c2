"""The original's figure of three counties, and its mistake."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radon.data.records import Radon
from radon.plots._axes import new_grid
from radon.plots._estimates import Estimates, Fit, lines, with_lines
from radon.plots._groups import known
from radon.plots._kinds import DRAWN, FLAG, SURVEY, check, some
from radon.plots._panels import (
    REACH,
    beyond,
    dots,
    floors,
    key,
    mean,
    straight,
    title,
)

SPAGHETTI = 100


def three_counties(
    data: Radon,
    separate: Fit,
    hierarchical: Fit,
    *,
    counties: Sequence[str] = ("Cass", "Crow Wing", "Freeborn"),
    mistake: bool = False,
    fig: Figure | None = None,
) -> np.ndarray:
    r"""Draw the original's three counties: draws of lines, and their means.

    Thin lines are single draws of a county's line, thick ones the
    posterior mean.

    Parameters
    ----------
    data : Radon
    separate, hierarchical : DataTree or Posterior
        Two fits, of separate regressions and of a hierarchical model.
    counties : sequence of str, keyword-only
        The panels, by default those of the original.
    mistake : bool, keyword-only
        Draw the hierarchical lines as the original did. Its
        ``trace["alpha"][::10][z]``, meant for the z-th county, takes the
        z-th of every tenth draw, of all counties at once: so each panel
        shows 85 counties in one draw, and their mean for the county's.
    fig : matplotlib Figure, optional

    Returns
    -------
    array of matplotlib Axes, (1, county)

    Raises
    ------
    ValueError
        Where a county is unknown, a fit has no alpha or beta, or has too
        few draws for the mistake to be made.

    Examples
    --------
    >>> import radon
    >>> data, models = radon.load_radon(), radon.models
    >>> fits = [
    ...     radon.exact.posterior(model, data)
    ...     for model in (models.separate_regressions, models.varying_slopes)
    ... ]
    >>> axes = radon.plots.three_counties(data, *fits)
    >>> [ax.get_title().split("\n")[0] for ax in axes.flat]
    ['Cass', 'Crow Wing', 'Freeborn']
    """
    check(SURVEY, data=data)
    check(DRAWN, separate=separate, hierarchical=hierarchical)
    check(FLAG, mistake=mistake)
    counties = known(some("counties", counties), data.counties.index)
    fits = with_lines([separate, hierarchical], counties)
    mistaken = {
        county: _mistaken(fits[1], data, county)
        for county in counties
        if mistake
    }
    drawn = []
    fig, axes = new_grid(
        fig, (1, len(counties)), (7, 4.6), sharex=True, sharey=True
    )
    for ax, county in zip(axes.flat, counties, strict=True):
        for fit in fits:
            if mistake and fit is fits[1]:
                ends = mistaken[county]
                middle = ends.mean(axis=0)
            else:
                ends = lines(fit, county)
                middle = mean(fit, county)
            drawn.append(_spaghetti(ax, fit, ends))
            straight(ax, fit, middle, zorder=4)
        homes = dots(ax, data, county)
        drawn.append(homes["log_radon"].to_numpy())
        title(ax, county, homes)
    floors(axes, data)
    _zoom(axes, drawn)
    key(fig, [fit.kind for fit in fits])
    return axes


def _spaghetti(ax: Axes, fit: Estimates, ends: np.ndarray) -> np.ndarray:
    shown = ends[:: max(1, len(ends) // SPAGHETTI)]
    faint = 0.12 if fit.kind == "no pooling" else 0.16
    paths = beyond(shown)
    ax.plot(
        REACH,
        paths.T,
        color=fit.colour,
        linewidth=0.7,
        alpha=faint,
        zorder=2,
    )
    return np.quantile(paths, [0.02, 0.98])


def _mistaken(fit: Estimates, data: Radon, county: str) -> np.ndarray:
    """Return the lines of all counties in one draw: the original's slip."""
    labels = list(data.counties.index)
    z = labels.index(county)
    alpha, beta = (
        fit.per_county(name, labels).to_numpy()[::10]
        for name in ("alpha", "beta")
    )
    if z >= len(alpha):
        raise ValueError(
            f"{county} is county {z}, but every tenth draw makes only "
            f"{len(alpha)}. The original had 100: give at least "
            f"{10 * len(labels)} draws."
        )
    return np.column_stack([alpha[z], alpha[z] + beta[z]])


def _zoom(axes: np.ndarray, drawn: Sequence[np.ndarray]) -> None:
    """Keep every reading and nearly every line inside."""
    low, high = min(map(min, drawn)), max(map(max, drawn))
    edge = 0.05 * (high - low)
    axes.flat[0].set_ylim(low - edge, high + edge)
