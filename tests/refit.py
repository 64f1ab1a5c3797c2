"""Glue a chapter's numbers again, with every draw drawn from other seeds.

A seed is what is passed as ``seed=``. ``default_rng(2)`` makes data, which
are given, and stays. Of a chapter's statements only those run that a wanted
number depends on, so that a fit which none comes from costs nothing.
"""

import ast
import re
import warnings
from unittest import mock

from myst_nb.core.read import read_myst_markdown_notebook

import radon.source

ROLE = re.compile(r"\{glue:\w*\}`([^`:]+)(?::([^`]*))?`")
MODULES = {"az", "np", "pd", "plt", "radon"}  # which no call changes
DATA = {"calibrate"}  # simulates what it fits
FILE = re.compile(r"[\w-]+\.csv")
HERE = "the folder in which a file is looked for"


def shown(text):
    """Return the formats in which the prose shows each key."""
    formats = {}
    for key, form in ROLE.findall(text):
        formats.setdefault(key, set()).add(form)
    return formats


def keys(statement):
    """Return patterns of the keys that a statement glues."""
    return [
        re.sub(r"\{.*?\}", "*", ast.literal_eval(ast.unparse(key).lstrip("f")))
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and _called(node) == "glue"
        for key in node.args[:1]
    ]


def statements(text):
    """Return the top-level statements of a chapter's cells, in order."""
    program = []
    for cell in read_myst_markdown_notebook(text).cells:
        if cell.cell_type == "code":
            body = ast.parse(cell.source).body
            if "raises-exception" in cell.metadata.get("tags", []):
                del body[-1]  # which raises it
            program += body
    return program


def _called(node):
    return ast.unparse(node.func).rpartition(".")[2]


def _seeds(statement):
    """Return the keywords that are seeds of draws."""
    return [
        word
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and _called(node) not in DATA
        for word in node.keywords
        if word.arg == "seed"
    ]


def _names(statement):
    """Return the names that a statement reads, and those that it changes."""
    read, changed = set(), set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else changed).add(node.id)
        elif isinstance(node, ast.FunctionDef):
            changed.add(node.name)
        elif isinstance(node, ast.alias):
            changed.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.Call) and _called(node) == "chdir":
            changed.add(HERE)
        elif isinstance(node, ast.Call) and _called(node) == "to_csv":
            changed |= _files(node)
    if files := _files(statement):
        read |= files | {HERE}
    places = [
        node
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript | ast.Attribute)
        and isinstance(node.ctx, ast.Store)
    ]
    places += [
        node.value.func
        for node in ast.walk(statement)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)  # `list.append(...)`
    ]
    for place in places:
        while isinstance(place, ast.Subscript | ast.Attribute | ast.Call):
            place = getattr(place, "value", None) or place.func
        if isinstance(place, ast.Name) and place.id not in MODULES:
            changed.add(place.id)
    return read, changed


def _files(tree):
    """Return the files that are named."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and FILE.fullmatch(node.value)
    }


def _names_of(program):
    """Return what each statement reads and changes.

    Who uses a function reads what the function does, when it is used.
    """
    names = [_names(statement) for statement in program]
    inner = {
        statement.name: read
        for statement, (read, _) in zip(program, names, strict=True)
        if isinstance(statement, ast.FunctionDef)
    }
    for read, _ in names:
        known, waiting = set(), read & inner.keys()
        while waiting:
            known |= waiting
            read |= set().union(*(inner[name] for name in waiting))
            waiting = read & inner.keys() - known
    return names


def drawn(program):
    """Return which of the statements depend on a draw."""
    tainted, found = set(), []
    for i, (statement, names) in enumerate(
        zip(program, _names_of(program), strict=True)
    ):
        read, changed = names
        if _seeds(statement) or read & tainted:
            found.append(i)
            tainted |= changed
        elif isinstance(statement, ast.Assign) and not read & changed:
            tainted -= changed
    return found


def needed(program, wanted):
    """Return the statements on which the wanted ones depend, in order."""
    names = _names_of(program)
    found, waiting = set(), list(wanted)
    while waiting:
        i = waiting.pop()
        if i not in found:
            found.add(i)
            read = names[i][0] | names[i][1]
            waiting += [j for j in range(i) if names[j][1] & read]
    return [program[i] for i in sorted(found)]


def again(text, shift, wanted):
    """Return what a chapter glues by draws, under other seeds.

    Parameters
    ----------
    text : str
        The chapter's source.
    shift : int
        What is added to every seed.
    wanted : callable
        Says of a key, or of the pattern ``name-*`` of several, whether it is
        asked for.

    Returns
    -------
    dict
        Values by key, empty where nothing that is wanted depends on a draw.
    """
    program = statements(text)
    glueing = {
        statement.name
        for statement in program
        if isinstance(statement, ast.FunctionDef) and keys(statement)
    }
    chosen = [
        i
        for i in drawn(program)
        if any(map(wanted, keys(program[i])))
        or _names(program[i])[0] & glueing
    ]
    kept = needed(program, chosen)
    for statement in kept:
        for seed in _seeds(statement):
            seed.value = ast.BinOp(seed.value, ast.Add(), ast.Constant(shift))
    module = ast.fix_missing_locations(ast.Module(kept, []))
    values = {}
    with (
        mock.patch.object(radon.source, "glue", values.__setitem__),
        warnings.catch_warnings(action="ignore"),  # the chapter heeds them
    ):
        chapter = {"__name__": "chapter"}
        exec(compile(module, "<chapter>", "exec"), chapter)
        chapter.clear()  # folders that it leaves open go, unheeded too
    return values
