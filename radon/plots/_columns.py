"""Find the columns of a diagram's nodes by a small search.

One node is moved, or a plate's, or two are swapped, as long as it makes the
drawing better: few crossings, short arrows, no arrow through a node.
"""

from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from radon.plots._layout import Graph


RADIUS = 0.36


def improve(graph: "Graph", cost: "Cost", x: np.ndarray) -> np.ndarray:
    """Move and swap nodes until no single change makes it better."""
    nodes = graph.nodes
    shifts = np.arange(-len(x), len(x) + 1) / 2
    blocks = [[i] for i in range(len(x))] + [
        [nodes.index(node) for node in inside]
        for inside in graph.plates.values()
        if len(inside) > 1
    ]
    changes = [
        (block, block, shift) for block, shift in product(blocks, shifts)
    ] + [
        ([i, j], [j, i], 0)
        for i, j in combinations(range(len(x)), 2)
        if cost.y[i] == cost.y[j]
    ]
    best, before = cost(x), np.inf
    while best < before - 1e-9:
        before = best
        for new, old, shift in changes:
            trial = x.copy()
            trial[new] = x[old] + shift
            price = cost(trial)
            if price < best - 1e-9:
                x, best = trial, price
    return x


class Cost:
    """How bad a drawing is, given the columns of its nodes."""

    def __init__(self, graph: "Graph", y: np.ndarray) -> None:
        at = {node: i for i, node in enumerate(graph.nodes)}
        self.y = y
        self.tail = np.array([at[a] for a, _ in graph.edges], dtype=int)
        self.head = np.array([at[b] for _, b in graph.edges], dtype=int)
        self.plates = [
            (
                np.array([at[node] for node in inside]),
                graph.padding(plate),
                graph.least_width(plate),
            )
            for plate, inside in graph.plates.items()
        ]
        self.pairs = np.array(
            [
                (i, j)
                for i, j in combinations(range(len(graph.edges)), 2)
                if not set(graph.edges[i]) & set(graph.edges[j])
            ],
            dtype=int,
        ).reshape(-1, 2)

    def __call__(self, x: np.ndarray) -> float:
        dx = x[self.head] - x[self.tail]
        return (
            0.3 * np.sum(dx**2)
            + 0.08 * np.sum(x**2)
            + 0.1 * self._disorder(x)
            + 4 * self._crossings(x)
            + 20 * self._through(x)
            + 60 * self._intruders(x)
            + 100 * self._collisions(x)
        )

    def _crossings(self, x: np.ndarray) -> int:
        if not len(self.pairs):
            return 0
        a, b = (
            np.stack([x, self.y], axis=1)[ends]
            for ends in (self.tail, self.head)
        )
        i, j = self.pairs.T
        sides = [
            _side(a[i], b[i], a[j]) * _side(a[i], b[i], b[j]),
            _side(a[j], b[j], a[i]) * _side(a[j], b[j], b[i]),
        ]
        return np.sum((sides[0] < 0) & (sides[1] < 0))

    def _through(self, x: np.ndarray) -> int:
        """Count pairs of an arrow and a node in its way."""
        spot = np.stack([x, self.y], axis=1)
        a, b = spot[self.tail], spot[self.head]
        along = b - a
        away = spot[:, None] - a
        share = (away * along).sum(-1) / (along**2).sum(-1)
        nearest = a + np.clip(share, 0, 1)[..., None] * along
        near = np.linalg.norm(spot[:, None] - nearest, axis=-1) < 0.5
        own = np.arange(len(x))[:, None]
        return np.sum(near & (own != self.tail) & (own != self.head))

    def _intruders(self, x: np.ndarray) -> int:
        count = 0
        for inside, pad, least in self.plates:
            outside = np.setdiff1d(np.arange(len(x)), inside)
            low, high = x[inside].min(), x[inside].max()
            room = max(pad, (least - (high - low)) / 2) + RADIUS + 0.2
            low, high = low - room, high + room
            top, bottom = self.y[inside].max(), self.y[inside].min()
            count += np.sum(
                (x[outside] > low)
                & (x[outside] < high)
                & (self.y[outside] <= top)
                & (self.y[outside] >= bottom)
            )
        return count

    def _disorder(self, x: np.ndarray) -> int:
        """Count neighbours that stand against the order of the code."""
        level = np.triu(self.y[:, None] == self.y, 1)
        return np.sum(level & (x[:, None] > x))

    def _collisions(self, x: np.ndarray) -> int:
        gap = np.abs(x[:, None] - x) + 10 * np.abs(self.y[:, None] - self.y)
        return np.sum(np.triu(gap < 0.99, 1))


def _side(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return on which side of the line a-b the point c lies."""
    u, v = b - a, c - a
    return np.sign(np.round(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0], 9))
