"""A Sphinx extension that the course brings along."""

from docutils import nodes
from docutils.parsers.rst import Directive


class Shout(Directive):
    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        return [nodes.paragraph(text=self.arguments[0].upper())]


def setup(app):
    app.add_directive("shout", Shout)
    return {"parallel_read_safe": True}
