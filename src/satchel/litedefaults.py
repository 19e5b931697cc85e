"""How JupyterLite starts for a student unless the author says otherwise: settings, and parts that are left out.

JupyterLab is made for people with a server of their own. What asks for one, what asks other servers, and what can only
cost a student work is switched off, each part with its reason. `tests/build/test_lite_contract.py` asks whether each
still exists, so that an upgrade cannot bring one back under another name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# By JupyterLab's plugins, as in `overrides.json`.
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    # Seconds. JupyterLab's own two minutes are a lot of work to lose.
    "@jupyterlab/docmanager-extension:plugin": {"autosave": True, "autosaveInterval": 3},
    # News and updates come from outside servers, and would not concern students.
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    # Text of a notebook must not run commands of the application.
    "@jupyterlab/apputils-extension:sanitizer": {"allowCommandLinker": False},
    # Run times would become changes of every notebook that was only run.
    "@jupyterlab/notebook-extension:tracker": {"recordTiming": False},
    "@jupyterlab/filebrowser-extension:browser": {"navigateToCurrentDirectory": True, "sortNotebooksFirst": True},
}

_NEWS = "It asks an outside server for news. JupyterLite leaves it out today; this keeps it so."
_OUTSIDE = "It leads to, or fetches from, other sites."
_SERVER = "There is no server here that it could speak to."
_CONSOLE = "What is typed into a console is kept nowhere."
_METADATA = "It edits the metadata by which the work of a student finds its cell."
_WORKSPACE = "The site has one workspace a browser; more would only hide open notebooks."
_PLUGINS = "It switches parts of the application off, ours included."
_LOSS = "One dialog from losing every file; the browser itself can do the same."
_SAVED = "Ours says when the work was saved; the time of a checkpoint beside it only confuses."
_TRUST = "A run makes outputs that are trusted; those of a stranger's notebook are better left harmless."
_TITLE = "Ours shows the title of the course in its place."

# Plugins that do not start, each with the reason.
LEFT_OUT: Mapping[str, str] = {
    "@jupyterlab/apputils-extension:announcements": _NEWS,
    "@jupyterlab/filebrowser-extension:open-url": _OUTSIDE,
    "@jupyterlab/help-extension:jupyter-forum": _OUTSIDE,
    "@jupyterlab/help-extension:resources": _OUTSIDE,
    "@jupyterlab/apputils-extension:running-sessions-status": _SERVER,
    "@jupyterlab/terminal-extension:open-folder-in-terminal": _SERVER,
    "@jupyterlab/terminal-extension:plugin": _SERVER,
    "@jupyterlab/fileeditor-extension:language-server": _SERVER,
    "@jupyterlab/lsp-extension:code-extractor-manager": _SERVER,
    "@jupyterlab/lsp-extension:feature": _SERVER,
    "@jupyterlab/lsp-extension:settings": _SERVER,
    "@jupyterlab/lsp-extension:tracker": _SERVER,
    "@jupyterlab/notebook-extension:language-server": _SERVER,
    "@jupyterlite/application-extension:lsp-connection-manager": _SERVER,
    "@jupyter-notebook/console-extension:opener": _CONSOLE,
    "@jupyter-notebook/console-extension:redirect": _CONSOLE,
    "@jupyter-notebook/console-extension:scratchpad-console": _CONSOLE,
    "@jupyterlab/console-extension:cell-executor": _CONSOLE,
    "@jupyterlab/console-extension:completer": _CONSOLE,
    "@jupyterlab/console-extension:cursor-position": _CONSOLE,
    "@jupyterlab/console-extension:factory": _CONSOLE,
    "@jupyterlab/console-extension:foreign": _CONSOLE,
    "@jupyterlab/console-extension:kernel-status": _CONSOLE,
    "@jupyterlab/console-extension:tracker": _CONSOLE,
    "@jupyterlab/inspector-extension:consoles": _CONSOLE,
    "@jupyterlab/notebook-extension:code-console": _CONSOLE,
    "@jupyterlab/tooltip-extension:consoles": _CONSOLE,
    "@jupyter-notebook/notebook-extension:edit-notebook-metadata": _METADATA,
    "@jupyter-notebook/notebook-extension:notebook-tools": _METADATA,
    "@jupyterlab/application-extension:property-inspector": _METADATA,
    "@jupyterlab/celltags-extension:plugin": _METADATA,
    "@jupyterlab/metadataform-extension:metadataforms": _METADATA,
    "@jupyterlab/notebook-extension:active-cell-tool": _METADATA,
    "@jupyterlab/notebook-extension:metadata-editor": _METADATA,
    "@jupyterlab/notebook-extension:tools": _METADATA,
    "@jupyterlab/notebook-extension:update-raw-mimetype": _METADATA,
    "@jupyter-notebook/notebook-extension:checkpoints": _SAVED,
    "@jupyter-notebook/notebook-extension:trusted": _TRUST,
    "@jupyterlab/workspaces-extension:commands": _WORKSPACE,
    "@jupyterlab/workspaces-extension:indicator": _WORKSPACE,
    "@jupyterlab/workspaces-extension:menu": _WORKSPACE,
    "@jupyterlab/workspaces-extension:model": _WORKSPACE,
    "@jupyterlab/workspaces-extension:sidebar": _WORKSPACE,
    "@jupyterlite/application-extension:plugin-manager": _PLUGINS,
    "@jupyterlite/application-extension:clear-browser-data": _LOSS,
    "@jupyterlite/application-extension:logo": _TITLE,
    "@jupyterlite/notebook-application-extension:logo": _TITLE,
}
