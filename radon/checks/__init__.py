"""Judge a fit before a number is taken from it.

Two things are asked. `assert_converged` asks whether the chains agree with
each other; `against_exact` asks whether they agree with the exact posterior.
`judge` and `diagnose` show the same numbers without raising, `divergences`
and `energy_bfmi` the sampler's own record.

References
----------
- A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Bürkner (2021).
  Rank-normalization, folding, and localization: an improved R-hat for
  assessing convergence of MCMC. Bayesian Analysis 16(2), 667-718.
- M. Betancourt (2016). Diagnosing suboptimal cotangent disintegrations in
  Hamiltonian Monte Carlo. arXiv:1604.00695.
"""

from radon.checks.calibration import Calibration, calibrate, judge_ranks
from radon.checks.comparison import ExactMismatchError, against_exact
from radon.checks.convergence import (
    ConvergenceError,
    assert_converged,
    diagnose,
    judge,
)
from radon.checks.sampler import divergences, energy_bfmi

__all__ = [
    "Calibration",
    "ConvergenceError",
    "ExactMismatchError",
    "against_exact",
    "assert_converged",
    "calibrate",
    "diagnose",
    "divergences",
    "energy_bfmi",
    "judge",
    "judge_ranks",
]
