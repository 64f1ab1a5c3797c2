"""Nothing of an earlier state survives in a build that passes."""

import subprocess
import sys

import pytest

from tests.project import CELL, CHAPTER, STRICT


def up_to_date(book):
    """Whether `make test` would take the site as it is."""
    stamp = [sys.executable, "book/_ext/stamp.py"]
    return subprocess.run(stamp, cwd=book.root).returncode == 0


def test_a_book_that_did_not_change_is_not_executed(book):
    code, output = book.build(*STRICT)
    assert code == 0, output
    assert "Executing" not in output
    assert "forty-one homes" in book.page


def test_an_edit_to_package_or_data_reaches_the_page(book):
    assert up_to_date(book)
    book.edit(book.package, "forty-one", "forty-two hundred")
    assert not up_to_date(book)
    assert book.build(*STRICT)[0] == 0
    assert "forty-two hundred homes" in book.page
    book.data.write_text("flats\n")
    assert not up_to_date(book)
    assert book.build()[0] == 0
    assert "forty-two hundred flats" in book.page
    assert up_to_date(book)


def test_an_edit_to_the_lock_executes_the_book_anew(book):
    book.second.write_text(CHAPTER + CELL % "import time; time.time()")
    assert book.build()[0] == 0
    before = (book.site / "book" / "second.html").read_text()
    book.edit(book.root / "requirements.txt", "numpy==", "numpy==1!")
    assert not up_to_date(book)
    code, output = book.build()
    assert code == 0, output
    assert "Executing 2 chapter" in output
    assert (book.site / "book" / "second.html").read_text() != before


def test_what_changes_while_a_chapter_runs_is_not_kept(book):
    book.second.write_text(
        CHAPTER + CELL % "from pathlib import Path\n"
        "Path('../radon/tables/homes.csv').write_text('flats')"
    )
    code, output = book.build()
    assert code, "the build passed"
    assert "second: the package, its data or the lock changed" in output
    book.data.write_text("homes\n")
    book.second.write_text(CHAPTER)
    assert book.build()[0] == 0
    assert "forty-one homes" in book.page


def test_a_page_edited_during_the_build_leaves_it_out_of_date(book):
    book.second.write_text(
        CHAPTER + CELL % "from pathlib import Path\n"
        "Path('../index.md').write_text('# Another book');"
    )
    code, output = book.build()
    assert code == 0, output
    assert not up_to_date(book)


@pytest.mark.parametrize("killed", [False, True])
def test_a_page_that_left_the_book_leaves_the_site(book, killed):
    if killed:  # what Sphinx writes once the pages are there
        (book.site / ".buildinfo").unlink()
    (book.root / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (book.root / "index.md").write_text("# A book\n")
    code, output = book.build()
    assert code == 0, output
    with pytest.raises(FileNotFoundError):
        _ = book.page
