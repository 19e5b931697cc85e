"""Sphinx hooks: cell identities, page data and our scripts get into the book's HTML. Nothing is decided here."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from markupsafe import Markup
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator

from satchel import __version__, navigation

# Written by the build beside the pages: {docname: {"bar": html, "data": html}}.
PAGES_FILE = ".satchel/pages.json"
# The theme's contents beside the pages, and those of a long course.
_WHOLE, _SHORT = "sbt-sidebar-nav.html", "satchel-contents.html"
_RENAMED = {".md", ".py", ".Rmd"}
# Stands for the way to the site root in what the build wants in the head of every page.
ROOT = "{root}"


class SatchelCell(nodes.container):
    """A code cell of MyST-NB that shows its identity in the HTML."""


def _visit_cell(translator: HTML5Translator, node: nodes.Element) -> None:
    translator.body.append(
        translator.starttag(node, "div", CLASS="docutils container", **{"data-satchel-cell": node["satchel_cell"]})
    )


def _depart_cell(translator: HTML5Translator, _node: nodes.Element) -> None:
    translator.body.append("</div>\n")


def _children_only(_translator: Any, _node: nodes.Element) -> None:
    """Other writers (plain text, LaTeX) show the cell's content and nothing of ours."""


def _pages(app: Sphinx) -> dict[str, dict[str, str]]:
    cached: dict[str, dict[str, str]] | None = getattr(app, "_satchel_pages", None)
    if cached is None:
        path = Path(app.srcdir) / PAGES_FILE
        cached = json.loads(path.read_text("utf-8")) if path.exists() else {}
        app._satchel_pages = cached  # type: ignore[attr-defined]
    return cached


