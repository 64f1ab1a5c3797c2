"""Plate diagrams, drawn from the model itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from radon.arguments import check_model
from radon.data import check_design
from radon.data.design import Design
from radon.plots._axes import halo, new_axes
from radon.plots._columns import RADIUS
from radon.plots._layout import Box, Graph, Spots, labelled, place
from radon.plots._palette import symbol

if TYPE_CHECKING:
    from radon.models.structure import Model


INK = "#202020"


def plate_diagram(
    model: "Model", design: Design, *, ax: Axes | None = None
) -> Axes:
    """Draw what a model's sites depend on, with its plates as boxes.

    The model is run once, without computing, to see which site depends on
    which; nothing is drawn by hand. A shaded circle is observed, a dashed
    one is computed from its parents.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon)``, of the ladder or like it.
    design : Design
        Its lengths are the counts in the boxes.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    RadonDataError, TypeError, ValueError
        Where plates depend on each other in a circle, or an argument is
        something else.

    Examples
    --------
    >>> import radon
    >>> design = radon.load_radon().design
    >>> ax = radon.plots.plate_diagram(
    ...     radon.models.varying_intercepts, design
    ... )
    >>> sorted(text.get_text() for text in ax.texts)[-2:]
    ['85 counties $j$', '919 houses $i$']
    """
    check_model(model)
    design, _ = check_design(design)
    graph = model_graph(model, design)
    if not graph.nodes:
        raise ValueError(
            "The model has no sites to draw; wanted numpyro.sample in it."
        )
    spots = place(graph)
    boxes = [labelled(graph, spots, name) for name in graph.plates]
    left, right, low, high = _extent(spots, boxes)
    ax = new_axes(ax, (7, np.clip(0.78 * (high - low), 2.0, 6)))
    for name, bounds in zip(graph.plates, boxes, strict=True):
        _plate(ax, graph, name, bounds)
    for parent, child in graph.edges:
        _arrow(ax, parent, child, spots)
    for node, spot in spots.items():
        _node(ax, graph, node, spot)
    ax.set_xlim(left, right)
    ax.set_ylim(low, high)
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


def model_graph(model: "Model", design: Design) -> Graph:
    """Read a model's dependencies from the model.

    Parameters
    ----------
    model : callable
    design : Design

    Returns
    -------
    Graph
        With an edge for every site that another site's distribution, or
        value if it is computed, depends on directly.
    """
    from numpyro import handlers
    from numpyro.infer.inspect import get_model_relations

    outcome = np.zeros(len(design.floor))
    found = get_model_relations(model, (design, outcome))
    trace = handlers.trace(handlers.seed(model, 0)).get_trace(design, outcome)
    return Graph(
        nodes=tuple(found["sample_sample"]),
        edges=tuple(
            (parent, child)
            for child, parents in found["sample_sample"].items()
            for parent in parents
        ),
        plates={
            name: tuple(inside)
            for name, inside in found["plate_sample"].items()
            if inside
        },
        sizes={
            name: len(site["value"])
            for name, site in trace.items()
            if site["type"] == "plate"
        },
        observed=frozenset(found["observed"]),
        deterministic=frozenset(
            name
            for name, kind in found["sample_dist"].items()
            if kind == "Deterministic"
        ),
    )


def _extent(spots: Spots, boxes: Sequence[tuple[Box, str]]) -> Box:
    spot = np.array(list(spots.values()))
    frame = np.array([bounds for bounds, _ in boxes]).reshape(-1, 4)
    corner = frame[:, :2] + frame[:, 2:]
    low = np.vstack([spot - 0.5, frame[:, :2] - 0.1]).min(axis=0)
    high = np.vstack([spot + 0.5, corner + 0.1]).max(axis=0)
    return low[0], high[0], low[1], high[1]


def _plate(
    ax: Axes, graph: Graph, name: str, labelled_box: tuple[Box, str]
) -> None:
    (left, bottom, width, height), side = labelled_box
    ax.add_patch(
        FancyBboxPatch(
            (left, bottom),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.15",
            facecolor="none",
            edgecolor="#737373",
            linewidth=1.1,
            gid=f"plate {name}",
        )
    )
    ax.text(
        left + 0.12 if side == "left" else left + width - 0.12,
        bottom + 0.07,
        graph.label(name),
        ha=side,
        va="bottom",
        fontsize=11,
        path_effects=halo(),
        zorder=2.5,
    )


def _node(
    ax: Axes, graph: Graph, node: str, spot: tuple[float, float]
) -> None:
    seen = node in graph.observed
    computed = node in graph.deterministic
    ax.add_patch(
        Circle(
            spot,
            RADIUS,
            facecolor="#D9D9D9" if seen else "white",
            edgecolor=INK,
            linewidth=1.3,
            linestyle=(0, (3, 2)) if computed else "-",
            gid=node,
            zorder=3,
        )
    )
    ax.text(
        *spot,
        symbol(node, graph.plate(node)),
        ha="center",
        va="center",
        fontsize="x-large",
        zorder=4,
    )


def _arrow(ax: Axes, parent: str, child: str, spots: Spots) -> None:
    """Draw an arrow between the rims of two circles."""
    tail, head = np.array(spots[parent]), np.array(spots[child])
    rim = RADIUS * (head - tail) / np.linalg.norm(head - tail)
    ax.add_patch(
        FancyArrowPatch(
            tail + rim,
            head - rim,
            arrowstyle="-|>,head_width=4,head_length=7",
            shrinkA=0,
            shrinkB=0,
            color=INK,
            linewidth=1.1,
            gid=f"{parent} -> {child}",
            zorder=2,
        )
    )
