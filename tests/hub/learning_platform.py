"""A learning platform as far as LTI 1.3 goes: starts a launch, answers the hub's question who it is, and signs that."""

from __future__ import annotations

import html
import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT = "satchel-tests"
_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"


def new_key() -> rsa.RSAPrivateKey:
    """A key to sign with."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Platform:
    """`address` is without a slash, `login` where the hub wants launches to begin, `student` who is signed in here."""

    address: str
    login: str
    student: str = "gabi"
    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    # Set by a test that plays somebody else: signs with this key instead.
    signing_key: rsa.RSAPrivateKey | None = None

    def launch(self, target: str) -> str:
        """The address of an activity of the platform's whose target link URI is `target`."""
        return f"{self.address}/course?" + urlencode({"target": target})

    def initiation(self, target: str) -> str:
        """Where the platform sends a student who opens the activity."""
        told = {"iss": self.address, "login_hint": self.student, "target_link_uri": target, "client_id": CLIENT}
        return f"{self.login}?" + urlencode(told | {"lti_message_hint": target})

    def answer(self, asked: dict[str, str]) -> str:
        """The page that carries the signed answer back to the hub."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": asked["login_hint"],
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            f"{_CLAIM}version": "1.3.0",
            f"{_CLAIM}message_type": "LtiResourceLinkRequest",
            f"{_CLAIM}deployment_id": "1",
            f"{_CLAIM}target_link_uri": asked["lti_message_hint"],
            f"{_CLAIM}roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
            f"{_CLAIM}resource_link": {"id": "1"},
        }
        token = jwt.encode(claims, self.signing_key or self.key, algorithm="RS256", headers={"kid": "1"})
        fields = {"id_token": token, "state": asked["state"]}
        inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
        action = html.escape(asked["redirect_uri"])
        return f'<form method="post" action="{action}">{inputs}</form><script>document.forms[0].submit()</script>'

    def keys(self) -> str:
        """The public key, as a set of them."""
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return json.dumps({"keys": [public | {"kid": "1", "alg": "RS256", "use": "sig"}]})


@contextmanager
def running_platform(port: int, login: str, front: str) -> Iterator[Platform]:
    """A platform on this port until the end of the block. `front` is the target of its course page."""
    platform = Platform(f"http://127.0.0.1:{port}", login)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            # The paths are Moodle's.
            if parts.path == "/course":
                self.send_response(302)
                self.send_header("Location", platform.initiation(asked.get("target", front)))
                self.end_headers()
            elif parts.path == "/mod/lti/auth.php":
                self._say("text/html", platform.answer(asked))
            elif parts.path == "/mod/lti/certs.php":
                self._say("application/json", platform.keys())
            else:
                self.send_error(404)

        def _say(self, kind: str, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield platform
        server.shutdown()
