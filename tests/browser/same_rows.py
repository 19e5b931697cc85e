"""What a reader may write into a cell, and what must then be seen, in the book's page and in JupyterLite alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# One output: its kind (see `views.KINDS`), and its text or what to look for in it.
Expected = tuple[str, str | re.Pattern[str]]

# What no two runs have in common.
TIME = (r"\d[\d.]* (?:ns|[µμ]s|ms|s)\b", "‹time›")
# Each view keeps the course's files in a folder of its own; JupyterLite's is where it mounts its drive.
PLACE = (r"(?:~/course|/home/pyodide/course|/drive)/", "‹course›/")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A cell with its outputs in their order.

    `lite` is what JupyterLite shows where it has a way of its own, and must have; the row says why.
    `masks` are patterns with what stands for them: what may differ, each with its reason above.
    """

    code: str
    shows: tuple[Expected, ...] = ()
    lite: tuple[Expected, ...] | None = None
    masks: tuple[tuple[str, str], ...] = (PLACE,)


def some(pattern: str) -> re.Pattern[str]:
    """A text in which `pattern` is found."""
    return re.compile(pattern, re.DOTALL)


def prints(code: str, text: str) -> Row:
    return Row(code=code, shows=(("out", text),))


def gives(code: str, text: str) -> Row:
    return Row(code=code, shows=(("text", text),))


def fails(code: str, *patterns: str) -> Row:
    """The patterns are found in this order."""
    return Row(code=code, shows=(("err", some(".*".join(patterns))),))


