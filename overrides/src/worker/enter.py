"""Goes on where kernel/prelude.py ends, in the same namespace: what happens when the next page takes Python over."""

import contextlib
import importlib

# The reader's first cell is number one.
shell.execution_count = 1


def cells_run():
    return shell.execution_count - 1


def enter(folder, home):
    """Make `folder` the place where cells run. Variables stay; modules beside the last page's notebook do not."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    sys.path[:] = [folder, *(path for path in sys.path if path != home and not path.startswith(home + "/"))]
    importlib.invalidate_caches()
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if file.startswith(home + "/") and not file.startswith(folder + "/"):
            del sys.modules[name]
    forget_widgets()


def forget_widgets():
    """Close what a page that is gone was showing; nobody hears the goodbye."""
    for comm in list(shell.kernel.comm_manager.comms.values()):
        # A widget's own clean-up is no reason to keep the reader from the page.
        with contextlib.suppress(Exception):
            comm.close()
