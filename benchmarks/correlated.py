"""Correlated slopes, written three ways: effective samples a second."""

from statistics import median

import pandas as pd
from processes import contender, save

CONTENDERS = {
    "given": "beta given alpha, centred",
    "cholesky": "Cholesky factor, centred",
    "noncentred": "non-centred",
    "exact": "radon.exact: independent draws",
}


def main(rounds=3):
    """Run the forms in turn, a fresh process and new seeds each."""
    seen = {name: [] for name in CONTENDERS}
    for seed in range(1, rounds + 1):
        for name in CONTENDERS:
            runs = contender(name, seed=seed, calls=2, script="forms.py")
            seen[name].append(runs)
    table = pd.DataFrame([_row(name, runs) for name, runs in seen.items()])
    save("correlated", table)


def _row(name, rounds):
    first, again = zip(*rounds, strict=True)
    runs = [*first, *again]
    worst = {"any"} if name == "exact" else {run["worst"] for run in runs}
    return {
        "form": CONTENDERS[name],
        "CPU seconds, compiling included": _median(first, "seconds", 3),
        "CPU seconds again": _median(again, "seconds", 3),
        "effective samples": _median(runs, "effective", 0),
        "fewest": round(min(run["effective"] for run in runs)),
        "most": round(max(run["effective"] for run in runs)),
        "effective a CPU second, compiling included": _rate(first),
        "effective a CPU second again": _rate(again),
        "runs with divergences": sum(run["divergences"] > 0 for run in runs),
        "most divergences": max(run["divergences"] for run in runs),
        "worst parameter": " or ".join(sorted(worst)),
        "runs": len(runs),
    }


def _median(runs, key, digits):
    return round(median(run[key] for run in runs), digits)


def _rate(runs):
    rates = [run["effective"] / run["seconds"] for run in runs]
    return round(median(rates), 2)


if __name__ == "__main__":
    main()
