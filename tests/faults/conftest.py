"""A book of three pages, built once; each test has a copy of its own."""

import shutil

import pytest

from tests.project import CELL, CHAPTER, Project, copied

PACKAGE = """\
from pathlib import Path

TABLE = Path(__file__).parent / "tables" / "homes.csv"


def answer():
    return "forty-one " + TABLE.read_text(encoding="utf8")
"""
PAGES = {
    "_toc.yml": "format: jb-book\nroot: index\nchapters:\n"
    "- file: book/chapter\n- file: book/second\n",
    "index.md": "# A book\n\nSee {doc}`book/chapter`.\n",
    "book/chapter.md": CHAPTER + CELL % "import radon\nprint(radon.answer())",
    "book/second.md": CHAPTER.replace("A chapter", "The second")
    + "After {doc}`chapter`.\n\n"
    + CELL % "1 + 1",
    "radon/__init__.py": PACKAGE,
    "radon/tables/homes.csv": "homes\n",
}


class Book(Project):
    """The book, whose first chapter shows what its package and data say."""

    def __init__(self, root):
        super().__init__(root)
        self.second = root / "book" / "second.md"
        self.package = root / "radon" / "__init__.py"
        self.data = root / "radon" / "tables" / "homes.csv"
        self.build_folder = root / "_build"

    def edit(self, path, old, new):
        """Write a file anew with one thing changed."""
        text = path.read_text(encoding="utf8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf8")


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Return the book, built: copy it and leave it alone."""
    book = Book(copied(tmp_path_factory.mktemp("built")).root)
    for name, text in PAGES.items():
        path = book.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf8")
    code, output = book.build()
    assert code == 0, output
    return book


@pytest.fixture
def book(built, tmp_path):
    """Return a built book to break."""
    root = tmp_path / built.root.name
    shutil.copytree(built.root, root, symlinks=True)
    return Book(root)
