"""The draws of a fit, one scalar parameter at a time."""

from itertools import product

import numpy as np
import xarray as xr

from radon.inference.trees import check_draws

AUXILIARY = "_decentered"


def posterior(tree: xr.DataTree) -> xr.Dataset:
    """Return the posterior group of a tree as a dataset.

    Raises
    ------
    TypeError
        If this is not a tree.
    ValueError
        If the tree holds no posterior draws, or something else in their
        place.
    """
    if not isinstance(tree, xr.DataTree):
        raise TypeError(
            "A check wants the tree that radon.fit returns, an "
            f"xarray.DataTree; this is a {type(tree).__name__}."
        )
    if "posterior" not in tree.children:
        groups = ", ".join(sorted(tree.children)) or "none"
        raise ValueError(
            f"This tree has no posterior draws (its groups: {groups}). "
            "Only a fit can be checked: use the tree that radon.fit returns."
        )
    sites = tree["posterior"].to_dataset()
    check_draws(sites)
    return sites


def scalar_parameters(tree: xr.DataTree) -> xr.DataArray:
    """Lay the draws out as chain by draw by scalar parameter.

    Parameters
    ----------
    tree : xarray.DataTree
        A fit.

    Returns
    -------
    xarray.DataArray
        Shape ``(chain, draw, parameter)``, float64, so that means over
        thousands of single-precision draws lose nothing. Parameters are
        named as ArviZ names them, `alpha[Aitkin]`; those that are one number
        come first.
    """
    sites = posterior(tree).transpose("chain", "draw", ...)
    order = sorted(sites.data_vars, key=lambda name: sites[name].ndim > 2)
    shape = sites.sizes["chain"], sites.sizes["draw"], -1
    blocks = [np.asarray(sites[s], dtype=float).reshape(shape) for s in order]
    names = [name for site in order for name in _names(sites[site])]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ValueError(
            f"Two parameters have one name: {', '.join(doubled[:5])}. "
            "Labels of counties must differ."
        )
    return xr.DataArray(
        np.concatenate(blocks, axis=2),
        dims=("chain", "draw", "parameter"),
        coords={
            "parameter": names,
            "site": ("parameter", [name.split("[")[0] for name in names]),
        },
        name="draws",
    )


def without_auxiliary(draws: xr.DataArray) -> xr.DataArray:
    """Leave out the standardised effects of the non-centred form."""
    site = draws["site"].to_numpy().astype(str)
    return draws.isel(parameter=~np.char.endswith(site, AUXILIARY))


def is_scale(site: str) -> bool:
    """Tell whether a site is a scale: `sigma`, `sigma_alpha` and the like."""
    return site == "sigma" or site.startswith("sigma_")


def model_name(tree: xr.DataTree) -> str:
    """Return the name of the model that made a tree, if it says."""
    return str(tree.attrs.get("model", "this fit"))


def _names(site: xr.DataArray) -> list[str]:
    levels = [site[level].to_numpy().tolist() for level in site.dims[2:]]
    if not levels:
        return [str(site.name)]
    return [
        f"{site.name}[{', '.join(map(str, labels))}]"
        for labels in product(*levels)
    ]
