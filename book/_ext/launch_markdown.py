"""A chapter as Markdown that needs no book around it.

References are resolved when this is written: what leads to another page
becomes a link to the published book where its address is known, and plain
words where it is not.
"""

import re
from urllib.parse import urldefrag, urljoin

from _ext import address
from docutils import nodes
from sphinx_markdown_builder.contexts import (
    IndentContext,
    SubContext,
    SubContextParams,
    TableContext,
    WrappedContext,
)
from sphinx_markdown_builder.translator import MarkdownTranslator

MARK = "\0"  # alone on a line: here a cell begins
PARAGRAPH = SubContextParams(2, 2)
NOTE = (
    "*From {book}. Numbers in the text are those of the book's own run; "
    "another version of a package may change a last digit. "
    "Text CC BY 4.0, code MIT.*"
)


class Markdown(MarkdownTranslator):
    """Writes one chapter, marks where its cells begin, notes what it cites."""

    def __init__(self, document, builder, docname):
        super().__init__(document, builder)
        self.docname = docname
        self.cited = {}
        site = address.site()
        self.page = site and urljoin(site, builder.get_target_uri(docname))

    def begin(self, kind, number=""):
        """Mark the place where a cell of the notebook begins."""
        self.add(f"{MARK}{kind}{number}", 2, 2)

    # Cells ---------------------------------------------------------------

    def visit_container(self, node):
        """Leave code to the notebook, and keep the captions of figures."""
        if node.get("nb_element") != "cell_code":
            return
        self.begin("code", node["cell_index"])
        self.begin("text")
        for figure in node.findall(nodes.figure):
            self._caption(figure)
        raise nodes.SkipNode

    def visit_caption(self, node):
        """Write the caption of a figure that no cell has drawn."""
        self._caption(node.parent)
        raise nodes.SkipNode

    def _caption(self, figure):
        number = self._number("figure", figure)
        self._push_context(SubContext(PARAGRAPH))
        self.add(f"**{number}.** ")
        for child in figure.next_node(nodes.caption).children:
            child.walkabout(self)
        self._pop_context()

    def _number(self, kind, node):
        numbers = self.builder.env.toc_fignumbers[self.docname][kind]
        number = ".".join(map(str, numbers[node["ids"][0]]))
        return self.config.numfig_format.get(kind, "%s") % number

    def visit_live_figure(self, node):
        """Say where the figure lives, above its caption."""
        place = "the book's page"
        if self.page:
            place = f"[{place}]({self.page}#{node['ids'][0]})"
        self._push_context(IndentContext("> ", empty=True, params=PARAGRAPH))
        self.add(f"**A live figure**: move it on {place}.", 0, 2)

    def depart_live_figure(self, node):
        """End the quotation."""
        self._pop_context()

    # Sections, exercises, asides -------------------------------------------

    def visit_section(self, node):
        """Begin a cell with every section that has a title."""
        if isinstance(node[0], nodes.title):
            self.begin("text")
        super().visit_section(node)

    def depart_section(self, node):
        """Return to the level above."""
        self._pop_status()

    def visit_title(self, node):
        """Write titles of sections; others are written with their owner."""
        if isinstance(node.parent, nodes.Admonition):
            raise nodes.SkipNode
        super().visit_title(node)

    def depart_title(self, node):
        """Say below the chapter's title where it comes from."""
        self._pop_context()
        if self.status.section_level == 1:
            book = self.config.html_title or self.config.project
            link = f"[{book}]({self.page})" if self.page else book
            self.add(NOTE.format(book=link), 2, 2)

    def visit_exercise_enumerable_node(self, node):
        """Write number and title as a heading."""
        title = node.next_node(nodes.title).astext().strip(" ()")
        number = self._number("exercise", node)
        self._heading("text", 1, f"{number}: {title}")

    def visit_solution_node(self, node):
        """Begin a cell that notebooks fold."""
        self._heading("fold", 2, "Solution")

    def _heading(self, kind, deeper, title):
        self.begin(kind)
        level = self.status.section_level + deeper
        self.add(f"{'#' * level} {title}", 2, 2)

    def visit_admonition(self, node):
        """Quote an aside; fold it where the book folds it."""
        title = node.next_node(nodes.title).astext()
        if "dropdown" in node["classes"]:
            self.add(f"<details><summary>{title}</summary>", 2, 2)
        else:
            self._push_box(title)

    def depart_admonition(self, node):
        """End the aside."""
        if "dropdown" in node["classes"]:
            self.add("</details>", 2, 2)
        else:
            self._pop_context()

    def visit_asked(self, node):
        """Ask the question in the open, and fold its answer."""
        self._push_context(SubContext(PARAGRAPH))
        self.add("**Question.** ")

    def depart_asked(self, node):
        """Begin the answer."""
        self._pop_context()
        self.add("<details><summary>Answer</summary>", 2, 2)

    def visit_question(self, node):
        """Leave the question to its parts."""

    def depart_question(self, node):
        """End the answer."""
        self.add("</details>", 2, 2)

    def _push_box(self, title):
        self._push_context(IndentContext("> ", empty=True, params=PARAGRAPH))
        self.add(f"**{title.capitalize()}**", 0, 2)

    # Words and mathematics -----------------------------------------------

    def visit_Text(self, node):  # noqa: N802
        """Escape what a notebook would take for mathematics or markup."""
        text = node.astext()
        if not self.status.escape_text:
            self.add(text)
            return
        text = re.sub(r"([\\*`$])", r"\\\1", text.replace("\n", " "))
        text = re.sub(r"(?<!\w)_", r"\\_", text).replace("<", "&lt;")
        if any(isinstance(item, TableContext) for item in self._ctx_queue):
            text = text.replace("|", r"\|")
        self.add(text)

    def visit_math(self, node):
        """Write a formula with its macros spelled out."""
        self.add(f"${self._spelled(node)}$")
        raise nodes.SkipNode

    def visit_math_block(self, node):
        """Write a displayed formula, with its number."""
        formula = self._spelled(node)
        if node["number"]:
            formula += f"\n\\tag{{{self._number('displaymath', node)}}}"
        self.add(f"$$\n{formula}\n$$", 2, 2)
        raise nodes.SkipNode

    def _spelled(self, node):
        formula = node.astext().strip()
        for name, meaning in self.config.math_macros.items():
            formula = re.sub(
                rf"\\{name}(?![A-Za-z])", lambda _, to=meaning: to, formula
            )
        return formula

    # References ----------------------------------------------------------

    def visit_reference(self, node):
        """Link to what is elsewhere, and note what is cited."""
        link = self._link(node) if "internal" in node else node["refuri"]
        self._push_context(
            WrappedContext("[", f"]({link})") if link else SubContext()
        )

    def depart_reference(self, node):
        """End the words of the link."""
        self._pop_context()

    def _link(self, node):
        path, anchor = urldefrag(node.get("refuri", ""))
        for citation in self.builder.env.get_domain("cite").citations:
            if citation.citation_id == anchor:
                self.cited[citation.key] = citation
                return None
        return self.page and path and urljoin(self.page, node["refuri"])

    def visit_target(self, node):
        """Leave out what is only a place to link to."""
        raise nodes.SkipNode

    visit_comment = visit_meta = visit_raw = visit_toctree = visit_target

    def visit_image(self, node):
        """Refuse a picture from a file, which no notebook carries yet."""
        self.unknown_visit(node)
