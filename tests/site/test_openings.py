"""How a chapter opens: what it promises stands where one reads."""


def test_what_a_chapter_promises_is_in_the_flow_of_its_text(browser, address):
    page = browser.new_page()
    page.goto(f"{address}book/complete-pooling.html")
    promises = page.locator(".admonition.tip")
    assert promises.count() == 1 and promises.is_visible()
    place = promises.evaluate("box => getComputedStyle(box).position")
    assert place in ("static", "relative")
    before = promises.locator("xpath=preceding-sibling::p[1]").bounding_box()
    after = promises.locator("xpath=following-sibling::*[1]").bounding_box()
    box = promises.bounding_box()
    assert before["y"] + before["height"] <= box["y"]
    assert box["y"] + box["height"] <= after["y"]
    page.close()
