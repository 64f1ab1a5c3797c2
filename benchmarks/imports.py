"""How long an import takes, in a fresh Python, beside that of pandas."""

import json
from statistics import median

import pandas as pd
from processes import run_python, save

IMPORTED = {
    "pandas": "import pandas",
    "jax": "import jax",
    "numpyro": "import numpyro",
    "arviz": "import arviz",
    "radon": "import radon",
    "radon, and the survey read": "import radon; radon.load_radon()",
    "radon, and an exact posterior": (
        "import radon; radon.exact.posterior("
        "radon.models.varying_slopes, radon.load_radon())"
    ),
}
# The interpreter's own start is not in it.
CODE = """import json, sys, time
start = time.perf_counter()
{}
print(json.dumps([time.perf_counter() - start, len(sys.modules)]))"""


def main(rounds=11):
    """Import in turn; the first round, which fills the disk's cache, goes."""
    seen = {name: [] for name in IMPORTED}
    for _ in range(rounds + 1):
        for name, statement in IMPORTED.items():
            said = run_python("-c", CODE.format(statement))
            seen[name].append(json.loads(said))
    rows = [_row(name, runs[1:]) for name, runs in seen.items()]
    table = pd.DataFrame(rows)
    seconds = table["seconds"]
    table.insert(1, "times pandas", (seconds / seconds[0]).round(2))
    save("imports", table)


def _row(name, runs):
    return {
        "imported": name,
        "seconds": round(median(seconds for seconds, _ in runs), 3),
        "modules": round(median(modules for _, modules in runs)),
        "rounds": len(runs),
    }


if __name__ == "__main__":
    main()
