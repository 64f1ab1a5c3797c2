"""The whole ladder: NUTS and left-out homes held against the exact answer.

Usage: python benchmarks/ladder.py [MODEL ...]

Named models are fitted anew and the rows of the others kept.
"""

import sys
from time import perf_counter

import numpy as np
import pandas as pd
from processes import RESULTS, save

import radon
from radon import models

LADDER = (
    models.complete_pooling,
    models.pooled_uranium,
    models.varying_intercepts,
    models.uranium,
    models.contextual,
    models.varying_slopes,
    models.uranium_slopes,
    models.correlated_slopes,
    models.nested,
)
PREDICTED = (models.separate_regressions, *LADDER[:-1])
REFERENCE = models.varying_intercepts
DRAWS = 2000  # of each of four chains; of the nation's, memory bounds them
NATIONAL_DRAWS = 500
SEED = 1


def main(names=()):
    """Fit the models, then leave every home and every county out."""
    minnesota, nation = radon.load_radon(), radon.load_radon(state=None)
    for model in LADDER:
        if not names or model.__name__ in names:
            data = nation if model is models.nested else minnesota
            _keep(model, fitted(model, data))
    if not names:
        save("ladder-elpd", left_out(minnesota))


def fitted(model, data):
    """Return a row for each scale and each coefficient of the population.

    The nation's homes are fitted in the marginalised form: each step of
    the other passes over more than ten thousand of them.
    """
    national = model is models.nested
    form = models.marginalised if national else models.noncentered
    start = perf_counter()
    length = NATIONAL_DRAWS if national else DRAWS
    tree = radon.fit(form(model), data, seed=SEED, num_samples=length)
    seconds = perf_counter() - start
    worst = radon.checks.judge(tree)["worst"]
    exact = radon.exact.posterior(model, data)
    moments = exact.moments()
    names = [name for name in moments.index if "[" not in name]
    judged = [f"log {n}" if n.startswith("sigma") else n for n in names]
    compared = radon.checks.against_exact(tree, exact)
    rows = moments.loc[names].rename(columns="exact {}".format)
    rows.insert(0, "model", model.__name__)
    rows.insert(1, "form", form.__name__)
    rows["NUTS mean"] = [float(tree.posterior[name].mean()) for name in names]
    rows["z"] = compared.loc[judged, "z"].to_numpy()
    rows["distance"] = compared.loc[judged, "distance"].to_numpy()
    rows["worst z"] = compared["z"].abs().max()
    rows["limit of z"] = compared.attrs["z_limit"]
    rows["parameters"] = len(compared)
    rows["R-hat"] = worst["R-hat"]
    rows["effective"] = worst["bulk ESS"]
    rows["divergences"] = worst["divergences"]
    rows["draws"] = tree.posterior.sizes["chain"] * length
    rows["seconds"] = round(seconds, 1)
    return rows.rename_axis("parameter").reset_index()


def left_out(data):
    """Return elpd by home and by county, and paired differences.

    Homes are those for which every model's density is above 0.
    """
    found = {model: radon.exact.posterior(model, data) for model in PREDICTED}
    homes = {model: exact.loo() for model, exact in found.items()}
    undefined = {label for each in homes.values() for label in each.undefined}
    kept = [x for x in data.houses.index if x not in undefined]
    homes = {model: each.only(kept) for model, each in homes.items()}
    counties = {m: exact.leave_county_out() for m, exact in found.items()}
    rows = []
    for model in PREDICTED:
        row = {"model": model.__name__}
        for name, each in (("home", homes), ("county", counties)):
            paired = each[model].compare(each[REFERENCE])
            row |= {
                f"{name} elpd": each[model].elpd,
                f"{name} difference": paired["elpd_difference"],
                f"{name} se": paired["se"],
                f"{name} n": int(paired["n"]),
            }
        rows.append(row)
    return pd.DataFrame(rows)


def _keep(model, rows):
    """Put a model's rows into the results, in the order of the ladder."""
    file = RESULTS / "ladder.csv"
    if file.exists():
        old = pd.read_csv(file)
        rows = pd.concat([old[old["model"] != model.__name__], rows])
    order = [model.__name__ for model in LADDER]
    place = rows["model"].map(order.index)
    save("ladder", rows.iloc[np.argsort(place, kind="stable")])


if __name__ == "__main__":
    main(sys.argv[1:])
