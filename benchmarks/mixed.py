"""Varying slopes: the exact posterior beside lme4's point estimate, timed."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pandas as pd
from processes import contender, rscript, save

import radon


def main(rounds=5, calls=41):
    """Time lme4 and the exact posterior in turn."""
    data = radon.load_radon()
    times = {"lme4": [], "moments": [], "summary": [], "draws": [], "loo": []}
    with TemporaryDirectory() as folder:
        homes = Path(folder, "homes.csv")
        data.houses[["county", "floor", "log_radon"]].to_csv(
            homes, index=False
        )
        for seed in range(1, rounds + 1):
            printed = rscript("lme4.R", homes, calls)
            times["lme4"].append(list(map(float, printed.split(","))))
            run = contender("slopes_moments", seed=seed, calls=calls)
            times["moments"].append(run["seconds"])
            after = contender("after_posterior", seed=seed, calls=9)
            for name, seconds in after.items():
                times[name].append(seconds)
    save("lme4", _timing(times))


def _timing(times):
    labels = {
        "lme4": "lme4: point estimate",
        "moments": "radon.exact: posterior, every mean and sd",
        "summary": "then .summary(), with quantiles",
        "draws": "then .draws(4000)",
        "loo": "then .loo()",
    }
    rows = [
        {
            "contender": labels[name],
            "first call [ms]": round(1e3 * median(run[0] for run in runs), 1),
            "warm [ms]": round(1e3 * median(_warm(runs)), 1),
            "fastest [ms]": round(1e3 * min(_warm(runs)), 1),
            "calls": len(_warm(runs)),
        }
        for name, runs in times.items()
    ]
    table = pd.DataFrame(rows)
    warm = table["warm [ms]"]
    table["warm, as a multiple of lme4"] = (warm / warm[0]).round(2)
    return table


def _warm(runs):
    return [time for run in runs for time in run[1:]]


if __name__ == "__main__":
    main()
