"""The nodes that serve for what is left, and a refit where they do not."""

from typing import NamedTuple

import numpy as np

from radon.exact import grid
from radon.exact.errors import ExactError, ImproperError
from radon.exact.ladder import Ladder
from radon.exact.moments import Grid
from radon.exact.problem import Problem, frame
from radon.exact.region import ENDS, region
from radon.statistics import Statistics

WIDER = 27.0  # log density kept, below the largest: more than for moments
LIGHT = 1e-13  # weight of the lightest node used, beside the largest
MANY, LIGHT_OF_MANY = 200_000, 1e-10  # nodes, and the same for so many
AT_THE_END = 1e-7  # mass at the ends of the grid that asks for a refit
PILED_UP = 1e-4  # mass beside nodes too light to use that does so too


def wide_grid(problem: Problem, settled: Grid) -> Grid:
    """Grid that also holds what leaving something out may reach."""
    levels, fineness = grid.levels_of(problem), settled.fineness
    assert fineness is not None  # of a grid that has settled
    if levels is grid.LEVELS:
        fineness = min(fineness + 1, len(levels) - 1)
    bounds = region(problem, settled.moments, negligible=WIDER)
    return grid.lay(problem, bounds, levels[fineness], settled.moments)


class Chosen(NamedTuple):
    """The nodes used: their indices, and which lie where the nodes end.

    ``end`` is at an end of the grid, ``rim`` beside nodes too light to use.
    """

    at: np.ndarray
    end: np.ndarray
    rim: np.ndarray

    def is_short(
        self, rest: np.ndarray, lost: np.ndarray | bool = False
    ) -> np.ndarray:
        """Whether reweighted mass, (..., node), reaches beyond the nodes."""
        total = rest.sum(-1)
        at_the_end = rest[..., self.end | lost].sum(-1) > AT_THE_END * total
        piled_up = rest[..., self.rim].sum(-1) > PILED_UP * total
        return at_the_end | piled_up | ~(total > 0)


def chosen_nodes(result: Grid) -> Chosen:
    """Choose the nodes that are not too light."""
    w = result.weight
    light = LIGHT_OF_MANY if w.size > MANY else LIGHT
    used = w > light * w.max()
    end, rim = np.zeros(w.shape, bool), np.zeros(w.shape, bool)
    for k, axis in enumerate(result.axes):
        if axis is None:
            continue
        at, beside, kept = (np.moveaxis(x, k, 0) for x in (end, rim, used))
        beside[1:] |= ~kept[:-1]
        beside[:-1] |= ~kept[1:]
        near = 0.005 * (axis.high - axis.low)
        lowest, highest = ENDS[k]
        at[-1] |= axis.high < highest - near
        at[0] |= axis.low > lowest + near
    chosen = np.flatnonzero(used)
    return Chosen(chosen, end.ravel()[chosen], rim.ravel()[chosen])


def refit(
    ladder: Ladder, statistics: Statistics, log_evidence: float, without: str
) -> tuple[float, np.ndarray, np.ndarray]:
    """Evidence lost without some homes, mean and expected lines."""
    problem = frame(ladder, statistics)
    if not problem.n.any():  # what is left is the prior
        columns = np.r_[np.zeros(problem.n_states), problem.loc]
        lines = problem.reference + problem.rows @ columns
        return log_evidence, lines, lines
    try:
        result, known = grid.integrate(problem)
    except ImproperError:
        unknown = np.full((len(problem.squares), 2), np.nan)
        return -np.inf, unknown, unknown
    except ExactError as error:
        raise ExactError(f"without {without}, {error}") from None
    columns = known.locations[0] - problem.centre
    columns = np.linalg.solve(problem.reports, columns)
    expected = problem.reference + problem.rows @ columns
    lines = expected.copy()
    for i in range(len(ladder.varying)):
        lines[:, i] = known.coefficients[0, i]
    return log_evidence - result.log_evidence, lines, expected
