"""The same model, told of a few homes at a time."""

import functools
from typing import Any

import jax
import numpyro
from numpyro.primitives import Messenger

from radon.arguments import check_count, check_model
from radon.data.design import Design
from radon.models.structure import OUTCOME, Model, name_of

BATCH = "batch"


def minibatched(model: Model, size: int) -> Model:
    """Let a model see a random few of its homes, each counted for many.

    Parameters
    ----------
    model : callable
        A model of the ladder or one like it, centred or not.
    size : int
        Number of homes drawn, without replacement, each time it is run.

    Returns
    -------
    callable
        The model of `size` homes whose log likelihood is multiplied by n /
        size: on average it is that of all n, and so is its gradient. It is
        for stochastic variational inference; a sampler needs the density
        itself.

    Raises
    ------
    TypeError, ValueError
        Where the model is marginalised or the size is no count; when it is
        run, where there are fewer than `size` homes, or no outcome.

    Notes
    -----
    Other forms and priors are given to ``model`` itself, which is there as
    ``.centered``, and the batches are drawn around what comes of it.

    References
    ----------
    .. [1] Hoffman, Blei, Wang & Paisley (2013), "Stochastic variational
       inference", Journal of Machine Learning Research 14, 1303-1347.

    Examples
    --------
    >>> from radon import models
    >>> models.minibatched(models.varying_slopes, 100).__name__
    'varying_slopes'
    """
    check_model(model)
    size = check_count("size", size, least=1)
    if hasattr(model, "complete"):
        raise ValueError(
            f"{name_of(model)} is marginalised: it knows its homes by their "
            "statistics, and none can be drawn. Give its .centered instead."
        )
    model = model.centered if hasattr(model, "batch") else model

    @functools.wraps(model)
    def of_a_few(design: Design, log_radon: jax.Array | None = None) -> Any:
        if log_radon is None:
            raise ValueError(
                f"{name_of(model)} sees {size} of its homes at a time and "
                "simulates none: give it an outcome, or ask its .centered."
            )
        homes = len(log_radon)
        if size > homes:
            raise ValueError(
                f"Mini-batches of {size} from {homes} homes; wanted 1 to "
                f"{homes}."
            )
        with numpyro.plate(BATCH, homes, subsample_size=size) as rows:
            pass
        few = design._replace(
            county=design.county[rows], floor=design.floor[rows]
        )
        with _CountedFor(homes / size):
            return model(few, log_radon[rows])

    of_a_few.__name__ = name_of(model)
    of_a_few.centered = model
    of_a_few.form = functools.partial(minibatched, size=size)
    of_a_few.batch = size
    return of_a_few


class _CountedFor(Messenger):
    """Count each home for so many."""

    def __init__(self, times: float) -> None:
        self.times = times
        super().__init__(None)

    def process_message(self, msg: dict[str, Any]) -> None:
        if msg.get("name") == OUTCOME and msg["type"] == "sample":
            before = 1 if msg["scale"] is None else msg["scale"]
            msg["scale"] = before * self.times
