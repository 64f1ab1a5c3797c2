"""The map of Minnesota's counties."""

import json
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import Patch
from matplotlib.path import Path

from radon.data.records import Radon
from radon.plots._axes import new_axes
from radon.plots._groups import known
from radon.plots._kinds import (
    COUNTIES,
    SERIES,
    TEXT,
    check,
    check_optional,
    floats,
)
from radon.plots._palette import quantity

GAPS = "#BFBFBF"  # so that white counties keep their borders
HATCHED: dict[str, Any] = {
    "facecolor": "white",
    "edgecolor": "#404040",
    "hatch": "//////",
    "linewidth": 0.8,
}


def county_map(
    data: Radon,
    values: pd.Series | None = None,
    *,
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a map of the counties, coloured by a number a county.

    Counties without a measured home are hatched; where a number is given
    for them, over its colour.

    Parameters
    ----------
    data : Radon
        Minnesota: the package has the outlines of no other state.
    values : Series, optional
        Index county. Without it, the number of homes measured, on a
        logarithmic scale. A county that is missing or NaN is left white;
        counties of ``data.unmeasured`` may be among them.
    label : str, optional
        Label of the colour bar, with its unit. Without it, the name of
        the series.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where a county is unknown, an outline is missing, or values have
        neither name nor label.

    Examples
    --------
    >>> import radon
    >>> ax = radon.plots.county_map(radon.load_radon())
    >>> [len(drawn.get_paths()) for drawn in ax.collections]
    [85, 2]
    """
    check(COUNTIES, data=data)
    check_optional(SERIES, values=values)
    check_optional(TEXT, label=label)
    norm = Normalize()
    if values is None:
        values = data.counties["n_houses"]
        label = label or "homes measured"
        norm = LogNorm()
    if values.empty:
        raise ValueError("values is empty; wanted a number a county.")
    if label is None and values.name is None:
        raise ValueError(
            "The values have no name. Give label=, with the unit: it stands "
            "beside the colour bar."
        )
    table = pd.concat([data.counties, data.unmeasured])
    known(values.index, table.index)
    if values.index.has_duplicates:
        raise ValueError("A county has several values; wanted one in each.")
    values = floats("values", values).reindex(table.index)
    predicted = values[data.unmeasured.index].dropna()
    values = pd.concat([values[data.counties.index], predicted])
    outlines = _outlines()
    shown = table.loc[values.index, "fips"]
    lost = [fips for fips in shown if fips not in outlines]
    if lost:
        raise ValueError(
            f"No outline for the county with FIPS {lost[0]} ({len(lost)} "
            "such). The map knows Minnesota: radon.load_radon()."
        )
    ax = new_axes(ax, (7, 6))
    measured = PathCollection(
        [outlines[fips] for fips in shown],
        edgecolors=GAPS if values.isna().any() else "white",
        linewidths=0.8,
        cmap=colormaps["viridis"].with_extremes(bad="white"),
        norm=norm,
    )
    measured.set_array(np.ma.masked_invalid(values.to_numpy()))
    unmeasured = PathCollection(
        [outlines[fips] for fips in data.unmeasured["fips"]],
        **HATCHED | ({"facecolor": "none"} if len(predicted) else {}),
    )
    for drawn in (measured, unmeasured):
        ax.add_collection(drawn)
    _bare(ax)
    _colour_bar(ax, measured, label or quantity(str(values.name), "county"))
    ax.legend(
        handles=[Patch(**HATCHED)],
        labels=["no home\nmeasured"],
        loc="center right",
        bbox_to_anchor=(1, 0.35),
    )
    return ax


@cache
def _outlines() -> dict[str, Path]:
    """Return the outline of every county by FIPS, in degrees."""
    source = resources.files("radon") / "tables" / "minnesota.geojson"
    features = json.loads(source.read_text(encoding="utf-8"))["features"]
    return {_fips(feature): _path(feature["geometry"]) for feature in features}


def _fips(feature: dict[str, Any]) -> str:
    return str(feature.get("id") or feature["properties"]["fips"])


def _path(geometry: dict[str, Any]) -> Path:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    rings = [
        Path(ring, closed=True) for polygon in polygons for ring in polygon
    ]
    return Path.make_compound_path(*rings)


def _bare(ax: Axes) -> None:
    """Give the map true proportions at its middle, and no axes."""
    ax.autoscale_view()
    south, north = ax.get_ylim()
    ax.set_aspect(1 / np.cos(np.radians((south + north) / 2)))
    ax.set_axis_off()


def _colour_bar(ax: Axes, drawn: PathCollection, label: str) -> None:
    bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.75, label=label)
    bar.outline.set_visible(False)
    if isinstance(drawn.norm, LogNorm):
        low, high = drawn.get_clim()
        ticks = [n for n in (1, 2, 5, 10, 20, 50, 100) if low <= n <= high]
        bar.set_ticks(ticks, labels=[str(tick) for tick in ticks])
        bar.ax.minorticks_off()
