"""The county grid: the same eight counties in every chapter."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radon.data.records import Radon
from radon.plots._axes import new_grid
from radon.plots._estimates import Estimates, Fit, lines, with_lines
from radon.plots._groups import known
from radon.plots._kinds import FIT, SURVEY, check, items, some
from radon.plots._palette import EIGHT
from radon.plots._panels import REACH, dots, floors, key, mean, straight, title


def county_grid(
    data: Radon,
    *fits: Fit,
    counties: str | Iterable[str] = EIGHT,
    fig: Figure | None = None,
) -> np.ndarray:
    """Draw counties side by side: their readings, and lines through them.

    Filled dots are basement readings, open dots first-floor readings. Each
    fit is a line, the posterior mean of the expected reading, in a band
    that holds it with 90 % probability.

    Parameters
    ----------
    data : Radon
    *fits : DataTree, Posterior or DataFrame
        Any number, in the order drawn. A table has columns alpha and beta
        and no band.
    counties : sequence of str, keyword-only
        The panels. The default eight have 1 to 116 homes.
    fig : matplotlib Figure, optional

    Returns
    -------
    array of matplotlib Axes, (row, column)

    Raises
    ------
    ValueError
        Where a county is unknown, or a fit has no alpha or beta.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> axes = radon.plots.county_grid(data, counties=["Cass", "Aitkin"])
    >>> [ax.get_title().split()[0] for ax in axes.flat]
    ['Cass', 'Aitkin']
    """
    check(SURVEY, data=data)
    check(FIT, **items(fits=fits))
    counties = known(some("counties", counties), data.counties.index)
    fits = with_lines(fits, counties)
    columns = min(4, len(counties))
    rows = -(-len(counties) // columns)
    fig, axes = new_grid(
        fig,
        (rows, columns),
        (7, 6 if rows > 1 else 4),
        sharex=True,
        sharey=True,
    )
    for ax, county in zip(axes.flat, counties, strict=False):
        homes = dots(ax, data, county)
        for fit in fits:
            _line(ax, fit, county)
        title(ax, county, homes)
    for ax in list(axes.flat)[len(counties) :]:
        ax.set_axis_off()
    floors(axes, data)
    key(fig, [fit.kind for fit in fits])
    return axes


def _line(ax: Axes, fit: Estimates, county: str) -> None:
    if not fit.is_table:
        x = np.linspace(REACH[0], REACH[-1], 15)
        ends = lines(fit, county)
        paths = ends[:, :1] + (ends[:, 1:] - ends[:, :1]) * x
        low, high = np.quantile(paths, [0.05, 0.95], axis=0)
        faint = 0.12 if fit.kind == "no pooling" else 0.25
        ax.fill_between(
            x, low, high, color=fit.colour, alpha=faint, linewidth=0
        )
    straight(ax, fit, mean(fit, county))
