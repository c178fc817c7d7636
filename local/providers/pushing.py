"""Puts the stand-ins of push services in front of the local cloud, and lets people act on notifications.

| address | what |
|---|---|
| `ws://…/_stepwell/push/` | the push service as Firefox talks to it (`dom.push.serverURL`) |
| `POST /_stepwell/push/send/<token>` | a subscription's endpoint |
| `POST /_stepwell/push/browsers` | a browser without a window subscribes: `{owner, host?, key?}` |
| `POST /_stepwell/push/subscriptions` | an endpoint for somebody with keys of their own: `{key?}` |
| `POST /_stepwell/push/subscriptions/<token>/<fate>` | what the next message to it meets |
| `GET /_stepwell/push/messages.json` | what the service holds: ciphertext |
| `POST /_stepwell/push/notifications/<id>/<act>` | `open`, `dismiss`, or a button's name |
| `/_stepwell/providers/fcm/…` | Firebase |
"""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from local.enrichment import Said
from local.patches import Parts
from local.providers.browsers import Browsers
from local.providers.firebase import FirebaseStandIn
from local.providers.phones import Afterwards
from local.providers.push_service import FATES, Channel, Kept, PushService, frame
from local.providers.serving import answered
from local.web import Asgi, Send
from local.web import _deployed as deployed

_OURS = ("/_stepwell/push/", "/_stepwell/providers/fcm/")
_PROTOCOL = "push-notification"


