"""Remember what the site was made from.

Run as a script, exit 0 where the built site is whole and up to date.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from _ext import digest  # noqa: E402


def _stamp(build):
    return Path(build) / ".made-from"


def _remember(app, exception):
    if exception is None and not app._warncount and app.builder.name == "html":
        made_from = digest.of_site(app.srcdir)
        _stamp(Path(app.outdir).parent).write_text(made_from)


def up_to_date(root):
    """Say whether the site in `_build` is made from what is here now."""
    stamp = _stamp(Path(root) / "_build")
    return stamp.exists() and stamp.read_text() == digest.of_site(root)


def setup(app):
    """Forget what was built; remember once it is built."""
    _stamp(Path(app.outdir).parent).unlink(missing_ok=True)
    app.connect("build-finished", _remember, priority=1000)
    return {"parallel_read_safe": True}


if __name__ == "__main__":
    sys.exit(not up_to_date(Path(__file__).parents[2]))
