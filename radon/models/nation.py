"""Homes in counties in states."""

import numpyro
import numpyro.distributions as dist


def nested(design, log_radon=None):
    """Parallel lines of counties, whose levels gather by state.

    Varying intercepts with one more storey: counties vary around their
    state, and states around the nation::

        log_radon[i] ~ Normal(alpha[j] + beta * floor[i], sigma)
                       with j = county[i]
        alpha[j]    ~ Normal(mu_state[s], sigma_alpha)
                      with s = state[j]
        mu_state[s] ~ Normal(mu_alpha, sigma_state)
        mu_alpha, beta                  ~ Normal(0, 1)
        sigma, sigma_alpha, sigma_state ~ HalfCauchy(1)

    All in log pCi/L.  Where ``sigma_state`` is 0 these are varying
    intercepts.  Gelman and Hill (2007), section 22.1, for the idea.
    """
    mu_alpha = numpyro.sample("mu_alpha", dist.Normal(0, 1))
    sigma_state = numpyro.sample("sigma_state", dist.HalfCauchy(1))
    sigma_alpha = numpyro.sample("sigma_alpha", dist.HalfCauchy(1))
    beta = numpyro.sample("beta", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(1))

    with numpyro.plate("state", design.n_states):
        mu_state = numpyro.sample(
            "mu_state", dist.Normal(mu_alpha, sigma_state)
        )
    level = mu_state[design.state]
    with numpyro.plate("county", design.n_counties):
        alpha = numpyro.sample("alpha", dist.Normal(level, sigma_alpha))

    j = design.county
    reading = dist.Normal(alpha[j] + beta * design.floor, sigma)
    with numpyro.plate("house", len(design.floor)):
        numpyro.sample("log_radon", reading, obs=log_radon)
