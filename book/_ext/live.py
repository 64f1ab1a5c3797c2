"""Live figures: the place of each, and what they know of the survey.

A page says ``{live} name`` with a caption; ``_static/live/name.js`` draws
into the place. Its numbers are in ``_static/live/survey.js``, which the
build writes from the package.
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

STILL = (
    "This figure moves where JavaScript is on and the book is served: run "
    "<code>python3 -m http.server</code> in the folder of <code>index.html"
    "</code> (<code>make serve</code> in a clone) and open "
    "http://localhost:8000."
)
FOLDER = Path(__file__).parents[1] / "_static" / "live"


class live_figure(nodes.General, nodes.Element):
    """The place of a live figure; its children are the caption."""


class Live(SphinxDirective):
    """A figure that answers the reader's hand, with its caption."""

    required_arguments = 1
    has_content = True

    def run(self):
        """Return the place, which the page's script fills."""
        name = self.arguments[0]
        if not (FOLDER / f"{name}.js").is_file():
            raise self.error(
                f"There is no live figure {name!r}: wanted the name of a "
                "module in book/_static/live, without its .js."
            )
        place = live_figure("", name=name, ids=[f"live-{name}"])
        place += self.parse_content_to_nodes()
        return [place]


def _open(writer, node):
    name = node["name"]
    writer.body.append(
        f'<figure class="live" id="live-{name}" data-live="{name}">\n'
        f'<div class="live-stage"></div>\n<p class="live-still">{STILL}</p>\n'
        "<figcaption>\n"
    )


def _close(writer, node):
    writer.body.append("</figcaption>\n</figure>\n")


def _leave_out(writer, node):
    raise nodes.SkipNode


def _load(app, pagename, template, context, doctree):
    """Give the page script and style, where it has a live figure."""
    if doctree is not None and next(doctree.findall(live_figure), None):
        app.add_js_file("live/mount.js", type="module")
        app.add_css_file("live/live.css")
        app.env.live_figures = True


def survey():
    """Return what the live figures know, as plain numbers.

    Returns
    -------
    dict
        ``shift`` [pCi/L], added to a reading before its logarithm is taken,
        and ``counties``, each with its name and its homes, a pair of floor and
        reading [pCi/L] each.
    """
    import radon
    from radon.data.outcome import SHIFT

    data = radon.load_radon()
    homes = data.houses.groupby("county")
    return {
        "shift": SHIFT,
        "counties": [
            {
                "name": name,
                "homes": homes.get_group(name)[["floor", "radon"]]
                .to_numpy(float)
                .round(4)
                .tolist(),
            }
            for name in data.counties.index
        ],
    }


def _write(app, exception):
    needed = getattr(app.env, "live_figures", False)
    if exception or app.builder.name != "html" or not needed:
        return
    text = json.dumps(survey(), separators=(",", ":"), ensure_ascii=False)
    text = text.replace(".0]", "]").replace(".0,", ",")
    path = Path(app.outdir) / "_static" / "live" / "survey.js"
    path.write_text(f"export const survey = {text};\n", encoding="utf8")


def setup(app):
    """Add the directive, and write the survey when the pages are there."""
    app.add_directive("live", Live)
    app.add_node(
        live_figure,
        html=(_open, _close),
        latex=(_leave_out, None),
        text=(_leave_out, None),
    )
    app.connect("html-page-context", _load)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True}
