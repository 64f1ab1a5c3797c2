"""Where a Normal site's value stands in its population."""

from typing import Any

import jax
from numpyro.primitives import Messenger, apply_stack

TYPE = "standardised"


def standardised(
    name: str, value: jax.Array, loc: jax.Array, scale: jax.Array
) -> jax.Array:
    """Return ``(value - loc) / scale`` of a Normal site, for use in a model.

    A non-centred form has drawn this very number, and gets it back.  Where
    the scale is far smaller than the mean, ``loc + scale * number - loc`` is
    rounding alone, and in single precision its gradient leads a chain
    nowhere.

    Parameters
    ----------
    name : str
        The site's name.
    value, loc, scale : jax.Array
        Its value, mean and standard deviation, in one unit.

    Returns
    -------
    jax.Array
        Without unit, in the shape of the three together.

    Examples
    --------
    >>> round(standardised("alpha", 1.9, 1.5, 0.2), 6)
    2.0
    """
    message = {
        "type": TYPE,
        "site": name,
        "fn": lambda: (value - loc) / scale,
        "args": (),
        "kwargs": {},
        "value": None,
    }
    return apply_stack(message)["value"]


class Remembered(Messenger):
    """Answer `standardised` with what a non-centred form has drawn."""

    def __init__(self) -> None:
        self.drawn: dict[str, jax.Array] = {}
        super().__init__(None)

    def process_message(self, msg: dict[str, Any]) -> None:
        """Answer with the number that was drawn, if one was."""
        if msg["type"] == TYPE:
            msg["value"] = self.drawn.get(f"{msg['site']}_decentered")

    def postprocess_message(self, msg: dict[str, Any]) -> None:
        """Remember what is sampled."""
        if msg["type"] == "sample":
            self.drawn[msg["name"]] = msg["value"]
