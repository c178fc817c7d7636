"""The social networks' stand-ins as the local cloud serves them: their APIs, their feed and its buttons."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3
from hypercorn.asyncio import serve
from hypercorn.config import Config
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from stepwell.adapters.linkedin_network import LinkedInNetwork
from stepwell.adapters.linkedin_oauth import LinkedInOAuth
from stepwell.adapters.social_http import Means
from stepwell.adapters.x_network import XNetwork
from stepwell.adapters.x_oauth import XOAuth
from stepwell.contracts.social import Platform
from stepwell.errors import OutcomeUnknown
from stepwell.social.ports import NetworkParts

from local.activity import Activity
from local.outbox import Outbox
from local.providers.networking import SocialProviders
from tests.contract.social_server import connected, first, text
from tests.functional.push_world import RealClock

HTTP = urllib3.PoolManager(retries=False)


class Cloud:
    """The stand-ins in front of a cloud that has one webhook."""

    def __init__(self, home: Path) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.hooked: list[tuple[dict[str, str], bytes]] = []
        parts: Any = SimpleNamespace(
            clock=SimpleNamespace(now=time.time),
            outbox=Outbox(home / "outbox.sqlite"),
            activity=Activity(),
            settings=SimpleNamespace(port=self.port, endpoint=self.address, home=home),
        )
        inner = Starlette(routes=[Route("/hook", self._hook, methods=["GET", "POST"])])
        self.providers = SocialProviders(inner, parts)
        self._stop = asyncio.Event()

    async def _hook(self, request: Request) -> Response:
        if request.method == "GET":
            return PlainTextResponse(request.query_params.get("hub.challenge", ""))
        self.hooked.append((dict(request.headers), await request.body()))
        return PlainTextResponse("", 202)

    def run(self) -> None:
        config = Config()
        config.bind = [f"127.0.0.1:{self.port}"]
        app: Any = self.providers

        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            await serve(app, config, shutdown_trigger=self._stop.wait)

        asyncio.run(main())

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)

    def means(self, platform: Platform, name: str) -> Means:
        address = f"{self.address}/_stepwell/providers/{name}"
        return Means(
            NetworkParts(platform=platform, clock=RealClock(), http=None, local=True, address=address),
            pool=HTTP,
        )

    def get(self, path: str) -> Any:
        return HTTP.request("GET", self.address + path, headers={"accept": "text/html"})

    def post(self, path: str, **fields: str) -> Any:
        return json.loads(HTTP.request("POST", self.address + path, body=json.dumps(fields)).data)


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    made = Cloud(tmp_path)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    for _ in range(200):
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", made.port)) == 0:
                break
        time.sleep(0.02)
    yield made
    made.stop()
    thread.join(5)


def test_a_post_is_seen_in_the_feed_and_people_act_on_it(cloud: Cloud) -> None:
    means = cloud.means(Platform.LINKEDIN, "linkedin")
    dance = LinkedInOAuth(means)
    account, tokens = first(dance.accounts(connected(dance)))
    network = LinkedInNetwork(means)
    posted = network.publish(account, tokens, text("New <b>shoes</b>", link="https://shop.example/shoes"))
    page = cloud.get("/_stepwell/feed").data.decode()
    assert "New &lt;b&gt;shoes&lt;/b&gt;" in page
    assert "https://shop.example/shoes" in page
    assert cloud.post(f"/_stepwell/feed/posts/{posted.external_id}/like")["act"] == "like"
    cloud.post(f"/_stepwell/feed/posts/{posted.external_id}/comment", text="Is it red?", person="2000002")
    numbers = network.metrics(account, tokens, [posted.external_id])[0]
    assert (numbers.likes, numbers.comments) == (1, 1)
    assert "Bo Example" in cloud.get("/_stepwell/feed").data.decode()
    network.remove(account, tokens, posted.external_id)
    assert json.loads(cloud.get("/_stepwell/feed.json").data)["posts"] == []


def test_a_lost_answer_is_a_broken_connection(cloud: Cloud) -> None:
    means = cloud.means(Platform.TWITTER, "x")
    dance = XOAuth(means)
    account, tokens = first(dance.accounts(connected(dance)))
    with pytest.raises(OutcomeUnknown):
        XNetwork(means).publish(account, tokens, text("Hm #standin_lost"))
    assert len(json.loads(cloud.get("/_stepwell/feed.json?network=x").data)["posts"]) == 1


def test_a_webhook_is_asked_first_and_told_then(cloud: Cloud) -> None:
    hook, secret = f"{cloud.address}/hook", "app-secret"
    assert cloud.post("/_stepwell/feed/webhooks/x", url=hook, secret=secret) == {"subscribed": False}
    set_ = cloud.post("/_stepwell/feed/webhooks/graph", url=hook, secret=secret, verify_token="mine")
    assert set_ == {"subscribed": True}
    told = cloud.post("/_stepwell/feed/accounts/facebook", what="message", text="Where is my order?")
    assert told == {"act": "message", "answered": 202}
    headers, body = cloud.hooked[-1]
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-hub-signature-256"] == f"sha256={digest}"
    assert json.loads(body)["entry"][0]["messaging"][0]["message"]["text"] == "Where is my order?"
    assert cloud.post("/_stepwell/feed/accounts/x", what="review")["error"]
    away = cloud.post("/_stepwell/feed/webhooks/graph", url="https://elsewhere.example/hook", secret=secret)
    assert away["error"] == "stand-ins call nobody but this machine"
