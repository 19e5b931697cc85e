"""Goes on where kernel/prelude.py ends, in the same namespace: JupyterLab shows the box and keeps the answer."""

upstream = {}


def no_way(prompt, password):
    """JupyterLite's own way goes through its service worker; it answers None where there is none."""
    answer = upstream["password" if password else "line"](prompt)
    if answer is None:
        raise RuntimeError(
            "This browser cannot pause Python for a question: it has no service worker here, and Python cannot wait by "
            "itself. Use an ordinary window of a current Chrome or Edge."
        )
    return answer


# The box shows the question and keeps the answer.
question = answer_to
Interpreter.input = property(lambda self: read_line, lambda self, way: upstream.update(line=way))
Interpreter.getpass = property(lambda self: read_secret, lambda self, way: upstream.update(password=way))

# IPython already looks for modules in the current folder, behind Python's own. In front of them, every import would ask
# JupyterLite's drive first.
sys.path.remove(folder)
