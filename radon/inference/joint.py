"""NUTS on a whole model: every chain at once, one program."""

from numpyro.infer import MCMC, NUTS

STATISTICS = ("diverging", "energy", "num_steps", "accept_prob")


def sample_jointly(model, design, log_radon, key, settings, shows_progress):
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
    return (
        mcmc.get_samples(group_by_chain=True),
        mcmc.get_extra_fields(group_by_chain=True),
    )
