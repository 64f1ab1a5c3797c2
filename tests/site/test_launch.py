"""The notebooks of the built site, and the buttons that lead to them."""

import re

import nbformat
import pytest
from _ext import address, launch

MARKUP = re.compile(r"\{[a-z:]+\}`|^[`:]{3,}\{|^\([\w-]+\)=$|\0", re.M)


@pytest.fixture(scope="module")
def notebooks(site):
    """Return the site's notebooks by the name of their file."""
    paths = sorted((site / "notebooks").glob("*.ipynb"))
    assert paths
    return {path.name: nbformat.read(path, as_version=4) for path in paths}


def test_a_page_leads_to_its_notebook_and_no_other(notebooks, soups):
    repository = address.repository()
    found = set()
    for page, soup in soups.items():
        docname = page.removesuffix(".html")
        file = launch.file_name(docname)
        links = {
            tag["href"]
            for kind in ("colab", "binder", "download-notebook")
            for tag in soup.select(f".btn-{kind}-button[href]")
        }
        if file not in notebooks:
            assert links == set(), page
            continue
        hosts = launch.links(repository, docname) if repository else {}
        up = "../" * page.count("/")
        assert links == {f"{up}notebooks/{file}", *hosts.values()}
        found.add(file)
    assert found == set(notebooks)


def test_the_branch_has_a_list_of_its_notebooks(notebooks, site):
    front = (site / "notebooks" / "README.md").read_text()
    listed = re.findall(r"^- \[.+?\]\((.+?)\)", front, re.M)
    assert sorted(listed) == sorted(notebooks)
    assert listed[0] == "index.ipynb"


def test_a_notebook_is_clean_and_begins_by_installing(notebooks):
    for name, notebook in notebooks.items():
        nbformat.validate(notebook)
        first, *cells = notebook.cells
        assert first.source.startswith("# @title"), name
        assert "\nprepare(\n" in first.source
        code = [cell for cell in cells if cell.cell_type == "code"]
        assert any("import radon" in cell.source for cell in code)
        assert not any(cell.get("outputs") for cell in [first, *code])
        assert notebook.metadata.kernelspec.name == "python3"


def test_a_notebook_is_plain_markdown(notebooks):
    left = [
        (name, match[0])
        for name, notebook in notebooks.items()
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for match in MARKUP.finditer(cell.source)
    ]
    assert left == []


def test_a_notebook_says_each_number_of_its_page(notebooks, soups):
    for page, soup in soups.items():
        name = launch.file_name(page.removesuffix(".html"))
        if name not in notebooks:
            continue
        prose = "\n".join(
            cell.source
            for cell in notebooks[name].cells
            if cell.cell_type == "markdown"
        )
        said = {
            number
            for text in soup.select("article p")
            if not text.find_parent(class_=["cell", "tip", "admonition"])
            for part in text.find_all(string=True, recursive=False)
            for number in re.findall(r"-?\d+\.\d+", part)
        }
        assert {n for n in said if n not in prose} == set(), page
