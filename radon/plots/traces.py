"""A parameter's draws in the order in which they were drawn."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from radon.plots._axes import new_axes
from radon.plots._estimates import Estimates
from radon.plots._groups import group
from radon.plots._kinds import NAME, TREE, check
from radon.plots._palette import with_unit


def trace_plot(
    tree: xr.DataTree, name: str, *, ax: Axes | None = None
) -> Axes:
    """Draw every chain's draws, one chain after the other.

    Chains that explore the same posterior quickly look like one even band
    of noise. A slow wave, or a chain on another level, is seen without
    telling colours apart. Ticks at the bottom are divergent transitions.

    Parameters
    ----------
    tree : DataTree
    name : str
        A scalar: ``"sigma_beta"``, or ``"beta[Aitkin]"``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where there is no such site.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> exact = radon.exact.posterior(radon.models.complete_pooling, data)
    >>> ax = radon.plots.trace_plot(exact.draws(200, seed=1), "sigma")
    >>> [text.get_text() for text in ax.get_xticklabels()]
    ['chain 1']
    """
    check(TREE, tree=tree)
    check(NAME, name=name)
    fit = Estimates(tree)
    fit.check_scalars([name])
    sizes = group(tree, "posterior").sizes
    n_chains, n = sizes["chain"], sizes["draw"]
    draws = fit.scalar(name).to_numpy()
    ax = new_axes(ax, (7, 2.6))
    for chain in range(n_chains):
        here = slice(chain * n, (chain + 1) * n)
        ax.plot(
            np.arange(here.start, here.stop),
            draws[here],
            color=fit.colour,
            linewidth=0.6,
            gid=f"chain {chain + 1}",
        )
        if chain:
            ax.axvline(chain * n - 0.5, color="#404040", linewidth=0.8)
    _divergences(ax, tree, draws)
    ax.set_xlim(0, n * n_chains - 1)
    ax.set_xticks(
        n * (np.arange(n_chains) + 0.5),
        [f"chain {chain + 1}" for chain in range(n_chains)],
    )
    ax.tick_params(axis="x", length=0)
    ax.set_xlabel(f"draws, {n:,} a chain")
    ax.set_ylabel(with_unit(name))
    return ax


def _divergences(ax: Axes, tree: xr.DataTree, draws: np.ndarray) -> None:
    stats = tree.children.get("sample_stats")
    if (
        stats is None
        or "diverging" not in stats
        or stats["diverging"].ndim != 2
    ):
        return
    (when,) = np.nonzero(stats["diverging"].to_numpy().ravel())
    low, high = draws.min(), draws.max()
    ax.plot(
        when,
        np.full(len(when), low - 0.08 * (high - low)),
        "|",
        color="#000000",
        markersize=8,
        gid="divergences",
    )
