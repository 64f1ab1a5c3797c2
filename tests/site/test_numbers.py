"""Drawn again under other seeds, the numbers of the prose stay as they are.

By default those of two short chapters are; CHAPTERS=all draws all of them.
"""

import ast
import fnmatch
import os
import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import yaml
from _ext import digest
from jupyter_cache import get_cache

from tests import refit

ROOT = Path(__file__).parents[2]
WANTED = os.environ.get("CHAPTERS") or "shrinkage complete-pooling"
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())
PAGES = [
    Path(it["file"]).name for part in TOC["parts"] for it in part["chapters"]
]
CHAPTERS = [
    slug
    for slug in (PAGES if WANTED == "all" else WANTED.split())
    if "kernelspec" in (ROOT / "book" / f"{slug}.md").read_text("utf8")
]
# A number's Monte Carlo error is at most a fifth of its last digit, and two
# that are drawn apart agree within four errors of their difference.
APART = 4 * np.sqrt(2) / 5

# What is told of one run, and is not an estimate of anything.
FACTS = {
    "co-ess*": "the original's own chain",
    "co-*slip": "three draws, taken for three counties",
    "sh-slip-range": "three draws, taken for three counties",
    "ep-*": "one fit, judged",
    "hp-centred-*": "a fit that fails",
    "hp-below": "a fit that fails",
    "hp-chains-never": "a fit that fails",
    "hp-held-z": "one fit, judged",
    "hp-z-limit": "one fit, judged",
    "hp-tree-ess": "one fit, judged",
    "hp-error-ratio": "one fit, judged",
    "ld-z": "two fits, compared",
    "ld-vi-*": "searches that stop where they stop",
    "na-worst": "one fit, judged",
    "pc-psis-*": "one fit, judged",
    "pc-separate-bad": "one fit, judged",
    "sr-*-divergences": "a fit that fails",
    "sr-*-counties": "a fit that fails",
    "sr-*-share": "a fit that fails",
    "sr-*-visited": "a fit that fails",
    "sr-mahnomen-r-hat": "a fit that fails",
    "sr-sd-*": "how far five samples without a variance differ",
    "sr-q95-*": "how far five samples without a variance differ",
    "sr-z*": "one fit, judged",
    "sr-compared": "one fit, judged",
}


def estimated(key):
    """Say whether a number is an estimate, and no fact of one run."""
    return not any(fnmatch.fnmatchcase(key, fact) for fact in FACTS)


def of_build(slug):
    """Return the numbers that the build glued on a chapter's page."""
    folder = ROOT / "_build" / ".jupyter_cache" / digest.of_code(ROOT)
    cache = get_cache(folder)
    runs = [
        record
        for record in cache.list_cache_records()
        if Path(record.uri).stem == slug
    ]
    if not runs:
        pytest.fail(f"{slug} was not executed: run `make book`.")
    # A chapter's former texts have runs as well; the page reads one last.
    last = max(runs, key=lambda run: run.accessed)
    cells = cache.get_cache_bundle(last.pk).nb.cells
    cache.db.dispose()
    return {
        output.metadata["scrapbook"]["name"]: output.data[
            output.metadata["scrapbook"]["mime_prefix"] + "text/plain"
        ]
        for cell in cells
        for output in cell.get("outputs", [])
        if "scrapbook" in output.get("metadata", {})
    }


def moved(formats, before, after):
    """Return the numbers that are not the same to their last digit."""
    found = {}
    for key in formats.keys() & before.keys() & after.keys():
        old, new = before[key], after[key]
        if isinstance(new, str):
            same = ast.literal_eval(old) == new
        else:
            places = re.findall(r"\.(\d+)f", " ".join(formats[key]))
            unit = 10.0 ** -max(map(int, places), default=0)
            same = abs(float(old) - new) <= APART * unit
        if not same and estimated(key):
            found[key] = (old, new)
    return found


@pytest.mark.parametrize("slug", CHAPTERS)
def test_other_draws_print_the_same_number(slug, monkeypatch):
    source = ROOT / "book" / f"{slug}.md"
    text = source.read_text(encoding="utf8")
    monkeypatch.chdir(source.parent)
    with plt.style.context("radon.radon"):
        after = refit.again(text, 1000, estimated)
    plt.close("all")
    assert moved(refit.shown(text), of_build(slug), after) == {}


def test_a_number_that_moves_is_seen():
    formats = {"a": {".1f"}, "b": {"d"}, "c": {""}, "ld-z": {".1f"}}
    before = {"a": "3.82", "b": "12", "c": "'Grant'", "ld-z": "1.0"}
    assert moved(formats, before, {"a": 3.78, "b": 13, "c": "Grant"}) == {}
    after = {"a": 3.95, "b": 14, "c": "Cass", "ld-z": 9.0}
    assert set(moved(formats, before, after)) == {"a", "b", "c"}
