"""Definitions and references at the word: by pointer, keyboard and finger."""

import pytest

LINK = "article a[aria-describedby^='tip-']"
SHOWN = ".tip:popover-open"


@pytest.fixture
def open_page(soups, browser, address):
    """Return a function that opens a page with definitions in a window."""
    page = next(
        name
        for name, soup in soups.items()
        if name.startswith("book/") and soup.select(LINK)
    )
    contexts = []

    def open_in(**settings):
        contexts.append(browser.new_context(**settings))
        tab = contexts[-1].new_page()
        tab.goto(address + page, wait_until="networkidle")
        tab.locator(LINK).first.scroll_into_view_if_needed()
        return tab

    yield open_in
    for context in contexts:
        context.close()


def test_a_resting_pointer_shows_it_and_may_go_there(open_page):
    tab = open_page()
    tab.locator(LINK).first.hover()
    tip = tab.locator(SHOWN)
    tip.wait_for()
    tip.hover()
    tab.wait_for_timeout(500)  # longer than it would take to close
    assert tip.is_visible()
    tab.mouse.move(2, 2)
    tip.wait_for(state="detached")


def test_focus_shows_it_and_escape_puts_it_away(open_page):
    tab = open_page()
    link = tab.locator(LINK).first
    tab.keyboard.press("Tab")  # from here on the keyboard is used
    link.focus()
    tip = tab.locator(SHOWN)
    tip.wait_for()
    assert tip.get_attribute("id") == link.get_attribute("aria-describedby")
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= tab.viewport_size["width"]
    tab.keyboard.press("Escape")
    tip.wait_for(state="detached")
    assert link.evaluate("link => link === document.activeElement")


def test_a_first_touch_shows_it_and_a_second_follows(open_page):
    tab = open_page(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    here, link = tab.url, tab.locator(LINK).first
    link.tap()
    tab.locator(SHOWN).wait_for()
    assert tab.url == here
    link.tap()
    tab.wait_for_url("**#*")
