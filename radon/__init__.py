"""Hierarchical Bayesian regression on the radon survey of Minnesota.

The package behind the book: the survey, the models, their fits by NUTS,
their exact posteriors, the checks of the one against the other, and the
figures.
"""

import numpyro  # noqa: F401  before ArviZ, which would half load it

from radon import (
    checks,
    decisions,
    exact,
    models,
    plots,
    sharding,
    statistics,
)
from radon.data import Design, Radon, RadonDataError, load_radon, read_csv
from radon.inference import fit, prior_predictive
from radon.prediction import predict
from radon.source import show

__all__ = [
    "Design",
    "Radon",
    "RadonDataError",
    "checks",
    "decisions",
    "exact",
    "fit",
    "load_radon",
    "models",
    "plots",
    "predict",
    "prior_predictive",
    "read_csv",
    "sharding",
    "show",
    "statistics",
]
