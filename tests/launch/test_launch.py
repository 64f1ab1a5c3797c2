"""Every notebook of the bundle runs where readers open it.

By default one short chapter does; CHAPTERS=all runs all of them. Versions
before and after, and the seconds a chapter takes, are left in
`_build/launch`.
"""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.launch import places

BUILD = Path(__file__).parents[2] / "_build"
BUNDLE = BUILD / "bundle"
LIMIT = 120  # seconds a chapter, on two cores
WANTED = os.environ.get("CHAPTERS") or "complete-pooling"
CHAPTERS = (
    sorted(path.stem for path in BUNDLE.glob("*.ipynb"))
    if WANTED == "all"
    else WANTED.split()
)
BAR = re.compile(r"(it/s|s/it)\]")  # the slower of the two, by county
# What the first cell may move; Binder's own files leave it nothing to do.
MOVES = {"binder": set(), "colab": {"arviz"}}


@pytest.fixture(scope="module", params=MOVES)
def place(request, tmp_path_factory):
    """Return a place with a copy of the bundle, and write its log."""
    if not BUNDLE.is_dir():
        pytest.fail("No bundle in _build/bundle: run `make bundle`.")
    folder = tmp_path_factory.mktemp(request.param)
    bundle = shutil.copytree(BUNDLE, folder / "bundle")
    place = getattr(places, request.param)(folder, bundle)
    place.moves = MOVES[request.param]
    place.log = {"before": place.versions(), "seconds": {}}
    yield place
    place.log["after"] = place.versions()
    log = BUILD / "launch" / f"{request.param}.json"
    log.parent.mkdir(exist_ok=True)
    log.write_text(json.dumps(place.log, indent=1) + "\n")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_from_its_first_cell(place, chapter):
    notebook, seconds = place.run(chapter)
    place.log["seconds"][chapter] = seconds
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [c.execution_count for c in code] == [*range(1, len(code) + 1)]
    for cell in code:
        if "radon.fit(" in cell.source:
            shown = "".join(out.get("text", "") for out in cell.outputs)
            assert BAR.search(shown), "no progress bar"
    # On a busy machine the clock runs on while the chapter waits.
    assert min(seconds.values()) < LIMIT


def test_nothing_that_was_there_has_moved(place):
    after = place.versions()
    assert after["radon-book"]
    moved = {
        name
        for name, version in place.log["before"].items()
        if after.get(name) != version
    }
    assert moved == place.moves
