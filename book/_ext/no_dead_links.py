"""No button leads to a repository that nobody named."""


def _no_repository(app, config):
    options = config.html_theme_options
    # Jupyter Book's own, where `_config.yml` gives none.
    options.pop("repository_url", None)
    options["launch_buttons"] = {}
    # Else the theme shows a second search field above the page.
    options["navbar_persistent"] = []


def setup(app):
    """Leave the download button, drop what would point elsewhere."""
    app.connect("config-inited", _no_repository)
    return {"parallel_read_safe": True}
