"""What makes a hub understand links to named servers: a piece of its own configuration.

JupyterHub's links know no student, and the address of a named server has the student's name in it. The hub lets its
configuration have a say in where such a link leads; this says: to the server that the link names.
"""

from __future__ import annotations

from satchel.hosted import SERVERS

_HOOK = '''\
from urllib.parse import quote, unquote


def lead_to_named_server(path, request, user, base_url):
    """Where a link of the form user-redirect/{marker}/SERVER/PROFILE/REST leads; None for any other link."""
    if not path.startswith("{marker}/"):
        return None
    # As the browser sent it: `path` is decoded, and a # or % in the name of a file would be lost.
    _, _, sent = request.uri.partition("/user-redirect/{marker}/")
    server, _, sent = sent.partition("/")
    profile, _, rest = sent.partition("/")
    target = f"{{base_url}}user/{{user.escaped_name}}/{{server}}/{{rest}}"
    query = "next=" + quote(target, safe="")
    if profile != "-":
        query = "profile=" + quote(unquote(profile), safe="") + "&" + query
    # The hub itself looks whether the name is one, whether the profile is, and whether the server runs already.
    return f"{{base_url}}hub/spawn/{{user.escaped_name}}/{{server}}?{{query}}"


c.JupyterHub.user_redirect_hook = lead_to_named_server
'''


def hook() -> str:
    """The piece of `jupyterhub_config.py`."""
    return _HOOK.format(marker=SERVERS)
