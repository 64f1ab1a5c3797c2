"""Every figure has a name, a caption that says what to see, and alt text."""

import ast
import re

# Calls that draw, by the beginning or the end of their dotted name.
DRAWS = re.compile(
    r"(radon\.plots|sns|az\.plot_\w+|plt\.subplots)\b|.*\.plot$"
)
STATIC = re.compile(r"^```\{(?:figure|image)\}.*?^```$", re.M | re.S)


def draws(cell):
    """Say whether a cell puts a figure on the page."""
    return not cell.tags & {"remove-cell", "remove-output"} and any(
        DRAWS.match(ast.unparse(call.func))
        for call in ast.walk(cell.tree)
        if isinstance(call, ast.Call)
    )


def faults(page):
    """Return what the figures of a page lack."""
    found = []
    for cell in page.cells:
        told = cell.metadata.get("mystnb", {})
        if not draws(cell) and "figure" not in told:
            continue
        figure = told.get("figure", {})
        name, caption = figure.get("name", ""), figure.get("caption", "")
        alt = told.get("image", {}).get("alt", "")
        where = name or cell.source.splitlines()[-1]
        if not name.startswith(f"fig-{page.slug}-"):
            found.append(f"{where}: no name fig-{page.slug}-<what>")
        if not caption.endswith("."):
            found.append(f"{where}: no caption that is a sentence")
        if len(alt.split()) < 8 or alt == caption:
            found.append(f"{where}: no alt text that says what is drawn")
        if name and f"{{numref}}`{name}`" not in page.prose:
            found.append(f"{where}: never referred to by {{numref}}")
    found += [
        figure.splitlines()[0] + ": no alt text"
        for figure in STATIC.findall(page.prose)
        if ":alt:" not in figure
    ]
    found += re.findall(r"!\[\s*\]\(.*?\)", page.prose)
    return found


def test_figures_are_whole(page):
    assert faults(page) == []


def test_a_bare_figure_is_seen(write_code):
    bare = write_code("ax = radon.plots.county_map(data)")
    assert len(faults(bare)) == 3


def test_a_figure_that_is_never_mentioned_is_seen(write_code):
    header = """\
---
mystnb:
  figure:
    name: fig-a-page-map
    caption: The north reads low.
  image:
    alt: Map of Minnesota with counties shaded by their mean reading.
---
"""
    assert faults(write_code("ax = sns.ecdfplot(data)", header)) == [
        "fig-a-page-map: never referred to by {numref}"
    ]
