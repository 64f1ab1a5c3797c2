"""A reader who copies the cells in sight has every name that they use."""

import builtins
import dis
from types import CodeType

GIVEN = {*dir(builtins), "__name__"}
READS = {"LOAD_NAME", "LOAD_GLOBAL"}


def unknown(code, known):
    """Return the names that code reads before they are bound.

    What code binds is added to what is known.  Functions are read last:
    they may call what is defined after them, themselves for example.
    """
    found, functions = [], []
    for step in dis.get_instructions(code):
        if step.opname == "STORE_NAME":
            known.add(step.argval)
        elif step.opname in READS and step.argval not in known:
            found.append(step.argval)
        elif isinstance(step.argval, CodeType):
            functions.append(step.argval)
    for function in functions:
        found += unknown(function, set(known))
    return sorted(set(found))


def missing(page):
    """Return the names that cells in sight take from nowhere in sight.

    A name that a cell out of sight has bound anew counts as missing: what
    the reader has under that name is another thing.
    """
    faults, known = [], set(GIVEN)
    for cell in page.cells:
        code = compile(cell.source, page.slug, "exec")
        if cell.shown:
            faults += unknown(code, known)
        elif "remove-cell" in cell.tags:
            unknown(code, bound := set())
            known -= bound
    return faults


def test_cells_in_sight_use_names_in_sight(page):
    assert missing(page) == []


def test_a_name_from_a_hidden_cell_is_seen(write):
    hidden = "```{{code-cell}} ipython3\n:tags: [{}]\n\nn = 1\n```\n"
    shown = "```{code-cell} ipython3\nprint(n)\n```\n"
    here = "```{code-cell} ipython3\nn = 2\n```\n"
    removed, folded = (
        hidden.format(tag) for tag in ("remove-cell", "hide-input")
    )
    assert missing(write(removed + shown)) == ["n"]
    assert missing(write(shown + here)) == ["n"]
    assert missing(write(here + removed + shown)) == ["n"]
    assert missing(write(folded + shown)) == []
    assert missing(write(removed + here + shown)) == []


def test_names_of_loops_and_functions_are_their_own(write_code):
    assert missing(write_code("total = sum(i for i in range(3))")) == []
    assert missing(write_code("rows = [i for i in range(3)]")) == []
    assert missing(write_code("for i in range(3):\n    print(i)")) == []
    assert missing(write_code("def f(n):\n    return n and f(n - 1)")) == []
    assert missing(write_code("def twice(x):\n    return k * x")) == ["k"]
    assert missing(write_code("x = x + 1")) == ["x"]
