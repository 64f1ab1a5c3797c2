"""Fits beside the exact answer, parameter by parameter."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from radon.plots._axes import new_axes
from radon.plots._estimates import QUANTILES, Estimates, Fit
from radon.plots._kinds import (
    DRAWN,
    EXACT,
    NAME,
    check,
    entries,
    items,
    some,
)
from radon.plots._palette import written

if TYPE_CHECKING:
    from radon.exact.posterior import Posterior


SCALARS = ("mu_alpha", "mu_beta", "sigma_alpha", "sigma_beta", "sigma")
MARKERS = "osD^v"


def intervals(
    exact: "Posterior",
    fits: Mapping[str, Fit],
    *,
    names: Sequence[str] = SCALARS,
    ax: Axes | None = None,
) -> Axes:
    """Draw fits' intervals over the exact ones, a row a parameter.

    Everything is measured from the exact mean in exact posterior standard
    deviations, so parameters of every size share an axis. The grey bar is
    the exact 90 % interval and its line the exact mean; on it, for each
    fit, the mean in a 50 % (thick) and a 90 % (thin) interval.

    Parameters
    ----------
    exact : Posterior
    fits : dict of str to DataTree
        Fits by the words that name them in the figure.
    names : sequence of str, keyword-only
        Rows: scalars, or a county's value as in ``"beta[Aitkin]"``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError
        Where `exact` is no exact posterior, or a fit no fit.
    ValueError
        Where a parameter is missing, or has no finite standard deviation, or
        where there are more fits than marks.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> exact = radon.exact.posterior(radon.models.varying_slopes, data)
    >>> ax = radon.plots.intervals(exact, {"draws": exact.draws(99, seed=1)})
    """
    check(EXACT, exact=exact)
    check(DRAWN, **entries(fits=fits))
    if len(fits) > len(MARKERS):
        raise ValueError(
            f"fits has {len(fits)} fits; a figure has marks for "
            f"{len(MARKERS)}. Draw the others in another."
        )
    names = some("names", names)
    check(NAME, **items(names=names))
    summary = exact.summary()
    exact_rows = {name: _exact_row(summary, name) for name in names}
    names = list(exact_rows)
    estimates = {label: Estimates(fit) for label, fit in fits.items()}
    for fit in estimates.values():
        fit.check_scalars(names)
    rows = np.arange(len(names), dtype=float)
    ax = new_axes(ax, (7, 1.2 + 0.65 * len(names)))
    for row, (name, known) in zip(rows, exact_rows.items(), strict=True):
        low, high = (known[["q05", "q95"]] - known["mean"]) / known["sd"]
        ax.barh(
            row,
            high - low,
            0.7,
            left=low,
            color="#E3E3E3",
            label="exact" if row == 0 else None,
            gid=f"exact {name}",
            zorder=0,
        )
        ax.vlines(0, row - 0.35, row + 0.35, color="#404040", linewidth=1.5)
    offsets = np.linspace(-0.35, 0.35, 2 * len(fits) + 1)[1::2]
    for offset, marker, (label, fit) in zip(
        offsets, MARKERS[: len(fits)], estimates.items(), strict=True
    ):
        _fit(ax, fit, exact_rows, rows + offset, marker, label)
    ax.set_yticks(rows, [written(name) for name in names], fontsize="large")
    ax.set_ylim(len(names) - 0.45, -0.55)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("distance from the exact mean [exact posterior sd]")
    ax.legend(
        loc="lower center",
        bbox_to_anchor=(0.5, 1),
        ncols=len(fits) + 1,
        handletextpad=0.4,
    )
    return ax


def _fit(
    ax: Axes,
    fit: Estimates,
    exact_rows: Mapping[str, pd.Series],
    rows: np.ndarray,
    marker: str,
    label: str,
) -> None:
    for row, (name, known) in zip(rows, exact_rows.items(), strict=True):
        drawn = (fit.scalar(name).to_numpy() - known["mean"]) / known["sd"]
        q05, q25, q75, q95 = np.quantile(drawn, list(QUANTILES.values()))
        ax.hlines(row, q05, q95, color=fit.colour, linewidth=1)
        ax.hlines(row, q25, q75, color=fit.colour, linewidth=3)
        ax.plot(
            drawn.mean(),
            row,
            marker,
            markersize=7,
            color=fit.colour,
            markerfacecolor="white",
            markeredgewidth=1.5,
            gid=f"{label} {name}",
            label=label if row == rows[0] else None,
        )


def _exact_row(summary: pd.DataFrame, name: str) -> pd.Series:
    if name not in summary.index:
        raise ValueError(f"The exact posterior has no {name!r}.")
    row = summary.T[name]
    if not np.isfinite(row["sd"]):
        raise ValueError(
            f"{name!r} has no finite standard deviation to measure by; "
            "compare its quantiles instead."
        )
    return row
