"""Where the book is published and kept: the environment knows.

``RADON_REPOSITORY``, or else ``GITHUB_REPOSITORY``, is OWNER/NAME.
``RADON_URL`` is the site's address; by default, that of the repository's
pages. Where neither is said the book names no address at all.
"""

import os
import re


def repository():
    """Return OWNER/NAME, or None.

    Raises
    ------
    ValueError
        Where the environment says something else.
    """
    for variable in ("RADON_REPOSITORY", "GITHUB_REPOSITORY"):
        if name := os.environ.get(variable):
            if re.fullmatch(r"[\w.-]+/[\w.-]+", name):
                return name
            raise ValueError(f"{variable} is {name!r}: wanted OWNER/NAME.")
    return None


def site():
    """Return the site's address, with its last slash, or None.

    Raises
    ------
    ValueError
        Where the environment says something else.
    """
    if url := os.environ.get("RADON_URL"):
        if re.fullmatch(r"https?://[^\s\"'<>?#]+", url):
            return url.rstrip("/") + "/"
        raise ValueError(f"RADON_URL is {url!r}: wanted https://...")
    if name := repository():
        owner, _, name = name.lower().partition("/")
        host = f"{owner}.github.io"
        return f"https://{host}/" + ("" if name == host else f"{name}/")
    return None
