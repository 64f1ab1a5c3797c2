"""Whether a person is waiting."""

import os
import sys


def shows_progress(progress: bool | None) -> bool:
    """Decide on a progress bar.

    Parameters
    ----------
    progress : bool or None
        True or False decide.  None leaves it to the place: a bar in a
        terminal and in a notebook, none where output goes to a file or where
        TQDM_DISABLE is set, as in the book's build.

    Returns
    -------
    bool

    Raises
    ------
    TypeError
        Where ``progress`` is something else.
    """
    if isinstance(progress, bool):
        return progress
    if progress is not None:
        raise TypeError(
            f"progress is {progress!r}; wanted True, False or None."
        )
    if os.environ.get("TQDM_DISABLE"):
        return False
    return sys.stderr.isatty() or _in_a_notebook()


def _in_a_notebook() -> bool:
    """Whether an IPython kernel runs this, rather than a plain Python."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None
