"""A chapter as a notebook that runs anywhere, from its first cell."""

import re
import tomllib
from pathlib import Path

import nbformat
from _ext import address, launch_cells
from _ext.launch_markdown import MARK, Markdown
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from pybtex.plugin import find_plugin

BRANCH = "notebooks"
METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
INSTALL = Path(__file__).with_name("launch_install.py")
TITLE = "# @title First run this: it installs what is missing"
CALL = """\
prepare(
    version="{version}",
    wheel="{wheel}",
    address="{address}",
)"""


def write(app, docname, cells):
    """Return the chapter's notebook as text."""
    doctree = app.env.get_and_resolve_doctree(docname, app.builder)
    markdown = Markdown(doctree, app.builder, docname)
    doctree.walkabout(markdown)
    written = [
        _install(app.srcdir),
        *_interleave(markdown.astext(), cells),
        *_references(markdown.cited),
    ]
    for number, cell in enumerate(written):
        cell["id"] = f"cell-{number}"
    folded = [cell for cell in written if cell.metadata.pop("fold", False)]
    for cell in folded:  # in JupyterLab, and in Colab, each in its way
        cell.metadata["jp-MarkdownHeadingCollapsed"] = True
        cell.metadata["id"] = cell["id"]
    colab = {
        "collapsed_sections": [cell["id"] for cell in folded],
        "toc_visible": True,
    }
    notebook = new_notebook(
        cells=written, metadata=METADATA | {"colab": colab}
    )
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def wheel(root):
    """Return version and file name of the package's wheel."""
    project = tomllib.loads(Path(root, "pyproject.toml").read_text())
    version = project["project"]["version"]
    return version, f"radon_book-{version}-py3-none-any.whl"


def _install(root):
    repository = address.repository()
    where = (
        f"https://raw.githubusercontent.com/{repository}/{BRANCH}/"
        if repository
        else ""
    )
    version, file = wheel(root)
    call = CALL.format(version=version, wheel=file, address=where)
    source = "\n\n".join([TITLE, INSTALL.read_text(), call])
    return new_code_cell(source, metadata=launch_cells.FOLD)


def _interleave(text, cells):
    """Return the cells of prose and code in their order."""
    behind = sorted(launch_cells.behind(cells).items())
    _, *parts = re.split(rf"^{MARK}([a-z]+)(\d*)$", text, flags=re.M)
    for kind, number, words in zip(*[iter(parts)] * 3, strict=True):
        if MARK in words:
            raise ValueError(f"A code cell cannot be in an aside: {words}")
        if kind == "code":
            while behind and behind[0][0] < int(number):
                hidden, source = behind.pop(0)
                yield launch_cells.notebook_cell(cells[hidden], source)
            yield launch_cells.notebook_cell(cells[int(number)])
        elif words.strip():
            fold = {"fold": True} if kind == "fold" else {}
            words = re.sub(r" +$", "", words.strip(), flags=re.M)
            yield new_markdown_cell(words, metadata=fold)


def _references(cited):
    if not cited:
        return
    backend = find_plugin("pybtex.backends", "markdown")()
    entries = sorted(
        citation.formatted_entry.text.render(backend).replace("\n", " ")
        for citation in cited.values()
    )
    lines = ["## References", "", *(f"- {entry}" for entry in entries)]
    yield new_markdown_cell("\n".join(lines))
