"""Place a model's sites: rows by dependence, columns by a small search.

Sites of one plate stay together, as a block of rows that no other site
enters; rows run from priors down to data.
"""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from radon.plots._columns import RADIUS, Cost, improve
from radon.plots._palette import INDICES

ROW = 1.55
PADDING = 0.52
LABEL = 0.26
SPREADS = (1, 1.5, 2)

PLURALS = {"house": "houses", "county": "counties", "state": "states"}


type Spots = dict[str, tuple[float, float]]
type Box = tuple[float, float, float, float]


class Graph(NamedTuple):
    """A model's sites, what depends on what, and the plates around them."""

    nodes: tuple[str, ...]
    edges: tuple[tuple[str, str], ...]
    plates: dict[str, tuple[str, ...]]
    sizes: dict[str, int]
    observed: frozenset[str]
    deterministic: frozenset[str]

    def plate(self, node: str) -> str | None:
        """Return the innermost plate around a node, or None."""
        around = [
            name for name, inside in self.plates.items() if node in inside
        ]
        return min(
            around, key=lambda name: len(self.plates[name]), default=None
        )

    def label(self, plate: str) -> str:
        """Return what a plate's box says: how many of what, and the index."""
        count = self.sizes[plate]
        word = plate if count == 1 else PLURALS.get(plate, plate)
        index = INDICES.get(plate)
        return f"{count:,} {word}" + (f" ${index}$" if index else "")

    def padding(self, plate: str) -> float:
        """Return the room around a plate's sites, more where it holds one."""
        inside = set(self.plates[plate])
        nested = sum(set(other) < inside for other in self.plates.values())
        return PADDING + 0.2 * nested

    def least_width(self, plate: str) -> float:
        """Return the width that a plate's label needs."""
        return 0.145 * len(self.label(plate).replace("$", "")) + 0.2


def place(graph: Graph) -> Spots:
    """Return where each node stands.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    dict of str to (float, float)
        Horizontal and vertical place; rows are `ROW` apart, downwards.
    """
    row = rows(graph)
    y = np.array([-ROW * row[node] for node in graph.nodes])
    cost = Cost(graph, y)
    start = _start(graph, row)
    x = min((improve(graph, cost, start * s) for s in SPREADS), key=cost)
    x = x - (x.min() + x.max()) / 2
    return {
        node: (float(x[i]), float(y[i])) for i, node in enumerate(graph.nodes)
    }


def box(graph: Graph, spots: Spots, plate: str) -> Box:
    """Return left, bottom, width and height of a plate's box."""
    inside = np.array([spots[node] for node in graph.plates[plate]])
    pad = graph.padding(plate)
    left, bottom = inside.min(axis=0) - pad
    right, top = inside.max(axis=0) + pad
    room = max(0, graph.least_width(plate) - (right - left))
    return (
        left - room / 2,
        bottom - LABEL,
        right - left + room,
        top - bottom + LABEL,
    )


def labelled(graph: Graph, spots: Spots, plate: str) -> tuple[Box, str]:
    """Return a plate's box and the side of its label.

    The label stands in a lower corner that no arrow passes. Where both are
    passed the box is widened beyond the arrows, unless a site is in the way.
    """
    left, bottom, width, height = bounds = box(graph, spots, plate)
    right, reach = left + width, graph.least_width(plate)
    arrows = _passing(graph, spots, bottom)
    for side, start in (("right", right - reach), ("left", left)):
        if not np.any((arrows > start) & (arrows < start + reach)):
            return bounds, side
    wide = max(right, arrows.max() + reach)
    far = min(left, arrows.min() - reach)
    for side, start, end in (("right", left, wide), ("left", far, right)):
        wider = start, bottom, end - start, height
        if not _intruded(graph, spots, plate, wider):
            return wider, side
    return bounds, "right"


def _passing(graph: Graph, spots: Spots, bottom: float) -> np.ndarray:
    """Return where arrows pass a label above a plate's bottom."""
    found = []
    for parent, child in graph.edges:
        (x0, y0), (x1, y1) = spots[parent], spots[child]
        for y in (bottom + 0.05, bottom + LABEL):
            if y1 < y < y0:
                found.append(x0 + (x1 - x0) * (y0 - y) / (y0 - y1))
    return np.array(found)


def _intruded(graph: Graph, spots: Spots, plate: str, bounds: Box) -> bool:
    """Say whether a box comes near a site that is not of its plate."""
    left, bottom, width, height = bounds
    return any(
        left - RADIUS - 0.1 < x < left + width + RADIUS + 0.1
        and bottom - RADIUS < y < bottom + height + RADIUS
        for node, (x, y) in spots.items()
        if node not in graph.plates[plate]
    )


def rows(graph: Graph) -> dict[str, int]:
    """Return each node's row, 0 at the top; a plate's sites as one block."""
    block = {node: graph.plate(node) or node for node in graph.nodes}
    within = [(a, b) for a, b in graph.edges if block[a] == block[b]]
    between = {
        (block[a], block[b]) for a, b in graph.edges if block[a] != block[b]
    }
    depth = _depths(graph.nodes, within)
    height = {name: 1 for name in block.values()}
    for node, name in block.items():
        height[name] = max(height[name], depth[node] + 1)
    top = _depths(tuple(height), between, height)
    for name in sorted(height, key=top.__getitem__, reverse=True):
        below = [top[b] for a, b in between if a == name]
        if below:
            top[name] = min(below) - height[name]
    return {node: top[block[node]] + depth[node] for node in graph.nodes}


def _depths(
    nodes: Collection[str],
    edges: Collection[tuple[str, str]],
    height: dict[str, int] | None = None,
) -> dict[str, int]:
    """Return the longest path to each node; refuse a cycle."""
    depth = dict.fromkeys(nodes, 0)
    for _ in range(len(nodes) + 1):
        moved = False
        for a, b in edges:
            least = depth[a] + (height[a] if height else 1)
            if depth[b] < least:
                depth[b], moved = least, True
        if not moved:
            return depth
    raise ValueError(
        "The sites depend on each other in a circle of plates, which this "
        "diagram cannot draw. numpyro.render_model can."
    )


def _start(graph: Graph, row: dict[str, int]) -> np.ndarray:
    """Spread each row's nodes evenly, in the order of the model's code."""
    x = np.zeros(len(graph.nodes))
    for level in set(row.values()):
        here = [i for i, node in enumerate(graph.nodes) if row[node] == level]
        x[here] = np.arange(len(here)) - (len(here) - 1) / 2
    return x
