"""How to cite a page, in BibTeX, from `CITATION.cff` and its own title."""

from pathlib import Path

import yaml
from _ext import address

SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "&%$#_{}"})


def bibtex(book, page, title, year, url=None):
    """Return the entry for a page, or for the book where `title` is None.

    Parameters
    ----------
    book : dict
        The book's `CITATION.cff`.
    page : str
        The page's name in the table of contents.
    """
    authors = " and ".join(
        f"{{{who['name']}}}"
        if "name" in who
        else f"{who['family-names']}, {who['given-names']}"
        for who in book["authors"]
    )
    whole = book["title"].translate(SPECIAL)
    fields = {"author": authors, "title": whole}
    kind, key = "book", "radon-book"
    if title is not None:
        kind, key = "incollection", f"{key}-{page.rpartition('/')[2]}"
        fields |= {"title": title.translate(SPECIAL), "booktitle": whole}
    fields |= {"year": year, "note": f"Version {book['version']}"}
    if url:
        fields["url"] = url
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])


def _read(app):
    path = Path(app.srcdir) / "CITATION.cff"
    app.citation = yaml.safe_load(path.read_text(encoding="utf8"))


def _add(app, pagename, template, context, doctree):
    if doctree is None:
        return
    root = pagename == app.config.root_doc
    title = None if root else app.env.titles[pagename].astext()
    year, site = app.config.copyright[:4], address.site()
    target = "" if root else app.builder.get_target_uri(pagename)
    url = site and site + target
    context["citation"] = bibtex(app.citation, pagename, title, year, url)


def setup(app):
    """Give the entry to the template `components/cite.html`."""
    app.connect("builder-inited", _read)
    app.connect("html-page-context", _add)
    return {"parallel_read_safe": True}
