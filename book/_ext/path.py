"""The path through the book: its parts and chapters, as a figure.

A page says ``{path}`` with a caption. Parts and their order are those of
`_toc.yml`, titles those of the chapters.
"""

from pathlib import Path

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

TOC = "_toc.yml"


class Road(SphinxDirective):
    """A figure of the chapters, each a link, part by part."""

    has_content = True
    option_spec = {"name": directives.unchanged_required}

    def run(self):
        """Return the figure; its list is read out as a list."""
        toc = Path(self.env.srcdir) / TOC
        self.env.note_dependency(str(toc))
        parts = yaml.safe_load(toc.read_text(encoding="utf8"))["parts"]
        road = nodes.container(classes=["path"])
        for part in filter(_is_numbered, parts):
            road += self.parse_text_to_nodes(_steps(part))
        caption = nodes.caption()
        for paragraph in self.parse_content_to_nodes():
            caption += paragraph.children
        figure = nodes.figure("", road, caption, classes=["path-figure"])
        self.add_name(figure)
        return [figure]


def _is_numbered(part):
    """Whether chapters follow on each other; the back matter's do not."""
    return "numbered" in part


def _steps(part):
    """Return a part's name and its chapters, as Markdown.

    Examples
    --------
    >>> print(_steps({"caption": "Use", "chapters": [{"file": "book/a"}]}))
    **Use**
    <BLANKLINE>
    1. {doc}`/book/a`
    """
    chapters = (f"1. {{doc}}`/{page['file']}`" for page in part["chapters"])
    return "\n".join([f"**{part['caption']}**", "", *chapters])


def setup(app):
    """Add the directive."""
    app.add_directive("path", Road)
    return {"parallel_read_safe": True}
