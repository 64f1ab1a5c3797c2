"""How long a chapter takes to read, and how long its code takes to run.

Reading is worked out from the number of words. Running was measured, and
stands in `book/_times.csv`; run as a script, this writes that file from the
last execution of each chapter.
"""

import csv
import re
import sys
from pathlib import Path

from docutils import nodes

ROOT = Path(__file__).parents[2]
FILE = Path("book") / "_times.csv"
WORDS_A_MINUTE = 200
HEADING = re.compile(r"</h1>\n?")
READ = nodes.paragraph | nodes.caption | nodes.literal_block
FOLDED = {"solution", "tag_hide-input", "cell_output"}


def spoken(seconds):
    """Return a time as one says it, rounded up.

    Examples
    --------
    >>> spoken(34.2)
    '40 seconds'
    >>> spoken(61)
    '2 minutes'
    """
    if seconds <= 50:
        return f"{-(-seconds // 10) * 10:.0f} seconds"
    minutes = -(-seconds // 60)
    return f"{minutes:.0f} minute" + "s" * (minutes > 1)


def words(node):
    """Count what is read: prose, captions, and code that is not folded."""
    if isinstance(node, READ):
        return len(node.astext().split())
    if FOLDED & set(getattr(node, "attributes", {}).get("classes", ())):
        return 0
    return sum(map(words, node.children))


def line(seconds_to_read, seconds_to_run=None):
    """Return the sentence under a title."""
    run = seconds_to_run and f"; its code runs in {spoken(seconds_to_run)}"
    return f"{spoken(seconds_to_read)} to read{run or ''}."


def _load(app):
    with (Path(app.srcdir) / FILE).open(encoding="utf8", newline="") as file:
        rows = csv.DictReader(file)
        app.seconds = {row["page"]: float(row["seconds"]) for row in rows}


def _show(app, pagename, template, context, doctree):
    if doctree is None or "question" not in app.env.metadata[pagename]:
        return
    reading = 60 * words(doctree) / WORDS_A_MINUTE
    text = line(max(60, reading), app.seconds.get(Path(pagename).name))
    context["body"] = HEADING.sub(
        rf'\g<0><p class="times">{text}</p>\n', context["body"], count=1
    )


def setup(app):
    """Read what was measured, and say it under each chapter's title."""
    app.connect("builder-inited", _load)
    app.connect("html-page-context", _show)
    return {"parallel_read_safe": True}


def write():
    """Write how long the cached execution of each chapter took."""
    from _ext import digest
    from jupyter_cache import get_cache

    cache = get_cache(
        ROOT / "_build" / ".jupyter_cache" / digest.of_code(ROOT)
    )
    took = {
        Path(record.uri).stem: round(record.data["execution_seconds"])
        for record in cache.list_cache_records()
    }
    with (ROOT / FILE).open("w", encoding="utf8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["page", "seconds"])
        rows.writerows(sorted(took.items()))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "book"))
    write()
