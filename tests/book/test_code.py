"""Code in chapters: short, narrow, tagged as agreed, and linted."""

import subprocess
import sys
from collections import Counter

WIDEST, LONGEST, MOST = 76, 10, 25  # characters, lines, cells on a page
TAGS = {
    "hide-input",
    "raises-exception",
    "remove-cell",
    "remove-input",
}
# A cell ends in a value, imports come where they are first used, and a
# chapter needs no docstring; the width is looked at above.
IGNORED = "B018,D,E402,E501"
# To a reader radon is a package like any other.
SORTED = 'lint.isort.known-third-party=["radon"]'


def too_large(page):
    """Return what is too wide or too long for a reader."""
    faults = []
    for cell in page.cells:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if cell.shown and len(lines) > LONGEST:
            faults.append(f"{len(lines)} lines: {lines[0]}")
        if cell.shown:
            faults += [line for line in lines if len(line) > WIDEST]
    shown = sum(cell.shown for cell in page.cells)
    if shown > MOST:
        faults.append(f"{shown} cells")
    return faults


def linted(page, root):
    """Return what ruff says of a page's cells, put one after another."""
    code = "\n\n".join(cell.source for cell in page.cells) + "\n"
    command = [sys.executable, "-m", "ruff", "check", "--quiet"]
    command += ["--config", SORTED, "--ignore", IGNORED]
    ruff = subprocess.run(
        [*command, "--stdin-filename", f"{page.slug}.py", "-"],
        input=code,
        capture_output=True,
        text=True,
        cwd=root,
    )
    return ruff.stdout + ruff.stderr


def test_code_fits_the_page(page):
    assert too_large(page) == []


def test_a_wide_line_and_a_long_cell_are_seen(write_code):
    assert too_large(write_code("a = '" + "x" * 72 + "'"))
    assert too_large(write_code("a = 1\n" * 11))
    assert not too_large(write_code("a = 1\n" * 11, ":tags: [remove-cell]\n"))


def test_tags_are_those_of_the_style_guide(page):
    used = Counter(tag for cell in page.cells for tag in cell.tags)
    assert set(used) <= TAGS


def test_cells_are_linted(page, root):
    assert linted(page, root) == ""


def test_the_linter_reads_cells(write_code, root):
    assert "F821" in linted(write_code("print(never_made)"), root)
