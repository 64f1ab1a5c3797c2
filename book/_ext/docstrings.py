"""What docstrings need to stand together on one page."""

import re

from sphinx.domains.python import PyObject

REFERENCE = re.compile(r"(\.\. |)\[(\d+)\](_?)")


def _number_references(app, what, name, obj, options, lines):
    """Let each docstring count its references from one."""
    slug = name.replace(".", "-").lower()
    lines[:] = [
        REFERENCE.sub(
            lambda match: (
                f"{match[1]}[#{slug}-{match[2]}]{match[3]}"
                if match[1] or match[3]
                else match[0]
            ),
            line,
        )
        for line in lines
    ]


def _skip_fields(app, what, name, obj, skip, options):
    """Leave a named tuple's fields to its list of attributes."""
    doc = getattr(obj, "__doc__", None) or ""
    return True if doc.startswith("Alias for field number") else None


def setup(app):
    """Read docstrings before Napoleon does."""
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", _number_references, priority=400)
    app.connect("autodoc-skip-member", _skip_fields)
    return {"parallel_read_safe": True}
