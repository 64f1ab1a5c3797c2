"""Downloads made with the site: the survey's tables, and the site itself.

The same site gives the same bytes.
"""

import re
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from _ext import finished

TABLES, BOOK = "radon-tables.zip", "radon-book.zip"
# Of no use to a reader: maps of scripts, Sphinx's own notes.
LEFT_OUT = re.compile(r"\.map$|^\.buildinfo$|^404\.html$|^robots\.txt$")
# An archive has no link to itself: neither the footer's nor one in a text.
FOOTER = re.compile(r'<li class="offline">.*?</li>\s*', re.S)
LINK = re.compile(rf'<a href="[^"]*{BOOK}"[^>]*>(.*?)</a>', re.S)


def write(path, files):
    """Write a zip whose bytes depend on nothing but names and contents.

    Parameters
    ----------
    path : Path
        The archive.
    files : dict
        Contents by name, bytes by str.
    """
    with ZipFile(path, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(f"{path.stem}/{name}")
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], ZIP_DEFLATED, 9)


def _tables(app):
    folder = Path(app.srcdir) / "radon" / "tables"
    files = {
        path.name: path.read_bytes()
        for pattern in ("*.csv", "*.geojson", "README.md")
        for path in folder.glob(pattern)
    }
    write(app.outdir / TABLES, files)


def _content(path):
    if path.suffix != ".html":
        return path.read_bytes()
    text = FOOTER.sub("", path.read_text(encoding="utf8"))
    return LINK.sub(r"\1", text).encode()


def _book(app):
    site = Path(app.outdir)
    names = {
        path.relative_to(site).as_posix(): path
        for path in site.glob("**/*")
        if path.is_file() and path != site / BOOK
    }
    write(
        site / BOOK,
        {
            name: _content(path)
            for name, path in names.items()
            if not LEFT_OUT.search(name)
        },
    )


def setup(app):
    """Pack the tables with the pages, and everything at the very end."""
    finished.once(app, _tables, finished.MEND)
    finished.once(app, _book, finished.PACK)
    return {"parallel_read_safe": True}
