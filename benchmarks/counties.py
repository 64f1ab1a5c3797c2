"""From ten counties to ten thousand: the exact posterior beside lme4."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from processes import fresh, rscript, save

import radon

COUNTIES = [10, 100, 1000, 10_000]
SIGMA, SIGMA_ALPHA, SIGMA_BETA = 0.72, 0.32, 0.25
RADON, LME4 = "radon.exact: every mean and sd", "lme4: point estimate"


def main(rounds=3, calls=6):
    """Simulate each size once, and let both take turns on it."""
    rows = []
    for counties in COUNTIES:
        with TemporaryDirectory() as folder:
            path = Path(folder, "homes.csv")
            homes = simulated(counties)
            homes.to_csv(path, index=False)
            times = {RADON: [], LME4: []}
            for _ in range(rounds):
                times[RADON].append(fresh("many.py", path, calls))
                printed = rscript("lme4.R", path, calls)
                times[LME4].append(list(map(float, printed.split(","))))
        size = {"counties": counties, "homes": len(homes)}
        pair = {name: size | _row(runs) for name, runs in times.items()}
        ratio = pair[RADON]["warm [s]"] / pair[LME4]["warm [s]"]
        pair[RADON]["warm, as a multiple of lme4"] = round(ratio, 2)
        pair[LME4]["warm, as a multiple of lme4"] = 1.0
        rows += [{"contender": name} | row for name, row in pair.items()]
    save("counties", pd.DataFrame(rows))


def simulated(counties):
    """Simulate homes of which counties have as many as the survey's."""
    rng = np.random.default_rng(counties)
    survey = radon.load_radon()
    sizes = rng.choice(survey.counties["n_houses"], counties)
    county = np.repeat(np.arange(counties), sizes)
    floor = (rng.random(len(county)) < survey.design.floor.mean()).astype(int)
    alpha = rng.normal(1.5, SIGMA_ALPHA, counties)
    beta = rng.normal(-0.65, SIGMA_BETA, counties)
    mean = alpha[county] + beta[county] * floor
    return pd.DataFrame(
        {
            "county": [f"county {j:05}" for j in county],
            "floor": floor,
            "log_radon": rng.normal(mean, SIGMA),
        }
    )


def _row(runs):
    warm = [time for run in runs for time in run[1:]]
    return {
        "warm [s]": round(median(warm), 4),
        "first call [s]": round(median(run[0] for run in runs), 3),
        "calls": len(warm),
    }


if __name__ == "__main__":
    main()
