"""From a thousand homes to a hundred million: seconds and memory."""

import numpy as np
import pandas as pd
from processes import fresh, save

HOMES = [10**k for k in range(3, 9)]
SAMPLED = HOMES[:3]  # beyond, NUTS takes most of the benchmark's time
FIGURES = 4  # significant


def main():
    """Take every way at every size, a fresh process each."""
    rows = [fresh("growing.py", "nuts", homes) for homes in SAMPLED]
    for homes in HOMES:
        pair = [fresh("growing.py", way, homes) for way in ("plain", "dask")]
        one, other = (row.pop("sums") for row in pair)
        pair[1]["difference"] = max(
            np.max(np.abs(np.subtract(one[k], other[k]))) for k in one
        )
        rows += pair
    save("growth", pd.DataFrame(rows).map(_rounded))


def _rounded(value):
    if isinstance(value, float):
        return float(f"{value:.{FIGURES}g}")
    return value


if __name__ == "__main__":
    main()
