"""One commit makes the same bytes: wherever, whenever and by whomever."""

import hashlib
import os
import shutil
import subprocess
import sys

import pytest

from tests.project import CELL, CHAPTER, ROOT, Project

# What is apt to differ: the order of a set, a drawing, a date, a name that
# the reader of notebooks makes up.
EVERYTHING = (
    CHAPTER
    + CELL % "import os\nimport radon\nos.environ['SOURCE_DATE_EPOCH']"
    + CELL
    % "counties = ['Aitkin', 'Anoka', 'Becker', 'Beltrami', 'Benton']\n"
    "print(*set(counties), *map(hash, counties))"
    + CELL % "sorted(name for name in os.environ if 'JAX' in name)"
    + CELL % "os.environ['JAX_PLATFORMS'], os.environ['PYTHONWARNINGS']"
    + CELL % "import jax\n(jax.device_count(), jax.numpy.ones(1).dtype)"
    + CELL
    % "from matplotlib import pyplot\npyplot.style.use('radon.radon')\n"
    "lines = pyplot.plot([0, 1], [1, 0])"
    + CELL % "radon.load_radon().houses.head()"
    + """\
```{exercise-start} One
:label: ex-one
```
What is one?
```{exercise-end}
```

```{solution-start} ex-one
:class: dropdown
:label: sol-one
```
```{code-cell} ipython3
1
```
```{solution-end}
```
"""
)
NEEDED = ["LICENSE", "README.md", ".python-version", "benchmarks/results"]
HERE = {
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "PYTHONHASHSEED": "1",
    "RADON_REPOSITORY": "someone/radon-book",
}
THERE = HERE | {
    "TZ": "Asia/Tokyo",
    "LC_ALL": "C",
    "PYTHONHASHSEED": "2",
    "JAX_DISABLE_JIT": "1",
    "JAX_ENABLE_X64": "1",
    "JAX_NUM_CPU_DEVICES": "3",
    "JAX_PLATFORMS": "tpu",
    "PYTHONWARNINGS": "always",
    "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
}
WHEN = "1620000000"  # in 2021
COMMIT = [
    *("git", "-c", "user.name=One", "-c", "user.email=one@example.org"),
    *("commit", "--quiet", "--allow-empty", "--message", "One"),
]


def sums(project):
    """Return the checksum of every file of site and bundle."""
    made = project.root / "_build"
    return {
        path.relative_to(made).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for folder in ("html", "bundle")
        for path in (made / folder).glob("**/*")
        if path.is_file()
    }


def differing(first, second):
    """Return the names of files that are not the same in both."""
    names = sorted(first | second)
    return [name for name in names if first.get(name) != second.get(name)]


def make(project, environment):
    """Build site and bundle."""
    code, output = project.build(**environment)
    assert code == 0, output
    subprocess.run(
        [sys.executable, "book/_ext/launch_bundle.py"],
        cwd=project.root,
        env=os.environ | environment,
        check=True,
    )
    return sums(project)


@pytest.fixture
def whole(project):
    """Return a small project that has a commit and makes a bundle."""
    (project.root / "radon").symlink_to(ROOT / "radon")
    for name in NEEDED:
        place = project.root / name
        place.parent.mkdir(exist_ok=True)
        place.symlink_to(ROOT / name)
    project.chapter.write_text(EVERYTHING)
    if not shutil.which("git"):
        pytest.skip("git is not installed: there is no commit")
    dated = os.environ | {"GIT_COMMITTER_DATE": f"{WHEN} +0000"}
    for command in (["git", "init", "--quiet"], COMMIT):
        subprocess.run(command, cwd=project.root, env=dated, check=True)
    return project


def test_builds_of_one_commit_are_the_same(whole, tmp_path):
    copy = Project(tmp_path / "elsewhere" / "the same")
    shutil.copytree(whole.root, copy.root, symlinks=True)
    first = make(whole, HERE)
    assert WHEN in whole.page
    suffixes = {name.rpartition(".")[2] for name in first}
    assert {"html", "ipynb", "js", "webp", "whl", "zip"} <= suffixes
    second = make(copy, THERE)
    assert differing(first, second) == []
    from_cache = make(copy, HERE)
    assert differing(first, from_cache) == []
