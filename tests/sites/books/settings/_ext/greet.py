from docutils import nodes
from docutils.parsers.rst import Directive


class Greet(Directive):
    required_arguments = 1

    def run(self):
        return [nodes.paragraph(text=f"Guten Tag, {self.arguments[0]}!")]


def setup(app):
    app.add_directive("greet", Greet)
    return {"parallel_read_safe": True}
