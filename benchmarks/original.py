"""The two programs of the original analysis, written for today's NumPyro.

Their statistical content is the original's: the same priors, one chain, 1000
warmup and 1000 kept draws, the centred form, the sampler's default settings,
and for the separate regressions one call a county.
"""

import jax
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS


def one_county(floor, log_radon):
    """State one county's regression on its own."""
    alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))
    expected = alpha + beta * floor
    numpyro.sample("y", dist.Normal(expected, sigma), obs=log_radon)


def every_county(county, floor, log_radon, n_counties):
    """State all counties' regressions as draws from one population."""
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    sigma_alpha = numpyro.sample("sigma_alpha", dist.HalfCauchy(1))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0, 1))
    sigma_beta = numpyro.sample("sigma_beta", dist.HalfCauchy(1))
    with numpyro.plate("county", n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(mu_alpha, sigma_alpha))
        beta = numpyro.sample("beta", dist.Normal(mu_beta, sigma_beta))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))
    expected = alpha[county] + beta[county] * floor
    with numpyro.plate("house", len(county)):
        numpyro.sample("y", dist.Normal(expected, sigma), obs=log_radon)


def fit_county_by_county(design, log_radon, seed):
    """Run the sampler once for each county; return a fit a county."""
    keys = jax.random.split(jax.random.key(seed), design.n_counties)
    fits = []
    for county, key in enumerate(keys):
        rows = design.county == county
        mcmc = _sampler(one_county)
        floor = jnp.asarray(design.floor[rows])
        mcmc.run(key, floor, jnp.asarray(log_radon[rows]))
        fits.append(mcmc)
    return fits


def fit_hierarchical(design, log_radon, seed):
    """Run the sampler once for all counties together."""
    mcmc = _sampler(every_county)
    mcmc.run(jax.random.key(seed), *arguments(design, log_radon))
    return mcmc


def arguments(design, log_radon):
    """Return what `every_county` is given."""
    arrays = design.county, design.floor, log_radon
    return *map(jnp.asarray, arrays), design.n_counties


def _sampler(model):
    return MCMC(
        NUTS(model), num_warmup=1000, num_samples=1000, progress_bar=False
    )
