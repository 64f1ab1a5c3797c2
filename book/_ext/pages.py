"""Leave out of each page what it does not use, and mend its markup."""

import re
import shutil

from _ext import finished

# Scripts by a part of their name, with what on a page needs them. Styles are
# one sheet, whose unused rules go.
NEEDED_BY = {
    "thebe": None,
    "design-tabs": "sd-tab",
    "togglebutton.js": "dropdown",
    "clipboard": "highlight",
    "copybutton.js": "highlight",
}
MENDED = [
    # Draws the icons that the theme's web font draws too: 1.4 MB.
    (r"\s*<script[^>]*scripts/fontawesome\.js[^>]*></script>", ""),
    # Scripts wait for the page, and ask for nothing before its styles.
    (r'<link rel="preload" as="script"[^>]*>\s*', ""),
    (
        r"<script (?![^>]*\b(?:defer|async|type)\b)(?=[^>]*\bsrc=)",
        r"\g<0>defer ",
    ),
    # Settings of live code, which this book has not.
    (r'<script type="text/x-thebe-config">.*?</script>\s*', ""),
    (r"<script>kernelName = .*?</script>\s*", ""),
    # Said once, by the theme.
    (
        r'<meta name="viewport" content="[^"]*initial-scale=1" />',
        "",
    ),
    # The look of tables is radon.css's (pandas).
    (r"<style scoped>.*?</style>\s*", ""),
    (r' border="1" class="dataframe"', ' class="dataframe"'),
    # Handlers are radon.js's.
    (r'<button onclick="[^"]*"', '<button type="button"'),
    # An empty heading says nothing to a screen reader (pandas, docutils).
    (r"<th\b([^>]*)>(?:<p></p>)?</th>", r"<td\1></td>"),
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
    # A name that every exercise of a page would have (sphinx-exercise).
    (r' id="(?:exercise|solution)-content"', ""),
]
PATTERNS = [(re.compile(pattern, re.S), better) for pattern, better in MENDED]
# What is written into the site and used by no page.
UNUSED = [
    "_static/**/*.map",
    "_static/**/*.LICENSE.txt",
    "_static/**/*macros.html",
    "_static/locales",
    "_static/scripts/fontawesome.js",
    "_static/*thebe*",
    "_static/images/logo_[dj]*",
]
INLINE = "inline.js"


def used(name, body):
    """Say whether a page with this body uses the asset of this name."""
    return all(
        mark is not None and mark in body
        for part, mark in NEEDED_BY.items()
        if part in name.lower()
    )


def _name(asset):
    return str(getattr(asset, "filename", None) or asset)


def _tidy(app, pagename, template, context, doctree):
    """Drop what is not used or there twice; gather the inline scripts."""
    body = context.get("body") or ""
    for kind in ("script_files", "css_files"):
        kept = []
        for asset in context.get(kind, []):
            inline = getattr(asset, "attributes", {}).get("body")
            if inline and "pagename" not in inline and "THEBE" not in inline:
                app.inline_scripts.setdefault(inline)
            if not inline and asset not in kept and used(_name(asset), body):
                kept.append(asset)
        context[kind][:] = kept


def _clean(app):
    """Write the inline scripts as one file; drop what no page asks for."""
    text = "".join(f"{line}\n" for line in app.inline_scripts)
    (app.outdir / "_static" / INLINE).write_text(text, encoding="utf8")
    for pattern in UNUSED:
        for path in app.outdir.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def mended(text):
    """Return a page with better markup."""
    for pattern, better in PATTERNS:
        text = pattern.sub(better, text)
    return text


def setup(app):
    """Come after the theme."""
    app.inline_scripts = {}  # in the order of their first page
    app.add_js_file(INLINE, priority=201)
    app.connect("html-page-context", _tidy, priority=950)
    finished.once(app, _clean, finished.MEND)
    finished.each_page(
        app, lambda app, page, text: mended(text), finished.MEND
    )
    return {"parallel_read_safe": True}
