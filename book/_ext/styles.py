"""Style sheets without the rules that no page of the book can use.

A rule stays where every class and id that it asks for is written somewhere in
a page or in a script of the site.
"""

import hashlib
import re

from _ext import finished

TOKEN = re.compile(
    r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|/\*.*?\*/|[^"'/{};]+|.""", re.S
)
WORD = re.compile(r"[A-Za-z_-][\w-]*")
NAME = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
# What is not asked of the element itself, and names that scripts compose.
APART = re.compile(r":[\w-]+\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^]]*\]|\\.")
COMPOSED = re.compile(r"bs-")
GROUP = re.compile(r"@(?:media|supports|layer|container)\b")
VERSION = re.compile(r'(href="([^"?]+\.css))(?:\?[^"]*)?"')


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


def _prune(app):
    words = _words(app)
    for path in (app.outdir / "_static").glob("**/*.css"):
        css = path.read_text(encoding="utf8")
        path.write_text(pruned(css, words), encoding="utf8")


def _name_versions(app, page, text):
    """Let no browser take an older style sheet for this one."""

    def version(match):
        path = page.parent / match[2]
        seen = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        return f'{match[1]}?v={seen}"'

    return VERSION.sub(version, text)


def setup(app):
    """Work on the finished site."""
    finished.once(app, _prune, finished.TRIM)
    finished.each_page(app, _name_versions, finished.TRIM + 1)
    return {"parallel_read_safe": True}