class PushProviders:
    """All stand-ins of push services.

    Args:
        inner: The cloud.
        parts: What mends and pages share.
    """

    def __init__(self, inner: Asgi, parts: Parts) -> None:
        self._inner = inner
        self._parts = parts
        now = parts.clock.now
        self.service = PushService(now)
        self.browsers = Browsers(self.service, parts.outbox, now, Afterwards(parts.activity.during))
        self.firebase = FirebaseStandIn(
            lambda token, told, id_: self.browsers.show(token, self._api(), told, id_, "fcm")
        )
        self._pages = Starlette(
            routes=[
                WebSocketRoute("/_stepwell/push/", self.socket),
                Route("/_stepwell/push/send/{token}", self.send, methods=["POST"]),
                Route("/_stepwell/push/browsers", self.subscribe, methods=["POST"]),
                Route("/_stepwell/push/subscriptions", self.endpoint, methods=["POST"]),
                Route("/_stepwell/push/subscriptions/{token}/{fate}", self.fate, methods=["POST"]),
                Route("/_stepwell/push/messages.json", self.messages),
                Route("/_stepwell/push/notifications/{id}/{act}", self.act, methods=["POST"]),
                Route("/_stepwell/providers/fcm/{path:path}", self.fcm, methods=["GET", "POST"]),
            ]
        )

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Serve one connection."""
        path = str(scope.get("path", ""))
        if scope["type"] == "lifespan" or not path.startswith(_OURS):
            await self._inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._pages(scope, receive, send)
        else:
            await answered(self._parts, self._pages, scope, receive, send)

    async def send(self, request: Request) -> Response:
        """Take a message for a subscription."""
        body = await request.body()
        address = f"http://{request.headers['host']}{request.url.path}"
        return _response(self.service.take(address, _headers(request), body))

    async def subscribe(self, request: Request) -> Response:
        """Subscribe a browser without a window."""
        asked = await _asked(request)
        base, owner = f"http://{request.headers['host']}", str(asked.get("owner") or "somebody")
        host = str(asked.get("host") or self._api())
        return JSONResponse(self.browsers.subscribe(base, owner, host, str(asked.get("key") or "")))

    async def endpoint(self, request: Request) -> Response:
        """Give an endpoint to somebody who reads the messages from the list of what is held."""
        name = uuid.uuid4().hex
        channel = self.service.register(name, name, str((await _asked(request)).get("key") or ""))
        address = f"http://{request.headers['host']}/_stepwell/push/send/{channel.token}"
        return JSONResponse({"endpoint": address, "token": channel.token})

    async def fate(self, request: Request) -> Response:
        """Say what the next message to a subscription meets."""
        channel = self.service.channels.get(request.path_params["token"])
        fate = request.path_params["fate"]
        if channel is None or fate not in FATES:
            return JSONResponse({"error": "no such subscription or fate"}, 404)
        channel.fate = fate
        return JSONResponse({"token": channel.token, "fate": fate})

    async def messages(self, request: Request) -> Response:
        """List what is held, as the service sees it."""
        del request
        held = [
            {
                "id": one.version,
                "token": one.token,
                "delivered": one.delivered,
                "headers": one.headers,
                "body": base64.b64encode(one.body).decode(),
            }
            for one in self.service.messages.values()
        ]
        return JSONResponse({"total": len(held), "messages": held})

    async def act(self, request: Request) -> Response:
        """Act on a notification as a person does."""
        id_, act = (unquote(request.path_params[name]) for name in ("id", "act"))
        try:
            await asyncio.to_thread(self.browsers.act, id_, act)
        except (KeyError, ValueError) as error:
            return JSONResponse({"error": f"no such notification or button: {error}"}, 404)
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(f"/_stepwell/inbox/{id_}?did={act}", 303)
        return JSONResponse({"id": id_, "act": act})

    async def fcm(self, request: Request) -> Response:
        """Answer as Firebase."""
        path, body = f"/{request.path_params['path']}", await request.body()
        return _response(self.firebase.answer(request.method, path, _headers(request), body))

    async def socket(self, socket: WebSocket) -> None:
        """Talk to Firefox: hello, register, unregister, notification, ack."""
        await socket.accept(_PROTOCOL if _PROTOCOL in socket.scope.get("subprotocols", ()) else None)
        agent = ""
        sending: set[asyncio.Task[None]] = set()

        def deliver(channel: Channel, kept: Kept) -> bool:
            task = asyncio.ensure_future(socket.send_text(json.dumps(frame(channel, kept))))
            sending.add(task)
            task.add_done_callback(sending.discard)
            return True

        try:
            while True:
                asked = json.loads(await socket.receive_text())
                kind = asked.get("messageType", "ping")
                answer: dict[str, Any] | None = {"messageType": kind, "status": 200}
                match kind:
                    case "hello":
                        agent = str(asked.get("uaid") or "") or uuid.uuid4().hex
                        answer = {**(answer or {}), "uaid": agent, "use_webpush": True, "broadcasts": {}}
                    case "register":
                        channel = self.service.register(
                            agent, asked["channelID"], str(asked.get("key") or "")
                        )
                        endpoint = f"http://{socket.headers['host']}/_stepwell/push/send/{channel.token}"
                        answer = {**(answer or {}), "channelID": channel.id, "pushEndpoint": endpoint}
                    case "unregister":
                        self.service.unregister(agent, asked["channelID"])
                        answer = {**(answer or {}), "channelID": asked["channelID"]}
                    case "ack":
                        for one in asked.get("updates") or ():
                            self.service.acknowledge(str(one.get("version")))
                        answer = None
                    case "ping":
                        answer = {}
                    case _:
                        answer = None
                if answer is not None:
                    await socket.send_text(json.dumps(answer))
                if kind == "hello":
                    self.service.connect(agent, deliver)
        except (WebSocketDisconnect, ValueError, KeyError):
            self.service.disconnect(agent)

    def _api(self) -> str:
        return next((url.rstrip("/") for _, url in deployed(self._parts.settings.port)), "")


def _headers(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _response(said: Said) -> Response:
    return Response(said.data, said.status, {"content-type": "application/json", **said.headers})


async def _asked(request: Request) -> dict[str, Any]:
    found = json.loads(await request.body() or b"{}")
    return found if isinstance(found, dict) else {}
