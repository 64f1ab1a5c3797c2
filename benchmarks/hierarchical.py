"""Varying slopes: effective samples a second of the worst parameter."""

from statistics import median

import pandas as pd
from processes import contender, save

CONTENDERS = {
    "hierarchical_original": "the original: centred, one chain",
    "hierarchical_fit": "radon.fit: non-centred, four chains",
    "hierarchical_marginal": "radon.fit: marginalised, four chains",
    "hierarchical_exact": "radon.exact: independent draws",
}


def main(rounds=3):
    """Run the contenders in turn, a fresh process and a new seed each."""
    seen = {name: [] for name in CONTENDERS}
    for seed in range(1, rounds + 1):
        for name in CONTENDERS:
            seen[name].append(contender(name, seed=seed))
    table = pd.DataFrame([_row(name, runs) for name, runs in seen.items()])
    original = table.loc[0, "effective a second"]
    table["times more"] = (table["effective a second"] / original).round(1)
    save("hierarchical", table)


def _row(name, runs):
    rates = [run["effective"] / run["seconds"][0] for run in runs]
    again = [run["compiled effective"] / run["compiled"] for run in runs]
    independent = name == "hierarchical_exact"
    worst = {"any"} if independent else {run["worst"] for run in runs}
    return {
        "contender": CONTENDERS[name],
        "draws": runs[0]["draws"],
        "seconds, compiling included": round(
            median(run["seconds"][0] for run in runs), 3
        ),
        "effective samples": round(median(run["effective"] for run in runs)),
        "effective a second": round(median(rates), 2),
        "seconds, compiled": round(median(run["compiled"] for run in runs), 3),
        "effective a second, compiled": round(median(again), 2),
        "divergences": median(run["divergences"] for run in runs),
        "worst parameter": " or ".join(sorted(worst)),
        "rounds": len(runs),
    }


if __name__ == "__main__":
    main()
