"""What `fit` is asked for, checked before JAX sees any of it."""

from numbers import Integral, Real
from typing import NamedTuple

from radon.data import Radon, RadonDataError

SEEDS = 2**32


class Settings(NamedTuple):
    """How long and how carefully to sample."""

    num_warmup: int
    num_samples: int
    num_chains: int
    target_accept: float


def check_settings(
    num_warmup: int, num_samples: int, num_chains: int, target_accept: float
) -> Settings:
    """Check the sampler's settings and turn them into plain numbers.

    Returns
    -------
    Settings

    Raises
    ------
    TypeError, ValueError
        Naming the setting that cannot be used.
    """
    number = isinstance(target_accept, Real)
    if not number or not 0 < target_accept < 1:
        raise ValueError(
            f"target_accept is {target_accept!r}; wanted a number between 0 "
            "and 1. The higher, the smaller the sampler's steps: try 0.95."
        )
    return Settings(
        check_count("num_warmup", num_warmup, least=0),
        check_count("num_samples", num_samples, least=1),
        check_count("num_chains", num_chains, least=1),
        float(target_accept),
    )


def check_seed(seed: int) -> int:
    """Check a seed and turn it into a plain integer.

    Returns
    -------
    int
        From 0 to 2**32 - 1, where two seeds never mean the same draws.

    Raises
    ------
    TypeError, ValueError
        Where it is not a whole number of that range.

    Examples
    --------
    >>> check_seed(3)
    3
    """
    seed = check_count("seed", seed, least=0)
    if seed >= SEEDS:
        raise ValueError(
            f"seed is {seed}; wanted less than 2**32. A small number does."
        )
    return seed


def check_by(by: str | None) -> None:
    """Refuse a level other than None and "county"."""
    if by is not None and by != "county":
        raise ValueError(
            f"by is {by!r}; wanted None, which fits all homes together, or "
            "'county', which fits one county at a time."
        )


def check_model(model: object) -> None:
    """Refuse what cannot be called with a design and an outcome."""
    if not callable(model):
        raise TypeError(
            f"The model is a {type(model).__name__}; wanted a function "
            "model(design, log_radon=None), such as "
            "radon.models.varying_intercepts."
        )


def check_survey(data: object) -> None:
    """Refuse what is not a survey, the likely mistakes by name."""
    if not isinstance(data, Radon):
        raise RadonDataError(
            f"The data are a {type(data).__name__}; wanted a Radon. "
            "radon.load_radon() gives the survey; radon.read_csv(path) and "
            "radon.Radon.from_frame(table) make one of your own homes."
        )


def check_count(name: str, value: int, least: int) -> int:
    """Check a whole number and turn it into a plain one.

    Parameters
    ----------
    name : str
        What it counts, for the message.
    value : int
        Python's or NumPy's; truth values are no numbers.
    least : int
        The smallest that makes sense.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        Where it is not a whole number or is less.

    Examples
    --------
    >>> check_count("num_chains", 0, least=1)
    Traceback (most recent call last):
        ...
    ValueError: num_chains is 0; wanted 1 or more.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(
            f"{name} is {value!r}, a {type(value).__name__}; wanted a whole "
            f"number such as {max(least, 1)}."
        )
    if value < least:
        raise ValueError(f"{name} is {value}; wanted {least} or more.")
    return int(value)
