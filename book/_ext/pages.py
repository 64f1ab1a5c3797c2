"""Leave out of each page what it does not use, and mend its markup."""

import re
from pathlib import Path

MENDED = [
    # An empty heading says nothing to a screen reader (pandas).
    (re.compile(r"<th></th>"), "<td></td>"),
    # A label that hides the words on the button (togglebutton).
    (re.compile(r'<summary aria-label="Toggle hidden content">'), "<summary>"),
    # A deprecated role, and its parent without it (docutils).
    (re.compile(r'role="doc-biblioentry"'), 'role="listitem"'),
]
# Draws the icons that the theme's web font draws too: 1.4 MB.
ICON_SCRIPT = re.compile(
    r"\s*<script[^>]*scripts/fontawesome\.js[^>]*></script>"
)


def _mend(app, pagename, template, context, doctree):
    for pattern, better in MENDED:
        context["body"] = pattern.sub(better, context.get("body", ""))


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


def _drop_icon_script(app, exception):
    if exception or app.builder.name != "html":
        return
    for page in Path(app.outdir).glob("**/*.html"):
        text = page.read_text(encoding="utf8")
        page.write_text(ICON_SCRIPT.sub("", text), encoding="utf8")


def setup(app):
    """Come after the theme."""
    app.connect("html-page-context", _mend, priority=900)
    app.connect("html-page-context", _tidy, priority=950)
    app.connect("build-finished", _drop_icon_script)
    return {"parallel_read_safe": True}
