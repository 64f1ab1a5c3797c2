"""The two recipes that make an outcome of a reading."""

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from radon.data.errors import RadonDataError, did_you_mean, listed

SHIFT = 0.1  # [pCi/L]
ZEROS = ("shift", "replace")


def recipe(zeros: str) -> str:
    """Return the name of a recipe, or refuse it.

    Parameters
    ----------
    zeros : str
        "shift" for log(radon + 0.1), "replace" for zeros set to 0.1 first.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    RadonDataError
        If there is no such recipe.
    """
    if isinstance(zeros, str) and zeros in ZEROS:
        return zeros
    raise RadonDataError(
        f"zeros={zeros!r} is no recipe.{did_you_mean(zeros, ZEROS)} Wanted "
        "'shift', log(radon + 0.1), or 'replace', log(radon) with zeros set "
        "to 0.1 first."
    )


def from_pci(x: Any, zeros: str) -> Any:
    """Turn readings into outcomes, by the recipe named.

    Parameters
    ----------
    x : array_like
        Radon [pCi/L], of any shape; a number may be text.
    zeros : str
        The recipe.

    Returns
    -------
    array_like
        Log radon [log pCi/L], of the same shape and kind.

    Raises
    ------
    RadonDataError
        If a reading is negative, missing, infinite or no number.

    Examples
    --------
    >>> bool(np.isclose(from_pci(4.0, "shift"), np.log(4.1)))
    True
    >>> bool(np.isclose(from_pci(0.0, "replace"), np.log(0.1)))
    True
    """
    x = _numeric(x, "Radon must be numbers in pCi/L")
    values = np.asarray(x, dtype=np.float64)
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        raise RadonDataError(
            f"Radon has no logarithm where it is negative, missing or "
            f"infinite: got {listed(values[bad].tolist())}. Wanted readings "
            "in pCi/L, 0 or more."
        )
    if zeros == "shift":
        return np.log(x + SHIFT)
    return np.log(x + SHIFT * (x == 0))


def to_pci(y: Any, zeros: str) -> Any:
    """Turn outcomes back into radon, by the recipe named.

    Under "shift" an outcome below log(0.1) stands for no radon at all: the
    answer is 0, for radon is never negative.

    Parameters
    ----------
    y : array_like
        Log radon [log pCi/L], of any shape.
    zeros : str
        The recipe.

    Returns
    -------
    array_like
        Radon [pCi/L], of the same shape and kind; infinite where the outcome
        is too large for a number to hold.

    Raises
    ------
    RadonDataError
        If an outcome is no number. A missing one stays missing.

    Examples
    --------
    >>> bool(np.isclose(to_pci(np.log(4.1), "shift"), 4.0))
    True
    """
    y = _numeric(y, "Outcomes must be numbers in log pCi/L")
    with np.errstate(over="ignore"):  # infinite, as it is
        radon = np.exp(y)
    return np.maximum(radon - SHIFT, 0.0) if zeros == "shift" else radon


def _numeric(x: Any, wanted: str) -> Any:
    """Return numbers of the same shape and kind, converted if need be."""
    dtype = getattr(x, "dtype", None)
    if isinstance(dtype, np.dtype) and dtype.kind in "iuf":
        return x
    cells = np.asarray(x, dtype=object)
    try:
        if not all(map(_reads_as_number, cells.flat)):
            raise ValueError
        return (
            x.astype(float) if hasattr(x, "astype") else np.asarray(x, float)
        )
    except (TypeError, ValueError):
        raise RadonDataError(f"{wanted}, got {x!r}.") from None


def _reads_as_number(value: object) -> bool:
    """Whether a cell is a number, or text that may be one."""
    number = isinstance(value, str | Real | Decimal)
    return number and not isinstance(value, bool)
