"""The built site, opened as a reader opens it."""

import pytest

DESK, PHONE = 1280, 390  # pixels


@pytest.fixture(
    scope="module",
    params=[("light", DESK), ("dark", PHONE)],
    ids=["light-desk", "dark-phone"],
)
def window(request, browser):
    """Return a window on a desk by day, or on a phone by night."""
    scheme, width = request.param
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    context.scheme = scheme
    yield context
    context.close()


def test_a_page_opens_in_peace(page, window, address):
    tab, outside, errors = window.new_page(), [], []
    tab.on(
        "request",
        lambda request: (
            request.url.startswith((address, "data:", "blob:"))
            or outside.append(request.url)
        ),
    )
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on(
        "console",
        lambda message: message.type != "error" or errors.append(message.text),
    )
    tab.on(
        "response",
        lambda answer: (
            answer.ok or errors.append(f"{answer.status} {answer.url}")
        ),
    )
    tab.goto(address + page, wait_until="networkidle")
    seen = tab.evaluate(
        """() => ({
            width: document.documentElement.scrollWidth - innerWidth,
            theme: document.documentElement.dataset.theme,
            squeezed: [...document.querySelectorAll("article img")]
                .filter(i => i.naturalWidth && i.clientWidth && Math.abs(
                    i.clientWidth * i.naturalHeight
                    / (i.clientHeight * i.naturalWidth) - 1) > 0.02)
                .map(i => i.src),
        })"""
    )
    tab.close()
    assert outside == [], "the page asks another machine"
    assert errors == []
    assert seen["width"] <= 0, "the page scrolls sideways"
    assert seen["theme"] == window.scheme
    assert seen["squeezed"] == [], "an image has lost its shape"


@pytest.fixture
def unscripted(window, browser):
    """Return a page of a new reader, to whom no file of scripts comes."""
    context = browser.new_context(color_scheme=window.scheme)
    tab = context.new_page()
    tab.route("**/*.js*", lambda route: route.abort())
    yield tab
    context.close()


THEME = "document.documentElement.dataset.theme"


def test_a_page_is_drawn_in_the_readers_colours_at_once(
    unscripted, window, address
):
    unscripted.goto(address + "index.html")
    assert unscripted.evaluate(THEME) == window.scheme


def test_a_readers_choice_stands_whatever_the_system_says(
    unscripted, window, address
):
    chosen = {"light": "dark", "dark": "light"}[window.scheme]
    unscripted.goto(address + "index.html")
    for name in ("mode", "theme"):
        unscripted.evaluate(
            "([name, value]) => localStorage.setItem(name, value)",
            [name, chosen],
        )
    unscripted.reload()
    assert unscripted.evaluate(THEME) == chosen


def test_search_finds_shrinkage(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}search.html?q=shrinkage")
    hits = tab.locator("#search-results li a")
    hits.first.wait_for()
    links = hits.evaluate_all("links => links.map(link => link.href)")
    tab.close()
    assert any("book/shrinkage.html" in link for link in links)


def test_a_solution_opens_at_a_click(soups, browser, address):
    page = next(
        (name for name, soup in soups.items() if soup.select(".solution")),
        None,
    )
    assert page, "no chapter has a solution"
    tab = browser.new_page()
    tab.goto(address + page)
    body = tab.locator(".solution section").first
    assert not body.is_visible()
    tab.locator(".solution .toggle-button").first.click()
    body.wait_for(state="visible")
    tab.close()
