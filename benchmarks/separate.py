"""Separate regressions: the original's loop, `radon.fit`, the exact answer."""

from statistics import median

import pandas as pd
from processes import contender, save

CONTENDERS = {
    "separate_original": "the original's loop, one chain a county",
    "separate_fit": "radon.fit(by='county'), four chains",
    "separate_exact": "radon.exact, no sampling",
}


def main(rounds=3, warm=5):
    """Time the contenders in turn, `rounds` times, in fresh processes."""
    seen = {name: [] for name in CONTENDERS}
    for seed in range(1, rounds + 1):
        for name in CONTENDERS:
            calls = 1 if name == "separate_original" else 1 + warm
            seen[name].append(contender(name, seed=seed, calls=calls))
    rows = [_row(name, runs) for name, runs in seen.items()]
    table = pd.DataFrame(rows)
    original = table.loc[0, "first call [s]"]
    table["times faster"] = (original / table["first call [s]"]).round(1)
    save("separate", table)


def _row(name, runs):
    first = [run["seconds"][0] for run in runs]
    again = [time for run in runs for time in run["seconds"][1:]]
    return {
        "contender": CONTENDERS[name],
        "first call [s]": round(median(first), 4),
        "again [s]": round(median(again), 4) if again else None,
        "divergences": median(run["divergences"] for run in runs),
        "rounds": len(runs),
    }


if __name__ == "__main__":
    main()
