"""Run one peer in a process of its own, and print what it took.

Usage: python benchmarks/peers.py NAME HOMES SEED

This runs in the peers' environment (`benchmarks/requirements.txt`), which
has no `radon`: the homes come as a table.  Every peer has the model of
`radon.models.varying_slopes` in the form in which its own users would write
it, four chains of 1000 warmup and 1000 kept draws, on two processors, and
its own defaults else.  Importing libraries is not timed.
"""

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from clocks import Seconds, timed
from judging import POPULATION, judged

CHAINS, WARMUP, DRAWS, PROCESSORS = 4, 1000, 1000, 2


def pymc(homes, seed):
    """Use PyMC with its own sampler."""
    import pymc as pm

    def sample(model, seed):
        return pm.sample(
            DRAWS,
            tune=WARMUP,
            chains=CHAINS,
            cores=PROCESSORS,
            nuts_sampler="pymc",
            model=model,
            random_seed=seed,
            progressbar=False,
            compute_convergence_checks=False,
        )

    first, tree = timed(lambda: sample(_in_pymc(homes), seed))
    again, other = timed(sample, _in_pymc(homes), seed + 100)
    # A second call compiles again.  What its chains took is PyMC's to tell.
    wall = other["posterior"].attrs["sampling_time"]
    share = wall / again.wall
    compiled = Seconds(wall, again.processor * share)
    return first, _of_tree(tree), compiled, _of_tree(other)


def nutpie(homes, seed):
    """Use PyMC's model with nutpie's sampler."""
    import nutpie as sampler

    def sample(program, seed):
        return sampler.sample(
            program,
            draws=DRAWS,
            tune=WARMUP,
            chains=CHAINS,
            cores=PROCESSORS,
            seed=seed,
            progress_bar=False,
        )

    def from_nothing():
        program = sampler.compile_pymc_model(_in_pymc(homes))
        return program, sample(program, seed)

    first, (program, tree) = timed(from_nothing)
    again, other = timed(sample, program, seed + 100)
    return first, _of_tree(tree), again, _of_tree(other)


def pystan(homes, seed):
    """Use PyStan, which compiles by gcc."""
    import aiohttp
    import stan

    # Its client gives up after five minutes, and a busy machine needs more.
    aiohttp.client.DEFAULT_TIMEOUT = aiohttp.ClientTimeout(total=None)
    data = {
        "homes": len(homes),
        "counties": int(homes["county"].max()) + 1,
        "county": (homes["county"] + 1).tolist(),
        "on_first": homes["floor"].tolist(),
        "log_radon": homes["log_radon"].tolist(),
    }
    program = Path(__file__).with_name("slopes.stan").read_text()

    def sample(seed):
        # Of a program seen before, building reads data and seed alone.
        posterior = stan.build(program, data=data, random_seed=seed)
        return posterior.sample(
            num_chains=CHAINS, num_warmup=WARMUP, num_samples=DRAWS
        )

    first, fit = timed(sample, seed)
    again, other = timed(sample, seed + 100)
    return first, _of_stan(fit), again, _of_stan(other)


def _in_pymc(homes):
    import pymc as pm

    county, floor = homes["county"].to_numpy(), homes["floor"].to_numpy()
    with pm.Model(coords={"county": np.unique(county)}) as model:
        mu_alpha = pm.Normal("mu_alpha", 0, 1)
        sigma_alpha = pm.HalfCauchy("sigma_alpha", 1)
        mu_beta = pm.Normal("mu_beta", 0, 1)
        sigma_beta = pm.HalfCauchy("sigma_beta", 1)
        sigma = pm.HalfCauchy("sigma", 1)
        z_alpha = pm.Normal("z_alpha", 0, 1, dims="county")
        z_beta = pm.Normal("z_beta", 0, 1, dims="county")
        alpha = pm.Deterministic(
            "alpha", mu_alpha + sigma_alpha * z_alpha, dims="county"
        )
        beta = pm.Deterministic(
            "beta", mu_beta + sigma_beta * z_beta, dims="county"
        )
        expected = alpha[county] + beta[county] * floor
        pm.Normal("y", expected, sigma, observed=homes["log_radon"].to_numpy())
    return model


def _of_tree(tree):
    draws = {name: tree["posterior"][name].to_numpy() for name in POPULATION}
    return draws, int(tree["sample_stats"]["diverging"].sum())


def _of_stan(fit):
    def by_chain(name):  # (draw and chain, the latter varying fastest)
        return fit[name].ravel().reshape(DRAWS, CHAINS).T

    draws = {name: by_chain(name) for name in POPULATION}
    return draws, int(fit["divergent__"].sum())


def main(name, homes, seed):
    """Fit once from nothing and once more; judge both, untimed."""
    sampler = {"pymc": pymc, "nutpie": nutpie, "pystan": pystan}[name]
    importlib.import_module({"pystan": "stan"}.get(name, name))
    first, found, again, other = sampler(pd.read_csv(homes), seed)
    return {
        "first": first._asdict() | judged(*found),
        "compiled": again._asdict() | judged(*other),
    }


if __name__ == "__main__":
    name, homes, seed = sys.argv[1:]
    print("\n" + json.dumps(main(name, homes, int(seed))))
