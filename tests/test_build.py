"""What must end a build, what must heal, and what must run again.

Each test builds a copy of the project whose book is one small chapter.
"""

import subprocess

import pytest

from tests.project import BUILD, CELL, CHAPTER, ROOT, STRICT

UNCONVERGED = """\
import arviz, numpy, radon

draws = numpy.arange(4000.0).reshape(4, 1000)
stats = {"diverging": draws < 0, "energy": draws % 7}
tree = arviz.from_dict({"posterior": {"mu": draws}, "sample_stats": stats})
radon.checks.assert_converged(tree)"""

FAULTS = {
    "a failing cell": (CELL % "1 / 0", "ZeroDivisionError"),
    "an unconverged fit": (CELL % UNCONVERGED, "ConvergenceError"),
    "a broken reference": ("See {ref}`nowhere`.\n", "nowhere"),
}
MORE_FAULTS = {
    "a cell that writes to stderr": (
        CELL % "import sys; print('hm', file=sys.stderr)",
        "stderr",
    ),
    "a kernel that dies": (CELL % "import os; os._exit(1)", "DeadKernel"),
    "a promised error that does not come": (
        CELL % ":tags: [raises-exception]\n\n1",
        "raises none",
    ),
    "a function that is not there": ("{func}`radon.nowhere`\n", "nowhere"),
    "a formula that cannot be drawn": ("$\\nomacro{$\n", "KaTeX"),
}


def stub_package(project, answer):
    """Write a package named radon that knows one number."""
    package = project.root / "radon"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").write_text(f'answer = "{answer}"\n')


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_every_build(project, fault):
    (project.root / "radon").symlink_to(ROOT / "radon")
    text, sign = FAULTS[fault]
    project.chapter.write_text(CHAPTER + text)
    for options in ([], [], STRICT):
        code, output = project.build(*options)
        assert code, "the build passed"
        assert sign in output


@pytest.mark.parametrize("fault", MORE_FAULTS)
def test_a_fault_ends_a_plain_build(project, fault):
    text, sign = MORE_FAULTS[fault]
    project.chapter.write_text(CHAPTER + text)
    code, output = project.build()
    assert code, "the build passed"
    assert sign in output


def test_a_cell_that_takes_too_long_ends_a_build(project):
    config = project.root / "_config.yml"
    config.write_text(config.read_text().replace("timeout: 600", "timeout: 3"))
    project.chapter.write_text(CHAPTER + CELL % "import time; time.sleep(60)")
    code, output = project.build()
    assert code, "the build passed"
    assert "imed out" in output or "Timeout" in output


def test_a_build_runs_what_changed_and_nothing_else(project):
    project.chapter.write_text(
        CHAPTER + CELL % "import radon\nprint(radon.answer)"
    )
    stub_package(project, "forty-one")
    assert project.build()[0] == 0
    assert "forty-one" in project.page
    code, output = project.build()
    assert code == 0
    assert "Executing" not in output
    assert "forty-one" in project.page
    stub_package(project, "forty-two")
    assert project.build(*STRICT)[0] == 0
    assert "forty-two" in project.page
    assert "forty-one" not in project.page


def test_a_damaged_cache_heals(project):
    stub_package(project, "forty-two")
    project.chapter.write_text(
        CHAPTER + CELL % "import radon\nprint(radon.answer)"
    )
    assert project.build()[0] == 0
    caches = project.root / "_build" / ".jupyter_cache"
    for damaged in ("*/executed/*/base.ipynb", "*/global.db"):
        (path,) = caches.glob(damaged)
        path.write_bytes(path.read_bytes()[:100])
        code, output = project.build()
        assert code == 0, output
        assert "made anew" in output
        assert "forty-two" in project.page


def test_a_page_that_left_the_book_leaves_the_site(project):
    project.chapter.write_text("# A chapter\n")
    assert project.build()[0] == 0
    assert "A chapter" in project.page
    (project.root / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    assert project.build()[0] == 0
    with pytest.raises(FileNotFoundError):
        _ = project.page


def test_two_builds_at_once_take_turns(project):
    stub_package(project, "forty-two")
    project.chapter.write_text(
        CHAPTER + CELL % "import radon, time\ntime.sleep(3)\nradon.answer"
    )
    builds = [
        subprocess.Popen(
            BUILD,
            cwd=project.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [build.communicate(timeout=300)[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], outputs
    assert sum("Another build is running" in text for text in outputs) == 1
    assert sum("Executing 1 chapter" in text for text in outputs) == 1
    assert "forty-two" in project.page
