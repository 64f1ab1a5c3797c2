"""A build may be stopped at any time, and two may begin at once."""

import json
import os
import signal
import time

import pytest

from tests.project import CELL, CHAPTER

SLOW = """\
import os, pathlib, time
pathlib.Path("pid").write_text(str(os.getpid()))
time.sleep(60)
"slept"
"""


def lives(pid):
    """Whether a process is there and no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def kept(folder):
    """Count the chapters whose results are in the cache to the last byte."""
    count = 0
    for path in folder.glob("*/executed/*/base.ipynb"):
        try:
            json.loads(path.read_text(encoding="utf8"))
        except ValueError:
            continue
        count += 1
    return count


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_a_build_that_was_stopped_is_resumed(book, name):
    book.data.write_text("flats\n")
    book.second.write_text(CHAPTER + CELL % SLOW)
    pid = book.root / "book" / "pid"
    executed = book.build_folder / ".jupyter_cache"
    with book.start() as build:
        wait_until(
            lambda: pid.exists() and pid.read_text() and kept(executed) > 2
        )
        os.kill(build.pid, getattr(signal, name))
        assert build.wait(timeout=10), "the build passed"
    wait_until(lambda: not lives(pid.read_text()), seconds=20)
    assert not (book.build_folder / ".made-from").exists()
    book.edit(book.second, "sleep(60)", "sleep(0)")
    code, output = book.build()
    assert code == 0, output
    assert "Executing 1 chapter" in output
    assert "forty-one flats" in book.page
    assert "slept" in (book.site / "book" / "second.html").read_text()


def test_a_build_killed_among_the_pages_is_resumed(book):
    page = book.site / "book" / "chapter.html"
    for path in (page, book.build_folder / ".made-from"):
        path.unlink()
    with book.start() as build:
        wait_until(page.exists)
        build.kill()
    code, output = book.build()
    assert code == 0, output
    assert "forty-one homes" in book.page
    assert page.read_text().rstrip().endswith("</html>")


def test_two_builds_at_once_take_turns(book):
    book.data.write_text("flats\n")
    builds = [book.start(), book.start()]
    outputs = [build.communicate(timeout=300)[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], outputs
    assert sum("Another build is running" in text for text in outputs) == 1
    assert sum("Executing 2 chapter" in text for text in outputs) == 1
    assert "forty-one flats" in book.page
