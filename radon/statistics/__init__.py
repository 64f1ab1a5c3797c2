"""What the homes say about a linear Gaussian model, in a few sums a county.

For each county and floor the number of homes, their mean log radon and the
sum of squares around that mean are sufficient: every model of the ladder
depends on the homes through them alone. They add up over parts of a survey,
and a shift of the outcome shifts the means and nothing else. `reduce` takes
them from a table of any size, and the exact posterior takes its answer.
"""

from radon.statistics.reduced import Reduced
from radon.statistics.reducing import reduce
from radon.statistics.sums import (
    Statistics,
    combine,
    least_squares,
    pooled,
    sufficient_statistics,
)

__all__ = [
    "Reduced",
    "Statistics",
    "combine",
    "least_squares",
    "pooled",
    "reduce",
    "sufficient_statistics",
]
