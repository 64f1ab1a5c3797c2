"""Buttons lead to the repository where it is known, and nowhere else."""

from _ext import address

KINDS = ["repository", "edit_page", "issues"]


def _choose(app, config):
    options = config.html_theme_options
    # Jupyter Book's own, where `_config.yml` gives none.
    options.pop("repository_url", None)
    options["launch_buttons"] = {}
    # Else the theme shows a second search field above the page.
    options["navbar_persistent"] = []
    if repository := address.repository():
        options["repository_url"] = f"https://github.com/{repository}"
        options["repository_branch"] = "main"
        options |= {f"use_{kind}_button": True for kind in KINDS}


def setup(app):
    """Decide before the theme reads its options."""
    app.connect("config-inited", _choose)
    return {"parallel_read_safe": True}
