"""NUTS on a whole model: every chain at once, one program."""

from typing import Any

import jax
from numpyro.infer import MCMC, NUTS

from radon.data.design import Design
from radon.inference.houses import each_draw
from radon.inference.requests import Settings
from radon.models.structure import Model

STATISTICS = ("diverging", "energy", "num_steps", "accept_prob")


def sample_jointly(
    model: Model,
    design: Design,
    log_radon: jax.Array,
    key: jax.Array,
    settings: Settings,
    shows_progress: bool,
) -> tuple[dict[str, jax.Array], dict[str, jax.Array]]:
    """Draw from a model's posterior.

    Parameters
    ----------
    model : callable
        ``model(design, log_radon=None)``.
    design : Design
        JAX arrays.
    log_radon : jax.Array
        (house,) [log pCi/L].
    key : jax.Array
        A random key.
    settings : Settings
        How long and how carefully.
    shows_progress : bool
        Whether to show a bar.

    Returns
    -------
    draws, statistics : dict of str to jax.Array
        (chain, draw, ...) by site, and by name of a sampler statistic.
        Sites that a marginalised model leaves out are drawn too.
    """
    mcmc = MCMC(
        NUTS(model, target_accept_prob=settings.target_accept),
        num_warmup=settings.num_warmup,
        num_samples=settings.num_samples,
        num_chains=settings.num_chains,
        chain_method="vectorized",
        progress_bar=shows_progress,
    )
    mcmc.run(key, design, log_radon, extra_fields=STATISTICS)
    draws = mcmc.get_samples(group_by_chain=True)
    if hasattr(model, "complete"):
        key = jax.random.fold_in(key, settings.num_chains)
        draws |= left_out(model, design, log_radon, draws, key)
    return draws, mcmc.get_extra_fields(group_by_chain=True)


def whole_model(model: Any) -> Model:
    """Return the model whose sites a fit has: all, where some integrate out.

    Examples
    --------
    >>> from radon import models
    >>> form = models.marginalised(models.varying_slopes)
    >>> whole_model(form) is models.varying_slopes
    True
    """
    return model.centered if hasattr(model, "complete") else model


def left_out(
    model: Any,
    design: Design,
    log_radon: jax.Array,
    draws: dict[str, jax.Array],
    key: jax.Array,
) -> dict[str, jax.Array]:
    """Draw the sites that a marginalised model leaves out.

    Parameters
    ----------
    model : callable
        From `radon.models.marginalised`.
    design, log_radon
        The homes, as for `sample_jointly`.
    draws : dict of str to jax.Array
        The scales, (chain, draw).
    key : jax.Array
        A random key, split once a draw.

    Returns
    -------
    dict of str to jax.Array
        (chain, draw, ...) by site, from their posterior given the scales.
    """

    def one_draw(
        key_and_scales: tuple[jax.Array, dict[str, jax.Array]],
    ) -> dict[str, jax.Array]:
        key, scales = key_and_scales
        return model.complete(design, log_radon, scales, key)

    return each_draw(one_draw, draws, key)
