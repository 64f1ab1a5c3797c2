"""Chapters as notebooks, and the bundle that carries them."""

import ast
import os
import shutil
import sys
from hashlib import sha256
from types import SimpleNamespace
from zipfile import ZipFile

import nbformat
import pytest

from tests.project import CELL, CHAPTER, ROOT

sys.path.insert(0, str(ROOT / "book"))

from _ext import (  # noqa: E402
    launch_bundle,
    launch_cells,
    launch_install,
    launch_names,
)

WHEEL = "radon_book-0.1.0-py3-none-any.whl"
PAGE = """
(top)=
## A part

Half of {glue:text}`shown:.2f` \\$ is < 1, says {cite:t}`gelman2007` of
{ref}`top` and {doc}`../index`; see {eq}`eq-half` and {numref}`fig-line`.

$$
y \\sim \\normal(0, 1)
$$ (eq-half)

```{admonition} In this chapter
:class: tip
Learn *this*.
```

:::{question} Will it?
It *will*.
:::

```{exercise-start} Twice
:label: ex-twice
```
Do it.
```{exercise-end}
```

```{solution-start} ex-twice
:label: sol-twice
```
Done.
```{solution-end}
```
"""
CODE = [
    ":tags: [remove-cell]\n\nfrom radon.source import glue\n\nused = 1\n"
    "idle = 2.5\nglue('shown', idle)",
    "import radon\n\nused",
    ":tags: [raises-exception]\n\n1 / 0",
    "---\nmystnb:\n  figure:\n    name: fig-line\n    caption: A line falls.\n"
    "  image:\n    alt: A line from the upper left to the lower right.\n"
    "tags: [hide-input]\n---\nimport matplotlib.pyplot as plt\n\n"
    "lines = plt.plot([1, 0])",
]


@pytest.fixture
def notebook(project):
    """Return what builds the small book and reads its chapter's notebook."""
    package = project.root / "radon"
    package.mkdir()
    (package / "__init__.py").touch()
    shutil.copy(ROOT / "radon" / "source.py", package)
    with (project.root / "index.md").open("a") as index:
        index.write("\n```{bibliography}\n```\n")
    cells = [CELL % source for source in CODE]
    text = "\n".join([CHAPTER, *cells[:3], PAGE, cells[3]])
    project.chapter.write_text(text)

    def build(repository):
        code, output = project.build(
            RADON_REPOSITORY=repository,
            GITHUB_REPOSITORY="",
            RADON_URL="",
            MPLBACKEND="module://matplotlib_inline.backend_inline",
        )
        assert code == 0, output
        path = project.site / "notebooks" / "chapter.ipynb"
        return nbformat.read(path, as_version=4)

    build.project = project
    return build


def sources(notebook, kind):
    return [c.source for c in notebook.cells if c.cell_type == kind]


def test_a_chapter_becomes_a_notebook_with_links_to_the_book(notebook):
    made = notebook("someone/somewhere")
    text = "\n".join(sources(made, "markdown"))
    home = "https://someone.github.io/somewhere/"
    for expected in [
        f"[The radon book]({home}book/chapter.html)",
        "Half of 2.50 \\$ is &lt; 1, says Gelman and Hill [2007] of A part "
        f"and [A book]({home}index.html); see (1) and Fig. 1.",
        "$$\ny \\sim \\operatorname{Normal}(0, 1)\n\\tag{1}\n$$",
        "> **In this chapter**\n>\n> Learn *this*.",
        "**Question.** Will it?\n\n<details><summary>Answer</summary>\n\n"
        "It *will*.\n\n</details>",
        "### Exercise 1: Twice\n\nDo it.",
        "#### Solution\n\nDone.",
        "**Fig. 1.** A line falls.",
        "## References\n\n- Andrew Gelman and Jennifer Hill",
    ]:
        assert expected in text
    install, hidden, shown, error, figure = (
        cell for cell in made.cells if cell.cell_type == "code"
    )
    wheel = "https://raw.githubusercontent.com/someone/somewhere/notebooks/"
    assert f'address="{wheel}"' in install.source
    assert hidden.source == "used = 1"
    assert hidden.metadata.jupyter.source_hidden
    assert shown.source == CODE[1]
    assert shown.metadata == {}
    assert error.source.startswith("try:\n    1 / 0\nexcept")
    assert figure.metadata.cellView == "form"
    (folded,) = made.metadata.colab.collapsed_sections
    assert [c.source for c in made.cells if c.id == folded] == [
        "#### Solution\n\nDone."
    ]
    page = notebook.project.page
    for host in ("colab.research.google.com", "mybinder.org"):
        assert host in page

    # Without a repository no link leads elsewhere.
    made = notebook("")
    text = "\n".join(sources(made, "markdown"))
    assert "*From The radon book." in text
    assert "of A part and A book; see" in text
    assert 'address=""' in made.cells[0].source
    page = notebook.project.page
    assert "../notebooks/chapter.ipynb" in page
    assert "colab" not in page
    assert "mybinder" not in page


