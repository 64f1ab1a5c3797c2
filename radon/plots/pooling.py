"""Where estimates go when counties are pooled, and how far."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes

from radon.data.records import Radon
from radon.plots._axes import homes_axis, new_axes
from radon.plots._estimates import Estimates, Fit
from radon.plots._kinds import COUNTIES, DRAWN, FIT, check, some
from radon.plots._palette import LINES, PALETTE, quantity

CLOSE = 0.15  # [log pCi/L]


def shrinkage(
    separate: Fit,
    hierarchical: Fit,
    *,
    counties: Iterable[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw an arrow a county, from its own estimate to the pooled one.

    Open dots are the separate estimates, filled dots the hierarchical
    ones, in the plane of intercept and slope.

    Parameters
    ----------
    separate, hierarchical : DataTree, Posterior or DataFrame
        A table has columns alpha and beta and index county, such as
        `radon.statistics.least_squares` makes. A county whose separate
        estimate is NaN has a filled dot and no arrow.
    counties : sequence of str, keyword-only
        Some counties only; by default all that `separate` has.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where a county is unknown or a fit has no alpha or beta.

    Examples
    --------
    >>> import pandas as pd
    >>> from radon import plots
    >>> start = pd.DataFrame(
    ...     {"alpha": [0.5], "beta": [0.8]}, index=["Aitkin"]
    ... )
    >>> end = pd.DataFrame({"alpha": [1.2], "beta": [-0.6]}, index=["Aitkin"])
    >>> ax = plots.shrinkage(start, end)
    """
    check(FIT, separate=separate, hierarchical=hierarchical)
    start, end = Estimates(separate), Estimates(hierarchical)
    if counties is None:
        counties = start.counties
    counties = some("counties", counties)
    kinds = [start.kind, end.kind]
    own, pooled = (
        np.column_stack(
            [fit.means(name, counties) for name in ("alpha", "beta")]
        )
        for fit in (start, end)
    )
    ax = new_axes(ax, (7, 6))
    for tail, head in zip(own, pooled, strict=True):
        if np.isfinite(tail).all():
            ax.annotate(
                "",
                xy=head,
                xytext=tail,
                arrowprops={
                    "arrowstyle": "-|>,head_width=0.16,head_length=0.32",
                    "color": "#8C8C8C",
                    "linewidth": 0.8,
                    "shrinkA": 2.5,
                    "shrinkB": 1,
                },
                zorder=2,
            )
    before = ax.scatter(
        own[:, 0],
        own[:, 1],
        s=26,
        facecolor="white",
        edgecolor=PALETTE["no pooling"],
        linewidth=1,
        zorder=3,
        gid="no pooling",
    )
    after = ax.scatter(
        pooled[:, 0],
        pooled[:, 1],
        s=26,
        color=PALETTE["partial pooling"],
        zorder=4,
        gid="partial pooling",
    )
    ax.set_xlabel(quantity("alpha", "county"))
    ax.set_ylabel(quantity("beta", "county"))
    ax.legend(
        [before, after],
        kinds,
        loc="upper right",
        handletextpad=0.2,
    )
    return ax


def weights(data: Radon, fit: Fit, *, ax: Axes | None = None) -> Axes:
    """Draw how much of a county's own mean its estimate keeps.

    The own mean is that of the county's readings, those on the first floor
    moved to the basement by the state's floor effect. The line is the
    weight ``n / (n + sigma^2 / sigma_alpha^2)`` of varying intercepts given
    the scales, averaged over their posterior, in a 90 % band. A dot is what
    the posterior does: the county's distance from the state mean, as a
    share of its own mean's. Of a county that is close to the state mean
    that share says little, so a dot's area is that of the own distance, and
    counties within 0.15 are left out.

    Parameters
    ----------
    data : Radon
    fit : DataTree or Posterior
        A fit of varying intercepts, or of varying slopes to see what
        becomes of the weight there.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where the fit has no mu_alpha, sigma_alpha or sigma.

    Notes
    -----
    The weight is that of Gelman and Hill (2007), equation 12.1.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> fit = radon.exact.posterior(radon.models.varying_intercepts, data)
    >>> ax = radon.plots.weights(data, fit)
    """
    check(COUNTIES, data=data)
    check(DRAWN, fit=fit)
    fit = Estimates(fit)
    fit.check_scalars(["mu_alpha", "sigma_alpha", "sigma"])
    n = np.geomspace(1, data.counties["n_houses"].max(), 60)
    ratio = (fit.scalar("sigma") / fit.scalar("sigma_alpha")).to_numpy() ** 2
    share = n / (n + ratio[:, None])
    own, kept = _kept(data, fit)
    shown = np.abs(own) > CLOSE
    homes = data.counties["n_houses"].to_numpy()
    ax = new_axes(ax)
    low, high = np.quantile(share, [0.05, 0.95], axis=0)
    ax.fill_between(n, low, high, color=fit.colour, alpha=0.2, linewidth=0)
    ax.plot(n, share.mean(axis=0), color=fit.colour, **LINES[fit.kind])
    ax.scatter(
        homes[shown],
        kept[shown],
        s=60 * np.abs(own[shown]),
        color=PALETTE[fit.kind],
        alpha=0.7,
        linewidth=0,
        zorder=3,
    )
    homes_axis(ax, homes)
    ax.set_xlim(0.85, homes.max() * 1.2)
    ticks = np.linspace(0, 1, 5)
    ax.set_yticks(ticks, [f"{100 * tick:.0f} %" for tick in ticks])
    ax.set_ylabel("weight of the county's own mean")
    return ax


def _kept(data: Radon, fit: Estimates) -> tuple[np.ndarray, np.ndarray]:
    """Return own distance and the share of it kept, each (county,)."""
    counties = data.counties.index
    centre = fit.population_mean("alpha")
    effect = fit.population_mean("beta")
    if effect is None:
        effect = fit.means("beta", counties).iloc[0]
    table = data.statistics
    homes = table.n.sum(axis=1)
    mean = (table.n * table.mean).sum(axis=1) / homes
    own = mean - effect * table.n[:, 1] / homes - centre
    pooled = fit.means("alpha", counties).to_numpy() - centre
    with np.errstate(divide="ignore"):
        return own, pooled / own
