"""Axes, jitter and scales that the figures share."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axes._secondary_axes import SecondaryAxis
from matplotlib.figure import Figure, FigureBase

from radon.data.records import Radon
from radon.plots._kinds import check_optional, one_of

if TYPE_CHECKING:
    from matplotlib.patheffects import AbstractPathEffect


OUTDOOR_AIR = 0.4  # [pCi/L]
ACTION_LEVEL = 4.0  # [pCi/L]

GOLDEN = (np.sqrt(5) - 1) / 2

AXES = one_of("matplotlib Axes, one of them", Axes)
FIGURE = one_of("a matplotlib Figure", FigureBase)


def new_axes(ax: Axes | None, size: tuple[float, float] | None = None) -> Axes:
    """Return the axes passed, or those of a new figure."""
    check_optional(AXES, ax=ax)
    return plt.subplots(figsize=size)[1] if ax is None else ax


def new_grid(
    fig: Figure | None,
    shape: tuple[int, int],
    size: tuple[float, float],
    **options: Any,
) -> tuple[Figure, np.ndarray]:
    """Return a figure, the one passed or a new one, and its axes."""
    check_optional(FIGURE, fig=fig)
    if fig is None:
        fig = plt.figure(figsize=size, layout="constrained")
    return fig, fig.subplots(*shape, squeeze=False, **options)


def jitter(n: int, width: float) -> np.ndarray:
    """Return n offsets, even over (-width, width), the same every time.

    The fractional parts of multiples of the golden ratio never bunch, and
    need no random numbers.
    """
    return width * (2 * (np.arange(1, n + 1) * GOLDEN % 1) - 1)


def pci_axis(
    ax: Axes,
    data: Radon,
    ticks: Sequence[float] = (0.4, 1, 4, 10, 40),
    *,
    label: str = "pCi/L",
) -> SecondaryAxis:
    """Add a second scale in pCi/L on the right of a log pCi/L axis.

    The readings' recipe is the data's own, so 4 pCi/L stands where the
    model has it.
    """
    right = ax.secondary_yaxis("right")
    right.set_yticks(data.from_pci(np.array(ticks, dtype=float)))
    right.set_yticklabels([f"{tick:g}" for tick in ticks])
    right.minorticks_off()
    if label:
        right.set_ylabel(label)
    return right


def homes_axis(ax: Axes, n_homes: pd.Series | np.ndarray) -> None:
    """Make the x axis a logarithmic count of homes, with plain numbers."""
    ax.set_xscale("log")
    top = int(np.max(n_homes))
    ticks = [tick for tick in (1, 2, 5, 10, 20, 50) if tick < top / 1.5]
    ax.set_xticks([*ticks, top], [str(tick) for tick in (*ticks, top)])
    ax.minorticks_off()
    ax.set_xlabel("homes measured in the county")


def share_axis(ax: Axes, axis: str = "y") -> None:
    """Make an axis a share from 0 to 1, in per cent."""
    ticks = np.linspace(0, 1, 5)
    names = [f"{100 * tick:.0f} %" for tick in ticks]
    if axis == "y":
        ax.set_ylim(0, 1)
        ax.set_yticks(ticks, names)
    else:
        ax.set_xlim(0, 1)
        ax.set_xticks(ticks, names)


def halo(width: float = 3) -> "list[AbstractPathEffect]":
    """Return path effects that keep a label legible over lines."""
    from matplotlib import patheffects

    return [patheffects.withStroke(linewidth=width, foreground="white")]
