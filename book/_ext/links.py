"""Follow links that leave the site, as `make links` does.

Publishers turn programs away, so a DOI is looked up where it is registered.
"""

import re

DOI = re.compile(r"https?://(?:dx\.)?doi\.org/(10\..+)")


def registered(app, uri):
    """Return where a DOI's registration is answered; None for others."""
    found = DOI.fullmatch(uri)
    return found and f"https://doi.org/api/handles/{found[1]}"


def setup(app):
    """Ask for registrations instead of publishers' pages."""
    app.connect("linkcheck-process-uri", registered)
    return {"parallel_read_safe": True}
