"""What is learnt under one prior and another."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radon.plots._axes import new_grid, share_axis
from radon.plots._estimates import Estimates, Fit
from radon.plots._kinds import (
    EXACT,
    NAME,
    check,
    check_columns,
    entries,
    items,
)
from radon.plots._kinds import names as listed
from radon.plots._palette import PALETTE, with_unit

if TYPE_CHECKING:
    from radon.exact.posterior import Posterior


NAMES = ("sigma_alpha", "sigma_beta", "sigma", "mu_beta")
ROOM = 0.35  # of the widest interval, left on either side
PRIOR_DRAWS = 4000
FAMILIES = ("-", "--", ":")
THREE_TO_ONE = 3.0


def under_priors(
    fits: Mapping[str, Fit],
    *,
    names: str | Sequence[str] = NAMES,
    fig: Figure | None = None,
) -> np.ndarray:
    """Draw what is learnt of some parameters under several priors.

    A panel a parameter, a row a set of priors: the posterior mean in a
    50 % (thick) and a 90 % (thin) interval, over a light band that holds
    90 % of the row's prior. A band may leave the panel; a parameter
    without a prior of its own, such as a county's, has none.

    Parameters
    ----------
    fits : dict of str to Posterior
        Exact posteriors of one model, by the words that name their priors.
    names : sequence of str, keyword-only
        Panels: scalars, or a county's value as in ``"beta[Cass]"``.
    fig : matplotlib Figure, optional

    Returns
    -------
    array of matplotlib Axes, (row, column)

    Raises
    ------
    TypeError
        Where a fit is no exact posterior.
    ValueError
        Where there is no fit, or a fit lacks a parameter.

    Examples
    --------
    >>> import radon
    >>> model, data = radon.models.varying_slopes, radon.load_radon()
    >>> fits = {"half-Cauchy(1)": radon.exact.posterior(model, data)}
    >>> axes = radon.plots.under_priors(fits, names=["sigma", "mu_beta"])
    >>> axes.shape
    (1, 2)
    """
    check(EXACT, **entries(fits=fits))
    names = listed("names", names)
    check(NAME, **items(names=names))
    if not fits or not names:
        raise ValueError(
            f"Got {len(fits)} fits and {len(names)} names; wanted at least "
            "one of each."
        )
    known = {label: Estimates(fit) for label, fit in fits.items()}
    for label, fit in known.items():
        fit.check_scalars(names)
        assert fit.moments is not None  # refused above
        if fixed := [name for name in names if name not in fit.moments.index]:
            raise ValueError(
                f"The fit {label!r} has {fixed[0]!r} fixed: nothing is learnt "
                "of it. Leave it out of names."
            )
    columns = min(2, len(names))
    rows = -(-len(names) // columns)
    height = rows * (0.9 + 0.27 * len(fits))
    fig, axes = new_grid(fig, (rows, columns), (7, height), sharey=True)
    for ax, name in zip(axes.flat, names, strict=False):
        _panel(ax, known, name)
    for ax in list(axes.flat)[len(names) :]:
        ax.set_axis_off()
    first = axes.flat[0]
    first.set_yticks(range(len(fits)), list(fits))
    first.set_ylim(len(fits) - 0.4, -0.6)
    return axes


def _panel(ax: Axes, fits: Mapping[str, Estimates], name: str) -> None:
    """Draw one parameter under each of the priors."""
    ends = []
    for row, (label, fit) in enumerate(fits.items()):
        drawn = fit.scalar(name).to_numpy()
        q25, q75 = np.quantile(drawn, [0.25, 0.75])
        assert fit.summary is not None  # refused above
        known = fit.summary.loc[name]
        ends += [known["q05"], known["q95"]]
        style: dict[str, Any] = {"color": fit.colour, "gid": label}
        ax.hlines(row, known["q05"], known["q95"], linewidth=1.2, **style)
        ax.hlines(row, q25, q75, linewidth=3.5, **style)
        ax.plot(known["mean"], row, "o", markersize=6, **style)
    reach = ROOM * np.ptp(ends)
    low, high = min(ends) - reach, max(ends) + reach
    if name.startswith("sigma"):
        low = max(low, 0.0)
    for row, (label, fit) in enumerate(fits.items()):
        band = _prior_interval(fit.fit, name)
        if band is not None:
            left, right = np.clip(band, low, high)
            ax.barh(
                row,
                right - left,
                0.8,
                left=left,
                color=PALETTE["prior"],
                alpha=0.3,
                linewidth=0,
                zorder=0,
                gid=f"prior {label}",
            )
    ax.set_xlim(low, high)
    ax.set_xlabel(with_unit(name).replace(" [", "\n["))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _prior_interval(exact: "Posterior", name: str) -> np.ndarray | None:
    """Return the 90 % interval of a scale's prior, None where it has none."""
    prior = exact.ladder.priors.get(name)
    if prior is None:
        return None
    import jax

    drawn = prior.sample(jax.random.key(0), (PRIOR_DRAWS,))
    return np.quantile(np.asarray(drawn, float), [0.05, 0.95])


def by_prior_scale(
    learnt: Mapping[str, pd.DataFrame], *, fig: Figure | None = None
) -> np.ndarray:
    """Draw what is learnt of a spread against the scale of its prior.

    Above the probability that the spread is small, below the Bayes factor
    of the model that has it against the model without. In the grey strip
    neither model is three times as probable as the other.

    Parameters
    ----------
    learnt : dict of str to DataFrame
        By family of priors; index the scale of the prior [log pCi/L], the
        first column a probability, named by what it is a probability of,
        and a column ``Bayes factor``.
    fig : matplotlib Figure, optional

    Returns
    -------
    array of matplotlib Axes, (2, 1)

    Raises
    ------
    ValueError
        Where there is no family, or more than there are kinds of lines.

    Examples
    --------
    >>> import pandas as pd
    >>> from radon import plots
    >>> table = {"small": [0.9, 0.1], "Bayes factor": [1.2, 0.5]}
    >>> families = {"half-normal": pd.DataFrame(table, index=[0.1, 1.0])}
    >>> axes = plots.by_prior_scale(families)
    >>> axes[0, 0].get_ylabel()
    'probability of small'
    """
    tables = entries(learnt=learnt)
    if not 0 < len(learnt) <= len(FAMILIES):
        raise ValueError(
            f"Got {len(learnt)} families of priors; wanted 1 to "
            f"{len(FAMILIES)}, so that each has its own kind of line."
        )
    check_columns("Bayes factor", **tables)
    fig, axes = new_grid(fig, (2, 1), (7, 6), sharex=True)
    above, below = axes.flat
    colour = PALETTE["partial pooling"]
    for line, (family, table) in zip(FAMILIES, learnt.items(), strict=False):
        style = {"linestyle": line, "color": colour, "label": family}
        what = table.columns[0]
        above.plot(table[what], gid=f"{family} {what}", **style)
        below.plot(
            table["Bayes factor"], gid=f"{family} Bayes factor", **style
        )
    below.axhspan(
        1 / THREE_TO_ONE, THREE_TO_ONE, color="#E3E3E3", linewidth=0, zorder=0
    )
    share_axis(above)
    above.set_ylabel(f"probability of {what}")
    above.legend(loc="upper right")
    below.set(xscale="log", yscale="log", ylabel="Bayes factor")
    below.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    below.set_yticks([0.1, 1 / 3, 1, 3], ["1/10", "1/3", "1", "3"])
    below.minorticks_off()
    below.set_xlabel("scale of the prior [log pCi/L]")
    return axes
