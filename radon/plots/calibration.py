"""Whether the survey, and each home, looks as the model predicts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from radon.plots._axes import new_axes
from radon.plots._bands import difference, grid, uniform_band
from radon.plots._estimates import Estimates
from radon.plots._groups import outcome, surveys
from radon.plots._kinds import STATISTIC, TEXT, TREE, check
from radon.plots._palette import PALETTE

DOTS = 50
STRIP = 130  # height of a strip's axes, in points
GROUPS = ("log_likelihood", "posterior_predictive", "observed_data")
ROUNDING = 1e-9  # importance weights add up to 1 + 2e-16


def predictive_check(
    tree: xr.DataTree,
    statistic: Callable[..., Any],
    *,
    label: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw a statistic of the survey against replicated surveys.

    Fifty dots stand for the replicated values: each is a fiftieth of them.
    The line is the survey's own value.

    Parameters
    ----------
    tree : DataTree
        A fit with posterior predictive draws and observed data.
    statistic : callable
        Takes log readings (house,) and returns a number.
    label : str, keyword-only
        What the statistic is, with its unit.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where the tree lacks a group, or the statistic is not one finite
        number.

    Notes
    -----
    Dots for quantiles: Kay, Kola, Hullman and Munson (2016).

    Examples
    --------
    >>> import numpy as np
    >>> import radon
    >>> data = radon.load_radon()
    >>> exact = radon.exact.posterior(radon.models.complete_pooling, data)
    >>> ax = radon.plots.predictive_check(
    ...     exact.draws(100, seed=1), np.std, label="spread [log pCi/L]"
    ... )
    """
    check(STATISTIC, statistic=statistic)
    check(TEXT, label=label)
    drawn = surveys(tree, "posterior_predictive")
    survey = outcome(tree, "observed_data").to_numpy()
    observed = _number(statistic, survey)
    replicated = np.array([_number(statistic, row) for row in drawn])
    colour = Estimates(tree).colour
    ax = new_axes(ax, (7, 2.6))
    _dots(ax, replicated, observed, colour)
    share = np.mean(replicated >= observed)
    ax.axvline(
        observed, color=PALETTE["measurements"], linewidth=2.5, gid="survey"
    )
    right = observed > np.mean(ax.get_xlim())
    ax.annotate(
        f"the survey; {_percent(share)} of replications reach it",
        (observed, 1),
        xycoords=("data", "axes fraction"),
        xytext=(3 if right else -3, 3),
        textcoords="offset points",
        ha="right" if right else "left",
    )
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(label)
    return ax


def loo_pit(fit: xr.DataTree | ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw where each home falls in its leave-one-out prediction.

    If the predictions are calibrated the places are uniform on (0, 1). The
    line is their empirical distribution minus the uniform one; with
    calibrated predictions it stays in the band, everywhere at once, nine
    times in ten.

    Parameters
    ----------
    fit : DataTree or array (house,)
        A fit with posterior predictive draws and log likelihood, whose
        places are found by Pareto-smoothed importance sampling
        (`arviz.loo_pit`); or the places themselves.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        Where a place is outside [0, 1] or not a number.

    Notes
    -----
    The plot is that of Säilynoja, Bürkner and Vehtari (2022). Predictions
    of homes that share a county lean on each other a little, so the band is
    a guide rather than a test.

    Examples
    --------
    >>> import numpy as np
    >>> from radon import plots
    >>> ax = plots.loo_pit((np.arange(100) + 0.5) / 100)
    """
    if isinstance(fit, xr.DataTree):
        import arviz as az

        for name in GROUPS:
            outcome(fit, name)
        places = az.loo_pit(fit, var_names="log_radon")["log_radon"].to_numpy()
        colour = Estimates(fit).colour
    else:
        places = _places(fit)
        colour = PALETTE["partial pooling"]
    wrong = ~((places >= -ROUNDING) & (places <= 1 + ROUNDING))
    if wrong.any():
        raise ValueError(
            f"{wrong.sum()} of {len(places)} places are not in [0, 1]; the "
            f"first is {places[wrong][0]}. Wanted: the probability, for each "
            "home, of a reading below its own."
        )
    places = np.clip(places, 0, 1)
    at = grid()
    band = uniform_band(len(places), at)
    ax = new_axes(ax)
    ax.fill_between(at, -band, band, color="#E3E3E3", linewidth=0)
    ax.axhline(0, color="#404040", linewidth=0.8)
    ax.plot(at, difference(places, at), color=colour)
    ax.set_xlim(0, 1)
    ax.set_xlabel("place of the reading in its leave-one-out prediction")
    ax.set_ylabel("share of homes below,\nminus the share expected")
    return ax


def _places(values: ArrayLike) -> np.ndarray:
    """Return places (house,) as numbers, or say what was wanted."""
    try:
        places = np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError):
        places = np.array([])
    if not places.size:
        raise TypeError(
            f"fit is a {type(values).__name__}; wanted {TREE.wanted}, or an "
            "array of places from 0 to 1, one a home."
        )
    return places


def _percent(share: float) -> str:
    """Write a share in per cent, without making few into none."""
    if 0 < share < 0.01:
        return "less than 1 %"
    if 0.99 < share < 1:
        return "more than 99 %"
    return f"{100 * share:.0f} %"


def _number(statistic: Callable[..., Any], readings: np.ndarray) -> float:
    value = np.asarray(statistic(readings))
    if value.ndim or value.dtype.kind not in "biuf" or not np.isfinite(value):
        raise ValueError(
            f"The statistic returned {value!r} for {len(readings)} readings; "
            "wanted one finite number."
        )
    return float(value)


def _dots(ax: Axes, values: np.ndarray, observed: float, colour: str) -> None:
    """Stack one dot for each of fifty quantiles, so that none overlap."""
    places = np.quantile(values, (np.arange(DOTS) + 0.5) / DOTS)
    span = np.ptp(np.append(places, observed)) or 1.0
    low, high = min(places[0], observed), max(places[-1], observed)
    ax.set_xlim(low - 0.06 * span, high + 0.06 * span)
    bins = int(np.clip(40 * np.ptp(places) / span, 4, 18))
    edges = np.linspace(places[0], places[-1], bins + 1)
    if (values == np.round(values)).all():
        places = np.round(places)
        step = max(1, round(np.ptp(places) / 18))
        edges = np.arange(places[0] - 0.5, places[-1] + step, step)
        bins = len(edges) - 1
    column = np.clip(np.searchsorted(edges, places, "right") - 1, 0, bins - 1)
    middle = (edges[:-1] + edges[1:]) / 2
    height = np.array([(column[:i] == c).sum() for i, c in enumerate(column)])
    top = height.max() + 1.5
    ax.scatter(
        middle[column],
        height + 0.5,
        s=min(90, (STRIP / top) ** 2),
        color=colour,
        gid="quantiles",
    )
    ax.set_ylim(0, top)
