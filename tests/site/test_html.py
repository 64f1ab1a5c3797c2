"""The built site, as files: no browser is needed."""

import re
from urllib.parse import unquote, urldefrag, urlsplit

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
    for page, soup in soups.items():
        for tag in soup.select("[href], [src]"):
            link = tag.get("href") or tag.get("src")
            if urlsplit(link).scheme or link in ("", "#"):
                continue
            path, anchor = urldefrag(unquote(link))
            path = path.split("?")[0]
            target = (site / page).parent / path if path else site / page
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
    for page, soup in soups.items():
        if not page.startswith("book/"):
            continue
        assert soup.select_one(".btn-download-source-button"), page
        assert not soup.select(".btn-launch, .btn-source-repository-button")
