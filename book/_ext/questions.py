"""A question with an answer to open, at the end of a section.

A page says ``:::{question} Will it ...?`` with the answer below, and ``:::``.
It becomes a `<details>`, which opens without a script.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class question(nodes.General, nodes.Element):
    """A question and its answer: an `asked`, then paragraphs."""


class asked(nodes.General, nodes.TextElement):
    """The question's own words, which open the answer."""


class Question(SphinxDirective):
    """A question, with the answer as its content."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self):
        """Return the question, closed."""
        self.assert_has_content()
        words, messages = self.parse_inline(self.arguments[0])
        block = question("", asked("", "", *words))
        block += self.parse_content_to_nodes()
        return [block, *messages]


def _open(writer, node):
    writer.body.append('<details class="question">\n')


def _close(writer, node):
    writer.body.append("</div>\n</details>\n")


def _open_words(writer, node):
    writer.body.append("<summary>")


def _close_words(writer, node):
    writer.body.append('</summary>\n<div class="answer">\n')


def _as_text(writer, node):
    """Leave the words to those who write something else than HTML."""


def setup(app):
    """Add the directive and the HTML it becomes."""
    app.add_directive("question", Question)
    plain = {"latex": (_as_text, _as_text), "text": (_as_text, _as_text)}
    app.add_node(question, html=(_open, _close), **plain)
    app.add_node(asked, html=(_open_words, _close_words), **plain)
    return {"parallel_read_safe": True}
