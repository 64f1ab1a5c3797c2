"""The built site, as files: no browser is needed."""

import re
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from _ext import address

ROOT = Path(__file__).parents[2]
IMAGE_NAME = re.compile(r"\.(png|svg|jpe?g|gif|webp)\b|^_?images?\b", re.I)


def test_every_image_says_what_it_shows(soups):
    mute = [
        (page, image["src"], alt)
        for page, soup in soups.items()
        for image in soup.select("article img, .bd-article img")
        if len((alt := image.get("alt") or "").split()) < 4
        or IMAGE_NAME.search(alt)
    ]
    assert mute == []


def test_every_internal_link_and_anchor_resolves(site, soups):
    anchors = {
        page: {
            tag[key]
            for tag in soup.find_all(True)
            for key in ("id", "name")
            if tag.get(key)
        }
        for page, soup in soups.items()
    }
    broken = []
    root = urlsplit(address.site() or "/").path
    for page, soup in soups.items():
        for tag in soup.select("[href], [src]"):
            link = tag.get("href") or tag.get("src")
            if urlsplit(link).scheme or link in ("", "#"):
                continue
            path, anchor = urldefrag(unquote(link))
            path = path.split("?")[0]
            target = (site / page).parent / path if path else site / page
            if path.startswith(root):
                target = site / path.removeprefix(root)
            name = target.resolve().relative_to(site.resolve()).as_posix()
            found = target.is_file() and (
                not anchor or anchor in anchors.get(name, ())
            )
            if not found:
                broken.append((page, link))
    assert broken == []


def test_no_page_names_a_script_style_or_image_elsewhere(soups):
    loaded = "script[src], img[src], iframe[src], link[rel~=stylesheet][href]"
    assert [
        (page, link)
        for page, soup in soups.items()
        for tag in soup.select(loaded)
        if urlsplit(link := tag.get("src") or tag["href"]).netloc
    ] == []


def test_no_formula_is_drawn_as_an_error(soups):
    assert [
        (page, formula.get("title"))
        for page, soup in soups.items()
        for formula in soup.select(".katex-error, [style*='#cc0000']")
    ] == []


def test_formulas_can_be_read_aloud(soups):
    formulas = [
        formula for soup in soups.values() for formula in soup.select(".math")
    ]
    assert formulas
    assert all(formula.select("math") for formula in formulas)


def test_no_cell_shows_what_went_to_stderr(soups):
    assert [
        page for page, soup in soups.items() if soup.select(".output.stderr")
    ] == []


def test_a_page_offers_its_source_and_no_button_leads_nowhere(soups):
    repository = address.repository()
    for page, soup in soups.items():
        if not page.startswith("book/"):
            continue
        assert soup.select_one(".btn-download-source-button"), page
        links = [
            str(soup.select_one(f".btn-source-{kind}-button[href]"))
            for kind in ("repository", "edit", "issues")
        ]
        if repository:
            assert all(f"github.com/{repository}" in link for link in links)
        else:
            assert not soup.select(".btn-launch, [class*=btn-source-]")


def headings(soup):
    """Return the levels of a page's headings that are not for print alone."""
    return [
        int(tag.name[1])
        for tag in soup.select("main h1, h2, h3, h4, h5, h6")
        if not tag.find_parent(class_="onlyprint")
    ]


def test_headings_go_down_one_level_at_a_time(soups):
    for page, soup in soups.items():
        levels = headings(soup)
        assert levels.count(1) == 1, page
        steps = zip([0, *levels], levels, strict=False)
        assert all(new <= old + 1 for old, new in steps), (page, levels)


def test_a_page_says_what_it_is_about(soups):
    for page, soup in soups.items():
        if page in ("404.html", "search.html"):
            continue
        (about,) = soup.select("meta[name=description]")
        assert 40 <= len(about["content"]) <= 160, (page, about["content"])


def test_neighbours_are_shown_with_their_question(soups):
    soup = soups["index.html"]
    following = soup.select_one(".right-next")
    chapter = soups[following["href"]]
    question = chapter.select_one("h1 ~ p:not(.times) > strong").get_text()
    assert following.select_one(".prev-next-question").text == question


def test_a_chapter_says_how_long_it_takes(soups):
    chapters = [soup for soup in soups.values() if soup.select(".exercise")]
    assert chapters
    for soup in chapters:
        assert re.fullmatch(
            r"\d+ minutes? to read; its code runs in \d+ (seconds|minutes?)\.",
            soup.select_one("h1 + p.times").text,
        )


def test_a_page_says_how_to_cite_it(soups):
    for page, soup in soups.items():
        if page.startswith("book/"):
            entry = soup.select_one("details.cite pre").text
            title = soup.h1.get_text().rstrip("#").split(". ")[-1]
            assert f"title = {{{title}}}" in entry, page


def test_images_have_a_size_and_all_but_the_first_wait(soups):
    for page, soup in soups.items():
        images = soup.select("article img")
        assert all(image.get("width") for image in images), page
        assert all(image.get("height") for image in images), page
        assert all(image.get("loading") == "lazy" for image in images[1:])


@pytest.mark.parametrize("source", ["glossary", "references"])
def test_a_link_to_an_explanation_carries_it(soups, source):
    found = 0
    for soup in soups.values():
        for link in soup.select(f"article a[href*='{source}.html#']"):
            tip = soup.find(id=link["aria-describedby"])
            assert tip["role"] == "tooltip"
            assert len(tip.get_text().split()) > 3
            assert not tip.select("a, [id]")
            found += 1
    assert found


def test_every_page_has_a_policy_and_nothing_that_it_forbids(soups):
    for page, soup in soups.items():
        (tag,) = soup.select("meta[http-equiv=Content-Security-Policy]")
        policy = dict(
            rule.strip().split(" ", 1) for rule in tag["content"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert "unsafe" not in policy["script-src"]
        assert "http" not in tag["content"], page
        handlers = [
            (tag.name, name)
            for tag in soup.find_all(True)
            for name in tag.attrs
            if name.startswith("on")
        ]
        assert handlers == [], page


def test_no_page_says_where_or_in_which_process_it_was_made(soups):
    process = re.compile(r"\bat 0x[0-9a-f]{6,}|\b127\.0\.0\.1:\d+")
    for page, soup in soups.items():
        assert str(ROOT) not in str(soup), page
        outputs = soup.select(".cell_output")
        assert not [x for x in outputs if process.search(x.get_text())], page
