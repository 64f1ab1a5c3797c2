"""What the chains did: the funnel, and ranks chain by chain."""

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from scipy.stats import rankdata

from radon.data.errors import plural
from radon.plots._axes import halo, new_axes
from radon.plots._bands import chain_band, difference, grid
from radon.plots._estimates import Estimates
from radon.plots._groups import group
from radon.plots._kinds import (
    EXACT,
    NAME,
    TEXT,
    TREE,
    check,
    check_optional,
)
from radon.plots._palette import symbol, written

if TYPE_CHECKING:
    from radon.exact.posterior import Posterior


DASHES = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (5, 1, 1, 1)))


def funnel(
    tree: xr.DataTree,
    county: str,
    *,
    name: str = "beta",
    scale: str = "sigma_beta",
    exact: "Posterior | None" = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one county's effect against the log of the spread of them all.

    Where the spread is small the effects have no room, and a sampler with
    one step size cannot enter: a chain that has not been in the neck shows
    it here. Crosses are divergent transitions.

    Parameters
    ----------
    tree : DataTree
    county : str
    name, scale : str, keyword-only
        The county's site, and that of the population's spread; for
        separate regressions the county's own, as in ``"sigma[Mahnomen]"``.
    exact : Posterior, keyword-only
        The exact answer; its 5 % and 95 % quantiles of the spread are
        drawn as lines, to see how far down the chains should have been.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where the county is unknown or a site is missing.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> exact = radon.exact.posterior(radon.models.varying_slopes, data)
    >>> ax = radon.plots.funnel(exact.draws(200, seed=1), "Aitkin")
    """
    check(TREE, tree=tree)
    check(TEXT, county=county)
    check(NAME, name=name, scale=scale)
    check_optional(EXACT, exact=exact)
    fit = Estimates(tree)
    effect = fit.per_county(name, [county]).to_numpy()[:, 0]
    spread = np.log(fit.scalar(scale).to_numpy())
    broken = _divergent(tree, county, len(spread))
    marks = {} if exact is None else _exact_quantiles(exact, scale)
    colour = fit.colour
    ax = new_axes(ax)
    ax.scatter(
        effect[~broken],
        spread[~broken],
        s=5,
        color=colour,
        alpha=0.3,
        linewidth=0,
        rasterized=True,
        gid="draws",
    )
    count = int(broken.sum())
    if count:
        ax.scatter(
            effect[broken],
            spread[broken],
            s=42,
            marker="x",
            color="#000000",
            linewidth=1.4,
            gid="divergences",
            label=plural(count, "divergence"),
        )
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), handletextpad=0.2)
    for text, height in marks.items():
        _mark(ax, text, height)
    mark = symbol(name, "county").strip("$")
    ax.set_xlabel(f"${mark}$ in {county} [log pCi/L]")
    ax.set_ylabel(f"log {written(scale)}")
    return ax


def rank_plot(tree: xr.DataTree, name: str, *, ax: Axes | None = None) -> Axes:
    """Draw, chain by chain, whether its draws rank as all chains' do.

    All draws are ranked together. A chain that explored the same posterior
    as the others has ranks spread evenly: its line, the share of its ranks
    so far minus the share expected, stays in the band. All chains of
    independent draws stay in it together nine times in ten; a chain that
    moves slowly leaves it, as one that is elsewhere does.

    Parameters
    ----------
    tree : DataTree
        Two chains or more.
    name : str
        A scalar: ``"sigma_beta"``, or ``"beta[Aitkin]"``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where there is one chain only, or no such site.

    Notes
    -----
    The plot is that of Säilynoja, Bürkner and Vehtari (2022), section 3.

    Examples
    --------
    >>> import numpy as np
    >>> import xarray as xr
    >>> from radon import plots
    >>> noise = np.random.default_rng(1).normal(size=(4, 100))
    >>> posterior = xr.Dataset({"sigma": (("chain", "draw"), noise)})
    >>> tree = xr.DataTree.from_dict({"posterior": posterior})
    >>> tree.attrs["model"] = "varying_slopes"
    >>> ax = plots.rank_plot(tree, "sigma")
    >>> len([line for line in ax.lines if line.get_gid()])
    4
    """
    check(TREE, tree=tree)
    check(NAME, name=name)
    fit = Estimates(tree)
    fit.check_scalars([name])
    sizes = group(tree, "posterior").sizes
    n_chains, n = sizes["chain"], sizes["draw"]
    if n_chains < 2:
        raise ValueError(
            "Ranks compare chains, and the tree has one. Fit with "
            "num_chains=4."
        )
    draws = fit.scalar(name).to_numpy()
    ranks = rankdata(draws).reshape(n_chains, n) / (n_chains * n)
    at = grid()
    band = chain_band(n, n_chains, at)
    ax = new_axes(ax)
    ax.fill_between(at, -band, band, color="#E3E3E3", linewidth=0)
    ax.axhline(0, color="#404040", linewidth=0.8)
    for chain in range(n_chains):
        ax.plot(
            at,
            difference(ranks[chain], at),
            color=fit.colour,
            linestyle=DASHES[chain % len(DASHES)],
            linewidth=1.6,
            label=f"chain {chain + 1}",
            gid=f"chain {chain + 1}",
        )
    ax.set_xlim(0, 1)
    ax.set_xlabel(f"rank of {written(name)} among all draws, as a share")
    ax.set_ylabel("share of the chain below,\nminus the share expected")
    ax.legend(
        loc="lower center",
        bbox_to_anchor=(0.5, 1),
        ncols=min(n_chains, 4),
        columnspacing=1.2,
    )
    return ax


def _divergent(tree: xr.DataTree, county: str, n: int) -> np.ndarray:
    """Return which draws diverged, in this county if each has its own."""
    stats = tree.children.get("sample_stats")
    if stats is None or "diverging" not in stats:
        return np.zeros(n, dtype=bool)
    diverging = stats["diverging"]
    if "county" in diverging.dims:
        diverging = diverging.sel(county=county)
    return diverging.to_numpy().astype(bool).ravel()


def _exact_quantiles(exact: "Posterior", scale: str) -> dict[str, float]:
    summary = exact.summary()
    if scale not in summary.index:
        raise ValueError(
            f"exact= wants a posterior of radon.exact that has {scale!r}."
        )
    low, high = np.log(summary.loc[scale, ["q05", "q95"]])
    return {"exact 5 %": float(low), "exact 95 %": float(high)}


def _mark(ax: Axes, text: str, height: float) -> None:
    ax.axhline(height, color="#404040", linewidth=1, zorder=4)
    ax.annotate(
        text,
        (0, height),
        xycoords=("axes fraction", "data"),
        xytext=(4, 3),
        textcoords="offset points",
        path_effects=halo(),
        zorder=6,
    )
