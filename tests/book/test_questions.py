"""Questions with an answer to open: where they stand, and their form."""

import re

QUESTION = re.compile(
    r"^:::\{question\} ?(.*)\n((?:(?!^:::).*\n)*)^:::\n\s*(.*)", re.M
)
SECTION_ENDS = re.compile(r"#{2,3} |\(.+\)=$")
FEWEST, LONGEST = 4, 3  # questions in a chapter, sentences in an answer


def faults(page):
    """Return what the questions of a page lack."""
    found = []
    for words, answer, after in QUESTION.findall(page.text):
        if not words.endswith("?"):
            found.append(f"{words}: no question")
        if not 1 <= len(answer.splitlines()) <= LONGEST:
            found.append(f"{words}: an answer of one to three lines")
        if not SECTION_ENDS.match(after):
            found.append(f"{words}: not at the end of a section")
    return found


def test_questions_end_sections_and_have_short_answers(page):
    assert faults(page) == []


def test_a_chapter_asks_its_reader(chapter):
    assert len(QUESTION.findall(chapter.text)) >= FEWEST


def test_what_is_no_question_is_seen(write):
    lost = ":::{question} So it is.\nYes.\n:::\n\nMore of the section.\n"
    assert len(faults(write(lost))) == 2
    placed = ":::{question} Is it so?\nYes.\n:::\n\n(next)=\n## Next\n"
    assert faults(write(placed)) == []
