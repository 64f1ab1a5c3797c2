"""The book from nothing beside the original notebook; and built again.

Everything is built in a copy of the project, with the environment that runs
this script: no chapter has been executed there and no program compiled.
What is fetched once (KaTeX) is taken along.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import pandas as pd
from processes import HERE, run_python, save

ROOT = HERE.parent
BUILD = "from jupyter_book.cli.main import main; main()"
STRICT = ["--all", "-W", "-n", "--keep-going"]  # as `make book` has it
MADE_ANEW = ("jax", "ipython", "images", "peers")  # of .cache
PATH = (
    "the-survey",
    "complete-pooling",
    "separate-regressions",
    "hierarchical-priors",
    "posterior-checks",
    "shrinkage",
)
EDITED = "shrinkage"
CELL = "\n```{code-cell} ipython3\n:tags: [remove-cell]\n\n1 + 1\n```\n"


def main(notebooks=3):
    """Time the notebook, the book, the original's path, and three edits."""
    notebook = []

    def notebook_once():
        start = perf_counter()
        run_python(HERE / "notebook.py")
        notebook.append(perf_counter() - start)

    notebook_once()
    with TemporaryDirectory() as folder:
        book = copied(Path(folder, "book"))
        whole, executing = built(book, *STRICT)
        notebook_once()
        edits = _edits(book)
    with TemporaryDirectory() as folder:
        path = only_path(copied(Path(folder, "book")))
        _, executing_path = built(path, whole=False)
    while len(notebook) < notebooks:
        notebook_once()
    _save(
        sorted(notebook)[len(notebook) // 2],
        whole,
        executing,
        executing_path,
        edits,
    )


def copied(folder):
    """Copy what git knows of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for kept in ROOT.glob(".cache/*"):
        if kept.is_dir() and kept.name not in MADE_ANEW:
            shutil.copytree(kept, folder / ".cache" / kept.name)
    return folder


def only_path(book):
    """Leave the chapters that do what the original does, and no other."""
    first, *rest = (f"book/{name}" for name in PATH)
    lines = ["format: jb-book", f"root: {first}", "chapters:"]
    lines += [f"- file: {name}" for name in rest]
    (book / "_toc.yml").write_text("\n".join(lines) + "\n")
    return book


def built(book, *options, whole=True):
    """Build; return seconds in all, and those until chapters had run.

    Without the chapters that they refer to, some cannot be built whole: what
    is wanted of them is that they have run.
    """
    environment = os.environ | {
        "JAX_PLATFORMS": "cpu",
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
    }
    for name in ("JAX_COMPILATION_CACHE_DIR", "PYTHONPATH"):
        environment.pop(name, None)
    said, began, executing = [], None, 0.0
    start = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", BUILD, "build", ".", *options],
        cwd=book,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        for line in process.stdout:
            said.append(line)
            if "chapter(s)" in line:
                began = perf_counter()
            elif began and line.startswith("  ") and line.endswith(" s\n"):
                executing = perf_counter() - began
    seconds = perf_counter() - start
    if (whole and process.returncode) or not (whole or executing):
        raise SystemExit(f"The book in {book} failed:\n{''.join(said)}")
    return seconds, executing


def _edits(book):
    """Build again after nothing, a chapter's edit, and the package's."""
    edits = {"after no edit": built(book, *STRICT)}
    with (book / "book" / f"{EDITED}.md").open("a") as chapter:
        chapter.write(CELL)
    edits["after an edit to one chapter"] = built(book, *STRICT)
    with (book / "radon" / "plots" / "pooling.py").open("a") as module:
        module.write("\n# edited\n")
    edits["after an edit to radon/plots"] = built(book, *STRICT)
    return edits


def _save(notebook, whole, executing, executing_path, edits):
    rows = [
        ("the original notebook, start to end", notebook, None),
        ("the original's path: its chapters run", executing_path, 0.5),
        ("the whole book: its chapters run", executing, None),
        ("the whole book, built", whole, 2),
    ]
    rows = [
        {
            "from nothing": what,
            "times the notebook": round(seconds / notebook, 2),
            "wanted at most": wanted,
            "seconds": round(seconds, 1),
        }
        for what, seconds, wanted in rows
    ]
    save("book", pd.DataFrame(rows))
    table = [
        {
            "built again": what,
            "share of the whole": round(seconds / whole, 3),
            "wanted at most": 0.2 if "one chapter" in what else None,
            "seconds": round(seconds, 1),
            "of these, chapters run": round(executing, 1),
        }
        for what, (seconds, executing) in edits.items()
    ]
    save("rebuild", pd.DataFrame(table))


if __name__ == "__main__":
    main()
