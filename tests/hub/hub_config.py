"""The configuration of a JupyterHub for the tests: the generated values, applied as the Helm chart does it."""

import json
import os
import sys
from pathlib import Path

import yaml

c = get_config()  # noqa: F821
given = json.loads(Path(os.environ["SATCHEL_HUB"]).read_text("utf-8"))
folder = Path(given["folder"])

# What the chart does with its values (files/hub/jupyterhub_config.py there), in the same order.
for path in given["values"]:
    values = yaml.safe_load(Path(path).read_text("utf-8")) or {}
    hub, singleuser = values.get("hub", {}), values.get("singleuser", {})
    if "profileList" in singleuser:
        c.ProfileSpawner.profile_list = singleuser["profileList"]
    if "allowNamedServers" in hub:
        c.JupyterHub.allow_named_servers = hub["allowNamedServers"]
    for section, settings in hub.get("config", {}).items():
        c[section].update(settings)
    for _, text in sorted(hub.get("extraConfig", {}).items()):
        exec(text)

c.JupyterHub.bind_url = given["address"]
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{given['ports'][1]}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{given['ports'][2]}"
# Not the `node` of the virtual environment: that is a script that starts it, and the hub would end only the script.
c.ConfigurableHTTPProxy.command = given["proxy"]
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")
c.JupyterHub.db_url = f"sqlite:///{folder / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(folder / "cookie-secret")
if "authenticator_class" not in c.JupyterHub:
    c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True

sys.path.insert(0, str(Path(__file__).parent))
c.JupyterHub.spawner_class = "spawner.ProfileSpawner"
c.Spawner.cmd = [str(Path(sys.executable).with_name("jupyterhub-singleuser"))]
quiet = ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
c.Spawner.args = [*c.Spawner.get("args", []), "--allow-root", *quiet]
c.Spawner.http_timeout = c.Spawner.start_timeout = 120
c.SimpleLocalProcessSpawner.home_dir_template = str(folder / "homes" / "{username}")

# For tests that speak with the hub as its operator would.
c.JupyterHub.services = [{"name": "tests", "api_token": given["token"]}]
c.JupyterHub.load_roles = [
    {"name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:servers", "tokens", "read:hub"]}
]
