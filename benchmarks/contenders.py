"""Run one contender in a process of its own, and print its times.

Usage: python benchmarks/contenders.py NAME SEED CALLS

A fresh process has compiled nothing, so that its first call is a first call.
Importing the libraries and loading the survey are not timed. Every function
below returns what the call made; the times are taken around it.
"""

import json
import sys
from time import perf_counter, process_time

import arviz as az
import jax
import jax.numpy as jnp
import numpy as np
import original
from numpyro.infer import MCMC, NUTS

import radon
from radon import models
from radon.inference.joint import left_out

DRAWS = 4000


def separate_original(data, seed):
    """Sample county by county, 85 compilations, as the original did."""
    fits = original.fit_county_by_county(data.design, data.log_radon, seed)
    for fit in fits:
        fit.get_samples()["sigma"].block_until_ready()
    extra = [fit.get_extra_fields()["diverging"].sum() for fit in fits]
    return {"divergences": int(np.sum(extra))}


def separate_fit(data, seed):
    """Sample all counties at once by `radon.fit`."""
    model = models.separate_regressions
    tree = radon.fit(model, data, seed=seed, by="county")
    return {"divergences": int(tree.sample_stats["diverging"].sum())}


def separate_exact(data, seed):
    """Compute means and standard deviations of every parameter."""
    radon.exact.posterior(models.separate_regressions, data).moments()
    return {"divergences": 0}


def hierarchical_original(data, seed):
    """Sample the centred model with one chain, as the original did."""
    mcmc = original.fit_hierarchical(data.design, data.log_radon, seed)
    samples = mcmc.get_samples(group_by_chain=True)
    diverging = mcmc.get_extra_fields()["diverging"]
    return _worst(samples, int(np.sum(diverging)))


def hierarchical_fit(data, seed):
    """Sample the non-centred model with four chains by `radon.fit`."""
    model = models.noncentered(models.varying_slopes)
    tree = radon.fit(model, data, seed=seed)
    sites = tree.posterior.to_dataset()
    return _worst(sites, int(tree.sample_stats["diverging"].sum()))


def hierarchical_marginal(data, seed):
    """Sample the scales of the marginalised model, and draw the rest."""
    model = models.marginalised(models.varying_slopes)
    tree = radon.fit(model, data, seed=seed)
    sites = tree.posterior.to_dataset()
    return _worst(sites, int(tree.sample_stats["diverging"].sum()))


def hierarchical_exact(data, seed):
    """Draw independently from the exact posterior."""
    exact = radon.exact.posterior(models.varying_slopes, data)
    return _worst(exact.draws(DRAWS, seed=seed).posterior.to_dataset(), 0)


def compiled(name, data, seed):
    """Time a contender's sampler once more, its program compiled.

    `radon.fit` compiles at every call, so the sampler is run by itself;
    what a fit computes besides, home by home, is left out.
    """
    if name == "hierarchical_exact":
        seconds, result = _timed(
            hierarchical_exact, data, seed, clock=process_time
        )
        return seconds, _judged(result)["effective"]
    slopes = models.varying_slopes
    form, chains, accept = {
        "hierarchical_original": (slopes, 1, 0.8),
        "hierarchical_fit": (models.noncentered(slopes), 4, 0.95),
        "hierarchical_marginal": (models.marginalised(slopes), 4, 0.95),
    }[name]
    mcmc = MCMC(
        NUTS(form, target_accept_prob=accept),
        num_warmup=1000,
        num_samples=1000,
        num_chains=chains,
        chain_method="vectorized",
        progress_bar=False,
    )
    arrays = jax.tree.map(jnp.asarray, (data.design, data.log_radon))

    @jax.jit
    def whole(draws, key):
        is_whole = not hasattr(form, "complete")
        return draws | (
            {} if is_whole else left_out(form, *arrays, draws, key)
        )

    def sample(key):
        mcmc.run(key, *arrays)
        draws = mcmc.get_samples(group_by_chain=True)
        return jax.block_until_ready(whole(draws, key))

    sample(jax.random.key(seed))
    seconds, draws = _timed(
        sample, jax.random.key(seed + 100), clock=process_time
    )
    return seconds, _judged(_worst(draws, 0))["effective"]


def slopes_moments(data, seed):
    """Find the posterior of varying slopes and every mean and sd."""
    radon.exact.posterior(models.varying_slopes, data).moments()


def _worst(sites, divergences):
    """Keep the draws of the population parameters, to be judged untimed."""
    names = ["mu_alpha", "mu_beta", "sigma_alpha", "sigma_beta", "sigma"]
    draws = {name: np.asarray(sites[name]) for name in names}
    return {"divergences": divergences, "draws": draws}


def _judged(result):
    result = dict(result or {})
    if "draws" not in result:
        return result
    draws = result.pop("draws")
    chains, length = draws["sigma"].shape
    effective = {k: float(az.ess(v, method="bulk")) for k, v in draws.items()}
    worst = min(effective, key=effective.get)
    return result | {
        "chains": chains,
        "draws": chains * length,
        "worst": worst,
        "effective": effective[worst],
    }


def after_posterior(data, seed, calls):
    """Time what a found posterior is asked for, each on a fresh one."""
    questions = {
        "summary": lambda exact: exact.summary(),
        "draws": lambda exact: exact.draws(DRAWS, seed=seed),
        "loo": lambda exact: exact.loo().elpd,
    }
    times = {name: [] for name in questions}
    for _ in range(calls):
        for name, question in questions.items():
            exact = radon.exact.posterior(models.varying_slopes, data)
            times[name].append(_timed(question, exact)[0])
    return times


def _timed(function, *arguments, clock=perf_counter):
    start = clock()
    result = function(*arguments)
    return clock() - start, result


def main(name, seed, calls):
    """Run a contender several times; the first call is the first of all."""
    data = radon.load_radon()
    _ = data.design, data.log_radon
    if name == "after_posterior":
        return after_posterior(data, seed, calls)
    seconds = []
    hierarchical = name.startswith("hierarchical")
    clock = process_time if hierarchical else perf_counter
    for call in range(calls):
        run = globals()[name]
        time, result = _timed(run, data, seed + call, clock=clock)
        seconds.append(time)
        if call == 0:
            first = result
    judged = _judged(first) | {"seconds": seconds}
    if hierarchical:
        again, effective = compiled(name, data, seed)
        judged |= {"compiled": again, "compiled effective": effective}
    return judged


if __name__ == "__main__":
    name, seed, calls = sys.argv[1:]
    print(json.dumps(main(name, int(seed), int(calls))))
