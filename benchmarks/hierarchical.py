"""Varying slopes: effective samples a second of the worst parameter.

Ours and the peers take turns.  The clock is the wall's, for a person waits
by it, and the peers spread their chains over both processors while ours are
one program; the processors' seconds, of all processes, stand beside it.
"""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pandas as pd
from processes import fresh, load, peer, save

import radon

OURS = {
    "original": "the original: centred, one chain",
    "centred": "radon.fit: centred",
    "noncentred": "radon.fit: non-centred",
    "marginalised": "radon.fit: marginalised",
    "exact": "radon.exact: independent draws",
}
PEERS = {
    "pymc": "PyMC, its own sampler",
    "nutpie": "PyMC, nutpie",
    "pystan": "PyStan",
}


def main(rounds=2):
    """Run the contenders in turn, a fresh process and a new seed each."""
    seen = {name: [] for name in OURS | PEERS}
    data = radon.load_radon()
    with TemporaryDirectory() as folder:
        homes = Path(folder, "homes.csv")
        as_table(data).to_csv(homes, index=False)
        for seed in range(1, rounds + 1):
            for name in seen:
                busy = load()
                if name in PEERS:
                    run = peer(name, homes, seed)
                else:
                    run = fresh("samplers.py", name, seed)
                seen[name].append(run | {"load": busy})
    save("hierarchical", table_of(seen))


def as_table(data):
    """Return the homes as those read them who have no `radon`."""
    return pd.DataFrame(
        {
            "county": data.design.county,
            "floor": data.design.floor,
            "log_radon": data.log_radon,
        }
    )


def table_of(seen):
    """Return a row a contender, its ratio to the best peer first."""
    rows = {name: _row(name, runs) for name, runs in seen.items()}
    table = pd.DataFrame(rows.values(), index=rows)
    for place, what in enumerate(("with compiling", "compiled"), 1):
        rate = table[f"effective a second, {what}"]
        ratio = rate / rate[list(PEERS)].max()
        table.insert(
            place,
            f"times the best peer, {what}",
            [float(f"{value:.3g}") for value in ratio],
        )
    return table


def _row(name, runs):
    row = {"contender": (OURS | PEERS)[name]}
    for what, key in (("with compiling", "first"), ("compiled", "compiled")):
        calls = [run[key] for run in runs]
        rates = [call["effective"] / call["wall"] for call in calls]
        row |= {
            f"effective a second, {what}": round(median(rates), 1),
            f"seconds, {what}": _median(calls, "wall", 3),
            f"processor seconds, {what}": _median(calls, "processor", 2),
        }
    calls = [run[key] for run in runs for key in ("first", "compiled")]
    worst = {"any"} if name == "exact" else {call["worst"] for call in calls}
    return row | {
        "draws": calls[0]["draws"],
        "effective samples": round(median(c["effective"] for c in calls)),
        "divergences": max(call["divergences"] for call in calls),
        "worst parameter": " or ".join(sorted(worst)),
        "load before": round(median(run["load"] for run in runs), 1),
        "rounds": len(runs),
    }


def _median(calls, key, digits):
    return round(median(call[key] for call in calls), digits)


if __name__ == "__main__":
    main()
