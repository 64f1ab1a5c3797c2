"""Calibrate the ladder: simulate surveys, fit each, rank the truth.

Usage: python benchmarks/calibrate.py [exact|nuts] [model ...]

Without arguments, every model by both methods: an hour or so on two cores.
Models that are not named keep the ranks they have.
"""

import platform
import sys
import time
from importlib.metadata import version

import numpyro.distributions as dist
import pandas as pd
from processes import RESULTS

import radon
from radon import checks, models
from radon.models.structure import latent_sites

SEED = 1
SIMULATIONS = {"exact": 1000, "nuts": 200}
LENGTH = {"num_warmup": 300, "num_samples": 700}  # of each of four chains
LADDER = (
    "complete_pooling",
    "separate_regressions",
    "varying_intercepts",
    "varying_slopes",
    "pooled_uranium",
    "uranium",
    "contextual",
    "uranium_slopes",
    "correlated_slopes",
    "nested",
)
# Those whose counties share something, and whose coefficients integrate out.
BY_NUTS = tuple(name for name in LADDER if name != "separate_regressions")
EVERY = 10  # of the nation's counties, for the model of states


def main(arguments):
    """Calibrate, and write ranks and what they belong to after each run."""
    methods = [name for name in arguments if name in SIMULATIONS]
    names = [name for name in arguments if name not in methods]
    if unknown := sorted(set(names) - set(LADDER)):
        raise SystemExit(f"No model {', '.join(unknown)} in the ladder.")
    for method in methods or SIMULATIONS:
        able = LADDER if method == "exact" else BY_NUTS
        for name in [name for name in able if name in (names or able)]:
            start = time.perf_counter()
            done = calibrated(name, method)
            _keep(name, method, done, time.perf_counter() - start)


def calibrated(name, method, simulations=None):
    """Calibrate one model under half-normal scales."""
    model = half_normal(getattr(models, name))
    if method == "nuts":
        model = models.marginalised(model)
    return checks.calibrate(
        model,
        survey(name),
        seed=SEED,
        simulations=simulations or SIMULATIONS[method],
        method=method,
        **LENGTH,
    )


def half_normal(model):
    """Give every scale a prior from which a believable survey may come."""
    scales = [name for name in latent_sites(model) if "sigma" in name]
    return models.with_priors(
        model, **dict.fromkeys(scales, dist.HalfNormal(1))
    )


def survey(name):
    """Return the survey that is imitated: Minnesota, or a tenth of all."""
    if name != "nested":
        return radon.load_radon()
    nation = radon.load_radon(state=None)
    counties = nation.counties.iloc[::EVERY]
    homes = nation.houses[nation.houses["county"].isin(counties.index)]
    return radon.Radon.from_frame(homes, counties.drop(columns="n_houses"))


def _keep(name, method, done, seconds):
    """Write the ranks, beside those of other models, and the run."""
    path = RESULTS / f"calibration-{method}.csv"
    ranks = {name: done.ranks}
    if path.exists():
        old = pd.read_csv(path, header=[0, 1])
        ranks = {each: old[each] for each in old.columns.levels[0]} | ranks
    order = [each for each in LADDER if each in ranks]
    table = pd.concat({each: ranks[each] for each in order}, axis=1)
    table.astype("Int64").to_csv(path, index=False)
    run = {
        "method": method,
        "model": name,
        "simulations": len(done.ranks),
        "failures": len(done.failures),
        "seconds": round(seconds),
        "seed": SEED,
        "Python": platform.python_version(),
    } | {name: version(name) for name in ("numpy", "jax", "numpyro")}
    path = RESULTS / "calibration.csv"
    rows = [run]
    if path.exists():
        old = pd.read_csv(path)
        same = (old["method"] == method) & (old["model"] == name)
        rows = [*old[~same].to_dict("records"), run]
    place = {each: i for i, each in enumerate(LADDER)}
    rows.sort(key=lambda row: (row["method"], place[row["model"]]))
    pd.DataFrame(rows).to_csv(path, index=False)
    table = done.table()
    print(f"\n{name} by {method}, {seconds:.0f} s\n{table.round(3)}")
    print(done.failures.to_string(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
