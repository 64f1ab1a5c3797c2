"""The ladder of models, and the handlers that change their form.

Every model is a function ``model(design, log_radon=None)``: ``design`` is a
`radon.Design`, ``log_radon`` the outcome ``(house,)`` [log pCi/L].
Without an outcome the model simulates one.
"""

from radon.models.handlers import noncentered, with_priors
from radon.models.ladder import (
    complete_pooling,
    separate_regressions,
    varying_intercepts,
    varying_slopes,
)
from radon.models.loading import complete_numpyro

complete_numpyro()

__all__ = [
    "complete_pooling",
    "noncentered",
    "separate_regressions",
    "varying_intercepts",
    "varying_slopes",
    "with_priors",
]
