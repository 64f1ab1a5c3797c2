"""The ladder with predictors of the county: its uranium, its floors.

Locations and slopes of predictors have Normal(0, 1) priors and scales
HalfCauchy(1) priors, as in the ladder without predictors.
"""

import numpyro
import numpyro.distributions as dist


def pooled_uranium(design, log_radon=None):
    """One line for the whole state, raised where the soil has uranium.

    Complete pooling with a predictor of the county: two counties of the
    same uranium are the same county::

        log_radon[i] ~ Normal(alpha + gamma * log_uranium[j]
                              + beta * floor[i], sigma)
                       with j = county[i]
        alpha, beta, gamma ~ Normal(0, 1)
        sigma              ~ HalfCauchy(1)

    All in log pCi/L, ``gamma`` per log ppm.
    """
    alpha = numpyro.sample("alpha", dist.Normal(0, 1))
    gamma = numpyro.sample("gamma", dist.Normal(0, 1))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))

    level = alpha + gamma * design.log_uranium[design.county]
    reading = dist.Normal(level + beta * design.floor, sigma)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)


def uranium(design, log_radon=None):
    """Parallel lines whose levels follow the uranium of the soil.

    Varying intercepts around a line in the county's log uranium;
    ``sigma_alpha`` is what uranium leaves unexplained::

        log_radon[i] ~ Normal(alpha[j] + beta * floor[i], sigma)
                       with j = county[i]
        alpha[j] ~ Normal(mu_alpha + gamma * log_uranium[j], sigma_alpha)
        mu_alpha, gamma, beta ~ Normal(0, 1)
        sigma, sigma_alpha    ~ HalfCauchy(1)

    All in log pCi/L, ``gamma`` per log ppm; ``mu_alpha`` is the level at
    1 ppm.  Gelman and Hill (2007), section 12.6.
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    gamma = numpyro.sample("gamma", dist.Normal(0, 1))
    sigma_alpha = numpyro.sample("sigma_alpha", dist.HalfCauchy(1))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))

    level = mu_alpha + gamma * design.log_uranium
    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(level, sigma_alpha))

    j = design.county
    reading = dist.Normal(alpha[j] + beta * design.floor, sigma)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)


def contextual(design, log_radon=None):
    """Levels that follow uranium and where the county's readings stood.

    The model with uranium and one more predictor, the share of the
    county's readings that were taken on a first floor; ``delta`` is its
    contextual effect::

        log_radon[i] ~ Normal(alpha[j] + beta * floor[i], sigma)
                       with j = county[i]
        alpha[j] ~ Normal(mu_alpha + gamma * log_uranium[j]
                          + delta * mean_floor[j], sigma_alpha)
        mu_alpha, gamma, delta, beta ~ Normal(0, 1)
        sigma, sigma_alpha           ~ HalfCauchy(1)

    All in log pCi/L, ``gamma`` per log ppm.  Gelman and Hill (2007),
    section 21.7; Gelman (2006), "Multilevel (hierarchical) modeling: what
    it can and cannot do", Technometrics 48.
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    gamma = numpyro.sample("gamma", dist.Normal(0, 1))
    delta = numpyro.sample("delta", dist.Normal(0, 1))
    sigma_alpha = numpyro.sample("sigma_alpha", dist.HalfCauchy(1))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))

    level = mu_alpha + gamma * design.log_uranium + delta * design.mean_floor
    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(level, sigma_alpha))

    j = design.county
    reading = dist.Normal(alpha[j] + beta * design.floor, sigma)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)


def uranium_slopes(design, log_radon=None):
    """Lines of the counties, levels and slopes following uranium.

    Varying slopes with uranium as a predictor of both coefficients:
    ``gamma_beta`` says how the floor effect changes with uranium, or
    uranium's effect with the floor::

        log_radon[i] ~ Normal(alpha[j] + beta[j] * floor[i], sigma)
                       with j = county[i]
        alpha[j] ~ Normal(mu_alpha + gamma * log_uranium[j], sigma_alpha)
        beta[j]  ~ Normal(mu_beta + gamma_beta * log_uranium[j], sigma_beta)
        mu_alpha, mu_beta, gamma, gamma_beta ~ Normal(0, 1)
        sigma, sigma_alpha, sigma_beta       ~ HalfCauchy(1)

    All in log pCi/L, ``gamma`` and ``gamma_beta`` per log ppm.  Gelman and
    Hill (2007), section 13.1, there with correlated effects.
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    gamma = numpyro.sample("gamma", dist.Normal(0, 1))
    sigma_alpha = numpyro.sample("sigma_alpha", dist.HalfCauchy(1))
    mu_beta = numpyro.sample("mu_beta", dist.Normal(0, 1))
    gamma_beta = numpyro.sample("gamma_beta", dist.Normal(0, 1))
    sigma_beta = numpyro.sample("sigma_beta", dist.HalfCauchy(1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))

    level = mu_alpha + gamma * design.log_uranium
    slope = mu_beta + gamma_beta * design.log_uranium
    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(level, sigma_alpha))
        beta = numpyro.sample("beta", dist.Normal(slope, sigma_beta))

    j = design.county
    reading = dist.Normal(alpha[j] + beta[j] * design.floor, sigma)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)
