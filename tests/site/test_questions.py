"""Questions at the ends of sections: closed, whole, and open on paper."""


def test_questions_are_closed_and_have_their_answers(soups):
    found = [
        details
        for soup in soups.values()
        for details in soup.select("details.question")
    ]
    assert len(found) > 20
    for details in found:
        assert not details.has_attr("open")
        summary, answer = details.find_all(recursive=False)
        assert summary.name == "summary"
        assert summary.get_text(strip=True).endswith("?")
        assert answer.get_text(strip=True)


def test_an_answer_opens_by_keyboard_without_a_script(browser, address):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}book/shrinkage.html")
    question = page.locator("details.question").first
    answer = question.locator(".answer")
    assert not answer.is_visible()
    question.locator("summary").press("Enter")
    assert answer.is_visible()
    page.close()


def test_answers_are_printed(browser, address):
    page = browser.new_page()
    page.goto(f"{address}book/shrinkage.html")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for answer in page.locator("details.question .answer").all():
        assert answer.is_visible()
    page.close()
