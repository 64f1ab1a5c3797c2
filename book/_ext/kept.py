"""Where a build keeps what it need not make or fetch again."""

from pathlib import Path


def folder(app):
    """Return `.cache`, beside `_build`: the project may be read-only."""
    return Path(app.outdir).parents[1] / ".cache"
