"""Find groups, variables and counties, or say which there are."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import xarray as xr

from radon.data.errors import did_you_mean
from radon.data.records import Radon


def group(tree: object, name: str) -> xr.DataTree:
    """Return a group of a tree, or say which groups there are."""
    children = getattr(tree, "children", None)
    if children is None:
        raise TypeError(
            f"Got {type(tree).__name__}; wanted a DataTree, as radon.fit "
            "returns."
        )
    if name not in children:
        raise ValueError(
            f"The tree has no group {name!r}; it has "
            f"{', '.join(children) or 'none'}."
        )
    return children[name]


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
    drawn = outcome(tree, name)
    return drawn.to_numpy().reshape(-1, drawn.sizes["house"])


def known(counties: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return county names as a list, refusing one that is not there."""
    counties = [counties] if isinstance(counties, str) else list(counties)
    names = list(names)
    for county in counties:
        if county not in names:
            hint = did_you_mean(county, names)
            raise ValueError(f"No county named {county!r}.{hint}")
    return counties


def readings(data: Radon, county: str) -> pd.DataFrame:
    """Return one county's homes, in the survey's order."""
    known([county], data.counties.index)
    return data.houses[data.houses["county"] == county]
