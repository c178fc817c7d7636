"""The stand-ins of the social networks on a port of the loopback, and what their tests share."""

from __future__ import annotations

import base64
import hashlib
import io
import socket
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import urllib3
from stepwell.adapters.media_files import File, MediaFiles, type_of
from stepwell.adapters.social_http import Means
from stepwell.contracts.social import Account, OAuthClient, OwnedAccount, Platform, SocialPost, Tokens
from stepwell.social.ports import NetworkParts

from local.outbox import Outbox
from local.providers.graph import GraphStandIn
from local.providers.linkedin import LinkedInStandIn
from local.providers.phones import LostAnswerError
from local.providers.world import PEOPLE, World
from local.providers.x import XStandIn

NOW = 1_800_000_000.0
CLIENT = OAuthClient("app-1", "secret-1")
REDIRECT = "http://app.localhost/social/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PNG = b"\x89PNG\r\n\x1a\n" + b"p" * 400
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"v" * 9_000_000
STAND_INS = {
    Platform.TWITTER: "x",
    Platform.FACEBOOK: "graph",
    Platform.INSTAGRAM: "graph",
    Platform.LINKEDIN: "linkedin",
}


class ManualClock:
    """Time as the tests say."""

    def __init__(self) -> None:
        self.seconds = NOW

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


class Files:
    """Media by the ends of their addresses."""

    def read(self, url: str, most: int = 200_000_000) -> File:
        data = MP4 if url.endswith(".mp4") else PNG
        assert len(data) <= most
        return File(len(data), type_of(data[:16]), io.BytesIO(data))


class Server:
    """The stand-ins of the networks."""

    def __init__(self, home: Path) -> None:
        self.clock = ManualClock()
        self.outbox = Outbox(home / "outbox.sqlite")
        self.world = World(self.outbox, home / "social.json", lambda: self.clock.seconds)
        self.calls: list[tuple[str, str]] = []
        self.slept: list[float] = []
        self.hooked: list[tuple[dict[str, str], bytes]] = []
        self.answers: Any = lambda _target: (200, b"{}")
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                _, name, rest = self.path.split("/", 2)
                server.calls.append((self.command, f"/{rest.partition('?')[0]}"))
                if name == "hook":
                    status, data = server.hook(self.command, self.path, headers, body)
                    shown: Any = {}
                elif name == "files":
                    status, data, shown = 200, MP4 if rest.endswith(".mp4") else PNG, {}
                else:
                    made: Any = server.made[name]
                    try:
                        said = made.answer(self.command, f"/{rest}", headers, body)
                    except LostAnswerError:
                        self.close_connection = True
                        self.connection.shutdown(socket.SHUT_RDWR)
                        return
                    status, data, shown = said.status, said.data, said.headers
                self.send_response(status)
                shown = {"content-type": "application/json", **shown}
                if status != 204:
                    shown["content-length"] = str(len(data))
                for header, value in shown.items():
                    self.send_header(header, value)
                self.end_headers()
                if status != 204:
                    self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.made = {
            "x": XStandIn(self.world),
            "graph": GraphStandIn(self.world, f"{self.address}/graph"),
            "linkedin": LinkedInStandIn(self.world, f"{self.address}/linkedin"),
        }
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def hook(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Be our webhook: keep what comes; a GET is answered as the test says."""
        if method == "GET":
            status, data = self.answers(target)
            return status, data
        self.hooked.append((headers, body))
        return 202, b"{}"

    def means(self, platform: Platform, *, files: Any = None) -> Means:
        parts = NetworkParts(
            platform=platform,
            clock=self.clock,
            http=None,
            local=True,
            public_url=f"{self.address}/files",
            address=f"{self.address}/{STAND_INS[platform]}",
        )
        pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=5), retries=False)
        return Means(parts, sleep=self.slept.append, pool=pool, files=files or MediaFiles(local=True))

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.outbox.close()


def say_yes(url: str, person: str = PEOPLE[0].id, say: str = "allow") -> dict[str, str]:
    """Open a network's page and answer it, as a browser does; return what comes back to us."""
    pool = urllib3.PoolManager(retries=False)
    page = pool.request("GET", url)
    assert page.status == 200, page.data
    assert b"Allow" in page.data
    form = urlencode({"say": say, "person": person})
    answer = pool.request("POST", url, body=form, redirect=False)
    assert answer.status == 302
    back = urlsplit(answer.headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == REDIRECT
    return {name: values[0] for name, values in parse_qs(back.query).items()}


def connected(oauth: Any, person: str = PEOPLE[0].id) -> Tokens:
    """Go through the whole dance."""
    back = say_yes(oauth.authorize_url(CLIENT, "state-1", CHALLENGE, REDIRECT), person)
    assert back["state"] == "state-1"
    tokens: Tokens = oauth.exchange(CLIENT, back["code"], VERIFIER, REDIRECT)
    return tokens


def first(owned: list[OwnedAccount]) -> tuple[Account, Tokens]:
    """The first account of a person, as it would be stored."""
    found = owned[0].account
    stored = Account(
        id="acc-1",
        platform=found.platform,
        external_id=found.external_id,
        name=found.name,
        handle=found.handle,
    )
    return stored, owned[0].tokens


def text(words: str = "Hello from the shop", **more: Any) -> SocialPost:
    return SocialPost(text=words, **more)
