"""A content security policy: nothing from elsewhere, no script but ours.

Scripts are the site's files and the few inline ones that the theme needs,
each by its digest. Formulas carry their measures as style attributes.
"""

import base64
import hashlib
import re

from _ext import finished

INLINE = re.compile(
    r"<(script|style)(?![^>]*\bsrc=)[^>]*>(.*?)</\1>", re.S | re.I
)
CHARSET = re.compile(r'<meta charset="utf-8"\s*/?>')
# Some browsers do not count files opened from a disk as one site.
SITE = "'self' file:"
POLICY = (
    "default-src 'none'; script-src {site}{script}; "
    "style-src-elem {site}{style}; style-src-attr 'unsafe-inline'; "
    "img-src {site} data:; font-src {site}; connect-src {site}; "
    "base-uri 'none'; form-action {site}"
)


def digests(text, kind):
    """Return the sources of a page's inline scripts or styles."""
    found = {
        hashlib.sha256(body.encode()).digest()
        for name, body in INLINE.findall(text)
        if name.lower() == kind and body.strip()
    }
    return "".join(
        f" 'sha256-{base64.b64encode(digest).decode()}'"
        for digest in sorted(found)
    )


def sealed(text):
    """Return a page with the policy that its content needs."""
    policy = POLICY.format(
        site=SITE,
        script=digests(text, "script"),
        style=digests(text, "style"),
    )
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy}" />'
    return CHARSET.sub(rf"\g<0>\n    {tag}", text, count=1)


def setup(app):
    """Come after all that changes what stands inline."""
    finished.each_page(
        app, lambda app, page, text: sealed(text), finished.SEAL
    )
    return {"parallel_read_safe": True}