ROWS: Mapping[str, Row] = {
    "print": prints("print(1)\nprint('two', 3.0, sep='-', end='!')", "1\ntwo-3.0!"),
    "last-value": gives("41\n6 * 7", "42"),
    "no-value": Row(code="6 * 7;"),
    "values-before": gives("_, len(Out), Out[2]", "(42, 1, 42)"),
    "long-value": gives(
        "{number: 'x' * 10 for number in range(6)}",
        "{" + ",\n ".join(f"{number}: 'xxxxxxxxxx'" for number in range(6)) + "}",
    ),
    "await": gives("import asyncio\nawait asyncio.sleep(0, 'slept')", "'slept'"),
    "async-for": prints(
        "async def numbers():\n    for n in range(2):\n        await asyncio.sleep(0)\n        yield n\n"
        "async for n in numbers():\n    print(n)",
        "0\n1\n",
    ),
    "unicode": prints(
        "print('Grüße, 世界 🐍 \\u202e!')\nprint('e\\u0301 ‹é›')", "Grüße, 世界 🐍 \u202e!\ne\u0301 ‹é›\n"
    ),
    "colours": prints("print('\\x1b[31mred\\x1b[0m plain')", "red plain\n"),
    "both-streams": Row(
        code="import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')",
        shows=(("out", "one\n"), ("err", "two\n"), ("out", "three\n")),
    ),
    "prints-between-shows": Row(
        code="print('before')\ndisplay('shown')\nprint('after')\n'last'",
        shows=(("out", "before\n"), ("text", "'shown'"), ("out", "after\n"), ("text", "'last'")),
    ),
    "warning": Row(
        code="import warnings\nwarnings.warn('careful')\n'warned'",
        shows=(("err", some("UserWarning: careful")), ("text", "'warned'")),
    ),
    "logging": Row(
        code="import logging\nlogging.warning('logged')",
        shows=(("err", "WARNING:root:logged\n"),),
    ),
    "five-thousand-lines": Row(
        code="for number in range(5000):\n    print('line', number)",
        shows=(("out", "".join(f"line {number}\n" for number in range(5000))),),
    ),
    "forty-outputs": Row(
        code="for number in range(40):\n    display(number)",
        shows=tuple(("text", str(number)) for number in range(40)),
    ),
    # JupyterLab shows fifty and a line that brings the others.
    "sixty-outputs": Row(
        code="for number in range(60):\n    display(number)",
        shows=tuple(("text", str(number)) for number in range(60)),
        lite=(*(("text", str(number)) for number in range(50)), ("more", "Show more outputs")),
    ),
    "clear-output": prints(
        "from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('stays')", "stays\n"
    ),
    "clear-output-later": prints("print('gone')\nclear_output(wait=True)\nprint('stays')", "stays\n"),
    "progress": prints("for part in (0, 50, 100):\n    print(f'\\r{part:3} %', end='')", "100 %"),
    "display-again": gives("shown = display('first', display_id=True)\nshown.update('second')", "'second'"),
    "html": Row(
        code="from IPython.display import HTML, Latex, Markdown, SVG, Image\n"
        "HTML('<p>some <b>bold</b> text</p><ul><li>item</li></ul>')",
        shows=(("html", "some bold textitem"),),
    ),
    "html-script": Row(
        code='HTML(\'<i class="filled">?</i><script>'
        'document.querySelectorAll(".filled").forEach((one) => { one.textContent = "run" })</script>\')',
        shows=(("html", some("^run")),),
    ),
    "markdown": Row(
        code="display(Markdown('# Head\\n\\nSome *words* and `code`.\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |'))",
        shows=(("markdown", some("Head.*Some words and code")),),
    ),
    "latex": Row(code="Latex(r'$$\\frac{1}{2}$$')", shows=(("latex", some("1.*2")),)),
    "markdown-latex": Row(code="Markdown(r'Is $x^2$ big?')", shows=(("markdown", some("Is.*x.*2.*big")),)),
    "svg": Row(code='SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="7" height="9"/>\')', shows=(("svg", ""),)),
    "own-html": Row(
        code="class Own:\n    def _repr_html_(self):\n        return '<em>mine</em>'\nOwn()", shows=(("html", "mine"),)
    ),
    "figure": Row(
        code="%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.title('Up and down')",
        shows=(("text", "Text(0.5, 1.0, 'Up and down')"), ("png", "")),
    ),
    "two-figures": Row(
        code="for width in (2, 3):\n    plt.figure(figsize=(width, 2))\n    plt.plot([1, 2])\n    plt.show()",
        shows=(("png", ""), ("png", "")),
    ),
    "table": Row(
        code="import pandas as pd\ntowns = pd.read_csv('data.csv')\ntowns",
        shows=(("html", some("city.*people.*Ulm.*128.*Bern.*134")),),
    ),
    "long-table": Row(code="pd.DataFrame({'n': range(200)})", shows=(("html", some(r"199.*200 rows × 1 columns")),)),
    "styler": Row(
        code="import jinja2\ntowns.style.highlight_max('people', color='gold').format({'people': '{:.1f} k'})",
        shows=(("html", some("Bern.*134.0 k")),),
        masks=((r"T_[0-9a-f]{5}", "T_‹id›"),),
    ),
    "course-file": prints("print(open('data.csv').read())", "city,people\nUlm,128\nBern,134\n\n"),
    "course-module": gives("from trouble import double, share\ndouble(21)", "42"),
    "written-file": prints(
        "with open('mine.txt', 'w') as file:\n    file.write('kept')\nprint(open('mine.txt').read())", "kept\n"
    ),
    "pip": Row(code="%pip install pandas\nimport pandas\nprint(pandas.__name__)", shows=(("out", "pandas\n"),)),
    "pip-unknown": fails("%pip install nowhere-to-be-found", "Packages come with the course"),
    "question-mark": Row(code="double?", shows=(("out", some(r"Signature: double\(number\).*trouble\.py")),)),
    "help": Row(code="help(double)", shows=(("out", some(r"double\(number\)")),)),
    "time": Row(
        code="%%time\nsum(range(1000))",
        shows=(("out", some("CPU times.*Wall time")), ("text", "499500")),
        masks=(TIME,),
    ),
    "timeit": Row(
        code="%timeit -n 10 -r 3 sum(range(10))",
        shows=(("out", some(r"per loop \(mean ± std\. dev\. of 3 runs, 10 loops each\)")),),
        masks=(TIME,),
    ),
    "who": gives("%who_ls int", "['n', 'number', 'part', 'width']"),
    "unknown-magic": fails("%nosuchmagic", "UsageError: Line magic function `%nosuchmagic` not found"),
    "pip-version": Row(
        code="%pip install -U -q pandas==0.1\nprint('on')",
        shows=(("out", some("^This course brings pandas .* 0.1.\non\n")),),
    ),
    "conda": prints("%conda install -y -c conda-forge pandas=1\nprint('on')", "on\n"),
    "install-in-shell": prints(
        "if True:\n    !pip install pandas 'nowhere>=2' > /dev/null 2>&1\nprint(_exit_code)",
        "Not part of this course's Python, and cannot be added here: nowhere.\n0\n",
    ),
    "install-by-python": prints(
        "import subprocess, sys\n"
        "subprocess.check_call([sys.executable, '-m', 'pip', 'install', 'pandas'])\nprint('on')",
        "on\n",
    ),
    "install-captured": Row(code="%%capture caught\n!pip install pandas\nprint('inside')"),
    "captured": prints("print(caught.stdout)", "inside\n\n"),
    "shell": Row(code="!ls\n_exit_code", shows=(("err", some("^ls: not found.*no shell")), ("text", "127"))),
    "shell-cell": Row(code="%%bash\nmake all", shows=(("err", some("^make: not found")),)),
    "shell-result": fails("found = !ls", "OSError"),
    "writefile": Row(code="%%writefile noted.txt\nnoted", shows=(("out", "Writing noted.txt\n"),)),
    "zero-division": fails(
        "def half(x):\n    return x / 0\n\nhalf(1)",
        "ZeroDivisionError",
        "half\\(1\\)",
        "return x / 0",
        "division by zero",
    ),
    "syntax-error": fails(
        "for x in range(3)\n    print(x)", "for x in range\\(3\\)", "\\^", "SyntaxError: expected ':'"
    ),
    "name-error": fails("no_such_name", "NameError: name 'no_such_name' is not defined"),
    "key-error": fails("{'a': 1}['b']", "KeyError: 'b'"),
    "pandas-error": fails("towns['none']", "KeyError: 'none'"),
    "assertion": fails("assert 1 == 2, 'one is not two'", "AssertionError: one is not two"),
    "chained": fails(
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('second') from error",
        "ZeroDivisionError: division by zero",
        "direct cause",
        "ValueError: second",
    ),
    "error-in-module": fails(
        "share(1, 0)", "share\\(1, 0\\)", "trouble.py", "return total / heads", "ZeroDivisionError"
    ),
    "prints-before-error": Row(
        code="print('so far')\n[][0]",
        shows=(("out", "so far\n"), ("err", some("IndexError: list index out of range"))),
    ),
    "module-not-found": fails(
        "import nowhere_to_be_found", "ModuleNotFoundError", '"nowhere_to_be_found" is not part of this course'
    ),
    "file-not-found": fails("open('nowhere.csv')", "FileNotFoundError", "nowhere.csv"),
    "recursion": fails("def deep():\n    return deep()\n\ndeep()", "RecursionError: maximum recursion depth exceeded"),
    "sys-exit": Row(
        code="import sys\nprint('leaving')\nsys.exit()",
        shows=(("out", "leaving\n"), ("err", some("To exit")), ("err", some("SystemExit"))),
    ),
    "after-exit": gives("double(4)", "8"),
    "current-folder": gives("import os\nos.path.basename(os.getcwd())", "'lessons'"),
    "slider": Row(
        code="import ipywidgets as widgets\nwidgets.IntSlider(value=3, min=0, max=9, description='Width')",
        shows=(("widget", some("Width")),),
    ),
    "interact": Row(
        code="@widgets.interact(side=(0, 9))\ndef area(side=3):\n    print('area', side ** 2)",
        shows=(("widget", some("side.*area 9")),),
    ),
}

# Cells with a test of their own in `test_same_result.py`; most need the reader.
ASKING: Mapping[str, str] = {
    "input": "name = input('Your name? ')\nprint('Hello', name)",
    "getpass": "import getpass\nsecret = getpass.getpass('Your word? ')\nprint(len(secret), 'letters')",
    "endless": "kept = 41\nprint('looping')\nwhile True: pass",
    "kept": "kept + 1",
    "random": "import random\nrandom.random()",
}
