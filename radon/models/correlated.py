"""Intercepts and slopes that are drawn together."""

import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from numpyro.distributions import constraints, transforms

from radon.arguments import is_number
from radon.models.standard import standardised


def lkj(concentration):
    """Prior of one correlation, as LKJ has it for two effects.

    Parameters
    ----------
    concentration : float
        1 is uniform on -1 to 1; the larger, the closer to 0.

    Returns
    -------
    numpyro.distributions.Distribution
        With density proportional to (1 - rho^2)^(concentration - 1): the
        matrix of two effects has one correlation, and (1 + rho) / 2 is
        Beta(concentration, concentration).

    Raises
    ------
    ValueError
        Where the concentration is no number above 0.

    References
    ----------
    .. [1] Lewandowski, Kurowicka & Joe (2009), "Generating random
       correlation matrices based on vines and extended onion method",
       Journal of Multivariate Analysis 100, 1989-2001.

    Examples
    --------
    >>> round(float(jnp.exp(lkj(2).log_prob(0.0))), 2)
    0.75
    """
    if not is_number(concentration) or concentration <= 0:
        raise ValueError(
            f"concentration is {concentration!r}; wanted a number above 0, "
            "such as 2."
        )
    stretch = transforms.AffineTransform(-1, 2, constraints.unit_interval)
    half = dist.Beta(concentration, concentration)
    return dist.TransformedDistribution(half, stretch)


def correlated_slopes(design, log_radon=None):
    """Lines of the counties, intercept and slope drawn together.

    Varying slopes with one more unknown, the correlation ``rho`` of a
    county's intercept and slope, written as the slope given the
    intercept::

        log_radon[i] ~ Normal(alpha[j] + beta[j] * floor[i], sigma)
                       with j = county[i]
        alpha[j] ~ Normal(mu_alpha, sigma_alpha)
        beta[j]  ~ Normal(mu_beta + rho * sigma_beta * z[j],
                          sigma_beta * sqrt(1 - rho**2))
                       with z[j] = (alpha[j] - mu_alpha) / sigma_alpha
        mu_alpha, mu_beta              ~ Normal(0, 1)
        sigma, sigma_alpha, sigma_beta ~ HalfCauchy(1)
        rho                            ~ LKJ(2)

    All in log pCi/L but ``rho`` and ``z``, which have no unit.  Gelman and
    Hill (2007), section 13.1.
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    sigma_alpha = numpyro.sample("sigma_alpha", dist.HalfCauchy(1))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0, 1))
    sigma_beta = numpyro.sample("sigma_beta", dist.HalfCauchy(1))
    rho = numpyro.sample("rho", lkj(2))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))

    with numpyro.plate("county", design.n_counties):
        alpha, z = standardised("alpha", dist.Normal(mu_alpha, sigma_alpha))
        mean = mu_beta + rho * sigma_beta * z
        rest = sigma_beta * jnp.sqrt(1 - rho**2)
        beta = numpyro.sample("beta", dist.Normal(mean, rest))

    j = design.county
    reading = dist.Normal(alpha[j] + beta[j] * design.floor, sigma)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)


def cholesky_slopes(design, log_radon=None):
    """Lines of the counties, intercept and slope drawn as one pair.

    `correlated_slopes` in the form that most programs use: the pair is
    bivariate Normal, its covariance given by a Cholesky factor. It is here
    to be compared, and has the same posterior::

        log_radon[i] ~ Normal(alpha[j] + beta[j] * floor[i], sigma)
                       with j = county[i]
        theta[j]     ~ MultivariateNormal((mu_alpha, mu_beta), S R S)
                       with theta[j] = (alpha[j], beta[j]),
                       S = diag(sigma_alpha, sigma_beta)
        R = L L' = ((1, rho), (rho, 1)),  L ~ LKJCholesky(2)
        mu_alpha, mu_beta              ~ Normal(0, 1)
        sigma, sigma_alpha, sigma_beta ~ HalfCauchy(1)

    All in log pCi/L but ``rho`` and ``L``, which have no unit.
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    sigma_alpha = numpyro.sample("sigma_alpha", dist.HalfCauchy(1))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0, 1))
    sigma_beta = numpyro.sample("sigma_beta", dist.HalfCauchy(1))
    factor = numpyro.sample("L", dist.LKJCholesky(2, concentration=2))
    numpyro.deterministic("rho", factor[1, 0])
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))

    mean = jnp.stack([mu_alpha, mu_beta])
    tril = jnp.stack([sigma_alpha, sigma_beta])[:, None] * factor
    pair = dist.MultivariateNormal(mean, scale_tril=tril)
    with numpyro.plate("county", design.n_counties):
        theta = numpyro.sample("theta", pair)
        alpha = numpyro.deterministic("alpha", theta[:, 0])
        beta = numpyro.deterministic("beta", theta[:, 1])

    j = design.county
    reading = dist.Normal(alpha[j] + beta[j] * design.floor, sigma)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)
