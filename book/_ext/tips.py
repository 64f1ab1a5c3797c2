"""Definitions and references at the word itself.

A page that links to a term of the glossary or to an entry of the references
carries its text, and says to screen readers what describes what;
`_static/tips.js` shows it to a pointer, a keyboard's focus and a finger.
"""

import re

from _ext import finished
from bs4 import BeautifulSoup

SOURCES = ("glossary.html", "references.html")
LINK = re.compile(
    r'<a (class="reference internal" href="[^"#]*(?:glossary|references)'
    r'\.html#([^"]+)")(?: title="[^"]*")?'
)
END = "</article>"


def _bare(tag):
    """Return what is in a tag, without links and names."""
    for link in tag.select("a"):
        link.unwrap()
    for inner in tag.select("[id]"):
        del inner["id"]
    return tag.decode_contents().strip()


def texts(soup):
    """Return the definitions and references of a page, by their anchor."""
    terms = {
        term["id"]: _bare(term.find_next_sibling("dd"))
        for term in soup.select("dl.glossary dt[id]")
    }
    entries = {
        entry["id"]: _bare(entry.find("p"))
        for entry in soup.select("div.citation[id]")
    }
    return terms | entries


def with_tips(text, known):
    """Return a page with the texts that its links ask for."""
    asked = {}

    def describe(match):
        attributes, anchor = match.groups()
        if anchor not in known:
            return match[0]
        asked[anchor] = known[anchor]
        return f'<a {attributes} aria-describedby="tip-{anchor}"'

    text = LINK.sub(describe, text)
    tips = "\n".join(
        f'<div class="tip" id="tip-{anchor}" role="tooltip" hidden>{tip}</div>'
        for anchor, tip in asked.items()
    )
    return text.replace(END, f"{tips}\n{END}", 1) if tips else text


def _add(app):
    known = {}
    for page in finished.pages(app):
        if page.name in SOURCES:
            html = page.read_text(encoding="utf8")
            known |= texts(BeautifulSoup(html, "html.parser"))
    for page in finished.pages(app):
        text = page.read_text(encoding="utf8")
        page.write_text(with_tips(text, known), encoding="utf8")


def setup(app):
    """Work on the finished pages."""
    app.add_js_file("tips.js", loading_method="defer")
    finished.once(app, _add, finished.MEND + 1)
    return {"parallel_read_safe": True}
