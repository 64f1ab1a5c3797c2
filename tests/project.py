"""A small copy of the project, to be built whole or broken on purpose."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILD = [
    sys.executable,
    "-c",
    "from jupyter_book.cli.main import main; main()",
    "build",
    ".",
]
STRICT = ["--all", "-W", "-n", "--keep-going"]  # as in `make book`

CHAPTER = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

# A chapter

Half of all homes read below $\\normal(\\mu, \\sigma)$.

"""
CELL = "```{code-cell} ipython3\n%s\n```\n"


class Project:
    """A project in a folder of its own, with one chapter."""

    def __init__(self, root):
        self.root = root
        self.chapter = root / "book" / "chapter.md"
        self.site = root / "_build" / "html"

    def start(self, *options, under=(), **environment):
        """Start a build, as what `under` starts; return its process."""
        return subprocess.Popen(
            [*under, *BUILD, *options],
            cwd=self.root,
            env=os.environ | {"NO_COLOR": "1"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf8",
        )

    def build(self, *options, **settings):
        """Build the book; return exit code and output."""
        with self.start(*options, **settings) as process:
            try:
                output, _ = process.communicate(timeout=300)
            finally:
                process.kill()  # where it hangs
        return process.returncode, output

    @property
    def page(self):
        """Return the chapter's page."""
        return (self.site / "book" / "chapter.html").read_text()


def copied(folder):
    """Return a small copy of the project, in a folder with a hard name."""
    root = folder / "a böok"
    for name in ("_ext", "_static", "_templates"):
        shutil.copytree(ROOT / "book" / name, root / "book" / name)
    for name in (
        "_config.yml",
        "requirements.txt",
        "pyproject.toml",
        "CITATION.cff",
        "book/references.bib",
        "book/_times.csv",
    ):
        shutil.copy(ROOT / name, root / name)
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: book/chapter\n"
    )
    (root / "index.md").write_text("# A book\n")
    (ROOT / ".cache").mkdir(exist_ok=True)
    (root / ".cache").symlink_to(ROOT / ".cache")
    return Project(root)


@pytest.fixture
def project(tmp_path):
    """Return a small copy of the project."""
    return copied(tmp_path)
