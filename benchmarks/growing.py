"""Take one way from simulated homes to the posterior, and print its cost.

Usage: python benchmarks/growing.py plain|dask|nuts HOMES

Homes stand in the counties of the survey, in its proportions, and are drawn
from varying slopes with scales near the survey's. A million at a time are
made; making them, writing them and starting workers are not timed. A way is
timed from homes to sums; what follows, the posterior, by itself, warm.
"""

import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from memory import peak
from numpyro.infer import MCMC, NUTS

import radon
from radon import models
from radon.statistics import reduce

CHUNK = 1_000_000
DRAWS = 500  # of warmup, and as many kept
CENTERED_FROM = 10_000  # homes; from there the centred form is the faster
SIGMA, SIGMA_ALPHA, SIGMA_BETA = 0.72, 0.32, 0.25


def chunks(data, homes):
    """Make the homes, a chunk at a time, the same ones whatever the way."""
    truth = np.random.default_rng(0)
    names = data.counties.index
    alpha = truth.normal(1.5, SIGMA_ALPHA, len(names))
    beta = truth.normal(-0.65, SIGMA_BETA, len(names))
    share = data.counties["n_houses"] / len(data.houses)
    first = data.design.floor.mean()
    for start in range(0, homes, CHUNK):
        rng = np.random.default_rng([1, start])
        size = min(CHUNK, homes - start)
        county = rng.choice(len(names), size, p=share)
        floor = (rng.random(size) < first).astype(np.int8)
        mean = alpha[county] + beta[county] * floor
        yield pd.DataFrame(
            {
                "county": pd.Categorical.from_codes(county, names),
                "floor": floor,
                "log_radon": rng.normal(mean, SIGMA),
            }
        )


def plain(data, homes):
    """Reduce chunk after chunk in this process."""
    seconds, total = 0.0, None
    for chunk in chunks(data, homes):
        start = perf_counter()
        part = reduce(chunk, data.counties, log_radon="log_radon")
        total = part if total is None else total + part
        seconds += perf_counter() - start
    return total, {"seconds": seconds, "peak [MB]": peak()}


def dask(data, homes):
    """Reduce a folder of files by two workers."""
    from distributed import Client, LocalCluster

    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs="ERROR",
        ) as cluster,
        Client(cluster) as client,
    ):
        for k, chunk in enumerate(chunks(data, homes)):
            chunk.to_parquet(Path(folder) / f"{k:03}.parquet")
        files = Path(folder).glob("*")
        client.run(_import)  # as a cluster has, that has been up for a while
        start = perf_counter()
        total = reduce(
            folder,
            data.counties,
            log_radon="log_radon",
            scheduler=cluster.scheduler_address,
        )
        seconds = perf_counter() - start
        return total, {
            "seconds": seconds,
            "peak [MB]": max(client.run(peak).values()),
            "disk [MB]": sum(file.stat().st_size for file in files) / 1e6,
        }


def nuts(data, homes):
    """Sample one chain from all homes; there are no sums."""
    table = pd.concat(chunks(data, homes))
    design = data.design._replace(
        county=jnp.asarray(table["county"].cat.codes.to_numpy()),
        floor=jnp.asarray(table["floor"].to_numpy()),
    )
    model = models.varying_slopes
    if homes < CENTERED_FROM:
        model = models.noncentered(model)
    mcmc = MCMC(
        NUTS(model), num_warmup=DRAWS, num_samples=DRAWS, progress_bar=False
    )
    outcome = jnp.asarray(table["log_radon"].to_numpy())
    start, processor = perf_counter(), process_time()
    mcmc.run(jax.random.key(1), design, outcome)
    draws = jax.block_until_ready(mcmc.get_samples())["sigma_beta"]
    return None, {
        "seconds": perf_counter() - start,
        "processor seconds": process_time() - processor,
        "peak [MB]": peak(),
        "sigma_beta": float(draws.mean()),
        "sd of sigma_beta": float(draws.std()),
    }


def posterior(data, total):
    """Find the posterior from the sums, the second time timed."""
    for _ in range(2):
        start = perf_counter()
        exact = radon.exact.posterior(models.varying_slopes, total)
        moments = exact.moments()
        seconds = perf_counter() - start
    largest = f"alpha[{data.counties['n_houses'].idxmax()}]"
    return {
        "posterior [s]": seconds,
        "sigma_beta": moments.loc["sigma_beta", "mean"],
        "sd of sigma_beta": moments.loc["sigma_beta", "sd"],
        "sd of largest county": moments.loc[largest, "sd"],
    }


def _import():
    import radon  # noqa: F401


def main(way, homes):
    """Take one way; return its cost and its answer."""
    data = radon.load_radon()
    start = peak()
    total, cost = globals()[way](data, homes)
    row = {"way": way, "homes": homes, "libraries [MB]": start} | cost
    if total is None:
        return row
    sums = {name: part.tolist() for name, part in _sums(total).items()}
    return row | posterior(data, total) | {"sums": sums}


def _sums(total):
    return total.statistics._asdict()


if __name__ == "__main__":
    way, homes = sys.argv[1:]
    print(json.dumps(main(way, int(homes))))
