"""A point estimate beside the posterior that it stands for."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from radon.plots._axes import new_axes
from radon.plots._estimates import Estimates, Fit
from radon.plots._kinds import (
    DRAWN,
    NAME,
    NUMBER,
    check,
    entries,
)
from radon.plots._palette import with_unit


def beside_modes(
    fits: Mapping[str, Fit],
    modes: Mapping[str, float],
    *,
    name: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw posteriors of one parameter, each with a mode beside it.

    A row a survey or a model: the posterior mean in a 50 % (thick) and a
    90 % (thin) interval, and an open diamond at the mode, such as
    restricted maximum likelihood finds.

    Parameters
    ----------
    fits : dict of str to Posterior or DataTree
        Posteriors by the words that name their rows.
    modes : dict of str to float
        The mode of each row, by the same words.
    name : str, keyword-only
        The parameter, a scalar: ``"sigma_alpha"``, ``"rho"``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where the two name different rows, or a fit lacks the parameter.

    Examples
    --------
    >>> import radon
    >>> data, model = radon.load_radon(), radon.models.varying_intercepts
    >>> fits = {"Minnesota": radon.exact.posterior(model, data)}
    >>> reml = radon.exact.restricted_maximum_likelihood(model, data)
    >>> modes = {"Minnesota": reml.loc["sigma_alpha", "estimate"]}
    >>> ax = radon.plots.beside_modes(fits, modes, name="sigma_alpha")
    """
    check(DRAWN, **entries(fits=fits))
    check(NUMBER, **entries(modes=modes))
    check(NAME, name=name)
    if not fits or list(fits) != list(modes):
        raise ValueError(
            f"Got posteriors of {', '.join(map(str, fits)) or 'nothing'} and "
            f"modes of {', '.join(map(str, modes)) or 'nothing'}; wanted the "
            "same rows."
        )
    known = {label: Estimates(fit) for label, fit in fits.items()}
    for estimates in known.values():
        estimates.check_scalars([name])
    ax = new_axes(ax, (7, 1.1 + 0.4 * len(fits)))
    for row, (label, estimates) in enumerate(known.items()):
        drawn = estimates.scalar(name).to_numpy()
        q05, q25, q75, q95 = np.quantile(drawn, [0.05, 0.25, 0.75, 0.95])
        style: dict[str, Any] = {"color": estimates.colour, "gid": label}
        ax.hlines(row, q05, q95, linewidth=1.2, **style)
        ax.hlines(row, q25, q75, linewidth=3.5, **style)
        ax.plot(
            drawn.mean(),
            row,
            "o",
            markersize=6,
            label="posterior mean" if row == 0 else None,
            **style,
        )
        ax.plot(
            modes[label],
            row,
            "D",
            markersize=8,
            color="#000000",
            markerfacecolor="white",
            clip_on=False,
            zorder=4,
            gid=f"mode {label}",
            label="mode" if row == 0 else None,
        )
    if name.startswith("sigma"):
        ax.set_xlim(left=0)
    ax.set_yticks(range(len(fits)), list(fits))
    ax.set_ylim(len(fits) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0, pad=12)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(with_unit(name))
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return ax
