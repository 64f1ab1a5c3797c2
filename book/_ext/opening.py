"""Each chapter's opening question, where it helps to choose a page.

It stands in the links to the previous and the next page, and in what search
engines show of the page, unless the page's `html_meta` has a description.
"""

import textwrap
from html import escape

from docutils import nodes

LONGEST = 155  # characters that a search engine shows


def _first_paragraph(doctree):
    """Return the paragraph under the title, before any section."""
    title = next(doctree.findall(nodes.title), None)
    beside = title.parent if title else []
    return next((n for n in beside if isinstance(n, nodes.paragraph)), None)


def _read(app, doctree):
    page = app.env.metadata[app.env.docname]
    if first := _first_paragraph(doctree):
        text = " ".join(first.astext().split())
        bold = next(first.findall(nodes.strong), None)
        if bold is not None and bold.astext() == first.astext():
            page["question"] = text
        page["description"] = textwrap.shorten(text, LONGEST, placeholder=" …")
    for meta in list(doctree.findall(nodes.meta)):
        if meta.get("name") == "description":
            page["description"] = meta["content"]
            meta.parent.remove(meta)


def _show(app, pagename, template, context, doctree):
    if doctree is None:
        return
    pages = app.env.metadata
    _, before, after = app.builder.relations.get(pagename, [None] * 3)
    context["previous_question"] = pages.get(before, {}).get("question")
    context["next_question"] = pages.get(after, {}).get("question")
    if description := pages[pagename].get("description"):
        context["metatags"] += (
            f'\n<meta name="description" content="{escape(description)}" />'
        )


def setup(app):
    """Read with the page, show with the theme."""
    app.connect("doctree-read", _read, priority=600)
    app.connect("html-page-context", _show)
    return {"parallel_read_safe": True}
