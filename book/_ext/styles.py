"""One style sheet, without the rules that no page of the book can use.

A rule stays where every class and id that it asks for is written somewhere in
a page or in a script of the site. The page asks for one file, not for twelve.
"""

import hashlib
import itertools
import posixpath
import re

from _ext import finished

TOKEN = re.compile(
    r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|/\*.*?\*/|[^"'/{};]+|.""", re.S
)
WORD = re.compile(r"[A-Za-z_-][\w-]*")
NAME = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
# What is not asked of the element itself, and names that scripts compose.
APART = re.compile(r":[\w-]+\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^]]*\]|\\.")
COMPOSED = re.compile(r"(?:bs|live)-")
GROUP = re.compile(r"@(?:media|supports|layer|container)\b")
LINK = re.compile(
    r'<link\b(?=[^>]*rel="stylesheet")[^>]*href="([^"?]+)[^>]*>\s*'
)
IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"']+)["']\)?;""")
URL = re.compile(r"""url\((["']?)(?![a-z]+:|[/#])([^"')]+)\1\)""")


def rules(css):
    """Yield what stands before each block, and the block or None."""
    parts, depth = [], 0
    for token in TOKEN.findall(css):
        if token.startswith("/*"):
            continue
        depth -= token == "}"
        if depth == 0 and token in ";}":
            head, brace, block = "".join(parts).partition("{")
            yield head.strip(), block if brace else None
            parts = []
            continue
        depth += token == "{"
        parts.append(token)


def selectors(head):
    """Return the selectors of a list."""
    parts = re.split(r",(?![^()]*\))", head)
    return [part.strip() for part in parts]


def used(selector, words):
    """Say whether something in the site may answer to a selector."""
    return all(
        name in words or COMPOSED.match(name)
        for name in NAME.findall(APART.sub("", selector))
    )


def pruned(css, words):
    """Return a style sheet without the rules that nothing answers to."""
    kept = []
    for head, block in rules(css):
        if block is None:
            kept.append(f"{head};" if head else "")
        elif GROUP.match(head):
            inner = pruned(block, words)
            kept.append(f"{head}{{{inner}}}" if inner else "")
        elif head.startswith("@"):
            kept.append(f"{head}{{{block}}}")
        elif some := [one for one in selectors(head) if used(one, words)]:
            kept.append(f"{','.join(some)}{{{block}}}")
    return "".join(kept)


def _words(app):
    """Return every word of the site's pages and scripts."""
    scripts = (app.outdir / "_static").glob("**/*.js")
    texts = [*finished.pages(app), *scripts]
    return {
        word
        for path in texts
        for word in WORD.findall(path.read_text(encoding="utf8"))
    }


def moved(css, folder):
    """Return a style sheet that lay in `folder`, as it must be above it."""
    return URL.sub(
        lambda match: f"url({posixpath.normpath(f'{folder}/{match[2]}')})", css
    )


def _sheets(page, text):
    """Return the style sheets that a page asks for, in order."""
    for link in LINK.findall(text):
        sheet = (page.parent / link).resolve()
        for imported in IMPORT.findall(sheet.read_text(encoding="utf8")):
            yield (sheet.parent / imported).resolve()
        yield sheet


def _bundle(app):
    """Write the sheet; return its name and what went into it."""
    texts = {page: page.read_text("utf8") for page in finished.pages(app)}
    static = (app.outdir / "_static").resolve()
    lists = [list(_sheets(page, text)) for page, text in texts.items()]
    sheets = list(dict.fromkeys(max(lists, key=len)))
    words = _words(app)
    css = "\n".join(
        moved(
            pruned(IMPORT.sub("", sheet.read_text(encoding="utf8")), words),
            sheet.parent.relative_to(static).as_posix(),
        )
        for sheet in sheets
    )
    name = f"book.{hashlib.sha256(css.encode()).hexdigest()[:8]}.css"
    (static / name).write_text(css, encoding="utf8")
    for sheet in sheets:
        sheet.unlink()
    return name, sheets


def _link(app):
    """Let every page link to the one sheet in the place of its many."""
    name, sheets = _bundle(app)
    for page in finished.pages(app):
        first = itertools.count()

        def link(match, page=page, first=first):
            if (page.parent / match[1]).resolve() not in sheets:
                return match[0]
            if next(first):
                return ""
            static = match[1].partition("_static/")[0] + "_static"
            return f'<link rel="stylesheet" href="{static}/{name}" />\n'

        text = page.read_text(encoding="utf8")
        page.write_text(LINK.sub(link, text), encoding="utf8")


def setup(app):
    """Work on the finished site."""
    finished.once(app, _link, finished.TRIM)
    return {"parallel_read_safe": True}
