"""What a site with an address tells search engines and who links to it.

Canonical links, a sitemap, robots and social cards; nothing of it where the
address is not known. A card's picture is the page's first figure.
"""

from html import escape
from pathlib import Path

from _ext import address, finished
from docutils import nodes
from PIL import Image, ImageOps

CARD = (1200, 630)  # pixels, as those who show cards ask for
MARGIN = 30
COVER = Path(__file__).parents[1] / "_static" / "shrinkage.png"
COVER_ALT = "Each county's line, before and after it learns from the others."


def _set_address(app, config):
    config.html_baseurl = address.site() or ""


def _figure(app, doctree):
    """Return the page's first figure and what is seen in it."""
    for image in doctree.findall(nodes.image):
        # Its `uri` is by now that of the copy in the site.
        path = Path(app.srcdir) / image.get("candidates", {}).get("*", "")
        if path.suffix == ".png" and image.get("alt") and path.is_file():
            return path, image["alt"]
    return None


def _draw(picture, card):
    card.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(picture) as image:
        inner = [side - 2 * MARGIN for side in CARD]
        drawn = ImageOps.contain(image.convert("RGB"), inner)
    drawn = ImageOps.pad(drawn, CARD, color="white", method=Image.NEAREST)
    drawn.quantize(256).save(card, optimize=True)


def _tag(name, content):
    kind = "name" if name.startswith("twitter") else "property"
    return f'\n<meta {kind}="{name}" content="{escape(content)}" />'


def _describe(app, pagename, template, context, doctree):
    if doctree is None or not context["pageurl"]:
        return
    page = app.env.metadata[pagename]
    root = pagename == app.config.root_doc
    if root:
        context["pageurl"] = app.config.html_baseurl
    picture, alt = _figure(app, doctree) or (COVER, COVER_ALT)
    card = f"_static/cards/{pagename.replace('/', '-')}.png"
    _draw(picture, Path(app.outdir) / card)
    tags = {
        "og:type": "website" if root else "article",
        "og:site_name": app.config.html_title,
        "og:title": app.env.titles[pagename].astext(),
        "og:description": page.get("description", ""),
        "og:url": context["pageurl"],
        "og:image": app.config.html_baseurl + card,
        "og:image:alt": alt,
        "og:image:width": str(CARD[0]),
        "og:image:height": str(CARD[1]),
        "twitter:card": "summary_large_image",
    }
    context["metatags"] += "".join(
        _tag(name, content) for name, content in tags.items() if content
    )


def _map_site(app):
    base = app.config.html_baseurl
    if not base:
        return
    pages = sorted(app.env.found_docs - {app.config.root_doc})
    links = [base, *(base + app.builder.get_target_uri(p) for p in pages)]
    urls = "".join(f"<url><loc>{escape(link)}</loc></url>\n" for link in links)
    (app.outdir / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{urls}</urlset>\n"
    )
    (app.outdir / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\n\nSitemap: {base}sitemap.xml\n"
    )


def setup(app):
    """Come after the page's description is known."""
    app.connect("config-inited", _set_address)
    app.connect("html-page-context", _describe, priority=600)
    finished.once(app, _map_site, finished.MEND)
    return {"parallel_read_safe": True}
