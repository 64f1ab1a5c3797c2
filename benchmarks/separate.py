"""Separate regressions: the original's loop, `radon.fit`, the exact answer."""

from statistics import median

import pandas as pd
from processes import contender, save

CONTENDERS = {
    "separate_original": "the original's loop, one chain a county",
    "separate_fit_one": "radon.fit(by='county'), one chain a county",
    "separate_fit": "radon.fit(by='county'), four chains a county",
    "separate_exact": "radon.exact, no sampling",
}


def main(rounds=2, warm=5):
    """Time the contenders in turn, `rounds` times, in fresh processes.

    The original compiles in every call, so that a first call is any call.
    """
    seen = {name: [] for name in CONTENDERS}
    for seed in range(1, rounds + 1):
        for name in CONTENDERS:
            calls = {"separate_original": 1, "separate_exact": 1 + warm}
            runs = contender(name, seed=seed, calls=calls.get(name, 2))
            seen[name].append(runs)
    rows = [_row(name, runs) for name, runs in seen.items()]
    table = pd.DataFrame(rows)
    original = table.loc[0, "first call [s]"]
    for place, call in enumerate(("first call", "again"), 1):
        faster = (original / table[f"{call} [s]"]).round(1)
        table.insert(place, f"times faster, {call}", faster)
    save("separate", table)


def _row(name, runs):
    first = [run["seconds"][0] for run in runs]
    again = [time for run in runs for time in run["seconds"][1:]]
    return {
        "contender": CONTENDERS[name],
        "first call [s]": round(median(first), 4),
        "again [s]": round(median(again), 4) if again else None,
        "divergences": round(median(run["divergences"] for run in runs)),
        "rounds": len(runs),
    }


if __name__ == "__main__":
    main()
