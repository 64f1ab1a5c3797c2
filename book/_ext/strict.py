"""A build that has something to say fails, the first time and every time.

This holds for plain `jupyter-book build .` as for `make book`: every warning
counts, references are checked, every page is read again, and no page of an
older build is left behind.
"""

import shutil
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)


def _drop_old_pages(app):
    site = Path(app.outdir)
    if site.parent.name == "_build":  # Jupyter Book's own
        for path in site.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _promised_errors_happen(app, doctree):
    """Warn of a cell that is tagged `raises-exception` and raises none."""
    for cell in doctree.findall(nodes.container):
        if "tag_raises-exception" in cell["classes"] and not any(
            "traceback" in block["classes"]
            for block in cell.findall(nodes.literal_block)
        ):
            logger.warning(
                "a cell is tagged raises-exception and raises none",
                location=cell,
            )


def setup(app):
    """Count every warning, read every page."""
    app.warningiserror = False
    app.keep_going = True
    app.config.nitpicky = True
    app.connect("builder-inited", _drop_old_pages)
    app.connect("env-get-outdated", lambda app, env, *_: env.found_docs)
    app.connect("doctree-read", _promised_errors_happen)
    return {"parallel_read_safe": True}
