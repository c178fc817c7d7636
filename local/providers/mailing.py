"""Puts the stand-ins of SendGrid and Mailgun in front of the local cloud, and lets people act as their readers.

`/_stepwell/providers/<name>/…` are their HTTP APIs. The inbox's buttons for a message that one of them took (open,
click, complain, and `POST /_stepwell/inbox/<id>/unsubscribe`) call back as that provider would, signed.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request
from starlette.responses import Response

from local import pages
from local.enrichment import Said
from local.outbox import Message
from local.patches import Parts
from local.providers.mailboxes import Mailboxes
from local.providers.mailgun import MailgunStandIn
from local.providers.phones import Afterwards
from local.providers.sendgrid import SendGridStandIn
from local.providers.serving import answered
from local.readers import MAIL_PROGRAM
from local.web import Asgi, Send

_PROVIDERS = ("/_stepwell/providers/sendgrid/", "/_stepwell/providers/mailgun/")
_ENDS = {"complain": "complained", "bounce": "bounced"}
_ACT = re.compile(r"^/_stepwell/inbox/(?P<id>[^/]+)/(?P<act>open|click|complain|bounce|unsubscribe)$")


class MailProviders:
    """The stand-ins of mail providers.

    Args:
        inner: The cloud.
        parts: What mends and pages share.
    """

    def __init__(self, inner: Asgi, parts: Parts) -> None:
        self._inner = inner
        self._parts = parts
        self._mailboxes = Mailboxes(parts.outbox, parts.clock.now, Afterwards(parts.activity.during))
        self.sendgrid = SendGridStandIn(self._mailboxes, parts.settings.home / "sendgrid.json")
        self.mailgun = MailgunStandIn(self._mailboxes, parts.settings.home / "mailgun.json")

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Serve one connection."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        acted = _ACT.match(path) if scope["method"] == "POST" else None
        message = self._mailboxes.find(unquote(acted["id"])) if acted else None
        if path.startswith(_PROVIDERS):
            await answered(self._parts, self._provider, scope, receive, send)
        elif acted and message is not None:
            await (await self._act(Request(scope, receive), message, acted["act"]))(scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _provider(self, scope: Any, receive: Any, send: Send) -> None:
        request = Request(scope, receive)
        name, _, rest = request.url.path.removeprefix("/_stepwell/providers/").partition("/")
        made = self.sendgrid if name == "sendgrid" else self.mailgun
        headers = {name.lower(): value for name, value in request.headers.items()}
        said: Said = await asyncio.to_thread(
            made.answer, request.method, f"/{rest}", headers, await request.body()
        )
        shown = {"content-type": "application/json", **said.headers}
        await Response(said.data, said.status, shown)(scope, receive, send)

    async def _act(self, request: Request, message: Message, act: str) -> Response:
        text = (await request.body()).decode()
        asked = json.loads(text) if text.lstrip().startswith("{") else dict(parse_qsl(text))
        status = await asyncio.to_thread(self.act, message, act, asked)
        if act in _ENDS:
            self._mailboxes.set_outcome(message.id, _ENDS[act])
        failed = ""
        if not 200 <= status < 300:
            said = (
                f"the webhook answered {status}"
                if status
                else "no webhook that is set at the provider answered"
            )
            failed = f"nobody was told: {said}"
        told = {"id": message.id, "act": act, "answered": status}
        return pages.acted(request, message.id, act, told, failed=failed)

    def act(self, message: Message, act: str, asked: dict[str, Any]) -> int:
        """Act as the reader of a message; return what the webhook answered."""
        agent = str(asked.get("user_agent") or MAIL_PROGRAM)
        more: dict[str, Any] = {}
        if act == "click":
            links = message.request.get("links") or [{"url": ""}]
            more["url"] = str(asked.get("link") or links[0]["url"])
        act = "bounced" if act == "bounce" else act
        if message.request["provider"] == "sendgrid":
            if act in ("open", "click"):
                more |= {"useragent": agent, "ip": "127.0.0.1"}
            return self.sendgrid.tell(message, act, **more)
        if act in ("open", "click"):
            more |= {"client-info": {"user-agent": agent, "bot": ""}, "ip": "127.0.0.1"}
        return self.mailgun.tell(message, act, **more)