def mark_cells(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give code cells their identity and the page its route bar and data."""
    for cell in list(doctree.findall(nodes.container)):
        identity = (cell.get("cell_metadata") or {}).get("satchel", {}).get("cell")
        if cell.get("nb_element") == "cell_code" and identity:
            cell.replace_self(SatchelCell("", *cell.children, satchel_cell=identity, classes=cell["classes"]))
    page = _pages(app).get(docname)
    if page is None:
        return
    title = next(iter(doctree.findall(nodes.title)), None)
    if title is not None and title.parent is not None:
        title.parent.insert(title.parent.index(title) + 1, nodes.raw("", page["bar"], format="html"))
    doctree.append(nodes.raw("", page["data"], format="html"))


def outdated(app: Sphinx, env: BuildEnvironment, *_changes: set[str]) -> list[str]:
    """Pages whose route or data changed although their text did not."""
    pages = {docname: json.dumps(page, sort_keys=True) for docname, page in _pages(app).items()}
    before: dict[str, str] = getattr(env, "satchel_pages", {})
    env.satchel_pages = pages  # type: ignore[attr-defined]
    return [docname for docname in env.found_docs if pages.get(docname) != before.get(docname)]


def settle_theme(_app: Sphinx, config: Config) -> None:
    """Defaults that the book theme means but newer versions of the theme below it do not take over."""
    for place in ("navbar_persistent", "navbar_start", "navbar_center", "navbar_end"):
        config.html_theme_options.setdefault(place, [])
    config.html_context.setdefault("default_mode", "auto")
    config.templates_path.append(str(Path(__file__).with_name("theme")))
    # It would offer the sources as they were staged, which are not published; JupyterLite has the notebooks.
    config.html_theme_options["use_download_button"] = False


def follow_renamed(app: Sphinx, doctree: nodes.document) -> None:
    """Let links such as `[](values.md)` find a text notebook, which the build turned into an `.ipynb`."""
    here = posixpath.dirname(app.env.docname)
    for link in doctree.findall(addnodes.pending_xref):
        target, _, anchor = str(link.get("reftarget", "")).partition("#")
        stem, suffix = posixpath.splitext(target)
        docname = posixpath.normpath(posixpath.join(here, stem))
        if link["reftype"] == "myst" and not link["refdomain"] and suffix in _RENAMED and docname in app.env.found_docs:
            link.attributes |= {"refdomain": "doc", "reftarget": docname, "reftargetid": anchor or None}


def add_files(app: Sphinx) -> None:
    """Load our style after the theme's, and our script, on every page."""
    base = f"../{app.config.satchel_assets}"
    app.add_css_file(f"{base}page.css", priority=900)
    app.add_js_file(f"{base}page.js", priority=900, type="module")


def choose_scripts(app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Take out sphinx-thebe's loader, which would fetch Thebe from a CDN, and our script where it has no data."""
    context["script_files"] = [
        script
        for script in context["script_files"]
        if not _is_thebe_loader(script) and (page in _pages(app) or not _is_ours(script))
    ]


def shorten_contents(app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Beside the pages of a long course stand the contents of its part instead of all."""
    parts = _contents(app)
    if sum(navigation.count(part.entries) for part in parts) < navigation.LONG:
        return
    # Before the theme looks at its templates, which takes longer the more pages there are.
    context["sidebars"] = [_SHORT if name == _WHOLE else name for name in context.get("sidebars") or ()]
    context["satchel_contents"] = Markup(navigation.contents(parts, page, context["pathto"]))


def _contents(app: Sphinx) -> tuple[navigation.Part, ...]:
    cached: tuple[navigation.Part, ...] | None = getattr(app, "_satchel_contents", None)
    if cached is None:
        cached = tuple(
            navigation.Part(caption=tree.get("caption") or "", entries=tuple(_entries(app, tree, set())))
            for tree in _trees(app, app.config.root_doc)
        )
        app._satchel_contents = cached  # type: ignore[attr-defined]
    return cached


def _trees(app: Sphinx, docname: str) -> list[addnodes.toctree]:
    found = app.env.tocs.get(docname)
    return list(found.findall(addnodes.toctree)) if found is not None else []


def _entries(app: Sphinx, tree: addnodes.toctree, above: set[str]) -> Iterator[navigation.Entry]:
    for title, name in tree["entries"]:
        docname = str(tree["parent"] if name == "self" else name)
        known = app.env.titles.get(docname)
        below: list[navigation.Entry] = []
        if known is not None and docname not in above and name != "self":
            for inner in _trees(app, docname):
                below += _entries(app, inner, {*above, docname})
        words = title or (known.astext() if known is not None else docname)
        yield navigation.Entry(name=docname, title=str(words), children=tuple(below))


def name_folds(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Let folds of code go by their visible words; MyST-NB's one name for all hides them from speech and voice."""
    if "body" in context:
        context["body"] = context["body"].replace('<summary aria-label="Toggle hidden content">', "<summary>")


def notice_disk(app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """A page that is opened straight from a folder can load no module, so a plain script says how to start the course.

    Nothing of it is loaded from a server.
    """
    script = json.dumps(context["pathto"](f"{app.config.satchel_assets}disk.js", True)).replace("<", "\\u003c")
    context["metatags"] = context.get("metatags", "") + (
        '<script>location.protocol==="file:"&&document.head.appendChild(document.createElement("script"))'
        f'.setAttribute("src",{script})</script>'
    )


def link_app(app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Let every page say that the course can be installed as an app."""
    root = "../" * page.count("/") or "./"
    context["metatags"] = context.get("metatags", "") + app.config.satchel_head.replace(ROOT, root)


def _is_ours(script: Any) -> bool:
    return str(getattr(script, "filename", script)).endswith("/page.js")


def _is_thebe_loader(script: Any) -> bool:
    body = getattr(script, "attributes", {}).get("body") or ""
    return "THEBE_JS_URL" in body or str(getattr(script, "filename", script)).endswith("sphinx-thebe.js")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks with Sphinx."""
    app.add_config_value("satchel_assets", "satchel/", "html")
    app.add_config_value("satchel_head", "", "html")
    plain = (_children_only, _children_only)
    app.add_node(SatchelCell, html=(_visit_cell, _depart_cell), latex=plain, text=plain, man=plain, texinfo=plain)
    app.connect("config-inited", settle_theme)
    app.connect("doctree-read", follow_renamed)
    app.connect("doctree-resolved", mark_cells)
    app.connect("env-get-outdated", outdated)
    app.connect("builder-inited", add_files)
    app.connect("html-page-context", choose_scripts, priority=900)
    app.connect("html-page-context", name_folds)
    app.connect("html-page-context", notice_disk)
    app.connect("html-page-context", shorten_contents, priority=100)
    app.connect("html-page-context", link_app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
