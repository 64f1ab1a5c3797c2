"""What an answer costs as homes grow in number."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radon.plots._axes import new_grid
from radon.plots._kinds import check_columns
from radon.plots._palette import PALETTE

WAYS = {
    "plain": ("sums, in one process", "-", "o"),
    "dask": ("sums, by two Dask workers", (0, (5, 1.5)), "s"),
    "nuts": ("NUTS", (0, (1, 1)), "^"),
}
COSTS = {
    "seconds": "time [s]",
    "peak [MB]": "largest process [MB]",
}


def growth(measured: pd.DataFrame, *, fig: Figure | None = None) -> np.ndarray:
    """Draw time and memory against the number of homes.

    Parameters
    ----------
    measured : pandas.DataFrame
        One row a way and size: way (``"plain"``, ``"dask"`` or ``"nuts"``),
        homes, seconds and peak [MB], as the benchmark `growth` measures
        them.
    fig : matplotlib Figure, optional

    Returns
    -------
    numpy.ndarray of matplotlib Axes
        (2,): time, memory.

    Raises
    ------
    TypeError, ValueError
        Where this is no such table, or a way is none of the three.

    Examples
    --------
    >>> from radon.source import measured
    >>> axes = growth(measured("growth"))
    >>> [ax.get_ylabel() for ax in axes]
    ['time [s]', 'largest process [MB]']
    """
    check_columns("way", "homes", measured=measured)
    if unknown := sorted(set(measured["way"]) - set(WAYS), key=str):
        raise ValueError(
            f"No way {unknown[0]!r} from homes to a posterior; there are "
            f"{', '.join(WAYS)}."
        )
    check_columns(*COSTS, measured=measured)
    fig, axes = new_grid(fig, (1, 2), (7, 3.6))
    for ax, (cost, label) in zip(axes[0], COSTS.items(), strict=True):
        for way, (name, line, marker) in WAYS.items():
            rows = measured[measured["way"] == way].sort_values("homes")
            ax.plot(
                rows["homes"],
                rows[cost],
                color=PALETTE["no pooling"],
                linestyle=line,
                marker=marker,
                linewidth=1.4,
                label=name,
            )
        _powers_of_ten(ax, measured["homes"])
        ax.set_yscale("log")
        ax.set_ylabel(label)
    fig.legend(
        *axes[0, 0].get_legend_handles_labels(),
        loc="outside upper center",
        ncols=len(WAYS),
    )
    low = measured["peak [MB]"].min()
    axes[0, 1].set_ylim(low / 3, 30 * low)
    return axes[0]


def _powers_of_ten(ax: Axes, homes: pd.Series) -> None:
    """Make the x axis a logarithmic number of homes."""
    exponents = np.arange(
        np.floor(np.log10(homes.min())), np.ceil(np.log10(homes.max())) + 1
    ).astype(int)
    ax.set_xscale("log")
    ax.set_xticks(
        10.0**exponents, [f"$10^{{{exponent}}}$" for exponent in exponents]
    )
    ax.minorticks_off()
    ax.set_xlabel("homes")
