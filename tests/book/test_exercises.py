"""Every exercise has a solution, and every chapter some exercises."""

import re

EXERCISE = re.compile(
    r"^`{3,}\{exercise(?:-start)?\}.*\n(?:^:.*\n)*?^:label: (\S+)", re.M
)
SOLUTION = re.compile(r"^`{3,}\{solution(?:-start)?\} (\S+)", re.M)
FEWEST, MOST = 3, 5


def unmatched(page):
    """Return exercises without solution and solutions without exercise."""
    return set(EXERCISE.findall(page.text)) ^ set(SOLUTION.findall(page.text))


def test_every_exercise_has_its_solution(page):
    assert unmatched(page) == set()
    unlabelled = len(
        re.findall(r"^`{3,}\{exercise(?:-start)?\}", page.text, re.M)
    )
    assert unlabelled == len(EXERCISE.findall(page.text))


def test_an_exercise_without_solution_is_seen(write):
    lone = "```{exercise-start} A\n:label: ex-a\n```\n```{exercise-end}\n```\n"
    assert unmatched(write(lone)) == {"ex-a"}
    solved = "```{solution-start} ex-a\n:class: dropdown\n```\n"
    assert unmatched(write(lone + solved)) == set()


def test_a_chapter_has_three_to_five_exercises(chapter):
    assert FEWEST <= len(EXERCISE.findall(chapter.text)) <= MOST
