"""Twenty seeds of each fit that the book reads, held against both checks."""

import numpy as np
import pandas as pd
from processes import save

import radon
from radon import checks, models

SEEDS = range(1, 21)
CENTRED, NONCENTRED = (lambda model: model), models.noncentered
FITS = {  # name: model, form, draws of a chain
    "complete pooling": (models.complete_pooling, CENTRED, 1000),
    "varying intercepts, centred": (models.varying_intercepts, CENTRED, 1000),
    "varying intercepts, non-centred": (
        models.varying_intercepts,
        NONCENTRED,
        1000,
    ),
    "varying intercepts, marginalised": (
        models.varying_intercepts,
        models.marginalised,
        1000,
    ),
    "varying slopes, non-centred": (models.varying_slopes, NONCENTRED, 1000),
    "varying slopes, non-centred, longer": (
        models.varying_slopes,
        NONCENTRED,
        2000,
    ),
    "uranium, non-centred": (models.uranium, NONCENTRED, 2000),
    "correlated slopes, non-centred": (
        models.correlated_slopes,
        NONCENTRED,
        2000,
    ),
    "robust varying slopes, non-centred": (
        models.robust(models.varying_slopes),
        NONCENTRED,
        1500,
    ),
}
ROBUST = "robust varying slopes, non-centred"  # it has no exact posterior


def main(seeds=SEEDS):
    """Fit with every seed and save a row a fit, then a row a model."""
    data = radon.load_radon()
    rows = []
    for name, (model, form, draws) in FITS.items():
        exact = None if name == ROBUST else radon.exact.posterior(model, data)
        for seed in seeds:
            tree = radon.fit(form(model), data, seed=seed, num_samples=draws)
            row = {"fit": name, "draws": draws, "seed": seed}
            rows.append(row | _judged(tree, exact))
    table = pd.DataFrame(rows)
    save("seeds", table)
    save("seeds-summary", _summary(table))


def _judged(tree, exact):
    verdict = checks.judge(tree)
    table = None if exact is None else _compared(tree, exact)
    within = (
        table is not None
        and (table["z"].abs() <= table.attrs["z_limit"]).all()
        and (table["distance"].abs() <= 0.1).all()
    )
    return {
        "converged": bool(verdict["passed"].all()),
        "exact": None if exact is None else bool(within),
        "least_ess": min(verdict.loc[["bulk ESS", "tail ESS"], "worst"]),
        "largest_r_hat": verdict.loc["R-hat", "worst"],
        "divergences": verdict.loc["divergences", "worst"],
        "least_e_bfmi": verdict.loc["E-BFMI", "worst"],
        "largest_z": _largest(table, "z"),
        "largest_distance": _largest(table, "distance"),
    }


def _compared(tree, exact):
    try:
        return checks.against_exact(tree, exact)
    except checks.ConvergenceError:
        return None
    except checks.ExactMismatchError as error:
        return error.table


def _largest(table, column):
    return np.nan if table is None else round(table[column].abs().max(), 3)


def _summary(table):
    grouped = table.groupby(["fit", "draws"], sort=False)
    return (
        grouped.agg(
            seeds=("seed", "size"),
            converged=("converged", "sum"),
            exact=("exact", "sum"),
            least_ess=("least_ess", "min"),
            largest_r_hat=("largest_r_hat", "max"),
            divergences=("divergences", "sum"),
            least_e_bfmi=("least_e_bfmi", "min"),
            largest_z=("largest_z", "max"),
            largest_distance=("largest_distance", "max"),
        )
        .reset_index()
        .rename(columns=lambda name: name.replace("_", " "))
    )


if __name__ == "__main__":
    main()
