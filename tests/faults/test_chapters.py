"""What is wrong in a chapter ends the build, and is named."""

import shutil

import pytest

from tests.project import CELL, CHAPTER, ROOT, STRICT

UNCONVERGED = """\
import arviz, numpy, radon

draws = numpy.arange(4000.0).reshape(4, 1000)
stats = {"diverging": draws < 0, "energy": draws % 7}
tree = arviz.from_dict({"posterior": {"mu": draws}, "sample_stats": stats})
radon.checks.assert_converged(tree)"""

FAULTS = {
    "a failing cell": (CELL % "1 / 0", "ZeroDivisionError"),
    "a broken reference": ("See {ref}`nowhere`.\n", "nowhere"),
}
MORE_FAULTS = {
    "a cell that writes to stderr": (
        CELL % "import sys; print('hm', file=sys.stderr)",
        "stderr",
    ),
    "a kernel that dies": (
        CELL % "import os; os._exit(1)",
        "second: its kernel died",
    ),
    "a package that is not installed": (
        CELL % "import nowhere",
        "No module named 'nowhere'",
    ),
    "a promised error that does not come": (
        CELL % ":tags: [raises-exception]\n\n1",
        "raises none",
    ),
    "a function that is not there": ("{func}`radon.nowhere`\n", "nowhere"),
    "a formula that cannot be drawn": ("$\\nomacro{$\n", "KaTeX"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_every_build(book, fault):
    text, sign = FAULTS[fault]
    book.second.write_text(CHAPTER + text)
    for options in ([], [], STRICT):
        code, output = book.build(*options)
        assert code, "the build passed"
        assert sign in output


@pytest.mark.parametrize("fault", MORE_FAULTS)
def test_a_fault_ends_a_plain_build(book, fault):
    text, sign = MORE_FAULTS[fault]
    book.second.write_text(CHAPTER + text)
    code, output = book.build()
    assert code, "the build passed"
    assert sign in output
    assert "Traceback (most recent call last):\n  File" not in output


def test_an_unconverged_fit_ends_a_build(book):
    shutil.rmtree(book.root / "radon")
    (book.root / "radon").symlink_to(ROOT / "radon")
    book.chapter.write_text(CHAPTER + CELL % UNCONVERGED)
    code, output = book.build()
    assert code, "the build passed"
    assert "ConvergenceError" in output


def test_a_cell_that_takes_too_long_ends_a_build(book):
    book.edit(book.root / "_config.yml", "timeout: 600", "timeout: 3")
    book.second.write_text(CHAPTER + CELL % "import time; time.sleep(60)")
    code, output = book.build()
    assert code, "the build passed"
    assert "second: A cell timed out" in output
    assert "after 3 seconds" in output
    assert "Traceback" not in output


def test_a_kernel_that_is_not_there_is_named(book):
    book.edit(book.second, "name: python3", "name: julia")
    code, output = book.build()
    assert code, "the build passed"
    assert "second: there is no kernel named 'julia'" in output
    assert "python3" in output
    assert "Traceback" not in output
