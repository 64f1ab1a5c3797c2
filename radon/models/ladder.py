"""Four models of radon in houses, from one line for all to a line a county.

Locations have Normal(0, 1) priors and scales HalfCauchy(1) priors, those of
the notebook by Wiecki and Elbers that this ladder starts from.
Normal distributions are given by mean and standard deviation.
"""

import numpyro
import numpyro.distributions as dist


def complete_pooling(design, log_radon=None):
    """One line for the whole state: counties do not matter.

    Every house expects ``alpha`` in its basement and ``beta`` more on its
    first floor, wherever it stands::

        log_radon[i] ~ Normal(alpha + beta * floor[i], sigma)
        alpha, beta  ~ Normal(0, 1)
        sigma        ~ HalfCauchy(1)

    All in log pCi/L.  Gelman and Hill (2007), section 12.3.
    """
    alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))

    reading = dist.Normal(alpha + beta * design.floor, sigma)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)


def separate_regressions(design, log_radon=None):
    """One line for each county, as if no other county had been measured.

    County ``j`` has an intercept, a slope and a spread of its own, and
    nothing that one county's houses say reaches another::

        log_radon[i] ~ Normal(alpha[j] + beta[j] * floor[i], sigma[j])
                       with j = county[i]
        alpha[j], beta[j] ~ Normal(0, 1)
        sigma[j]          ~ HalfCauchy(1)

    All in log pCi/L.  The individual model of Wiecki and Elbers (2014).
    """
    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(0, 1))
        beta = numpyro.sample("beta", dist.Normal(0, 1))
        sigma = numpyro.sample("sigma", dist.HalfCauchy(1))

    j = design.county
    reading = dist.Normal(alpha[j] + beta[j] * design.floor, sigma[j])
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)


def varying_intercepts(design, log_radon=None):
    """Parallel lines: counties differ in level and share the floor effect.

    The counties' intercepts come from one population, whose mean and spread
    are learnt from all of them; slope and spread are the state's::

        log_radon[i] ~ Normal(alpha[j] + beta * floor[i], sigma)
                       with j = county[i]
        alpha[j]           ~ Normal(mu_alpha, sigma_alpha)
        mu_alpha, beta     ~ Normal(0, 1)
        sigma, sigma_alpha ~ HalfCauchy(1)

    All in log pCi/L.  Gelman and Hill (2007), section 12.3.
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    sigma_alpha = numpyro.sample("sigma_alpha", dist.HalfCauchy(1))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))

    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(mu_alpha, sigma_alpha))

    j = design.county
    reading = dist.Normal(alpha[j] + beta * design.floor, sigma)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)


def varying_slopes(design, log_radon=None):
    """Lines for the counties, all of them drawn from one population.

    Intercepts and slopes both vary, each around a mean of its own, as far
    as the counties together say; the spread of houses is the state's::

        log_radon[i] ~ Normal(alpha[j] + beta[j] * floor[i], sigma)
                       with j = county[i]
        alpha[j] ~ Normal(mu_alpha, sigma_alpha)
        beta[j]  ~ Normal(mu_beta, sigma_beta)
        mu_alpha, mu_beta              ~ Normal(0, 1)
        sigma, sigma_alpha, sigma_beta ~ HalfCauchy(1)

    All in log pCi/L.  The hierarchical model of Wiecki and Elbers (2014).
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    sigma_alpha = numpyro.sample("sigma_alpha", dist.HalfCauchy(1))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0, 1))
    sigma_beta = numpyro.sample("sigma_beta", dist.HalfCauchy(1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))

    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(mu_alpha, sigma_alpha))
        beta = numpyro.sample("beta", dist.Normal(mu_beta, sigma_beta))

    j = design.county
    reading = dist.Normal(alpha[j] + beta[j] * design.floor, sigma)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)
