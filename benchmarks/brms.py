"""The formulas of the ladder as brms reads them: parameters and priors.

Nothing is sampled. Needs R's brms (Debian: `apt-get install
--no-install-recommends r-cran-brms`), so `run.py` leaves it out.
"""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from estimates import homes_with_predictors
from processes import rscript, save

import radon


def main():
    """Write a row a parameter that brms finds in a formula."""
    with TemporaryDirectory() as folder:
        homes = Path(folder, "homes.csv")
        homes_with_predictors(radon.load_radon()).to_csv(homes, index=False)
        found = rscript("brms.R", homes)
    save("brms", pd.read_csv(io.StringIO(found)))


if __name__ == "__main__":
    main()
