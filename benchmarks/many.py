"""Find the exact posterior of a table of homes, again and again.

Usage: python benchmarks/many.py HOMES.csv CALLS

A call goes from the table to every mean and standard deviation; reading the
file is not timed.
"""

import json
import sys

import pandas as pd
from clocks import timed

import radon
from radon import models
from radon.statistics import reduce


def main(path, calls):
    """Return the seconds of every call."""
    homes = pd.read_csv(path)
    counties = pd.DataFrame({"county": homes["county"].unique()})

    def call():
        sums = reduce(homes, counties, log_radon="log_radon")
        return radon.exact.posterior(models.varying_slopes, sums).moments()

    return [timed(call)[0].wall for _ in range(calls)]


if __name__ == "__main__":
    path, calls = sys.argv[1:]
    print(json.dumps(main(path, int(calls))))
