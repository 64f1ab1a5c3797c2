"""What a build is told by its environment: its address, its readers."""

import hashlib
import json
import re
import xml.etree.ElementTree as ET
from zipfile import ZipFile

import pytest
from PIL import Image

from tests.project import CELL, CHAPTER

URL = "https://books.example/radon/"
SECRET = "forty-two"
QUESTION = "What is the answer to everything, and who asked for it?"
TEXT = (
    CHAPTER.replace("# A chapter\n", f"# A chapter\n\n**{QUESTION}**\n")
    + "![Arrows between two clouds of dots.](_static/shrinkage.png)\n\n"
    + "```{exercise-start} One\n:label: ex-one\n```\nAsk.\n"
    + "```{exercise-end}\n```\n\n"
    + "```{solution-start} ex-one\n:class: dropdown\n:label: sol-one\n```\n"
    + f"It is {SECRET}.\n\n"
    + CELL % f'print("{SECRET}")'
    + "```{solution-end}\n```\n\nAfterwards.\n"
)
SILENT = dict.fromkeys(
    ["RADON_URL", "RADON_REPOSITORY", "GITHUB_REPOSITORY", "SOLUTIONS"], ""
)


@pytest.fixture
def built(project):
    """Return a function that builds the book under an environment."""
    project.chapter.write_text(TEXT)
    (project.root / "radon").mkdir()
    (project.root / "radon" / "__init__.py").touch()

    def build(**environment):
        code, output = project.build(**SILENT | environment)
        assert code == 0, output
        return project

    return build


def content(page, name):
    """Return the content of a page's meta tags of a name."""
    tags = re.findall(rf'(?:name|property)="{name}" content="([^"]*)"', page)
    return " ".join(tags)


def digests(site):
    """Return the digest of each file of a site."""
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in site.glob("**/*")
        if path.is_file()
    }


def test_without_an_address_nothing_names_one_and_bytes_stay(built):
    project = built()
    page, site = project.page, project.site
    assert 'rel="canonical"' not in page
    assert "og:" not in page
    assert "github.com" not in page
    assert content(page, "description") == QUESTION
    assert not (site / "sitemap.xml").exists()
    assert not (site / "robots.txt").exists()
    assert "url" not in re.search(r"@incollection\{[^<]*", page)[0]
    assert 'href="/index.html"' in (site / "404.html").read_text()
    first = digests(site)
    assert digests(built().site) == first


def test_a_published_book_names_its_address_and_repository(built):
    project = built(RADON_URL=URL, RADON_REPOSITORY="ann/radon")
    page, site = project.page, project.site
    here = f"{URL}book/chapter.html"
    assert f'<link rel="canonical" href="{here}"' in page
    assert content(page, "og:url") == here
    assert content(page, "og:description") == QUESTION
    card = content(page, "og:image").removeprefix(URL)
    with Image.open(site / card) as image:
        assert image.size == (1200, 630)
    assert content(page, "og:image:alt").startswith("Arrows")
    assert f"url = {{{here}}}" in page
    assert "https://github.com/ann/radon/edit/main/book/chapter.md" in page
    assert "https://github.com/ann/radon/issues/new" in page
    places = [place.text for place in ET.parse(site / "sitemap.xml").iter()]
    assert {URL, here} <= set(places)
    assert f"{URL}404.html" not in places
    assert f"Sitemap: {URL}sitemap.xml" in (site / "robots.txt").read_text()
    assert 'href="/radon/index.html"' in (site / "404.html").read_text()


def test_a_repository_has_pages_of_its_own(built):
    page = built(GITHUB_REPOSITORY="Ann/Radon").page
    assert 'href="https://ann.github.io/radon/book/chapter.html"' in page


def test_a_book_for_teachers_has_no_solution_anywhere(built):
    project = built()
    assert SECRET in project.page
    project = built(SOLUTIONS="no")
    assert "Afterwards." in project.page
    assert "Exercise" in project.page
    leaks = [
        path
        for path in project.site.glob("**/*")
        if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert leaks == []
    with ZipFile(project.site / "radon-book.zip") as archive:
        assert not any(
            SECRET.encode() in archive.read(name)
            for name in archive.namelist()
        )
    for notebook in project.site.glob("notebooks/*.ipynb"):
        assert json.loads(notebook.read_text())["cells"]


def test_an_answer_that_is_none_ends_the_build(project):
    project.chapter.write_text("# A chapter\n")
    for environment in (
        {"SOLUTIONS": "maybe"},
        {"RADON_REPOSITORY": "nobody"},
        {"RADON_URL": "books.example"},
    ):
        code, output = project.build(**SILENT | environment)
        assert code, "the build passed"
        assert "wanted" in output
