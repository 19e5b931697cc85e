"""Shows what needs a Sphinx extension that is not installed: its words stay, only their form is lost."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives, roles
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from satchel import __version__

# What is no prose: drawings and programs, shown as they are written.
_AS_WRITTEN = frozenset(
    {
        *(
            "altair-plot",
            "asy",
            "blockdiag",
            "bokeh-plot",
            "chart",
            "digraph",
            "drawio",
            "graph",
            "graphviz",
            "ipython",
        ),
        *("jupyter-execute", "mermaid", "nwdiag", "plantuml", "plot", "plotly", "seqdiag", "tikz", "uml", "vega"),
    }
)


class _Anything(dict[str, Any]):
    """Takes every option as it is written."""

    def __missing__(self, _name: str) -> Any:
        return lambda text: text


class Absent(SphinxDirective):
    """A directive that nobody has defined."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = _Anything(name=lambda text: text)

    def run(self) -> list[nodes.Node]:
        """A box with the directive's name, its title and what stands in it; nothing for a mere mark."""
        words = self.arguments[0].strip() if self.arguments else ""
        if not words and not self.content:
            return []
        box = nodes.admonition(classes=["satchel-absent"])
        name = self.name.rpartition(":")[2].removesuffix("-start").replace("-", " ").capitalize()
        title = nodes.title()
        title += nodes.Text(name)
        if words:
            parsed, messages = self.parse_inline(words)
            title += [nodes.Text(": "), *parsed, *messages]
        box += title
        if self.name.rpartition(":")[2] in _AS_WRITTEN:
            box += nodes.literal_block(text="\n".join(self.content), language="none")
        elif self.content:
            box += self.parse_content_to_nodes()
        self.set_source_info(box)
        return [box]


def _as_text(
    _name: str, _rawtext: str, text: str, *_more: Any, **_options: Any
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """A role that nobody has defined leaves its words."""
    return [nodes.inline(text=text, classes=["satchel-absent"])], []


def stand_in(app: Sphinx) -> None:
    """From now on, directives and roles that nobody has defined show their words instead of an error."""
    if not app.config.satchel_absent:
        return
    find_directive, find_role = directives.directive, roles.role

    def directive(*given: Any) -> Any:
        found, messages = find_directive(*given)
        return (Absent, []) if found is None else (found, messages)

    def role(*given: Any) -> Any:
        found, messages = find_role(*given)
        return (_as_text, []) if found is None else (found, messages)

    # Sphinx asks these two for what it does not know itself.
    vars(directives)["directive"], vars(roles)["role"] = directive, role


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx; `satchel_absent` names the extensions, of which the build has told the author."""
    app.add_config_value("satchel_absent", [], "env", list)
    app.connect("builder-inited", stand_in)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