@pytest.mark.parametrize(
    ("code", "needs"),
    [
        ("a = b", {"b"}),
        ("a = 1\nb = a", set()),
        ("a += 1", {"a"}),
        ("[a for a in b]", {"b"}),
        ("[a for a in a]", {"a"}),
        ("for a in b:\n    c = a\n    d(c)", {"b", "d"}),
        ("if a:\n    b = 1\nb", {"a", "b"}),
        ("def f(x, y=z):\n    w = x\n    return w + v", {"z", "v"}),
        ("import a.b\na.b.c", set()),
        ("with a() as b:\n    b.c(d)", {"a", "d"}),
    ],
)
def test_the_names_that_code_needs_are_known(code, needs):
    assert launch_names.needed(ast.parse(code).body) == needs


def cells(*sources):
    """Return cells; those whose code begins with # hide are not shown."""
    return [
        nbformat.v4.new_code_cell(
            source.removeprefix("# hide\n"),
            metadata={"tags": ["remove-cell"] * source.startswith("# hide")},
        )
        for source in sources
    ]


@pytest.mark.parametrize(
    ("hidden", "kept"),
    [
        ("glue('a', 1)", None),
        ("b = 2\nglue('b', b)", None),
        ("for b in c:\n    glue('b', b)", None),
        ("a = 1\nb = 2\nglue('b', b)", "a = 1"),
        ("# why\na = 1", "# why\na = 1"),
        ("table['a'] = 1", "table['a'] = 1"),
        ("style.use('x')\nglue('b', 1)", "style.use('x')"),
        ("late = 1", "late = 1"),
    ],
)
def test_what_no_page_shows_runs_where_it_matters(hidden, kept):
    page = cells("def f():\n    return late", f"# hide\n{hidden}", "f() + a")
    assert launch_cells.behind(page).get(1) == kept


@pytest.fixture
def pip(monkeypatch, tmp_path):
    """Return the calls of pip by the first cell, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.environ", os.environ.copy())
    calls = []

    def run(command, **_):
        calls.append(command[3:])
        if command[3] == "install":
            calls.append((tmp_path / command[5]).read_text().split())
        listed = "arviz==0.22.0\narviz-base==0.9\nnumpy==2.1.3\n"
        return SimpleNamespace(returncode=0, stdout=listed, stderr="")

    monkeypatch.setattr("subprocess.run", run)
    return calls


def here(monkeypatch, **versions):
    """Pretend that these and no other packages are installed."""
    found = [
        SimpleNamespace(name=name.replace("_", "-"), version=version)
        for name, version in versions.items()
    ]
    monkeypatch.setattr("importlib.metadata.distributions", lambda: found)


@pytest.mark.parametrize("beside", [True, False])
def test_the_first_cell_holds_all_but_an_old_arviz(
    pip, monkeypatch, tmp_path, beside, capsys
):
    here(monkeypatch, arviz="0.22.0", numpy="2.1.3")
    if beside:
        (tmp_path / WHEEL).touch()
    launch_install.prepare("0.1.0", WHEEL, "https://host/branch/")
    _, install, held = pip
    place = tmp_path.as_uri() if beside else "https://host/branch"
    assert install[-1] == f"radon-book[chapters] @ {place}/{WHEEL}"
    assert held == ["arviz-base==0.9", "numpy==2.1.3"]
    assert "radon-book 0.1.0 is ready." in capsys.readouterr().out


def test_the_first_cell_leaves_what_is_ready(pip, monkeypatch):
    here(monkeypatch, radon_book="0.1.0")
    launch_install.prepare("0.1.0", WHEEL, "")
    assert pip == []


def test_the_first_cell_knows_the_other_program_named_radon(pip, monkeypatch):
    here(monkeypatch, radon="6.0.1", radon_book="0.1.0")
    with pytest.raises(RuntimeError, match="uninstall -y radon radon-book"):
        launch_install.prepare("0.1.0", WHEEL, "")
    assert pip == []


def test_the_first_cell_knows_a_folder_that_is_not_the_package(
    pip, monkeypatch
):
    here(monkeypatch, radon_book="0.1.0")
    stranger = SimpleNamespace(__file__="/somewhere/radon.py")
    monkeypatch.setitem(sys.modules, "radon", stranger)
    with pytest.raises(RuntimeError, match="/somewhere/radon.py"):
        launch_install.prepare("0.1.0", WHEEL, "")


def test_the_first_cell_says_where_a_wheel_is_missing(pip, monkeypatch):
    here(monkeypatch)
    with pytest.raises(RuntimeError, match="make bundle"):
        launch_install.prepare("0.1.0", WHEEL, "")
    assert pip == []


def test_two_wheels_are_the_same_and_their_pins_are_lean(tmp_path):
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        wheel = launch_bundle.build_wheel(ROOT, tmp_path / name)
        digests.add(sha256(wheel.read_bytes()).digest())
    assert len(digests) == 1
    with ZipFile(wheel) as archive:
        assert "radon/measured/machine.csv" in archive.namelist()
    pins = launch_bundle.pins(wheel)
    names = {pin.split("==")[0] for pin in pins}
    assert {"numpyro", "jaxlib", "seaborn", "arviz-base"} <= names
    assert not names & {"jupyter-book", "sphinx", "pytest", "radon-book"}
    lock = (ROOT / "requirements.txt").read_text()
    assert [pin for pin in pins if f"\n{pin} " not in f"\n{lock}"] == []
