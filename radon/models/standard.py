"""Where a Normal site's value stands in its population."""

from typing import Any

import jax
import numpyro
import numpyro.distributions as dist
from numpyro.primitives import Messenger, apply_stack

TYPE = "standardised"


def standardised(
    name: str, population: dist.Normal
) -> tuple[jax.Array, jax.Array]:
    """Sample a Normal site; say also where its value stands.

    For a site whose value another site depends on, in standard deviations:
    ``(value - loc) / scale``.  A form of the model that has drawn this very
    number gets it back.  Where the scale is far smaller than the mean,
    computing it again is rounding alone, and in single precision its
    gradient leads a chain nowhere.

    Parameters
    ----------
    name : str
        The site's name.
    population : numpyro.distributions.Normal
        What it is drawn from.

    Returns
    -------
    value, number : jax.Array
        In the population's unit, and without unit.

    Raises
    ------
    TypeError
        Where the population is not Normal.

    Examples
    --------
    >>> from numpyro import handlers
    >>> with handlers.substitute(data={"alpha": 1.9}):
    ...     alpha, z = standardised("alpha", dist.Normal(1.5, 0.2))
    >>> round(float(z), 4)
    2.0
    """
    if not isinstance(population, dist.Normal):
        raise TypeError(
            f"The population of {name} is a {type(population).__name__}; "
            "wanted one such as dist.Normal(mu_alpha, sigma_alpha)."
        )
    value = numpyro.sample(name, population)
    message = {
        "type": TYPE,
        "site": name,
        "at": value,
        "fn": lambda: (value - population.loc) / population.scale,
        "args": (),
        "kwargs": {},
        "value": None,
    }
    return value, apply_stack(message)["value"]


class Known(Messenger):
    """Answer `standardised` with the numbers that values were made of."""

    def __init__(self) -> None:
        self.numbers: dict[str, tuple[jax.Array, jax.Array]] = {}
        super().__init__(None)

    def tell(self, site: str, value: jax.Array, number: jax.Array) -> None:
        """Tell what a site's value is made of."""
        self.numbers[site] = value, number

    def process_message(self, msg: dict[str, Any]) -> None:
        """Answer, unless the site was given another value since."""
        if msg["type"] == TYPE:
            value, number = self.numbers.get(msg["site"], (None, None))
            if value is msg["at"]:
                msg["value"] = number
