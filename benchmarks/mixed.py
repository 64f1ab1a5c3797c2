"""Varying slopes: the exact posterior beside lme4's point estimate."""

from io import StringIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pandas as pd
from processes import contender, rscript, save

import radon

SAME = 5e-4  # three decimals, one more than the published fits print
MODELS = {
    "slopes": radon.models.varying_slopes,
    "intercepts": radon.models.varying_intercepts,
}


def main(rounds=5, calls=41):
    """Time lme4 and the exact posterior in turn; compare their estimates."""
    data = radon.load_radon()
    times = {"lme4": [], "moments": [], "summary": [], "draws": [], "loo": []}
    estimates = {}
    with TemporaryDirectory() as folder:
        homes = Path(folder, "homes.csv")
        data.houses[["county", "floor", "log_radon"]].to_csv(
            homes, index=False
        )
        for seed in range(1, rounds + 1):
            fitted, seconds = _lme4(homes, "slopes", calls)
            times["lme4"].append(seconds)
            run = contender("slopes_moments", seed=seed, calls=calls)
            times["moments"].append(run["seconds"])
            after = contender("after_posterior", seed=seed, calls=9)
            for name, seconds in after.items():
                times[name].append(seconds)
        estimates["slopes"] = fitted
        estimates["intercepts"] = _lme4(homes, "intercepts", 1)[0]
    save("lme4", _timing(times))
    save("lme4-estimates", _agreement(data, estimates))


def _lme4(homes, model, calls):
    *table, last = rscript("lme4.R", homes, model, calls).splitlines()
    fitted = pd.read_csv(StringIO("\n".join(table)), skipinitialspace=True)
    fitted["parameter"] = fitted["parameter"].str.strip()
    return fitted.set_index("parameter"), list(map(float, last.split(",")[1:]))


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


def _agreement(data, estimates):
    tables = []
    for name, lme4 in estimates.items():
        ours = radon.exact.restricted_maximum_likelihood(MODELS[name], data)
        both = lme4.join(ours, how="outer", lsuffix="_lme4", rsuffix="_exact")
        both.insert(0, "model", f"varying {name}")
        tables.append(both.reset_index())
    table = pd.concat(tables, ignore_index=True)
    off = (table["estimate_lme4"] - table["estimate_exact"]).abs()
    error = (
        table["standard_error_lme4"] - table["standard_error_exact"]
    ).abs()
    error = error.where(table["standard_error_lme4"].notna(), 0)
    table["same"] = (off < SAME) & (error < SAME)
    if not table["same"].all():
        raise SystemExit(f"lme4 and the exact algebra differ:\n{table}")
    return table.round(4)


if __name__ == "__main__":
    main()
