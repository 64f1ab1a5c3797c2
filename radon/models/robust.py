"""The same model with homes that may lie far out."""

import functools
from typing import Any

import jax
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.primitives import Messenger

from radon.arguments import check_model
from radon.data.design import Design
from radon.models.structure import OUTCOME, Model, name_of


def robust(model: Model) -> Model:
    """Give a model's homes a Student-t spread instead of a Normal one.

    Parameters
    ----------
    model : callable
        A model of the ladder or one like it, centred or not, whose homes
        are Normal.

    Returns
    -------
    callable
        The model with ``log_radon[i] ~ StudentT(nu, same mean, same
        sigma)`` and one more site, ``nu ~ Gamma(2, 0.1)``: small where a
        few homes lie far out, large where the Normal is enough.  A robust
        model keeps its form.

    Raises
    ------
    TypeError
        Where the model's homes are not Normal: when it is run, or here
        where the model is non-centred.
    ValueError
        Where the model is marginalised: Student-t homes have no such form.

    References
    ----------
    .. [1] Juarez & Steel (2010), "Model-based clustering of non-Gaussian
       panel data based on skew-t distributions", Journal of Business and
       Economic Statistics 28, 52-66, for the prior of ``nu``.

    Examples
    --------
    >>> from radon import models
    >>> models.robust(models.varying_slopes).__name__
    'robust_varying_slopes'
    """
    check_model(model)
    if hasattr(model, "is_robust"):
        return model
    if hasattr(model, "centered"):
        return model.form(robust(model.centered))

    @functools.wraps(model)
    def with_far_homes(
        design: Design, log_radon: jax.Array | np.ndarray | None = None
    ) -> None:
        nu = numpyro.sample("nu", dist.Gamma(2, 0.1))
        with _StudentT(name_of(model), nu):
            return model(design, log_radon)

    vars(with_far_homes).pop("priors", None)
    with_far_homes.is_robust = True
    with_far_homes.__name__ = f"robust_{name_of(model)}"
    return with_far_homes


class _StudentT(Messenger):
    """Replace the Normal of the homes."""

    def __init__(self, model: str, nu: jax.Array) -> None:
        self.model, self.nu = model, nu
        super().__init__(None)

    def process_message(self, msg: dict[str, Any]) -> None:
        if msg.get("name") != OUTCOME or msg["type"] != "sample":
            return
        normal = msg["fn"]
        shape = normal.batch_shape
        while isinstance(normal, dist.ExpandedDistribution):
            normal = normal.base_dist
        if not isinstance(normal, dist.Normal):
            raise TypeError(
                f"The homes of {self.model} are "
                f"{type(normal).__name__}, not Normal: there is no robust "
                "form of it."
            )
        heavy = dist.StudentT(self.nu, normal.loc, normal.scale)
        msg["fn"] = heavy.expand(shape)
