"""Run one contender in a process of its own, and print its times.

Usage: python benchmarks/contenders.py NAME SEED CALLS

A fresh process has compiled nothing, so that its first call is a first call.
Importing the libraries and loading the survey are not timed. Every function
below returns what the call made; the times are taken around it.
"""

import json
import sys
from time import perf_counter

import numpy as np
import original

import radon
from radon import models

DRAWS = 4000


def separate_original(data, seed):
    """Sample county by county, 85 compilations, as the original did."""
    fits = original.fit_county_by_county(data.design, data.log_radon, seed)
    for fit in fits:
        fit.get_samples()["sigma"].block_until_ready()
    extra = [fit.get_extra_fields()["diverging"].sum() for fit in fits]
    return {"divergences": int(np.sum(extra))}


def separate_fit(data, seed, chains=4):
    """Sample all counties at once by `radon.fit`."""
    tree = radon.fit(
        models.separate_regressions,
        data,
        seed=seed,
        by="county",
        num_chains=chains,
    )
    return {"divergences": int(tree.sample_stats["diverging"].sum())}


def separate_fit_one(data, seed):
    """Sample as many chains as the original: one."""
    return separate_fit(data, seed, chains=1)


def separate_exact(data, seed):
    """Compute means and standard deviations of every parameter."""
    radon.exact.posterior(models.separate_regressions, data).moments()
    return {"divergences": 0}


def slopes_moments(data, seed):
    """Find the posterior of varying slopes and every mean and sd."""
    radon.exact.posterior(models.varying_slopes, data).moments()


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


def _timed(function, *arguments):
    start = perf_counter()
    result = function(*arguments)
    return perf_counter() - start, result


def main(name, seed, calls):
    """Run a contender several times; the first call is the first of all."""
    data = radon.load_radon()
    _ = data.design, data.log_radon
    if name == "after_posterior":
        return after_posterior(data, seed, calls)
    seconds = []
    for call in range(calls):
        time, result = _timed(globals()[name], data, seed + call)
        seconds.append(time)
        if call == 0:
            first = result or {}
    return first | {"seconds": seconds}


if __name__ == "__main__":
    name, seed, calls = sys.argv[1:]
    print(json.dumps(main(name, int(seed), int(calls))))
