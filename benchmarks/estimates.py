"""The ladder by lme4, and by restricted maximum likelihood in radon.exact."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from processes import rscript, save

import radon

SAME = 5e-4  # three decimals, one more than the published fits print
LADDER = (
    "complete_pooling",
    "pooled_uranium",
    "varying_intercepts",
    "varying_slopes",
    "correlated_slopes",
    "uranium",
    "contextual",
    "uranium_slopes",
)
# In North Dakota and Arizona a scale or correlation ends on its boundary.
SURVEYS = {
    "MN": LADDER,
    "ND": ("correlated_slopes",),
    "AZ": ("varying_slopes",),
    None: ("nested",),
}
POOLED = ("complete_pooling", "pooled_uranium")
SLOPES = ("varying_slopes", "correlated_slopes", "uranium_slopes")
FIXED = {
    "log_uranium": "gamma",
    "floor:log_uranium": "gamma_beta",
    "mean_floor": "delta",
}


def main():
    """Fit everything, refuse a difference, and write three tables."""
    found = {"estimates": [], "intervals": [], "counties": []}
    for state, models in SURVEYS.items():
        data = radon.load_radon(state)
        with TemporaryDirectory() as folder:
            homes = Path(folder, "homes.csv")
            homes_with_predictors(data).to_csv(homes, index=False)
            rscript("estimates.R", homes, folder, *models)
            tables = {path.stem: path for path in Path(folder).glob("*.csv")}
            for name in found:
                if name in tables:
                    table = pd.read_csv(tables[name], keep_default_na=False)
                    table.insert(1, "survey", state or "nation")
                    found[name].append(table)
        found["estimates"][-1] = _beside_ours(found["estimates"][-1], data)
    estimates = pd.concat(found["estimates"], ignore_index=True)
    if not estimates["same"].all():
        raise SystemExit(f"lme4 and the exact algebra differ:\n{estimates}")
    save("lme4-estimates", estimates.round(4))
    save("lme4-intervals", _named(pd.concat(found["intervals"])))
    save("lme4-counties", _effects(pd.concat(found["counties"])))


def homes_with_predictors(data):
    """Tabulate homes with the predictors of their counties."""
    county = data.houses["county"].to_numpy()
    known = data.counties.loc[county, ["state", "log_uranium"]]
    return pd.DataFrame(
        {
            "county": county,
            "state": known["state"].to_numpy(),
            "floor": data.design.floor,
            "log_radon": data.log_radon,
            "log_uranium": known["log_uranium"].to_numpy(),
            "mean_floor": data.design.mean_floor[data.design.county],
        }
    )


def _beside_ours(lme4, data):
    """Join lme4's rows with ours, and say whether they agree."""
    ours = {
        model: radon.exact.restricted_maximum_likelihood(
            getattr(radon.models, model), data
        )
        for model in lme4["model"].unique()
    }
    ours = pd.concat(ours, names=["model", "parameter"])
    names = ["group", "term"]
    table = lme4.assign(
        parameter=[
            _parameter(*row) for row in lme4[["model", *names]].to_numpy()
        ],
        row=(lme4["group"] + " " + lme4["term"]).str.strip(),
        standard_error=pd.to_numeric(lme4["standard_error"], errors="coerce"),
    )
    table = table.drop(columns=names).merge(
        ours.reset_index(),
        how="outer",
        on=["model", "parameter"],
        suffixes=("_lme4", "_exact"),
        sort=False,
    )
    off = (table["estimate_lme4"] - table["estimate_exact"]).abs()
    both = ["standard_error_lme4", "standard_error_exact"]
    error = (table[both[0]] - table[both[1]]).abs()
    error = error.where(table[both[0]].notna() | table[both[1]].notna(), 0)
    table["same"] = (off < SAME) & (error < SAME)
    first = ["parameter", "model", "survey", "row", "estimate_lme4", both[0]]
    last = ["estimate_exact", both[1], "same", "singular"]
    return _spaced(table)[first + last]


def _parameter(model, group, term):
    """Our name of a row of lme4's summary."""
    if group == "Residual":
        return "sigma"
    if group == "state":
        return "sigma_state"
    if group:
        county = {"(Intercept)": "sigma_alpha", "floor": "sigma_beta"}
        return county.get(term, "rho")
    if term == "(Intercept)":
        return "alpha" if model in POOLED else "mu_alpha"
    if term == "floor":
        return "mu_beta" if model in SLOPES else "beta"
    return FIXED[term]


def _named(table):
    """Intervals by our names; sd_floor|county is lme4's for sigma_beta."""
    spreads = {
        "sd_(Intercept)|county": "sigma_alpha",
        "sd_floor|county": "sigma_beta",
        "sigma": "sigma",
    }
    names = [
        spreads.get(term) or _parameter(model, "", term)
        for model, term in table[["model", "term"]].to_numpy()
    ]
    table = _spaced(table.assign(parameter=names)).round(4)
    names = ["model", "survey", "method", "parameter", "lower", "upper"]
    return table[names]


def _effects(table):
    """Conditional modes by the coefficient that they add to."""
    sites = {"(Intercept)": "alpha", "floor": "beta"}
    table = _spaced(table.assign(coefficient=table["term"].map(sites)))
    names = ["model", "survey", "county", "coefficient", "mode", "sd"]
    return table[names].round(5)


def _spaced(table):
    """Write the models' names with spaces."""
    return table.assign(model=table["model"].str.replace("_", " "))


if __name__ == "__main__":
    main()
