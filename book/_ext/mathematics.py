"""Mathematics is drawn while the book is built: no page runs a script for it.

Macros come from `math_macros` in `_config.yml`. A formula that cannot be
drawn is a warning, and so ends the build.
"""

import shutil
from pathlib import Path

from _ext import katex, kept
from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)


def _draw(writer, node, *, display):
    drawing = writer.builder.app.katex
    try:
        writer.body.append(drawing.draw(node.astext(), display=display))
    except ValueError as error:
        logger.warning("%s\n%s", error, node.astext(), location=node)


def _inline(writer, node):
    writer.body.append(writer.starttag(node, "span", "", CLASS="math"))
    _draw(writer, node, display=False)
    writer.body.append("</span>")
    raise nodes.SkipNode


def _block(writer, node):
    writer.body.append(writer.starttag(node, "div", CLASS="math"))
    _draw(writer, node, display=True)
    if node["number"]:
        number = get_node_equation_number(writer, node)
        writer.body.append(f'<span class="eqno">({number})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def _prepare(app):
    package = katex.package(kept.folder(app))
    app.katex = katex.KaTeX(package, app.config.math_macros)


def _copy(app, exception):
    """Put style sheet and fonts, as browsers ask for them, in the site."""
    if exception or app.builder.format != "html":
        return
    files = app.katex.package / "dist"
    there = Path(app.outdir) / "_static" / "katex"
    there.mkdir(parents=True, exist_ok=True)
    shutil.copy(files / "katex.min.css", there)
    for font in files.glob("fonts/*.woff2"):
        (there / "fonts").mkdir(exist_ok=True)
        shutil.copy(font, there / "fonts")


def setup(app):
    """Draw inline and displayed mathematics."""
    app.add_config_value("math_macros", {}, "html", dict)
    app.add_html_math_renderer(
        "drawn",
        inline_renderers=(_inline, None),
        block_renderers=(_block, None),
    )
    app.add_css_file("katex/katex.min.css")
    app.connect("builder-inited", _prepare)
    app.connect("build-finished", _copy)
    return {"parallel_read_safe": True}
