"""Why a build ends is said in plain words, and last.

Jupyter Book would end with a chain of traces and ask to look above.
"""

import errno
import signal
import sqlite3
import sys

from sphinx.errors import SphinxError

OLDEST = (3, 12)
FULL = "The disk is full: make room there, and build again."
CLOSED = (
    "Nothing can be written there: let this user write, or build into "
    "another folder: jupyter-book build . --path-output FOLDER"
)
LACKING = "A package is missing: pip install -r requirements.txt"
REMEDIES = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: CLOSED,
    errno.EPERM: CLOSED,
    errno.EROFS: CLOSED,
}


def causes(error):
    """Yield an error, what caused it, and so on to the first cause."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def remedy(error):
    """Return what to do about an error of the machine's, or None."""
    if isinstance(error, ModuleNotFoundError):
        return LACKING
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return FULL if code == sqlite3.SQLITE_FULL else None
    if isinstance(error, OSError):
        return REMEDIES.get(error.errno)
    return None


def _end(kind, error, trace):
    """Say the first cause; trace it, unless that would only hide it."""
    *_, first = causes(error)
    known = next(filter(None, map(remedy, causes(error))), None)
    if not known and not isinstance(first, SphinxError):
        sys.__excepthook__(kind, error, trace)
    # Sphinx has said its own errors whole.
    if known or not isinstance(first, SphinxError):
        print(f"{type(first).__name__}: {first}", file=sys.stderr)
    print(known or "The book was not built.", file=sys.stderr)


def setup(app):
    """Come before whatever may fail."""
    if sys.version_info < OLDEST:
        wanted, found = (
            ".".join(map(str, version))
            for version in (OLDEST, sys.version_info[:3])
        )
        raise SystemExit(
            f"The book needs Python {wanted} or newer, and this is {found}: "
            "install a newer one, and the packages of requirements.txt for it."
        )
    sys.excepthook = _end
    # Else an interrupt waits until every chapter has run.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return {"parallel_read_safe": True}
