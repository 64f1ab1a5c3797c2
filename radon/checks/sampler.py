"""What the sampler recorded beside its draws."""

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr

from radon.checks.draws import model_name, posterior


def divergences(tree: xr.DataTree) -> pd.Series:
    """Count the divergent transitions of a fit.

    A divergence is a trajectory whose simulated energy ran away: the sampler
    met a region that it cannot enter at its step size, so its draws may be
    missing that region.

    Parameters
    ----------
    tree : xarray.DataTree
        A fit, with `diverging` among its sample statistics.

    Returns
    -------
    pandas.Series
        The number in each chain; for a fit by county, in each county.

    Raises
    ------
    ValueError
        If they were not recorded.

    Examples
    --------
    >>> import arviz as az, numpy as np, radon
    >>> tree = az.from_dict({
    ...     "posterior": {"mu": np.zeros((2, 100))},
    ...     "sample_stats": {"diverging": np.eye(2, 100) > 0},
    ... })
    >>> radon.checks.divergences(tree).to_dict()
    {'chain 0': 1, 'chain 1': 1}
    """
    diverging = _sample_stat(tree, "diverging")
    level = "county" if "county" in diverging.dims else "chain"
    over = [dim for dim in diverging.dims if dim != level]
    counts = diverging.sum(over).to_series().astype(int)
    return _named_chains(counts.rename("divergences"))


def energy_bfmi(tree: xr.DataTree) -> pd.Series:
    """Estimate the Bayesian fraction of missing information of each chain.

    E-BFMI is the variance of the change in energy from draw to draw over the
    variance of the energy itself: near or above 1 the momenta explore all
    energies at once, near 0 they creep through them.

    Parameters
    ----------
    tree : xarray.DataTree
        A fit, with `energy` among its sample statistics.

    Returns
    -------
    pandas.Series
        A row a chain; for a fit by county, a row a chain of each county.

    Raises
    ------
    ValueError
        If the energies were not recorded.

    References
    ----------
    Betancourt (2016), arXiv:1604.00695.

    Examples
    --------
    >>> import arviz as az, numpy as np, radon
    >>> energy = np.random.default_rng(1).normal(size=(2, 1000))
    >>> tree = az.from_dict({
    ...     "posterior": {"mu": energy}, "sample_stats": {"energy": energy}
    ... })
    >>> radon.checks.energy_bfmi(tree).round(1).to_dict()
    {'chain 0': 2.0, 'chain 1': 2.0}
    """
    energy = _sample_stat(tree, "energy").astype(float).rename("e_bfmi")
    with np.errstate(divide="ignore", invalid="ignore"):
        fractions = az.bfmi(energy).to_series()
    return _named_chains(fractions)


def recorded(tree: xr.DataTree, name: str) -> bool:
    """Tell whether the sampler kept this statistic."""
    return "sample_stats" in tree.children and name in tree["sample_stats"]


def _sample_stat(tree: xr.DataTree, name: str) -> xr.DataArray:
    posterior(tree)
    if not recorded(tree, name):
        raise ValueError(
            f"{model_name(tree)}: no record of {name!r} in sample_stats, so "
            "nobody can say how the sampler fared. radon.fit keeps it; a tree "
            "from elsewhere needs extra_fields=('diverging', 'energy')."
        )
    return tree["sample_stats"].to_dataset()[name]


def _named_chains(values: pd.Series) -> pd.Series:
    """Name the rows `chain 0`, `Aitkin` or `Aitkin, chain 0`."""
    if values.index.nlevels > 1:
        rows = values.index.to_frame(index=False)
        names = (
            rows["county"].astype(str) + ", chain " + rows["chain"].astype(str)
        )
        return values.set_axis(names.tolist())
    if values.index.name == "chain":
        return values.set_axis([f"chain {chain}" for chain in values.index])
    return values
