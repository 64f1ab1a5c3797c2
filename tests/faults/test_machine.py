"""What the machine lacks is done without, or said in a line."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.project import ROOT

CLEAR = "let this user write, or build into another folder"
SHELL_NETWORK = 'ip link set lo up && exec "$@"'
# Builds where there is little room, and again where there is enough.
SHELL_DISK = """\
folder="$1" size="$2"; shift 2
mount -t tmpfs -o "size=$size" tmpfs "$folder" || exit
"$@"; first=$?
mount -o remount,size=64m "$folder"
"$@"; echo "exit codes: $first $?"
"""


def unprivileged():
    """Return what starts a program that modes of files bind."""
    if os.geteuid():
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root is bound by no mode, and there is no setpriv")
    return ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]


def apart(*namespaces):
    """Return what starts a program with a network or mounts of its own."""
    for user in ([], ["--map-root-user"]):
        start = ["unshare", *user, *namespaces]
        try:
            if not subprocess.run([*start, "true"]).returncode:
                return start
        except FileNotFoundError:
            break
    pytest.skip(f"this user may not `unshare {' '.join(namespaces)}`")


@pytest.fixture
def closed():
    """Return a function that takes the right to write to a folder."""
    folders = []

    def close(folder):
        folders.append(folder)
        subprocess.run(["chmod", "-R", "a-w", folder], check=True)

    yield close
    for folder in folders:
        subprocess.run(["chmod", "-R", "u+w", folder], check=True)


def passes(book, *options, **settings):
    """Assert that a book whose data changed is built from them."""
    book.data.write_text("fläts\n", encoding="utf8")
    code, output = book.build(*options, **settings)
    assert code == 0, output
    assert "Executing 2 chapter" in output


def test_no_locale_is_needed(book):
    passes(book, LANG="C", LC_ALL="C")
    assert "forty-one fläts" in book.page


def test_a_home_need_not_be_there(book, tmp_path):
    passes(book, HOME=str(tmp_path / "nowhere"))
    assert "forty-one fläts" in book.page


def test_a_home_may_be_read_only(book, tmp_path, closed):
    home = tmp_path / "home"
    home.mkdir()
    closed(home)
    passes(book, under=unprivileged(), HOME=str(home))
    assert "forty-one fläts" in book.page
    assert list(home.iterdir()) == []


def test_a_read_only_project_is_named_with_what_to_do(book, closed):
    shutil.rmtree(book.build_folder)
    closed(book.root)
    code, output = book.build(under=unprivileged())
    assert code
    assert f"Permission denied: '{book.build_folder}'" in output
    assert CLEAR in output
    assert "Traceback" not in output


def test_a_read_only_project_is_built_elsewhere(book, tmp_path, closed):
    shutil.rmtree(book.build_folder)
    (book.root / ".cache").unlink()
    book.data.write_text("fläts\n", encoding="utf8")
    closed(book.root)
    (tmp_path / ".cache").symlink_to(ROOT / ".cache")
    elsewhere = ["--path-output", str(tmp_path)]
    code, output = book.build(*elsewhere, under=unprivileged())
    assert code == 0, output
    page = tmp_path / "_build" / "html" / "book" / "chapter.html"
    assert "forty-one fläts" in page.read_text(encoding="utf8")
    assert not book.build_folder.exists()


def test_no_network_is_needed_once_katex_is_there(book):
    network = [*apart("--net"), "sh", "-c", SHELL_NETWORK, "sh"]
    passes(book, under=network)
    assert "forty-one fläts" in book.page


def test_a_network_that_is_needed_and_not_there_is_named(book):
    (book.root / ".cache").unlink()
    network = [*apart("--net"), "sh", "-c", SHELL_NETWORK, "sh"]
    code, output = book.build(under=network)
    assert code
    assert "katex@0.16.22 could not be fetched from npm" in output
    assert "is there a network?" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("size", ["4k", "100k", "3m"])
def test_a_full_disk_is_named_and_room_heals(book, size):
    shutil.rmtree(book.build_folder)
    book.build_folder.mkdir()
    shell = [*apart("--mount"), "sh", "-c", SHELL_DISK, "sh"]
    _, output = book.build(under=[*shell, str(book.build_folder), size])
    assert "The disk is full: make room there, and build again." in output
    assert "exit codes: 1 0" in output, output


def test_an_old_python_is_refused(book):
    project = (ROOT / "pyproject.toml").read_text()
    (oldest,) = re.findall(r'requires-python = ">=3\.(\d+)"', project)
    plainly = book.root / "book" / "_ext" / "plainly.py"
    book.edit(plainly, f"OLDEST = (3, {oldest})", "OLDEST = (3, 99)")
    code, output = book.build()
    assert code, "the build passed"
    assert "needs Python 3.99 or newer, and this is 3." in output
    assert "Traceback" not in output


def test_make_finds_no_python_but_an_old_one(tmp_path):
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("cat", "cksum", "dirname", "flock"):
        if found := shutil.which(name):
            (programs / name).symlink_to(found)
    python = programs / "python3"
    run = f'exec "{sys.executable}" -c "import sys; {{}}; exec(sys.argv[1])"'
    run = run.format("sys.version_info = (3, 11, 7)")
    python.write_text(f'#!/bin/sh\nshift\n{run} "$@"\n')
    python.chmod(0o755)
    done = subprocess.run(
        [shutil.which("bash"), ".ci/environment"],
        cwd=tmp_path,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
    )
    assert done.returncode
    assert "No Python 3.12 or newer starts" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_package_that_the_build_lacks_is_named(book, tmp_path):
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "filelock.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'filelock'\")\n"
    )
    code, output = book.build(PYTHONPATH=str(lacking))
    assert code
    assert "No module named 'filelock'" in output
    assert "A package is missing: pip install -r requirements.txt" in output
    assert "Traceback" not in output
