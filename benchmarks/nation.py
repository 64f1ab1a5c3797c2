"""Leave every home and every county of the nation out: nation against state.

The nested model sees seven states at once, varying intercepts one state at a
time. Both are exact; nothing is sampled and nothing is timed.
"""

import pandas as pd
from processes import RESULTS

import radon
from radon import models

DIGITS = 4
LEVELS = ("homes", "counties")


def main():
    """Write a row a home and a row a county."""
    data = radon.load_radon(state=None)
    nation = _left_out(models.nested, data)
    by_state = [
        _left_out(models.varying_intercepts, radon.load_radon(state), state)
        for state in data.coords["state"]
    ]
    alone = [pd.concat(tables) for tables in zip(*by_state, strict=True)]
    for name, one, other in zip(LEVELS, nation, alone, strict=True):
        table = _joined(one, other)
        table.to_csv(RESULTS / f"nation-{name}.csv", index=False)
        print(f"\nnation-{name}.csv: {len(table):,} rows", flush=True)


def _left_out(model, data, state=None):
    """Log predictive densities by home and by county, with county names."""
    exact = radon.exact.posterior(model, data)
    home, county = exact.loo().table, exact.leave_county_out().table
    tables = [home[["county", "elpd"]].copy(), county["elpd"].reset_index()]
    if state:
        for table in tables:
            table["county"] = table["county"] + f", {state}"
    return tables


def _joined(nation, alone):
    """Put both beside each other, the homes of a county in their order."""
    tables = []
    for name, table in (("nation", nation), ("state", alone)):
        table = table.assign(home=table.groupby("county").cumcount())
        tables.append(table.rename(columns={"elpd": name}))
    both = tables[0].merge(tables[1], on=["county", "home"], validate="1:1")
    return both[["county", "nation", "state"]].round(DIGITS)


if __name__ == "__main__":
    main()
