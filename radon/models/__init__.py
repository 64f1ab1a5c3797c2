"""The ladder of models, and the handlers that change their form.

Every model is a function ``model(design, log_radon=None)``: ``design`` is a
`radon.Design`, ``log_radon`` the outcome ``(house,)`` [log pCi/L].
Without an outcome the model simulates one.
"""

from radon.models.correlated import (
    cholesky_slopes,
    correlated_slopes,
    lkj,
)
from radon.models.handlers import noncentered, with_priors
from radon.models.ladder import (
    complete_pooling,
    separate_regressions,
    varying_intercepts,
    varying_slopes,
)
from radon.models.loading import complete_numpyro
from radon.models.marginal import marginalised
from radon.models.minibatch import minibatched
from radon.models.nation import nested
from radon.models.predictors import (
    contextual,
    pooled_uranium,
    uranium,
    uranium_slopes,
)
from radon.models.robust import robust
from radon.models.standard import standardised

complete_numpyro()

__all__ = [
    "cholesky_slopes",
    "complete_pooling",
    "contextual",
    "correlated_slopes",
    "lkj",
    "marginalised",
    "minibatched",
    "nested",
    "noncentered",
    "pooled_uranium",
    "robust",
    "separate_regressions",
    "standardised",
    "uranium",
    "uranium_slopes",
    "varying_intercepts",
    "varying_slopes",
    "with_priors",
]
