"""Plain arguments, checked before anything is computed from them."""

import inspect
import math
from numbers import Integral, Real
from typing import TypeGuard

SEEDS = 2**32
MOST = 2**31 - 1  # what JAX counts to


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
        At most 2**31 - 1.

    Raises
    ------
    TypeError, ValueError
        Where it is not a whole number of that range.

    Examples
    --------
    >>> check_count("num_chains", 0, least=1)
    Traceback (most recent call last):
        ...
    ValueError: num_chains is 0; wanted 1 or more.
    """
    value = _whole(name, value, least)
    if value > MOST:
        raise ValueError(f"{name} is {value:,}; wanted {MOST:,} or less.")
    return value


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
    seed = _whole("seed", seed, least=0)
    if seed >= SEEDS:
        raise ValueError(
            f"seed is {seed}; wanted less than 2**32. A small number does."
        )
    return seed


def _whole(name: str, value: int, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(
            f"{name} is {value!r}, a {type(value).__name__}; wanted a whole "
            f"number such as {max(least, 1)}."
        )
    if value < least:
        raise ValueError(f"{name} is {value}; wanted {least} or more.")
    return int(value)


def check_share(name: str, value: float, advice: str) -> float:
    """Check a number strictly between 0 and 1, and make a plain one of it.

    Parameters
    ----------
    name : str
        What it is, for the message.
    value : float
        Python's or NumPy's; truth values are no numbers.
    advice : str
        What to do, for the message.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        Where it is no such number.

    Examples
    --------
    >>> check_share("probability", 0.9, "Try 0.9.")
    0.9
    """
    if not is_number(value) or not 0 < value < 1:
        raise ValueError(
            f"{name} is {value!r}; wanted a number between 0 and 1. {advice}"
        )
    return float(value)


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is one real and finite number; truth values are none.

    Examples
    --------
    >>> is_number(1), is_number(True), is_number(float("nan"))
    (True, False, False)
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number above all floats
        return False


def check_model(model: object) -> None:
    """Refuse what cannot be called with a design and an outcome.

    Raises
    ------
    TypeError
        Naming what it is.
    """
    wanted = (
        "wanted a function model(design, log_radon=None), such as "
        "radon.models.varying_intercepts."
    )
    if not callable(model):
        raise TypeError(f"The model is a {type(model).__name__}; {wanted}")
    if isinstance(model, type):
        raise TypeError(f"The model is the class {model.__name__}; {wanted}")
    try:
        takes = inspect.signature(model)
    except ValueError:  # written in C, and silent about it
        return
    try:
        takes.bind(None, None)
    except TypeError as error:
        name = getattr(model, "__name__", type(model).__name__)
        raise TypeError(
            f"The model {name}{takes} cannot be called with a design and an "
            f"outcome: {error}; {wanted}"
        ) from None
