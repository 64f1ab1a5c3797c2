"""Whether a posterior is proper, and what to say where it is not."""

import numpy as np

from radon.exact.errors import ExactError, ImproperError
from radon.exact.priors import log_prior
from radon.exact.problem import Problem

REMEDY = (
    "Either these homes leave the scales all but free: with "
    "radon.models.with_priors give them tighter priors, and sigma one that "
    "vanishes at 0, such as dist.LogNormal(0, 1). Or a prior stops where "
    "values are still likely, as dist.Uniform does: give one that falls off "
    "smoothly. Or fix a scale with dist.Delta."
)
LOST = f"the region that holds the posterior's mass was not found. {REMEDY}"
ROUNDING = 1e-12  # of a reading, relative to all of them


def improper(key: str) -> str:
    """Say why there is no posterior, and what to do."""
    return (
        f"the posterior of {key} is improper: these homes and this prior "
        "leave infinite mass where the homes are fitted without error. Give "
        f"{key} a prior that vanishes at 0, such as dist.LogNormal(0, 1), or "
        "fix it with dist.Delta."
    )


def no_end(problem: Problem) -> ExactError:
    """Say why mass is found wherever sigma is small."""
    if is_fitted_without_error(problem):
        return ImproperError(improper("sigma"))
    return ExactError(LOST)


def far_out(problem: Problem, key: str) -> ExactError:
    """Say why mass is found wherever a scale, in units of sigma, is large."""
    first, second = log_prior(problem.priors[key], np.exp([18.0, 19.0]))
    if second == -np.inf or second - first < -1:
        return no_end(problem)
    return ImproperError(
        f"the posterior of {key} is improper: its prior leaves infinite mass "
        f"far out. Give {key} a proper prior, such as dist.HalfCauchy(1)."
    )


def is_fitted_without_error(problem: Problem) -> bool:
    """Whether coefficients fewer than the homes fit all of them exactly.

    Notes
    -----
    As sigma goes to 0 the likelihood then grows as sigma^(rank - homes),
    faster than any prior that is positive at 0 can hold. With a coefficient
    for every home, or an error left, it stays finite.

    Examples
    --------
    >>> import radon
    >>> from radon.exact.problem import frame
    >>> from radon.exact.reading import read_ladder
    >>> data = radon.load_radon()
    >>> ladder = read_ladder(radon.models.varying_slopes, data)
    >>> is_fitted_without_error(frame(ladder, data.statistics))
    False
    """
    measured = problem.n > 0
    first, slope = problem.rows[:, 0], problem.rows[:, 1]
    if "beta" in problem.varying:  # a coefficient for each cell
        rank, outcome, columns = int(measured.sum()), np.zeros(0), slope[:0]
    elif "alpha" in problem.varying:  # one for each county, and what is left
        both = measured.all(0)
        outcome, columns = (
            np.diff(problem.mean[:, both], axis=0)[0],
            slope[both],
        )
        rank = int(measured.any(0).sum())
    else:
        outcome = problem.mean[measured]
        columns = np.concatenate(
            [first[measured[0]], (first + slope)[measured[1]]]
        )
        rank = 0
    left = problem.squares.sum()
    if len(outcome):
        fitted, _, more, _ = np.linalg.lstsq(columns, outcome, rcond=None)
        left += np.square(outcome - columns @ fitted).sum()
        rank += int(more)
    homes = problem.n.sum()
    size = 1 + np.abs(problem.mean).max() + np.abs(problem.reference).max()
    return bool(homes > rank and left <= homes * (ROUNDING * size) ** 2)
