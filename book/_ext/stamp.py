"""Remember what the site was made from, and for which address and readers.

Run as a script, exit 0 where the built site is whole and up to date.
"""

import sys
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from _ext import address, digest, solutions  # noqa: E402


def _stamp(build):
    return Path(build) / ".made-from"


def _sources(root):
    """Return in a few words all that the site is made from."""
    project = tomllib.loads((Path(root) / "pyproject.toml").read_text())
    return "\n".join(
        [
            digest.of_site(root),
            f"version {project['project']['version']}",
            f"repository {address.repository()}",
            f"address {address.site()}",
            f"solutions {solutions.wanted()}",
        ]
    )


def _remember(app, exception):
    if exception is None and not app._warncount and app.builder.name == "html":
        _stamp(Path(app.outdir).parent).write_text(app.made_from)


def up_to_date(root):
    """Say whether the site in `_build` is made from what is here now."""
    stamp = _stamp(Path(root) / "_build")
    return stamp.exists() and stamp.read_text() == _sources(root)


def setup(app):
    """Forget what was built; remember once it is built."""
    _stamp(Path(app.outdir).parent).unlink(missing_ok=True)
    app.made_from = _sources(app.srcdir)  # what changes now is not in it
    app.connect("build-finished", _remember, priority=1000)
    return {"parallel_read_safe": True}


if __name__ == "__main__":
    sys.exit(not up_to_date(Path(__file__).parents[2]))
