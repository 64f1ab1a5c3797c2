"""Images as small as they look good, that move nothing and wait.

Drawings become WebP, pixel for pixel the same unless they have so many
colours that the best of quality is smaller; every image says its size, so
that nothing moves when it loads, and all but a page's first wait until the
reader comes near.
"""

import hashlib
import io
import itertools
import re
import shutil

import imagesize
from _ext import finished, kept
from PIL import Image

IMAGE = re.compile(r'<img\b[^>]*?\bsrc="([^":]+)"[^>]*>')
STYLE = re.compile(r' style="width: (\d+)px; height: (\d+)px;?"')
FIGURES = "_images/"
DRAWING = re.compile(r'(_images/[^"]+)\.png(?=")')
WAYS = [{"lossless": True, "quality": 75}, {"quality": 85}]


def smaller(picture, cache):
    """Return the path of the same picture as WebP, kept in `cache`."""
    seen = hashlib.sha256(repr(WAYS).encode() + picture.read_bytes())
    kept = cache / f"{seen.hexdigest()[:32]}.webp"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_bytes(min(_encoded(picture), key=len))
        part.rename(kept)
    return kept


def _encoded(picture):
    with Image.open(picture) as image:
        for way in WAYS:
            packed = io.BytesIO()
            image.convert("RGB").save(packed, "WEBP", method=4, **way)
            yield packed.getvalue()


def _shrink(app):
    """Put WebP files beside the drawings that pages show."""
    cache = kept.folder(app) / "images"
    for picture in (app.outdir / FIGURES).glob("*.png"):
        shutil.copy(smaller(picture, cache), picture.with_suffix(".webp"))
        picture.unlink()


def _sized(page, tag, source):
    """Return the tag with the image's size."""
    if style := STYLE.search(tag):
        # A figure drawn at twice its size, for sharp screens.
        size, tag = style.groups(), tag.replace(style[0], "")
    elif " width=" in tag:
        return tag
    else:
        size = imagesize.get(page.parent / source)
    width, height = (int(side) for side in size)
    if width < 1:
        return tag
    return tag.replace("<img", f'<img width="{width}" height="{height}"', 1)


def _mend(app, page, text):
    place = itertools.count()

    def mend(match):
        tag, source = match[0], match[1]
        if FIGURES in source and " loading=" not in tag:
            waits = ' loading="lazy"' if next(place) else ""
            tag = tag.replace("<img", f"<img{waits}")
        return _sized(page, tag, source)

    return IMAGE.sub(mend, DRAWING.sub(r"\1.webp", text))


def setup(app):
    """Work on the finished pages."""
    finished.once(app, _shrink, finished.MEND - 1)
    finished.each_page(app, _mend, finished.MEND)
    return {"parallel_read_safe": True}
