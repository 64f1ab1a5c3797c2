"""Let the site not tell in which folder it was built.

Sphinx writes a digest of its settings beside the pages, and the theme's
templates are among them: by their path, in an environment inside the project.
"""

from pathlib import Path


def seen_from(root, paths):
    """Return paths as they are seen from a folder, if they lie in it.

    Examples
    --------
    >>> seen_from("/a book", ["/a book/.venv/theme", "/usr/theme", "mine"])
    ['.venv/theme', '/usr/theme', 'mine']
    """
    return [
        Path(path).relative_to(root).as_posix()
        if Path(path).is_relative_to(root)
        else path
        for path in paths
    ]


def _shorten(app, config):
    config.templates_path = seen_from(app.srcdir, config.templates_path)


def setup(app):
    """Come after the theme's own."""
    app.connect("config-inited", _shorten, priority=900)
    return {"parallel_read_safe": True}
