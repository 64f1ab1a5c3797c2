"""Chances of exceeding any level: of one home, and of the middle one."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from radon.plots._axes import ACTION_LEVEL, new_grid, share_axis
from radon.plots._kinds import PREDICTION, check
from radon.plots._palette import LINES, PALETTE

if TYPE_CHECKING:
    from radon.prediction.records import Prediction


KINDS = {
    "reading": ("one home's reading", "measurements", {"linestyle": ":"}),
    "typical": ("its county's geometric mean", "partial pooling", {}),
}
FLOORS = ("basement", "first floor")


def exceedance(
    prediction: "Prediction", *, fig: Figure | None = None
) -> np.ndarray:
    """Draw the probability of exceeding a level against the level.

    One panel a home: for its own reading, and for the geometric mean of
    its county on that floor. A line marks the action level.

    Parameters
    ----------
    prediction : Prediction
        A few homes.
    fig : matplotlib Figure, optional

    Returns
    -------
    numpy.ndarray of matplotlib Axes

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> exact = radon.exact.posterior(radon.models.varying_intercepts, data)
    >>> homes = radon.predict(exact, data, ["Cass", "Grant"], 0, seed=1)
    >>> axes = radon.plots.exceedance(homes)
    >>> [len(ax.lines) for ax in axes]
    [3, 3]
    """
    check(PREDICTION, prediction=prediction)
    levels = np.geomspace(0.5, 30, 200)
    homes = prediction.homes
    _, axes = new_grid(fig, (1, len(homes)), (7, 2.8), sharey=True)
    axes = axes[0]
    tables = {
        of: prediction.probability_above(levels, of=of).to_numpy()
        for of in KINDS
    }
    for place, ((county, floor), ax) in enumerate(
        zip(homes, axes, strict=True)
    ):
        for of, (label, meaning, style) in KINDS.items():
            line = LINES["partial pooling"] | style
            ax.plot(
                levels,
                tables[of][place],
                color=PALETTE[meaning],
                label=label,
                gid=of,
                **line,
            )
        ax.axvline(ACTION_LEVEL, color="#404040", linewidth=1, zorder=0)
        ax.set_xscale("log")
        ticks = (1, 4, 10)
        ax.set_xticks(ticks, [str(tick) for tick in ticks])
        ax.minorticks_off()
        ax.set_xlim(levels[0], levels[-1])
        share_axis(ax)
        ax.set_title(f"{county}, {FLOORS[floor]}")
        ax.set_xlabel("level [pCi/L]")
    axes[0].set_ylabel("probability of more")
    axes[0].figure.legend(
        *axes[0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=2,
    )
    return axes
