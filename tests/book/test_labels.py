"""Labels are slugs, unique, and say what they label."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

LABEL = re.compile(
    r"^\(([^)\s]+)\)=$|^:label: (\S+)$|^\$\$ \((\S+)\)$|^ +name: (\S+)$", re.M
)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def labels(page):
    """Return every label of a page."""
    found = LABEL.findall(page.text)
    return [next(filter(None, kinds)) for kinds in found]


def not_slugs(page):
    """Return labels that are no slugs."""
    kernels = {"python3"}
    return [
        label
        for label in labels(page)
        if label not in kernels and not SLUG.fullmatch(label)
    ]


def test_labels_are_slugs(page):
    assert not_slugs(page) == []


def test_a_label_that_is_no_slug_is_seen(write):
    assert not_slugs(write("$$\nx\n$$ (Eq_1)\n")) == ["Eq_1"]


@pytest.mark.parametrize(
    "kind, opening",
    [
        ("eq-", r"^\$\$ \((\S+)\)$"),
        ("ex-", r"^`{3,}\{exercise[^\n]*\n(?:^:class.*\n)?:label: (\S+)"),
        ("sol-", r"^`{3,}\{solution[^\n]*\n(?:^:class.*\n)?:label: (\S+)"),
    ],
)
def test_a_label_says_what_it_labels(page, kind, opening):
    found = re.findall(opening, page.text, re.M)
    assert [label for label in found if not label.startswith(kind)] == []


def test_a_page_begins_with_its_slug(page):
    if page.slug != "index":
        first = re.search(r"^\(([^)]+)\)=\n# ", page.text, re.M)
        assert first and first[1] == page.slug


def test_no_label_is_used_twice(root):
    pages = [root / "index.md", *sorted((root / "book").glob("*.md"))]
    found = Counter(
        next(filter(None, kinds))
        for page in pages
        for kinds in LABEL.findall(page.read_text(encoding="utf8"))
    )
    del found["python3"]
    assert [label for label, count in found.items() if count > 1] == []


def test_every_page_has_its_place_in_the_book(root):
    toc = yaml.safe_load((root / "_toc.yml").read_text())
    files = [
        chapter["file"]
        for part in toc["parts"]
        for chapter in part["chapters"]
    ]
    written = {path.stem for path in (root / "book").glob("*.md")}
    assert written == {Path(file).name for file in files}
    assert len(files) == len(set(files))
