"""The icon fonts, cut to the icons that the style sheets still name."""

import logging
import re

from _ext import finished
from fontTools import subset
from fontTools.ttLib import TTFont

# It tells of every table that it leaves alone.
logging.getLogger("fontTools").setLevel(logging.WARNING)

ICON = re.compile(r"\\([ef][0-9a-f]{3})\b|([\ue000-\uf8ff])")
FONTS = "_static/vendor/fontawesome/webfonts"


def named(css):
    """Return the code points of the icons that a style sheet names."""
    return {
        int(code, 16) if code else ord(character)
        for code, character in ICON.findall(css)
    }


def cut(font, codes):
    """Write a font anew with nothing but these code points."""
    with TTFont(font, recalcTimestamp=False) as whole:
        options = subset.Options(desubroutinize=True, hinting=False)
        options.layout_features = []
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=codes)
        cutter.subset(whole)
        whole.flavor = "woff2"
        whole.save(font)


def _cut_all(app):
    codes = set()
    for sheet in (app.outdir / "_static").glob("*.css"):
        codes |= named(sheet.read_text(encoding="utf8"))
    for font in (app.outdir / FONTS).iterdir():
        if font.suffix == ".woff2":
            cut(font, codes)
        else:
            font.unlink()


def setup(app):
    """Come after the style sheets are cut."""
    finished.once(app, _cut_all, finished.TRIM + 1)
    return {"parallel_read_safe": True}
