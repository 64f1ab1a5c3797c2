"""What a model predicts, before and after it has seen the readings."""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from radon.data.records import Radon
from radon.plots._axes import (
    ACTION_LEVEL,
    OUTDOOR_AIR,
    halo,
    new_axes,
    share_axis,
)
from radon.plots._estimates import Estimates
from radon.plots._groups import surveys
from radon.plots._kinds import COUNTIES, FLAG, SURVEY, check
from radon.plots._palette import PALETTE


def prior_predictive(
    tree: xr.DataTree,
    data: Radon,
    *,
    measured: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw the readings that a model expects before it has seen any.

    For each level on the horizontal axis, the share of homes at or below
    it: the light band holds 90 % of the surveys simulated from the prior,
    the darker one 50 %. Outdoor air and the action level are marked.

    Parameters
    ----------
    tree : DataTree
        As `radon.prior_predictive` returns.
    data : Radon
        Whose recipe turns log readings into pCi/L.
    measured : bool, keyword-only
        Draw the measured homes too.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where the tree has no prior predictive draws.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> model = radon.models.complete_pooling
    >>> tree = radon.prior_predictive(model, data, seed=1, num_samples=50)
    >>> ax = radon.plots.prior_predictive(tree, data)
    """
    check(FLAG, measured=measured)
    check(SURVEY if measured else COUNTIES, data=data)
    drawn = surveys(tree, "prior_predictive")
    levels = np.geomspace(0.01, 10_000, 121)
    ax = new_axes(ax)
    faint = {0.9: 0.25, 0.5: 0.5}
    _ecdf_band(ax, drawn, data, levels, faint, PALETTE["prior"], "simulated")
    if measured:
        _measured(ax, data)
    _levels_axis(ax, levels)
    return ax


def predictive_ecdf(
    tree: xr.DataTree, data: Radon, *, ax: Axes | None = None
) -> Axes:
    """Draw the measured homes over surveys that the fit would produce.

    For each level, the share of homes at or below it: a grey line for the
    survey, a band that holds 90 % of the replicated ones.

    Parameters
    ----------
    tree : DataTree
        A fit with posterior predictive draws, as `radon.fit` returns.
    data : Radon
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where the tree has no posterior predictive draws.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> exact = radon.exact.posterior(radon.models.complete_pooling, data)
    >>> ax = radon.plots.predictive_ecdf(exact.draws(100, seed=1), data)
    """
    check(SURVEY, data=data)
    drawn = surveys(tree, "posterior_predictive")
    levels = np.geomspace(0.1, 100, 121)
    colour = Estimates(tree).colour
    ax = new_axes(ax)
    _ecdf_band(ax, drawn, data, levels, {0.9: 0.45}, colour, "replicated")
    _measured(ax, data)
    _levels_axis(ax, levels)
    return ax


def _ecdf_band(
    ax: Axes,
    drawn: np.ndarray,
    data: Radon,
    levels: np.ndarray,
    faint: Mapping[float, float],
    colour: str,
    whose: str,
) -> None:
    """Fill where the shares at or below each level lie, over surveys."""
    cuts = data.from_pci(levels)
    shares = np.stack(
        [
            np.searchsorted(np.sort(row), cuts, side="right") / len(row)
            for row in drawn
        ]
    )
    for mass, strength in faint.items():
        tail = (1 - mass) / 2
        ax.fill_between(
            levels,
            *np.quantile(shares, [tail, 1 - tail], axis=0),
            color=_faint(colour, strength),
            linewidth=0,
            label=f"{100 * mass:.0f} % of {whose} surveys",
        )


def _faint(colour: str, strength: float) -> tuple[float, ...]:
    """Mix a colour with white, so that bands over bands keep their own."""
    return tuple(1 - strength * (1 - np.array(to_rgb(colour))))


def _measured(ax: Axes, data: Radon) -> None:
    readings = np.sort(data.to_pci(data.log_radon))
    shares = np.arange(1, len(readings) + 1) / len(readings)
    ax.step(
        readings,
        shares,
        where="post",
        color=PALETTE["measurements"],
        linewidth=1.4,
        label="measured homes",
    )


def _levels_axis(ax: Axes, levels: np.ndarray) -> None:
    ax.set_xscale("log")
    ax.set_xlim(levels[0], levels[-1])
    share_axis(ax)
    low, high = np.log10(levels[[0, -1]]).round().astype(int)
    ticks = 10.0 ** np.arange(low, high + 1)
    ax.set_xticks(ticks, [f"{tick:,g}" for tick in ticks])
    ax.minorticks_off()
    ax.set_xlabel("radon [pCi/L]")
    ax.set_ylabel("homes at or below")
    ax.legend(loc="lower right")
    for level, text, side in (
        (OUTDOOR_AIR, "outdoor air\n0.4", "right"),
        (ACTION_LEVEL, "action level\n4", "left"),
    ):
        ax.axvline(level, color="#404040", linewidth=1, linestyle=":")
        ax.annotate(
            text,
            (level, 1),
            xycoords=("data", "axes fraction"),
            xytext=(-4 if side == "right" else 4, -2),
            textcoords="offset points",
            ha=side,
            va="top",
            path_effects=halo(),
            zorder=6,
        )
