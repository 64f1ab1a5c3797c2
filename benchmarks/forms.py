"""Run one form of correlated slopes in a process of its own; print JSON.

Usage: python benchmarks/forms.py NAME SEED CALLS

The first call compiles, those after it do not. Importing the libraries,
loading the survey and judging the draws are not timed. Seconds are those of
the processor, in all threads, which other work disturbs least.
"""

import json
import sys
from time import process_time

import jax
import jax.numpy as jnp
import numpy as np
from judging import judged
from numpyro.infer import MCMC, NUTS

import radon
from radon.models import correlated_slopes, noncentered
from radon.models.correlated import cholesky_slopes

CHAINS, DRAWS = 4, 1000
FORMS = {
    "given": correlated_slopes,
    "cholesky": cholesky_slopes,
    "noncentred": noncentered(correlated_slopes),
}
POPULATION = (
    "mu_alpha",
    "mu_beta",
    "sigma_alpha",
    "sigma_beta",
    "rho",
    "sigma",
)


def nuts(model):
    """Sample a model as `radon.fit` does, and do nothing else."""
    return MCMC(
        NUTS(model, target_accept_prob=0.95),
        num_warmup=DRAWS,
        num_samples=DRAWS,
        num_chains=CHAINS,
        chain_method="vectorized",
        progress_bar=False,
    )


def sampled(model, data):
    """Return a function that samples by NUTS, compiled when first called."""
    mcmc = nuts(model)
    design = jax.tree.map(jnp.asarray, data.design)
    log_radon = jnp.asarray(data.log_radon)

    def call(seed):
        mcmc.run(jax.random.key(seed), design, log_radon)
        draws = jax.block_until_ready(mcmc.get_samples(group_by_chain=True))
        return draws, int(np.sum(mcmc.get_extra_fields()["diverging"]))

    return call


def independent(data):
    """Return a function that draws from the exact posterior."""

    def call(seed):
        exact = radon.exact.posterior(correlated_slopes, data)
        drawn = exact.parameters(CHAINS * DRAWS, seed=seed)
        return {name: drawn[name][None] for name in POPULATION}, 0

    return call


def main(name, seed, calls):
    """Time calls one after the other, a new seed each."""
    data = radon.load_radon()
    _ = data.design, data.log_radon, data.statistics
    call = independent(data) if name == "exact" else sampled(FORMS[name], data)
    runs = []
    for number in range(calls):
        start = process_time()
        draws, divergences = call(100 * seed + number)
        seconds = process_time() - start
        told = judged(draws, divergences, POPULATION)
        runs.append({"seconds": seconds} | told)
    return runs


if __name__ == "__main__":
    name, seed, calls = sys.argv[1:]
    print(json.dumps(main(name, int(seed), int(calls))))
