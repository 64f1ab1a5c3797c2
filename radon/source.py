"""Code and numbers for the page: a model's source, and glued values."""

import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from IPython.display import Markdown


PACKAGE = Path(__file__).parent
# In a clone; in the wheel of the launched notebooks a copy is in the package.
RESULTS = (PACKAGE.parent / "benchmarks" / "results", PACKAGE / "measured")


def show(function: Callable[..., object]) -> "Markdown":
    """Show a function's source, as the page prints it.

    Parameters
    ----------
    function : callable
        A function written in a file, such as a model.  Of a model in
        non-centred form or under other priors, the model itself is shown.

    Returns
    -------
    IPython.display.Markdown
        A fenced block of the whole source, docstring included, which the
        book's theme highlights.

    Raises
    ------
    TypeError
        Where there is no source to show.

    Examples
    --------
    >>> from radon import models
    >>> show(models.complete_pooling).data.splitlines()[:2]
    ['```python', 'def complete_pooling(design, log_radon=None):']
    """
    from IPython.display import Markdown

    try:
        source = inspect.getsource(inspect.unwrap(function))
    except (OSError, TypeError) as error:
        raise TypeError(
            f"{function!r} has no source to show; wanted a function written "
            "in Python, such as radon.models.varying_intercepts."
        ) from error
    return Markdown(f"```python\n{textwrap.dedent(source).rstrip()}\n```")


def glue(name: str, value: object) -> None:
    """Keep a number or a text for the prose of a page.

    Parameters
    ----------
    name : str
        What the prose calls it: ``{glue:text}`name:.2f```.
    value : float, int or str
        NumPy's and xarray's scalars are turned into plain ones, so that the
        prose can format them.

    Raises
    ------
    TypeError
        Where the value is more than one number, or something else.

    Notes
    -----
    Outside the book's build, in a plain Python or where MyST-NB is not
    installed, nothing is kept and nothing is shown.

    Examples
    --------
    >>> glue("floor-effect", np.float64(-0.66))
    """
    value = _plain(name, value)
    try:
        from IPython import get_ipython
        from myst_nb import glue as keep
    except ImportError:
        return
    if get_ipython() is not None:
        keep(name, value, display=False)


def measured(name: str, **options: Any) -> pd.DataFrame:
    """Read a table that the benchmarks have measured, or simulated.

    Parameters
    ----------
    name : str
        That of a file in ``benchmarks/results``, without ``.csv``.
    **options
        Of `pandas.read_csv`.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    FileNotFoundError
        Where nothing of that name has been measured.

    Examples
    --------
    >>> list(measured("machine"))
    ['what', 'value']
    """
    folder = next(filter(Path.is_dir, RESULTS), RESULTS[0])
    path = folder / f"{name}.csv"
    if not path.is_file():
        there = ", ".join(sorted(item.stem for item in folder.glob("*.csv")))
        raise FileNotFoundError(
            f"Nothing named {name!r} has been measured; there is "
            f"{there or f'nothing in {folder}'}. `make bench` measures."
        )
    return pd.read_csv(path, **options)


def _plain(name: str, value: object) -> Any:
    """Turn any scalar into Python's own."""
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fiubU":
        raise TypeError(
            f"{name} is a {type(value).__name__} of {array.size}; wanted one "
            "number or a text."
        )
    return array.item()
