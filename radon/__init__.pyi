"""The public names, in one list: what a type checker reads, and `radon`."""

from . import (
    checks,
    decisions,
    exact,
    models,
    plots,
    sharding,
    statistics,
)
from .data import Design, Radon, RadonDataError, load_radon, read_csv
from .inference import fit, prior_predictive
from .prediction import predict
from .source import show

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
