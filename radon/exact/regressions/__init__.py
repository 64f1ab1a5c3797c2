"""Regressions that share nothing: one line for the state, or one a county.

Given sigma a regression is conjugate, so a grid of log sigma is all that is
needed, one for each regression, and all regressions are done at once.
Arrays are (node, regression).
"""

from radon.exact.regressions.answers import all_moments, draws, quantiles
from radon.exact.regressions.batch import Batch, density, gather
from radon.exact.regressions.quadrature import (
    Lines,
    integrate,
    moments,
    refuse_improper,
)

__all__ = [
    "Batch",
    "Lines",
    "all_moments",
    "density",
    "draws",
    "gather",
    "integrate",
    "moments",
    "quantiles",
    "refuse_improper",
]
