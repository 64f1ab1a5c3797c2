"""Work on the finished site, once every page is written.

What is done to it has an order: pages are first mended, then what they use
is cut to size, then they are sealed, and last of all packed.
"""

from pathlib import Path

MEND, TRIM, SEAL, PACK = 500, 600, 700, 800


def pages(app):
    """Return the paths of the site's pages."""
    return sorted(
        path
        for path in Path(app.outdir).glob("**/*.html")
        if "_static" not in path.parts
    )


def once(app, work, when):
    """Call `work(app)` when the site is there and whole."""

    def run(app, exception):
        if exception is None and app.builder.name == "html":
            work(app)

    app.connect("build-finished", run, priority=when)


def each_page(app, change, when):
    """Write each page anew as `change(app, path, text)` returns it."""

    def work(app):
        for path in pages(app):
            text = path.read_text(encoding="utf8")
            path.write_text(change(app, path, text), encoding="utf8")

    once(app, work, when)
