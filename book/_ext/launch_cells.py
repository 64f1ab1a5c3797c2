"""The code cells of a page, as its notebook has them."""

import ast
import textwrap

import nbformat
from _ext import launch_names
from myst_nb.core.read import create_nb_reader

FOLDED = {"remove-cell", "remove-input", "hide-input", "hide-cell"}
FOLD = {"cellView": "form", "jupyter": {"source_hidden": True}}


def read(env, docname):
    """Return the page's cells, or none where it has no use for radon."""
    path = env.doc2path(docname)
    with open(path, encoding="utf8") as file:
        text = file.read()
    reader = create_nb_reader(path, env.myst_config, env.mystnb_config, text)
    cells = reader.read(text).cells if reader else []
    return cells if any(map(_imports_radon, cells)) else []


def _imports_radon(cell):
    return cell.cell_type == "code" and any(
        line.split()[:2] == ["import", "radon"]
        for line in cell.source.splitlines()
    )


def behind(cells):
    """Return what must run of the cells that no page shows, by their number.

    They keep numbers for the prose, which a notebook has already, and give
    names. A statement is left out where all it does is to keep a number or
    to give names that nothing after it uses.
    """
    trees = {
        number: ast.parse(cell.source)
        for number, cell in enumerate(cells)
        if cell.cell_type == "code"
    }
    later = set().union(*map(launch_names.needed_in_functions, trees.values()))
    source, names = {}, set()
    for number, tree in reversed(trees.items()):
        hidden = "remove-cell" in tags(cells[number])
        kept = []
        for statement in reversed(tree.body):
            wanted = launch_names.given(statement) & (names | later)
            if hidden and not wanted and _only_names(statement):
                continue
            kept.insert(0, statement)
            names = launch_names.needed([statement], names)
        if hidden and kept:
            source[number] = _lines(cells[number].source, kept)
    return source


def _lines(source, statements):
    """Return the statements as they are written, with comments above."""
    lines, kept = source.splitlines(), []
    for statement in statements:
        first = statement.lineno - 1
        while first and lines[first - 1].startswith("#"):
            first -= 1
        gap = [""] if kept and not lines[first - 1] else []
        kept += gap + lines[first : statement.end_lineno]
    return "\n".join(kept)


def tags(cell):
    """Return the tags of a cell."""
    return set(cell.metadata.get("tags", ()))


def notebook_cell(cell, source=None):
    """Return the cell for a notebook, folded where the book folds it."""
    source = source or cell.source
    if "raises-exception" in tags(cell):
        # Not every notebook goes on after an error that is promised.
        source = (
            f"try:\n{textwrap.indent(source, '    ')}\n"
            "except Exception as error:\n"
            '    print(f"{type(error).__name__}: {error}")'
        )
    metadata = FOLD if tags(cell) & FOLDED else {}
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def _only_names(tree):
    """Whether it gives names, keeps numbers, and changes nothing else."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="glue"))):
                pass
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Expr() | ast.Delete() | ast.Global() | ast.AugAssign():
                return False
            case ast.Attribute(ctx=ctx) | ast.Subscript(ctx=ctx):
                if not isinstance(ctx, ast.Load):
                    return False
    return True
