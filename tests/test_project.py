"""The project's door: what a stranger sees first and must be able to trust."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCREEN = 45  # lines
LARGEST = 500_000  # bytes


@pytest.fixture(scope="module")
def committed():
    """Return the files that git knows, or skip outside a clone."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a clone: there is no list of committed files")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in files if path.is_file()]


def test_the_readme_fits_a_screen_and_shows_a_picture_that_exists():
    readme = (ROOT / "README.md").read_text()
    assert len(readme.splitlines()) <= SCREEN
    ((alt, picture),) = re.findall(r"!\[(.+)\]\((.+)\)", readme)
    assert len(alt.split()) > 8
    assert (ROOT / picture).is_file()


def test_the_readme_names_targets_that_exist():
    readme = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"\bmake ([a-z]+)", readme))
    assert {"book", "test"} <= named
    assert named <= set(re.findall(r"^([a-z]+):", makefile, re.M))


def test_no_file_is_too_large_or_made_by_the_build(committed):
    large = [path for path in committed if path.stat().st_size > LARGEST]
    assert large == []
    made = {".ipynb", ".pyc"}
    assert [path for path in committed if path.suffix in made] == []


def test_no_file_names_a_package_index_or_another_radon(committed):
    index = r"index-url|/simple\b|registry\.npm"
    another = r"pip install (?:-\S+ )*['\"]?radon(?![-\w])"
    unwanted = re.compile(f"{index}|{another}")
    found = [
        path
        for path in committed
        if path != Path(__file__)
        and path.suffix != ".png"
        and unwanted.search(path.read_text(encoding="utf8"))
    ]
    assert found == []
