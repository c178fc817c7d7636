"""Puts the stand-ins of the social networks in front of the local cloud, and lets people act on their feed.

| address | what |
|---|---|
| `/_stepwell/providers/{x,graph,linkedin}/…` | the networks' APIs and sign-in pages |
| `GET /_stepwell/feed`, `…/feed.json` | what was posted and written |
| `POST /_stepwell/feed/posts/<id>/<act>` | `like`, `comment` {text}, `share`; `person` says who |
| `POST /_stepwell/feed/accounts/<network>` | `what`: `mention`, `message`, `review`, `lead`; `text`, `person` |
| `POST /_stepwell/feed/webhooks/<network>` | `url`, `secret` of the app, Meta's `verify_token` |
| `POST /_stepwell/feed/networks/<network>/expire` | all access tokens end now |
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from local import pages
from local.clock import iso
from local.enrichment import Said
from local.outbox import Message
from local.patches import Parts
from local.providers.graph import GraphStandIn
from local.providers.linkedin import LinkedInStandIn
from local.providers.serving import answered, form_of
from local.providers.world import BY_ID, MENTION, PEOPLE, World
from local.providers.x import XStandIn
from local.web import Asgi, Send

_BASE = "/_stepwell/providers"
_PROVIDERS = (f"{_BASE}/x/", f"{_BASE}/graph/", f"{_BASE}/linkedin/")
_LABELS = {
    "x": "X",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "graph": "Meta",
}
_ACTS = {
    "x": ("mention", "message"),
    "facebook": ("mention", "message", "review", "lead"),
    "instagram": ("mention", "message"),
    "linkedin": ("mention", "lead"),
}
_ON_POSTS = ("like", "comment", "share")


class SocialProviders:
    """All stand-ins of social networks.

    Args:
        inner: The cloud.
        parts: What mends and pages share.
    """

    def __init__(self, inner: Asgi, parts: Parts) -> None:
        self._inner = inner
        self._parts = parts
        base = f"{parts.settings.endpoint}{_BASE}"
        self.world = World(parts.outbox, parts.settings.home / "social.json", parts.clock.now)
        self.x = XStandIn(self.world)
        self.graph = GraphStandIn(self.world, f"{base}/graph")
        self.linkedin = LinkedInStandIn(self.world, f"{base}/linkedin")
        self._pages = Starlette(
            routes=[
                Route("/_stepwell/feed", self.feed),
                Route("/_stepwell/feed.json", self.feed_json),
                Route("/_stepwell/feed/posts/{id:path}/{act}", self.on_post, methods=["POST"]),
                Route("/_stepwell/feed/accounts/{network}", self.on_account, methods=["POST"]),
                Route("/_stepwell/feed/webhooks/{network}", self.subscribe, methods=["POST"]),
                Route("/_stepwell/feed/networks/{network}/expire", self.expire, methods=["POST"]),
            ]
        )

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Serve one connection."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
        elif path.startswith("/_stepwell/feed"):
            with self._parts.activity.during("request"):
                await self._pages(scope, receive, send)
        elif path.startswith(_PROVIDERS):
            await answered(self._parts, self._provider, scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _provider(self, scope: Any, receive: Any, send: Send) -> None:
        request = Request(scope, receive)
        # The path as it was sent: ids of LinkedIn carry encoded colons and commas.
        raw = bytes(scope.get("raw_path") or quote(scope["path"]).encode()).decode().partition("?")[0]
        name, _, rest = raw.removeprefix(f"{_BASE}/").partition("/")
        query = scope.get("query_string", b"").decode()
        target = f"/{rest}?{query}" if query else f"/{rest}"
        made: Any = {"x": self.x, "graph": self.graph, "linkedin": self.linkedin}[name]
        headers = {header.lower(): value for header, value in request.headers.items()}
        said: Said = await asyncio.to_thread(
            made.answer, request.method, target, headers, await request.body()
        )
        shown = {"content-type": "application/json", **said.headers}
        data = b"" if said.status == 204 else said.data
        await Response(data, said.status, shown)(scope, receive, send)

    async def feed(self, request: Request) -> Response:
        """The feed, as a page."""
        found = {
            "posts": self.world.all(),
            "mentions": self.world.all(operation=MENTION),
            "accounts": _ACTS,
            "people": PEOPLE[1:],
            "names": {one.id: one.name for one in PEOPLE},
            "labels": _LABELS,
            "hooks": {name: self.world.hook(name) for name in ("x", "graph", "linkedin")},
            "did": request.query_params.get("did", ""),
        }
        return HTMLResponse(pages.feed(**found))

    async def feed_json(self, request: Request) -> Response:
        """The feed: ``{posts, mentions}``; ``?network=`` one's."""
        network = request.query_params.get("network", "")
        return JSONResponse(
            {
                "posts": [_shown(one) for one in self.world.all(network)],
                "mentions": [_shown(one) for one in self.world.all(network, operation=MENTION)],
            }
        )

    async def on_post(self, request: Request) -> Response:
        """Like, comment on or share a post."""
        post, act = self.world.find(unquote(request.path_params["id"])), request.path_params["act"]
        if post is None or act not in _ON_POSTS:
            return JSONResponse({"error": "no such post or act"}, 404)
        return await self._acted(request, str(post.request["network"]), post, act, await form_of(request))

    async def on_account(self, request: Request) -> Response:
        """Write to an account."""
        network, asked = request.path_params["network"], await form_of(request)
        what = asked.get("what", "mention")
        if what not in _ACTS.get(network, ()):
            return JSONResponse({"error": "no such network or act"}, 404)
        return await self._acted(request, network, None, what, asked)

    async def _acted(
        self, request: Request, network: str, post: Message | None, what: str, asked: Mapping[str, str]
    ) -> Response:
        author = BY_ID.get(asked.get("person", ""), PEOPLE[1])
        text = asked.get("text", "") or ("" if what in ("like", "share", "lead") else "Hello!")
        status = await asyncio.to_thread(self.act, network, post, what, author, text)
        told = f"{author.name}: {what}. " + (
            f"The webhook answered {status}." if status else "No webhook was told."
        )
        return _done(request, told, {"act": what, "answered": status})

    def act(self, network: str, post: Message | None, what: str, author: Any, text: str) -> int:
        """Act as somebody; return what the webhook answered, 0: nobody was told."""
        match network:
            case "x":
                return self.x.act(post, what, author, text)
            case "linkedin":
                return self.linkedin.act(post, what, author, text)
        return self.graph.act(network, post, what, author, text)

    async def subscribe(self, request: Request) -> Response:
        """Set a webhook, once it has answered the network's question."""
        network, asked = request.path_params["network"], await form_of(request)
        url = asked.get("url", "")
        secret = asked.get("secret") or self.world.hook(network).get("secret", "")
        try:
            good = await asyncio.to_thread(self._check, network, url, secret, asked.get("verify_token", ""))
        except (KeyError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        if good:
            self.world.set_hook(network, url, secret)
        told = f"{_LABELS[network]}: " + (
            "subscribed." if good else "the address did not answer the question."
        )
        return _done(request, told, {"subscribed": good}, 200 if good else 400)

    def _check(self, network: str, url: str, secret: str, verify_token: str) -> bool:
        match network:
            case "x":
                return self.x.check(url, secret)
            case "graph":
                return self.graph.check(url, verify_token)
            case "linkedin":
                return self.linkedin.check(url, secret)
        raise KeyError(network)

    async def expire(self, request: Request) -> Response:
        """End all access tokens of a network."""
        network = request.path_params["network"]
        self.world.expire(network)
        return _done(request, f"{_LABELS.get(network, network)}: all tokens have ended.", {"expired": True})


def _done(request: Request, told: str, said: Mapping[str, Any], status: int = 200) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"/_stepwell/feed?did={quote(told)}", 303)
    return JSONResponse(said, status)


def _shown(one: Message) -> dict[str, Any]:
    return {"id": one.id, "at": iso(one.at), **one.request}
