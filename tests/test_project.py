"""The project's door: what a stranger sees first and must be able to trust."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

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


def test_the_lock_holds_what_the_package_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lock = (ROOT / "requirements.txt").read_text()
    pinned = dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", lock, re.M))
    asked = project["project"]["dependencies"]
    for group in project["dependency-groups"].values():
        asked = asked + group
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(pinned[requirement.name])


def test_every_pin_has_its_checksum():
    lock = (ROOT / "requirements.txt").read_text()
    pins = re.split(r"\n(?=\S)", lock)
    assert all("--hash=sha256:" in pin for pin in pins if "==" in pin)
    assert "-e " not in lock


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
