"""Run the benchmarks and write their results.

Usage: python benchmarks/run.py [separate|hierarchical|correlated|mixed|...]

Without a name, all of them: two hours or so on two cores, for the original's
loop compiles 85 programs every time, PyStan's compiler takes a minute, and
the book is built three times.
"""

import sys

import building
import correlated
import counties
import estimates
import growth
import hierarchical
import imports
import ladder
import live
import mixed
import nation
import seeds
import separate
from processes import machine, save

BENCHMARKS = {
    "mixed": mixed.main,
    "estimates": estimates.main,
    "hierarchical": hierarchical.main,
    "correlated": correlated.main,
    "separate": separate.main,
    "ladder": ladder.main,
    "seeds": seeds.main,
    "growth": growth.main,
    "counties": counties.main,
    "imports": imports.main,
    "building": building.main,
    "nation": nation.main,
    "live": live.main,
}


def main(names):
    """Run the named benchmarks, or all."""
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        raise SystemExit(
            f"No benchmark named {', '.join(unknown)}; there are "
            f"{', '.join(BENCHMARKS)}."
        )
    save("machine", machine())
    for name in names or BENCHMARKS:
        BENCHMARKS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
