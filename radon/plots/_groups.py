"""Find groups, variables and counties, or say which there are."""

from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd
import xarray as xr

from radon.data.errors import did_you_mean
from radon.data.records import Radon
from radon.plots._kinds import TREE, check, names


def group(tree: xr.DataTree, name: str) -> xr.DataTree:
    """Return a group of a tree, or say which groups there are."""
    if name not in tree.children:
        raise ValueError(
            f"The tree has no group {name!r}; it has "
            f"{', '.join(tree.children) or 'none'}."
        )
    return tree.children[name]


def outcome(tree: xr.DataTree, name: str) -> xr.DataArray:
    """Return the log readings of a group, or say that it has none."""
    found = group(tree, name)
    if "log_radon" not in found:
        names = ", ".join(map(str, found.data_vars)) or "nothing"
        raise ValueError(
            f"The group {name!r} has no 'log_radon'; it has {names}."
        )
    return found.to_dataset()["log_radon"]


def surveys(tree: xr.DataTree, name: str) -> np.ndarray:
    """Return predictive draws (draw, house)."""
    check(TREE, tree=tree)
    drawn = outcome(tree, name)
    if "house" not in drawn.dims:
        dims = ", ".join(map(str, drawn.dims))
        raise ValueError(
            f"The log readings of {name!r} are by {dims}; wanted "
            "chain, draw and house, as radon.fit has them."
        )
    return drawn.to_numpy().reshape(-1, drawn.sizes["house"])


def known(counties: Iterable[str], labels: Iterable[str]) -> list[str]:
    """Return county names as a list, refusing one that is not there."""
    counties, labels = names("counties", counties), list(labels)
    for county in counties:
        if not isinstance(county, Hashable):
            raise TypeError(
                f"A county is a {type(county).__name__}; wanted its name."
            )
        if county not in labels:
            hint = did_you_mean(county, labels)
            raise ValueError(f"No county named {county!r}.{hint}")
    return counties


def readings(data: Radon, county: str) -> pd.DataFrame:
    """Return one county's homes, in the survey's order."""
    known([county], data.counties.index)
    return data.houses[data.houses["county"] == county]
