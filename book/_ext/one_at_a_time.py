"""Two builds in one folder take turns."""

from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.util import logging

_held = []  # until the process ends


def setup(app):
    """Wait for a build that is under way in the same folder."""
    folder = Path(app.outdir).parent
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        logging.getLogger(__name__).info("Another build is running: waiting.")
        lock.acquire()
    _held.append(lock)
    return {"parallel_read_safe": True}
