"""The page for who asks for one that is not there.

A server answers with it at any depth, so its links begin at the site's root:
the path of the site's address, or that of the server.
"""

import re
from urllib.parse import urlsplit

from _ext import address, finished

LINK = re.compile(
    r'\b(href|src|action|data-content_root)="(?![a-z]+:|[/#])(?:\./)?([^"]*)"'
)


def from_root(text, root):
    """Return a page whose relative links begin at `root`."""
    return LINK.sub(rf'\1="{root}\2"', text)


def _add(app, config):
    config.html_additional_pages["404"] = "404.html"


def _mend(app):
    page = app.outdir / "404.html"
    root = urlsplit(address.site() or "/").path
    text = from_root(page.read_text(encoding="utf8"), root)
    page.write_text(text, encoding="utf8")


def setup(app):
    """Add the page, and mend its links when they are all there."""
    app.connect("config-inited", _add)
    finished.once(app, _mend, finished.SEAL - 1)
    return {"parallel_read_safe": True}
