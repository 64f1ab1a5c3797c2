"""What a panel of one county shows: readings, lines, floors."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from radon.data.errors import plural
from radon.data.records import Radon
from radon.plots._axes import jitter, pci_axis
from radon.plots._estimates import Estimates
from radon.plots._groups import readings
from radon.plots._palette import LINES, PALETTE

REACH = np.array([-0.2, 1.2])


def dots(ax: Axes, data: Radon, county: str) -> pd.DataFrame:
    """Draw a county's readings, filled in the basement, and return them."""
    homes = readings(data, county)
    for floor, face in ((0, PALETTE["measurements"]), (1, "white")):
        here = homes.loc[homes["floor"] == floor, "log_radon"]
        ax.scatter(
            floor + jitter(len(here), 0.12 if len(here) > 1 else 0),
            here,
            s=22,
            facecolor=face,
            edgecolor=PALETTE["measurements"],
            linewidth=1.0,
            zorder=5,
            gid=f"floor {floor}",
        )
    return homes


def title(ax: Axes, county: str, homes: pd.DataFrame) -> None:
    """Name a panel's county and say how many homes it has."""
    ax.set_title(f"{county}\n{plural(len(homes), 'home')}")


def mean(fit: Estimates, county: str) -> np.ndarray:
    """Return the posterior mean of a county's line at both floors, (2,)."""
    alpha, beta = (
        fit.means(name, [county]).item() for name in ("alpha", "beta")
    )
    return np.array([alpha, alpha + beta])


def beyond(ends: np.ndarray) -> np.ndarray:
    """Carry lines (..., 2) on from the two floors a little to each side."""
    ends = np.asarray(ends)
    slope = ends[..., 1:] - ends[..., :1]
    return ends[..., :1] + slope * REACH


def straight(
    ax: Axes, fit: Estimates, ends: np.ndarray, zorder: float = 3
) -> None:
    """Draw a fit's line through its ends at the two floors."""
    ax.plot(
        REACH,
        beyond(ends),
        color=fit.colour,
        zorder=zorder,
        gid=fit.kind,
        **LINES[fit.kind],
    )


def floors(axes: np.ndarray, data: Radon) -> None:
    """Name the floors, the readings and their units around a grid."""
    for ax in axes.flat:
        ax.set_xlim(-0.35, 1.35)
        ax.set_xticks([0, 1], ["base-\nment", "first\nfloor"])
    for row in axes:
        row[0].set_ylabel("radon [log pCi/L]")
        pci_axis(row[-1], data, label="radon [pCi/L]")


def key(fig: Figure, kinds: Iterable[str]) -> None:
    """Name the lines above the panels, in colour and in style."""
    if not kinds:
        return
    kinds = list(dict.fromkeys(kinds))
    fig.legend(
        handles=[
            Line2D([], [], color=PALETTE[kind], **LINES[kind])
            for kind in kinds
        ],
        labels=kinds,
        loc="outside upper center",
        ncols=len(kinds),
    )
