"""What axe-core finds on the pages: nothing, by day and night, wide and not.

The rules are those of WCAG 2.0 to 2.2, A and AA, and of good practice.
"""

import pytest
from _ext import npm

from tests.site.conftest import ROOT

NAME = "axe-core@4.14.1"
SHA512 = (
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2"
    "S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
)
RULES = [
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
    "best-practice",
]
RUN = """async ([theme, tags]) => {
    document.documentElement.dataset.theme = theme;
    document.querySelectorAll("details").forEach(d => { d.open = true; });
    const moving = document.getAnimations().map(one => one.finished);
    await Promise.allSettled(moving);
    const found = await axe.run(document, {
        runOnly: tags, resultTypes: ["violations"],
    });
    return found.violations.map(
        rule => [rule.id, rule.nodes.map(node => node.target.join(" "))]);
}"""


@pytest.fixture(scope="session")
def axe():
    """Return axe-core's script."""
    package = npm.package(ROOT / ".cache", NAME, SHA512)
    return (package / "axe.min.js").read_text(encoding="utf8")


@pytest.fixture(scope="module", params=[1280, 390])
def window(request, browser):
    """Return a window in which nothing fades, desk or phone."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 900},
        reduced_motion="reduce",
        bypass_csp=True,  # for axe, which is none of the page's scripts
    )
    yield context
    context.close()


def violations(tab, axe, theme):
    """Return what axe finds in an open page."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(axe)
    return tab.evaluate(RUN, [theme, RULES])


def test_no_page_shuts_anyone_out(page, window, address, axe):
    tab = window.new_page()
    tab.goto(address + page, wait_until="networkidle")
    found = {theme: violations(tab, axe, theme) for theme in ("light", "dark")}
    tab.close()
    assert found == {"light": [], "dark": []}


def test_a_fault_is_seen(window, axe):
    tab = window.new_page()
    tab.set_content("<html lang=en><img src=x.png><p style='color:#eee'>Pale")
    found = {name for name, _ in violations(tab, axe, "light")}
    tab.close()
    assert {"image-alt", "color-contrast"} <= found
