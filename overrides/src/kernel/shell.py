"""Goes on where prelude.py ends: what lines for a shell do where there is none.

Those that install packages do no harm, since the course brings its packages along. All others end as a shell ends that
does not find the program: with a sentence, and without an error.
"""

import functools
import re
import shlex
import subprocess

import pyodide_js

# What an author writes in front of a list of packages; `get_ipython().system` gets it without the exclamation mark.
INSTALLER = re.compile(
    r"^(?:sudo\s+)?(?:'?\S*python[\d.]*'?\s+-m\s+pip3?|\{?sys\.executable\}?\s+-m\s+pip3?|pip3?|uv\s+pip"
    r"|(conda|mamba|micromamba))\s+install\b(.*)$"
)
# Options that take a word of their own.
WITH_VALUE = frozenset(
    ("-c", "--channel", "--constraint", "-n", "--name", "-i", "--index-url", "--extra-index-url", "-f", "--find-links")
)
WORD = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?(.*)$")
MAGIC = re.compile(r"^(\s*)%(?:pip3?|uv\s+pip|(conda|mamba|micromamba))\s+install\b(.*)$")


def brought():
    """Name to version of the packages that the course brings."""
    return {name: entry["version"] for name, entry in pyodide_js.lockfile.packages.to_py().items()}


def requirements(words, conda):
    """Name, extras and wish of each package that is asked for, without options."""
    found, skip = [], False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in WITH_VALUE
            continue
        name = WORD.match(word.split("=")[0] if conda else word)
        if name and "/" not in word:
            found.append((re.sub(r"[-_.]+", "-", name[1]).lower(), name[2] or "", "" if conda else name[3].strip()))
    return found


def words_of(text):
    """The words of an install command; what it does with its output is left out."""
    try:
        return shlex.split(re.sub(r"(?<!\S)(?:\d|&)?>+\s*(?:&\d|\S+)", " ", text.split(" #")[0]))
    except ValueError:
        return text.split()


def installs(command):
    """What a shell text asks for if it does nothing but install packages; None for any other."""
    asked = []
    for part in re.split(r"&&|;|\n", command):
        found = INSTALLER.match(part.strip())
        if found:
            asked += requirements(words_of(found[2]), bool(found[1]))
        elif part.strip() and not part.strip().startswith("#"):
            return None
    return asked


def tell(asked):
    """Say what is here of it, and what is not; returns the names that are here."""
    here, lacking = brought(), []
    for name, _, wish in asked:
        if name not in here:
            lacking.append(name)
        elif wish.startswith("==") and wish[2:].strip() != here[name]:
            print(f"This course brings {name} {here[name]}; the line asks for {wish[2:].strip()}.")
    if lacking:
        print(f"Not part of this course's Python, and cannot be added here: {', '.join(lacking)}.")
    return [name for name, _, _ in asked if name in here]


def install(asked):
    """What is asked for is loaded if Python can wait, else when it is imported."""
    names = tell(asked)
    if names and can_run_sync():
        run_sync(pyodide_js.loadPackage(names))
    return 0


def answer_shell(command):
    """The exit code of a shell text."""
    asked = installs(command)
    if asked is not None:
        return install(asked)
    words = words_of(command) or [command]
    print(f"{words[0]}: not found. A browser has no shell; this line did nothing.", file=sys.stderr)
    return 127


def run_line(self, command):
    """`!command`, at any depth."""
    self.user_ns["_exit_code"] = answer_shell(command)


def run_cell_of_shell(line, cell):
    """`%%bash` and the like, without the threads that IPython would start for it."""
    shell.user_ns["_exit_code"] = answer_shell(cell)


def run_installer(otherwise):
    """A call of `subprocess` that only installs packages is done as `!pip install` is; any other as ever."""

    def run(*args, **kwargs):
        given = args[0] if args else kwargs.get("args", "")
        words = [given] if isinstance(given, str) else ["python" if word == sys.executable else word for word in given]
        asked = installs(" ".join(map(str, words)))
        if not asked:
            return otherwise(*args, **kwargs)
        code = install(asked)
        return subprocess.CompletedProcess(given, code, "", "") if otherwise is run_program else code

    return functools.wraps(otherwise)(run)


async def plain_pip(lines):
    """Lines that install, as the kernel understands them: without options, in the versions that are here."""
    done = []
    for line in lines:
        found = MAGIC.match(line)
        if found is None:
            done.append(line)
            continue
        asked = requirements(words_of(found[3]), bool(found[2]))
        here = tell([one for one in asked if one[0] in brought()])
        # Of what is not here the kernel says so by an error, as it does for whoever asks.
        words = [name if name in here else shlex.quote(name + extras + wish) for name, extras, wish in asked]
        done.append(f"{found[1]}%pip install {' '.join(words)}\n" if words else f"{found[1]}pass\n")
    return done


run_program = subprocess.run
subprocess.run = run_installer(run_program)
subprocess.call = run_installer(subprocess.call)
subprocess.check_call = run_installer(subprocess.check_call)
os.system = answer_shell
Interpreter.system = run_line
for name in ("bash", "sh"):
    shell.register_magic_function(run_cell_of_shell, "cell", name)
shell.kernel.lite_transform_manager.line_transforms.insert(0, plain_pip)
