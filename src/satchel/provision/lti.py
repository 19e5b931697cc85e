"""How students come to a hub from a learning platform (LTI 1.3): an example for the hub, and what to type where."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from satchel.hosted import lti_target
from satchel.model import Decision
from satchel.provision.hubs import Hub

# Where platforms keep what the hub has to know, below their own address. Issuers of Canvas are the same everywhere.
PLATFORMS = {
    "Moodle": ("PLATFORM", "PLATFORM/mod/lti/auth.php", "PLATFORM/mod/lti/certs.php"),
    "Canvas": (
        "https://canvas.instructure.com",
        "https://sso.canvaslms.com/api/lti/authorize_redirect",
        "https://sso.canvaslms.com/api/lti/security/jwks",
    ),
}


def lti_values(hub: Hub, *, course: str) -> str:
    """`lti-values.yaml`: an example for Moodle, with words in capitals to replace."""
    platform = _platform(hub)
    issuer, authorize, jwks = (text.replace("PLATFORM", platform) for text in PLATFORMS["Moodle"])
    canvas = "\n".join(f"#   {text}" for text in PLATFORMS["Canvas"])
    return f"""\
# An example: students of the course {" ".join(course.split())!r} sign in by their learning platform (LTI 1.3).
# Copy it to a file of your own and replace the words in capitals; the hub's image needs jupyterhub-ltiauthenticator,
# which that of Zero to JupyterHub has. README.md says what to type into the platform.
#
# The three addresses are those of Moodle. Canvas has, in the same order:
{canvas}
hub:
  config:
    JupyterHub:
      authenticator_class: ltiauthenticator.lti13.auth.LTI13Authenticator
    LTI13Authenticator:
      issuer: {issuer}
      authorize_url: {authorize}
      jwks_endpoint: {jwks}
      # What the platform calls this hub, shown there once the tool is registered.
      client_id:
        - CLIENT_ID
      # What becomes the user name. `sub` is a number that tells nothing about a student; `email` is another choice.
      username_key: sub
    Authenticator:
      # Whoever the platform lets in.
      allow_all: true
"""


def addresses(hub: Hub) -> tuple[tuple[str, str], ...]:
    """What to type into the platform to register the hub as a tool: field and value."""
    return (
        ("Tool URL", f"{hub.url}/hub/"),
        ("LTI version", "1.3"),
        ("Initiate login URL", f"{hub.url}/hub/lti13/oauth_login"),
        ("Redirect URI", f"{hub.url}/hub/lti13/oauth_callback"),
        ("Public key", "none: the hub signs nothing (a platform that insists may take any)"),
        ("Configuration by address (Canvas)", f"{hub.url}/hub/lti13/config"),
        ("Opens in", "a new window: browsers keep sign-ins from frames of other sites"),
    )


def targets(hub: Hub, decisions: Iterable[Decision], *, content: str = "") -> tuple[tuple[str, str, str], ...]:
    """For each activity and host: the activity's title, the host's label, the target link URI that opens it."""
    prefix = f"{content}/" if content else ""
    return tuple(
        (decision.activity.title, host.label, lti_target(host, prefix + decision.activity.source))
        for decision in decisions
        for host in hub.hosts
        if host.id in decision.launch
    )


def _platform(hub: Hub) -> str:
    for host in hub.hosts:
        if host.kind == "lti":
            parts = urlsplit(host.url)
            return f"{parts.scheme}://{parts.netloc}"
    return "https://PLATFORM"
