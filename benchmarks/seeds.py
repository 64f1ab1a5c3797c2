"""Twenty seeds of the fits that the book reads, held against both checks."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpyro.distributions as dist
import pandas as pd
from processes import save

import radon
from radon import checks
from radon.models import (
    complete_pooling,
    correlated_slopes,
    marginalised,
    nested,
    noncentered,
    robust,
    uranium,
    varying_intercepts,
    varying_slopes,
    with_priors,
)

SEEDS = range(1, 21)


class Fit(NamedTuple):
    """A fit of the book: its model, the form that NUTS samples, its length.

    ``judged`` says whether the model has an exact posterior.
    """

    model: Callable
    form: Callable
    draws: int = 1000
    warmup: int = 1000
    state: str | None = "MN"
    judged: bool = True


def centred(model):
    """Leave a model as it is written."""
    return model


CONSIDERED = with_priors(  # those of the chapter on priors
    varying_slopes,
    mu_alpha=dist.Normal(1.0, 0.7),
    mu_beta=dist.Normal(0.0, 0.5),
    sigma_alpha=dist.HalfNormal(0.5),
    sigma_beta=dist.HalfNormal(0.5),
    sigma=dist.HalfNormal(1.0),
)
FITS = {
    "complete pooling": Fit(complete_pooling, centred),
    "varying intercepts, centred": Fit(varying_intercepts, centred),
    "varying intercepts, non-centred": Fit(varying_intercepts, noncentered),
    "varying intercepts, marginalised": Fit(varying_intercepts, marginalised),
    "varying slopes, non-centred": Fit(varying_slopes, noncentered),
    "varying slopes, non-centred, longer": Fit(
        varying_slopes, noncentered, 2000
    ),
    "varying slopes, considered priors, non-centred": Fit(
        CONSIDERED, noncentered, 2000
    ),
    "uranium, non-centred": Fit(uranium, noncentered, 2000),
    "correlated slopes, non-centred": Fit(
        correlated_slopes, noncentered, 2000
    ),
    "nested, marginalised": Fit(nested, marginalised, 500, 500, state=None),
    "robust complete pooling": Fit(
        robust(complete_pooling), centred, judged=False
    ),
    "robust varying slopes, non-centred": Fit(
        robust(varying_slopes), noncentered, 2000, judged=False
    ),
}


def main(seeds=SEEDS):
    """Fit with every seed and save a row a fit, then a row a model."""
    rows = [row for name in FITS for row in rows_of(name, seeds)]
    table = pd.DataFrame(rows)
    save("seeds", table)
    save("seeds-summary", _summary(table))


def rows_of(name, seeds=SEEDS):
    """Return a row for every seed of one fit, told as it comes."""
    fit = FITS[name]
    data = radon.load_radon(state=fit.state)
    exact = radon.exact.posterior(fit.model, data) if fit.judged else None
    rows = []
    for seed in seeds:
        tree = radon.fit(
            fit.form(fit.model),
            data,
            seed=seed,
            num_warmup=fit.warmup,
            num_samples=fit.draws,
        )
        row = {"fit": name, "draws": fit.draws, "seed": seed}
        rows.append(row | _judged(tree, exact))
        print(rows[-1], flush=True)
    return rows


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
            exact=("exact", lambda passed: passed.sum(min_count=1)),
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
