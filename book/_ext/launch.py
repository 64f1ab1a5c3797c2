"""Every chapter that runs can be opened elsewhere, and taken home.

The build writes the notebooks into the site. Buttons open them in Colab and
Binder where the book has a repository; a download button is always there.
"""

from pathlib import Path

from _ext import address, launch_cells, launch_notebook

BRANCH = launch_notebook.BRANCH


def file_name(docname):
    """Return the name of the page's notebook."""
    return docname.rsplit("/", 1)[-1] + ".ipynb"


def links(repository, docname):
    """Return where the page's notebook is opened, by the host's name."""
    file = file_name(docname)
    return {
        "Colab": "https://colab.research.google.com/github/"
        f"{repository}/blob/{BRANCH}/{file}",
        "Binder": f"https://mybinder.org/v2/gh/{repository}/{BRANCH}"
        f"?urlpath=lab/tree/{file}",
    }


LOGOS = {"Colab": "logo_colab.png", "Binder": "logo_binder.svg"}


def _find(app, env):
    app.notebooks = {
        name: cells
        for name in sorted(env.found_docs)
        if (cells := launch_cells.read(env, name))
    }


def _buttons(app, pagename, template, context, doctree):
    if pagename not in app.notebooks:
        return
    download = {
        "type": "link",
        "url": context["pathto"](f"notebooks/{file_name(pagename)}", 1),
        "text": ".ipynb",
        "tooltip": "Download notebook",
        "icon": "fas fa-code",
        "label": "download-notebook-button",
    }
    groups = context["header_buttons"]
    for group in groups:
        if group.get("label") == "download-buttons":
            group["buttons"].insert(0, download)
    if repository := address.repository():
        groups.insert(0, _launch_group(repository, pagename))


def _launch_group(repository, pagename):
    return {
        "type": "group",
        "tooltip": "Run this chapter",
        "icon": "fas fa-rocket",
        "label": "launch-buttons",
        "buttons": [
            {
                "type": "link",
                "url": url,
                "text": host,
                "tooltip": f"Run this chapter on {host}",
                "icon": f"_static/images/{LOGOS[host]}",
                "label": f"{host.lower()}-button",
            }
            for host, url in links(repository, pagename).items()
        ],
    }


def _write(app):
    folder = Path(app.outdir) / "notebooks"
    folder.mkdir(exist_ok=True)
    for docname, cells in app.notebooks.items():
        text = launch_notebook.write(app, docname, cells)
        (folder / file_name(docname)).write_text(text, encoding="utf8")
    (folder / "README.md").write_text(_front(app), encoding="utf8")
    return []


def _front(app):
    """Return what the branch of the notebooks shows to who comes by."""
    lines = [
        f"# {app.config.html_title}: notebooks",
        "",
        "Made by the build of the book, each to be run from its first cell.",
        "",
    ]
    for docname in app.env.collect_relations():
        if docname not in app.notebooks:
            continue
        title = app.env.titles[docname].astext()
        line = f"- [{title}]({file_name(docname)})"
        if repository := address.repository():
            hosts = links(repository, docname).items()
            line += "".join(f" · [{host}]({url})" for host, url in hosts)
        lines.append(line)
    return "\n".join([*lines, ""])


def setup(app):
    """Come after the theme; `html-collect-pages` is the site's alone."""
    app.setup_extension("sphinx_markdown_builder")
    app.connect("env-check-consistency", _find)
    app.connect("html-page-context", _buttons, priority=900)
    app.connect("html-collect-pages", _write)
    return {"parallel_read_safe": True}
