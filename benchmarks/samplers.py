"""Run one of our ways to the hierarchical model; print what it took.

Usage: python benchmarks/samplers.py NAME SEED

A fresh process has compiled nothing.  Importing libraries and reading the
survey are not timed.  The first call is all that a reader waits for; of
`radon.fit` it includes the log likelihood and the predictive draws of every
home, which neither a peer nor `radon.exact` computes here.  The second is the
sampling alone, compiled.
"""

import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
import original
from clocks import timed
from forms import CHAINS, DRAWS, nuts
from judging import POPULATION, judged

import radon
from radon.inference.joint import left_out
from radon.models import marginalised, noncentered, varying_slopes

FORMS = {
    "centred": varying_slopes,
    "noncentred": noncentered(varying_slopes),
    "marginalised": marginalised(varying_slopes),
}


def by_original(data, seed):
    """Sample as the original did, one chain of the centred form."""

    def first():
        mcmc = original.fit_hierarchical(data.design, data.log_radon, seed)
        jax.block_until_ready(mcmc.get_samples())
        return mcmc

    took, mcmc = timed(first)
    found = mcmc.get_samples(group_by_chain=True), _divergences(mcmc)
    arguments = original.arguments(data.design, data.log_radon)
    return took, found, *_again(mcmc, arguments, seed)


def by_fit(form, data, seed):
    """Sample one form by `radon.fit`, and once more by its sampler alone."""
    took, tree = timed(radon.fit, form, data, seed=seed)
    diverging = int(tree.sample_stats["diverging"].sum())
    found = tree.posterior.to_dataset(), diverging
    mcmc = nuts(form)
    arrays = jax.tree.map(jnp.asarray, (data.design, data.log_radon))
    complete = None
    if hasattr(form, "complete"):
        complete = jax.jit(
            lambda draws, key: left_out(form, *arrays, draws, key)
        )
    mcmc.run(jax.random.key(seed), *arrays)
    if complete:
        _completed(mcmc, complete, seed)
    return took, found, *_again(mcmc, arrays, seed, complete)


def by_exact(data, seed):
    """Draw independently from the exact posterior; nothing is kept."""

    def from_nothing(seed):
        data = radon.load_radon()  # so that no posterior of it is at hand
        _ = data.design, data.log_radon
        return data, seed

    def draw(data, seed):
        exact = radon.exact.posterior(varying_slopes, data)
        drawn = exact.parameters(CHAINS * DRAWS, seed=seed)
        return {name: drawn[name][None] for name in POPULATION}

    took, first = timed(draw, *from_nothing(seed))
    again, second = timed(draw, *from_nothing(seed + 100))
    return took, (first, 0), again, (second, 0)


def _again(mcmc, arguments, seed, complete=None):
    """Time a compiled sampler, and the draws of what it leaves out."""

    def run():
        mcmc.run(jax.random.key(seed + 100), *arguments)
        jax.block_until_ready(mcmc.get_samples())
        return _completed(mcmc, complete, seed + 100)

    took, draws = timed(run)
    return took, (draws, _divergences(mcmc))


def _completed(mcmc, complete, seed):
    draws = mcmc.get_samples(group_by_chain=True)
    if complete is None:
        return draws
    rest = complete(draws, jax.random.fold_in(jax.random.key(seed), 1))
    return draws | jax.block_until_ready(rest)


def _divergences(mcmc):
    return int(np.sum(mcmc.get_extra_fields()["diverging"]))


def main(name, seed):
    """Time from nothing and once more; judge both, untimed."""
    data = radon.load_radon()
    _ = data.design, data.log_radon
    if name in FORMS:
        runs = by_fit(FORMS[name], data, seed)
    else:
        runs = {"original": by_original, "exact": by_exact}[name](data, seed)
    first, found, again, other = runs
    return {
        "first": first._asdict() | _judged(*found),
        "compiled": again._asdict() | _judged(*other),
    }


def _judged(sites, divergences):
    return judged({name: sites[name] for name in POPULATION}, divergences)


if __name__ == "__main__":
    name, seed = sys.argv[1:]
    print(json.dumps(main(name, int(seed))))
