"""Numbers in prose come from the build, made on the page they are used on."""

import ast
import re

ROLE = re.compile(r"\{glue:\w*\}`([^`:]+)(?::[^`]*)?`")
DIRECTIVE = re.compile(r"^`{3,}\{glue:\w*\} (\S+)", re.M)

# What is no result, and so may be typed.
GIVEN = {
    "0.1": "added to, or put in the place of, a reading of zero [pCi/L]",
    "0.4": "outdoor air [pCi/L]",
    "4.1": "the action level, as the first recipe sees it [pCi/L]",
    "1.01": "the limit of R-hat",
    "0.3": "the limit of E-BFMI",
    "0.0005": "the chance of a false alarm in against_exact",
}
# What a number may stand in without being ours: code, mathematics, roles,
# quotations, links, comments, and sentences that cite.
APART = [
    r"^`{3,}\{?(?:math|python|bash|bibliography).*?^`{3,}$",
    r"\$\$.*?\$\$",
    r"\$[^$\n]+\$",
    r"`[^`]*`",
    r"“[^”]*”",
    r'"[^"\n]*"',
    r"\]\([^)]*\)",
    r"<https?:[^>]*>",
    r"^%.*$",
    r"^.*\{cite.*$",
]
DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.]*\w)")


def made(page):
    """Return patterns of the keys that the page's cells glue."""
    patterns = []
    for cell in page.cells:
        for call in ast.walk(cell.tree):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            if ast.unparse(call.func).rpartition(".")[2] != "glue":
                continue
            key = call.args[0]
            parts = key.values if isinstance(key, ast.JoinedStr) else [key]
            patterns.append(
                "".join(
                    re.escape(str(part.value))
                    if isinstance(part, ast.Constant)
                    else ".+"
                    for part in parts
                )
            )
    return patterns


def unmade(page):
    """Return the keys that the page shows and no cell of it glues."""
    keys = ROLE.findall(page.prose) + DIRECTIVE.findall(page.prose)
    patterns = made(page)
    return [
        key
        for key in keys
        if not any(re.fullmatch(pattern, key) for pattern in patterns)
    ]


def typed(page):
    """Return the decimals that somebody typed, captions included."""
    figures = [cell.metadata.get("mystnb", {}) for cell in page.cells]
    captions = [
        figure.get("figure", {}).get("caption", "") for figure in figures
    ]
    prose = "\n".join([page.prose, *captions])
    for apart in APART:
        flags = re.M | re.S if "```" in apart or r"\$\$" in apart else re.M
        prose = re.sub(apart, " ", prose, flags=flags)
    return [number for number in DECIMAL.findall(prose) if number not in GIVEN]


def test_every_glued_key_is_made_on_its_page(page):
    assert unmade(page) == []


def test_a_key_nobody_makes_is_seen(write):
    cell = "```{code-cell} ipython3\nglue(f'cp-{name}', 1.0)\n```\n"
    shown = "About {glue:text}`cp-beta:.2f`, not {glue:text}`vi-beta:.2f`.\n"
    assert unmade(write(cell + shown)) == ["vi-beta"]


def test_no_result_is_typed(page):
    assert typed(page) == []


def test_a_typed_result_is_seen(write):
    assert typed(write("The effect is -0.66 log pCi/L.\n")) == ["0.66"]
    assert typed(write('It says "RMSD 0.13"; $x = 0.5$; air has 0.4.\n')) == []
