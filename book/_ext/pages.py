"""Leave out of each page what it does not use, and mend its markup."""

import re
from pathlib import Path

MENDED = [
    # Draws the icons that the theme's web font draws too: 1.4 MB.
    (r"\s*<script[^>]*scripts/fontawesome\.js[^>]*></script>", ""),
    # An empty heading says nothing to a screen reader (pandas).
    (r"<th></th>", "<td></td>"),
    # Labels that differ from the words on the button (theme, togglebutton).
    (
        r'(<button class="btn search-button-field[^>]*?) aria-label="Search"',
        r"\1",
    ),
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
    # A part of the page without a name (theme).
    (
        r'<div id="pst-primary-sidebar"',
        r'\g<0> role="region" aria-label="Contents of the book"',
    ),
    # A deprecated role, and its parent without it (docutils).
    (r'role="doc-biblioentry"', 'role="listitem"'),
]
PATTERNS = [(re.compile(pattern), better) for pattern, better in MENDED]


def _unused(asset):
    text = str(getattr(asset, "filename", asset))
    body = getattr(asset, "attributes", {}).get("body") or ""
    return "thebe" in text.lower() or "THEBE" in body


def _tidy(app, pagename, template, context, doctree):
    """Drop live code, which this book has not, and what is there twice."""
    for kind in ("script_files", "css_files"):
        kept = []
        for asset in context.get(kind, []):
            if asset not in kept and not _unused(asset):
                kept.append(asset)
        context[kind][:] = kept


def _mend(app, exception):
    if exception or app.builder.name != "html":
        return
    for page in Path(app.outdir).glob("**/*.html"):
        text = page.read_text(encoding="utf8")
        for pattern, better in PATTERNS:
            text = pattern.sub(better, text)
        page.write_text(text, encoding="utf8")


def setup(app):
    """Come after the theme."""
    app.connect("html-page-context", _tidy, priority=950)
    app.connect("build-finished", _mend)
    return {"parallel_read_safe": True}
