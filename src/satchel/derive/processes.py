"""Finds what the browser's Python cannot do: threads, processes, sockets and servers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from satchel.derive.findings import Place, ProcessKind, ProcessUse
from satchel.derive.live import Seen
from satchel.derive.scope import Scope
from satchel.derive.words import word_set

_CALLS: dict[str, ProcessKind] = {
    "threading.Thread": "threads",
    "threading.Timer": "threads",
    "_thread.start_new_thread": "threads",
    "asyncio.to_thread": "threads",
    "concurrent.futures.ThreadPoolExecutor": "threads",
    "concurrent.futures.thread.ThreadPoolExecutor": "threads",
    "multiprocessing.pool.ThreadPool": "threads",
    "multiprocessing.dummy.Pool": "threads",
    "concurrent.futures.ProcessPoolExecutor": "processes",
    "concurrent.futures.process.ProcessPoolExecutor": "processes",
    "pathos.multiprocessing.ProcessingPool": "processes",
    "os.system": "processes",
    "os.popen": "processes",
    "os.fork": "processes",
    "os.posix_spawn": "processes",
    "pty.spawn": "processes",
    "asyncio.create_subprocess_exec": "processes",
    "asyncio.create_subprocess_shell": "processes",
    "ray.init": "processes",
    "dask.distributed.Client": "processes",
    "dask.distributed.LocalCluster": "processes",
    "asyncio.open_connection": "sockets",
    "asyncio.start_server": "server",
    "ssl.wrap_socket": "sockets",
    "websockets.connect": "sockets",
    "websockets.serve": "server",
    "serial.Serial": "sockets",
    "uvicorn.run": "server",
    "waitress.serve": "server",
    "bottle.run": "server",
    "wsgiref.simple_server.make_server": "server",
    "xmlrpc.server.SimpleXMLRPCServer": "server",
    "flask.Flask().run": "server",
    "dash.Dash().run": "server",
    "dash.Dash().run_server": "server",
    "gradio.Interface().launch": "server",
    "gradio.Blocks().launch": "server",
    "aiohttp.web.run_app": "server",
    "tornado.ioloop.IOLoop.current().start": "server",
}
_PREFIXES: tuple[tuple[str, ProcessKind], ...] = (
    ("os.exec", "processes"),
    ("os.spawn", "processes"),
    ("socketserver.", "server"),
    ("http.server.", "server"),
    ("smtplib.SMTP", "sockets"),
    ("ftplib.FTP", "sockets"),
    ("imaplib.IMAP", "sockets"),
    ("poplib.POP", "sockets"),
    ("telnetlib.", "sockets"),
    ("paramiko.", "sockets"),
    ("psycopg2.connect", "sockets"),
    ("psycopg.connect", "sockets"),
    ("pymysql.connect", "sockets"),
    ("mysql.connector.connect", "sockets"),
    ("pymongo.MongoClient", "sockets"),
    ("redis.Redis", "sockets"),
)
_SUBPROCESS = word_set("run call check_call check_output Popen getoutput getstatusoutput")
_SOCKET = frozenset({"socket", "create_connection", "create_server", "socketpair"})
_MULTIPROCESSING = word_set(
    "Process Pool Manager Queue SimpleQueue JoinableQueue Pipe Lock Event Semaphore Barrier Value Array"
)
# SQLAlchemy addresses of databases that live behind a socket.
_DATABASES = ("postgresql", "mysql", "mariadb", "mssql", "oracle", "redshift", "snowflake")


def spawned(node: ast.Call, scope: Scope) -> str:
    """The command line a call hands to a process, as far as it is known; empty if it hands over none."""
    if not node.args or not any(
        name in {"os.system", "os.popen"} or name.rpartition(".")[0] == "subprocess" for name in scope.names(node.func)
    ):
        return ""
    words = node.args[0].elts if isinstance(node.args[0], ast.List | ast.Tuple) else [node.args[0]]
    return " ".join(
        "python" if "sys.executable" in scope.names(word) else next(iter(scope.texts(word)), "?") for word in words
    )


def processes(seen: Seen, place: Place, scope: Scope) -> Iterator[ProcessUse]:
    """The thread, process, socket or server that one node of live code starts."""
    node = seen.node
    if isinstance(node, ast.ClassDef):
        for base in node.bases:
            for name in scope.names(base):
                if name in {"threading.Thread", "multiprocessing.Process"}:
                    yield ProcessUse(kind=_CALLS.get(name, "processes"), what=name, place=place)
        return
    if not isinstance(node, ast.Call):
        return
    for name in scope.names(node.func):
        kind = _kind(name, node, scope)
        if kind:
            yield ProcessUse(kind=kind, what=name, place=place)
            return
    if isinstance(node.func, ast.Attribute) and node.func.attr == "run_in_executor":
        yield ProcessUse(kind="threads", what="run_in_executor", place=place)


def _kind(name: str, node: ast.Call, scope: Scope) -> ProcessKind | None:
    if name in _CALLS:
        return _CALLS[name]
    module, _, attr = name.rpartition(".")
    if module == "subprocess" and attr in _SUBPROCESS:
        return "processes"
    if module == "socket" and attr in _SOCKET:
        return "sockets"
    if attr in _MULTIPROCESSING and (
        module in {"multiprocessing", "multiprocess", "torch.multiprocessing"}
        or module == "multiprocessing.get_context()"
    ):
        return "processes"
    if name == "sqlalchemy.create_engine" and node.args:
        addresses = scope.texts(node.args[0])
        return "sockets" if any(text.startswith(_DATABASES) for text in addresses) else None
    return next((kind for prefix, kind in _PREFIXES if name.startswith(prefix) and not name.endswith("Error")), None)
