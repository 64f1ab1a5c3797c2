"""Give every image its size, so that nothing moves when it loads."""

import re
from pathlib import Path

import imagesize

IMAGE = re.compile(r'<img\b[^>]*?\bsrc="([^":]+)"[^>]*>')
STYLE = re.compile(r' style="width: (\d+)px; height: (\d+)px;?"')


def _sized(page, match):
    tag, source = match[0], match[1]
    style = STYLE.search(tag)
    if style:  # a figure drawn at twice its size, for sharp screens
        size, tag = style.groups(), tag.replace(style[0], "")
    elif " width=" in tag:
        return tag
    else:
        size = imagesize.get(page.parent / source)
    width, height = (int(side) for side in size)
    if width < 1:
        return tag
    return tag.replace("<img", f'<img width="{width}" height="{height}"', 1)


def _size_images(app, exception):
    if exception or app.builder.name != "html":
        return
    for page in Path(app.outdir).glob("**/*.html"):
        text = page.read_text(encoding="utf8")
        sized = IMAGE.sub(lambda match, page=page: _sized(page, match), text)
        page.write_text(sized, encoding="utf8")


def setup(app):
    """Work on the finished pages."""
    app.connect("build-finished", _size_images)
    return {"parallel_read_safe": True}
