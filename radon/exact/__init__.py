"""Exact posteriors of the linear Gaussian models of radon."""

from radon.exact.errors import ExactError
from radon.exact.ladder import Ladder
from radon.exact.likelihood import restricted_maximum_likelihood
from radon.exact.posterior import Posterior, posterior
from radon.exact.validation import CrossValidation

__all__ = [
    "CrossValidation",
    "ExactError",
    "Ladder",
    "Posterior",
    "posterior",
    "restricted_maximum_likelihood",
]
