"""Homes and counties left out, in closed form given the scales.

Given the scales a home or county can be taken out of a Gaussian without a
refit; the scales' posterior without it is the full one, reweighted. Where
the reweighted mass reaches the end of the grid or nodes too light to use,
or sigma so small that a home decides alone, the model is refitted.
"""

from radon.exact.left_out.counties import (
    counties_of_hierarchy,
    counties_of_regressions,
)
from radon.exact.left_out.homes import (
    homes_of_hierarchy,
    homes_of_regressions,
)

__all__ = [
    "counties_of_hierarchy",
    "counties_of_regressions",
    "homes_of_hierarchy",
    "homes_of_regressions",
]
