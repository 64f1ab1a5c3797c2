"""A book without solutions, for teachers: ``SOLUTIONS=no``."""

import os
import re

from _ext import finished
from sphinx.transforms import SphinxTransform
from sphinx_exercise.nodes import solution_node

BLOCK = re.compile(
    r"^(`{3,}|:{3,})\{solution-start\}.*?^\1\{solution-end\}\n\1\n+"
    r"|^(`{3,}|:{3,})\{solution\}.*?^\2\n+",
    re.M | re.S,
)


def wanted():
    """Say whether the book is to have solutions.

    Raises
    ------
    ValueError
        Where the environment's SOLUTIONS is neither yes nor no.
    """
    answer = os.environ.get("SOLUTIONS") or "yes"
    if answer not in ("yes", "no"):
        raise ValueError(f"SOLUTIONS is {answer!r}: wanted yes or no.")
    return answer == "yes"


def without(text):
    """Return a chapter's source without its solutions."""
    return BLOCK.sub("", text)


class LeaveOut(SphinxTransform):
    """Take solutions away before anything is made of them."""

    default_priority = 11  # once their beginnings and ends are one node

    def apply(self):
        """Remove every solution of the page."""
        for node in list(self.document.findall(solution_node)):
            node.parent.remove(node)


def _clean_sources(app):
    for path in (app.outdir / "_sources").glob("**/*.md"):
        text = path.read_text(encoding="utf8")
        path.write_text(without(text), encoding="utf8")


def setup(app):
    """Leave solutions out of pages, search and sources, where asked to."""
    if not wanted():
        app.add_transform(LeaveOut)
        finished.once(app, _clean_sources, finished.MEND)
    return {"parallel_read_safe": True}
