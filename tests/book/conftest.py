"""The pages of the book, read as MyST-NB reads them."""

import ast
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest
import yaml
from myst_nb.core.read import (
    is_myst_markdown_notebook,
    read_myst_markdown_notebook,
)

ROOT = Path(__file__).parents[2]
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.M | re.S)


@dataclass(frozen=True)
class Cell:
    """A code cell: its tree, its tags, and what MyST-NB is told of it."""

    source: str
    metadata: dict

    @property
    def tags(self):
        return set(self.metadata.get("tags", []))

    @property
    def shown(self):
        return not self.tags & {"remove-cell", "remove-input"}

    @cached_property
    def tree(self):
        return ast.parse(self.source)


@dataclass(frozen=True)
class Page:
    """A page: its slug, its text, its prose and its code cells."""

    slug: str
    text: str = field(repr=False)

    @cached_property
    def prose(self):
        front = re.sub(r"\A---\n.*?\n---\n", "", self.text, flags=re.S)
        return CELL.sub("", front)

    @cached_property
    def cells(self):
        if not is_myst_markdown_notebook(self.text):
            return []
        notebook = read_myst_markdown_notebook(self.text)
        return [
            Cell(cell.source, cell.metadata)
            for cell in notebook.cells
            if cell.cell_type == "code"
        ]


TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())
FILES = [TOC["root"]] + [
    chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]
]
NUMBERED = {
    Path(chapter["file"]).name
    for part in TOC["parts"]
    if part.get("numbered")
    for chapter in part["chapters"]
}
PAGES = [
    Page(Path(file).name, (ROOT / f"{file}.md").read_text(encoding="utf8"))
    for file in FILES
]


def pytest_generate_tests(metafunc):
    for name, pages in {
        "page": PAGES,
        "chapter": [page for page in PAGES if page.slug in NUMBERED],
    }.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, pages, ids=lambda page: page.slug)


HEADER = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

"""


@pytest.fixture
def write():
    """Return a function that makes a page of a few lines of text."""
    return lambda text, slug="a-page": Page(slug, HEADER + text)


@pytest.fixture
def write_code(write):
    """Return a function that makes a page of one cell of code."""

    def write_cell(code, header=""):
        return write(f"```{{code-cell}} ipython3\n{header}{code}\n```\n")

    return write_cell


@pytest.fixture(scope="session")
def root():
    """Return the project's folder."""
    return ROOT
