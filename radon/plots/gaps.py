"""Floors compared inside counties: the measured gaps, and their luck."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from radon.data.records import Radon
from radon.plots._axes import new_axes
from radon.plots._kinds import COUNTIES, EXACT, check, check_optional
from radon.plots._palette import PALETTE

if TYPE_CHECKING:
    from radon.exact.posterior import Posterior


Z90 = 1.645  # half a 90 % interval, in standard deviations


def floor_gaps(
    data: Radon,
    common: "Posterior",
    varying: "Posterior | None" = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw each county's gap between its floors, by the homes behind it.

    A county with homes on both floors is a dot at the mean log radon of its
    first floors minus that of its basements. A gap of n basements and m
    first floors is as uncertain as n m / (n + m) homes are, which is the
    horizontal axis. The grey band holds nine gaps in ten if all counties
    share one slope, the dashed lines if slopes vary.

    Parameters
    ----------
    data : Radon
    common : Posterior
        Exact posterior of a model with one slope, such as
        `radon.models.varying_intercepts`.
    varying : Posterior, optional
        Of a model whose slopes vary, `radon.models.varying_slopes`.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where no county has homes on both floors, or a posterior is of
        another kind of model.

    Examples
    --------
    >>> import radon
    >>> data = radon.load_radon()
    >>> one = radon.exact.posterior(radon.models.varying_intercepts, data)
    >>> ax = radon.plots.floor_gaps(data, one)
    >>> len(ax.collections[-1].get_offsets())
    60
    """
    check(COUNTIES, data=data)
    check(EXACT, common=common)
    check_optional(EXACT, varying=varying)
    n, mean = data.statistics.n, data.statistics.mean
    both = (n > 0).all(axis=1)
    if not both.any():
        raise ValueError(
            "No county has homes on both floors, so there is no gap to draw."
        )
    homes = 1 / (1 / n[both]).sum(axis=1)
    gaps = mean[both, 1] - mean[both, 0]
    at = np.geomspace(homes.min() / 1.15, homes.max() * 1.15, 200)
    known = _means("common", common, "beta", "sigma")
    spread = None
    if varying is not None:
        spread = _means("varying", varying, "mu_beta", "sigma_beta", "sigma")
    ax = new_axes(ax)
    reach = Z90 * known["sigma"] / np.sqrt(at)
    ax.fill_between(
        at,
        known["beta"] - reach,
        known["beta"] + reach,
        color="#E3E3E3",
        linewidth=0,
        gid="one slope",
        label="90 % of gaps, one slope for all",
    )
    ax.axhline(known["beta"], color="#404040", linewidth=1)
    if spread is not None:
        sd = np.sqrt(spread["sigma_beta"] ** 2 + spread["sigma"] ** 2 / at)
        for side in (-1, 1):
            ax.plot(
                at,
                spread["mu_beta"] + side * Z90 * sd,
                color=PALETTE["partial pooling"],
                linestyle=(0, (4, 2)),
                linewidth=1.5,
                gid="slopes vary",
                label="90 % of gaps, slopes vary" if side == 1 else None,
            )
    ax.scatter(
        homes,
        gaps,
        s=24,
        color=PALETTE["measurements"],
        zorder=3,
        label="counties",
    )
    ax.set_xscale("log")
    ticks = [tick for tick in (0.5, 1, 2, 5, 10, 20) if tick < at[-1]]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set_xlim(at[0], at[-1])
    ax.set_xlabel("homes that the gap is worth")
    ax.set_ylabel("first floor minus basement\n[log pCi/L]")
    ax.legend(loc="upper right")
    return ax


def _means(what: str, exact: "Posterior", *names: str) -> pd.Series:
    """Return posterior means, or say which of these the model has not."""
    mean = exact.moments()["mean"]
    if missing := [name for name in names if name not in mean]:
        raise ValueError(
            f"{what} is of {exact.model}, which has no {missing[0]!r}; wanted "
            f"a model with {', '.join(names)}."
        )
    return mean
