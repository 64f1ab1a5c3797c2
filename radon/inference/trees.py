"""Draws with named dimensions, in ArviZ's schema."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

WITHOUT_DRAWS = ("observed_data", "constant_data")


def grow(
    groups: Mapping[str, Mapping[str, ArrayLike]],
    dims: Mapping[str, tuple[str, ...]],
    coords: Mapping[str, np.ndarray],
    attrs: Mapping[str, Any],
) -> xr.DataTree:
    """Make a tree of groups of arrays.

    Parameters
    ----------
    groups : dict of str to dict
        Arrays by group and name: (chain, draw, ...), without the first two
        in ``observed_data`` and ``constant_data``.  An empty group is left
        out.
    dims : dict of str to tuple of str
        Names of the dimensions after chain and draw; () where not given.
    coords : dict of str to array
        Labels of the dimensions.
    attrs : dict
        How the tree was made.

    Returns
    -------
    xarray.DataTree
    """
    tree = xr.DataTree.from_dict(
        {
            group: _dataset(
                arrays,
                dims,
                coords,
                () if group in WITHOUT_DRAWS else ("chain", "draw"),
            )
            for group, arrays in groups.items()
            if arrays
        }
    )
    tree.attrs.update(attrs)
    return tree


def check_draws(sites: xr.Dataset) -> None:
    """Refuse what is no set of draws: numbers, each by chain and draw.

    Parameters
    ----------
    sites : xarray.Dataset
        The posterior group of a tree.

    Raises
    ------
    ValueError
        Saying what there is instead.
    """
    found = ", ".join(f"{name} {size}" for name, size in sites.sizes.items())
    without = [
        str(name)
        for name, site in sites.items()
        if not {"chain", "draw"} <= set(site.dims)
        or site.dtype.kind not in "iuf"
    ]
    empty = not sites or 0 in sites.sizes.values()
    if empty or without:
        raise ValueError(
            "The posterior has no draws"
            + (f" of {', '.join(without)}" if without else "")
            + f" (its dimensions: {found or 'none'}). Wanted numbers with "
            "dimensions chain and draw, as radon.fit returns them."
        )


def _dataset(
    arrays: Mapping[str, ArrayLike],
    dims: Mapping[str, tuple[str, ...]],
    coords: Mapping[str, np.ndarray],
    leading: tuple[str, ...],
) -> xr.Dataset:
    """Make one group; whatever has a decimal point gets double precision."""
    variables = {
        name: ((*leading, *dims.get(name, ())), _plain(value))
        for name, value in arrays.items()
    }
    used = {
        dim: size
        for names, value in variables.values()
        for dim, size in zip(names, value.shape, strict=True)
    }
    labels = {
        dim: coords[dim] if dim in coords else np.arange(size)
        for dim, size in used.items()
    }
    return xr.Dataset(variables, coords=labels)


def _plain(value: ArrayLike) -> np.ndarray:
    """Return a NumPy array, float64 where it is of floats."""
    value = np.asarray(value)
    return value.astype(np.float64) if value.dtype.kind == "f" else value
