"""Where true values rank among the draws of their posteriors."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radon.plots._axes import halo, new_axes, new_grid
from radon.plots._kinds import CALIBRATION, NAME, check, entries
from radon.plots._palette import PALETTE, symbol

if TYPE_CHECKING:
    from radon.checks.calibration import Calibration


COLUMNS = 2
PLACE = "place of the truth in its posterior"
SHARE = "share of truths below,\nminus the share expected"


def rank_ecdf(ranks: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the share of ranks below each place, minus the share expected.

    One line a quantity. The band holds the line of a right method at all
    places at once, nine times in ten; a line whose quantity does not pass
    `radon.checks.judge_ranks` is black, broken and named.

    Parameters
    ----------
    ranks : pandas.DataFrame
        Ranks among 199 draws, as in `radon.checks.Calibration`: a row a
        simulation, a column a quantity.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Notes
    -----
    Band and plot are those of Säilynoja, Bürkner and Vehtari (2022).

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from radon import plots
    >>> ax = plots.rank_ecdf(pd.DataFrame({"sigma": np.arange(200)}))
    """
    passed = _passed(ranks)
    ax = new_axes(ax)
    _draw(ax, ranks, passed)
    ax.set_xlabel(PLACE)
    ax.set_ylabel(SHARE)
    return ax


def recovered(
    calibration: "Calibration", name: str, *, ax: Axes | None = None
) -> Axes:
    """Draw what each simulated survey says of a parameter it was made with.

    A dot is the posterior mean of one survey, its line the central 90 %
    interval; on the grey line it equals the truth. Intervals that miss are
    black, broken, and their dots open; a survey that got no answer is a
    cross below.

    Parameters
    ----------
    calibration : Calibration
        From `radon.checks.calibrate`.
    name : str
        A column of its tables.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where the calibration has no such column.

    Examples
    --------
    >>> import numpyro.distributions as dist
    >>> import radon
    >>> model = radon.models.with_priors(
    ...     radon.models.complete_pooling, sigma=dist.HalfNormal(1)
    ... )
    >>> data = radon.load_radon()
    >>> done = radon.checks.calibrate(model, data, seed=1, simulations=5)
    >>> radon.plots.recovered(done, "beta").get_xlabel()
    'truth'
    """
    check(CALIBRATION, calibration=calibration)
    check(NAME, name=name)
    if name not in calibration.truth:
        names = ", ".join(map(str, calibration.truth))
        raise ValueError(f"The calibration has no {name!r}; it has {names}.")
    truth, mean, low, high = (
        getattr(calibration, part)[name].to_numpy()
        for part in ("truth", "mean", "low", "high")
    )
    ax = new_axes(ax)
    answered = np.isfinite(mean)
    shown = np.concatenate([truth, low[answered], high[answered]])
    ends = [shown.min(), shown.max()]
    without = truth[~answered]
    ax.scatter(
        without,
        np.full(len(without), ends[0]),
        marker="x",
        color="#000000",
        gid="no answer",
    )
    ax.plot(ends, ends, color=PALETTE["measurements"], zorder=0, gid="equal")
    missed = answered & ((truth < low) | (truth > high))
    for at, colour, face, style, kind in (
        (answered & ~missed, PALETTE["partial pooling"], None, "-", "held"),
        (missed, "#000000", "white", "--", "missed"),
    ):
        lines = ax.vlines(truth[at], low[at], high[at], color=colour)
        lines.set(linestyle=style, linewidth=1, gid=kind)
        ax.scatter(
            truth[at],
            mean[at],
            s=14,
            facecolor=face or colour,
            edgecolor=colour,
            zorder=3,
            gid=f"{kind} means",
        )
    ax.set_xlabel("truth")
    ax.set_ylabel(f"estimate of {symbol(name)}")
    return ax


def rank_grid(
    by_name: Mapping[str, pd.DataFrame], *, fig: Figure | None = None
) -> np.ndarray:
    """Draw the same for several models, a panel each.

    Parameters
    ----------
    by_name : dict of str to pandas.DataFrame
        Ranks by the name of their model.
    fig : matplotlib Figure, optional

    Returns
    -------
    numpy.ndarray
        Axes, (panel,).

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from radon import plots
    >>> ranks = pd.DataFrame({"sigma": np.arange(200)})
    >>> len(plots.rank_grid({"uranium": ranks, "nested": ranks}))
    2
    """
    entries(by_name=by_name)
    if not by_name:
        raise ValueError("by_name is empty; wanted the ranks of a model.")
    passed = {name: _passed(ranks) for name, ranks in by_name.items()}
    columns = min(COLUMNS, len(by_name))
    rows = -(-len(by_name) // columns)
    fig, axes = new_grid(
        fig, (rows, columns), (7, 0.9 + 1.6 * rows), sharex=True, sharey=True
    )
    panels = axes.ravel()
    for ax, (name, ranks) in zip(panels, by_name.items(), strict=False):
        _draw(ax, ranks, passed[name])
        ax.annotate(
            str(name).replace("_", " "),
            (0.02, 0.97),
            xycoords="axes fraction",
            va="top",
            path_effects=halo(),
        )
    for ax in panels[len(by_name) :]:
        ax.set_visible(False)
    for ax in panels[len(by_name) - columns : len(by_name)]:
        ax.tick_params(labelbottom=True)
    fig.supxlabel(PLACE, fontsize="medium")
    fig.supylabel(SHARE, fontsize="medium")
    return panels[: len(by_name)]


def _passed(ranks: pd.DataFrame) -> pd.Series:
    """Return whether each quantity passes, refusing what are no ranks."""
    # Here, so that a figure of the data does not wait for JAX and ArviZ.
    from radon.checks.calibration import judge_ranks

    return judge_ranks(ranks)["passed"]


def _draw(ax: Axes, ranks: pd.DataFrame, passed: pd.Series) -> None:
    from radon.checks.calibration_fits import DRAWS
    from radon.checks.uniformity import band, places, shares

    at = np.concatenate([[0], places(), [1]])
    low, high = (
        np.concatenate([[0], edge - places(), [0]])
        for edge in band(len(ranks))
    )
    ax.fill_between(at, low, high, color="#E3E3E3", linewidth=0, gid="band")
    ax.axhline(0, color="#404040", linewidth=0.8)
    labelled: list[int] = []
    for name, column in ranks.items():
        gap = shares(column, DRAWS) - places()
        line = np.concatenate([[0], gap, [0]])
        if passed[str(name)]:
            ax.plot(
                at, line, color=PALETTE["partial pooling"], linewidth=1,
                alpha=0.7, gid=str(name),
            )  # fmt: skip
            continue
        ax.plot(at, line, color="#000000", linestyle="--", gid=str(name))
        furthest = _label_place(gap, labelled)
        labelled.append(furthest)
        x, up = places()[furthest], gap[furthest] > 0
        ax.annotate(
            symbol(str(name)),
            (x, gap[furthest]),
            xytext=(4 if x < 0.5 else -4, 4 if up else -4),
            textcoords="offset points",
            ha="left" if x < 0.5 else "right",
            va="bottom" if up else "top",
            path_effects=halo(),
        )
    ax.margins(y=0.12)
    ax.set_xlim(0, 1)


def _label_place(gap: np.ndarray, taken: Iterable[int]) -> int:
    """Find where a line is furthest out, away from other labels."""
    reach = np.abs(gap)
    for place in taken:
        reach[abs(np.arange(len(gap)) - place) < len(gap) / 3] = 0
    return int(reach.argmax())
