"""Puts the stand-ins of text messages in front of the local cloud, and lets people act as phones.

`/_stepwell/providers/<name>/…` are the providers' HTTP APIs; End User Messaging comes by its target header, as all
of AWS does. `POST /_stepwell/texts/<id>/reply` answers a text.
"""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any
from urllib.parse import unquote

import boto3
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local import pages
from local.enrichment import Said
from local.patches import Parts
from local.providers.bird import BirdStandIn
from local.providers.eum import TARGET, EumStandIn
from local.providers.phones import Afterwards, Phones, Text, new_id
from local.providers.serving import answered, form_of
from local.providers.twilio import TwilioStandIn
from local.settings import REGION
from local.web import Asgi, Send

_PAGES = ("/_stepwell/texts.json", "/_stepwell/texts/")
_PROVIDERS = ("/_stepwell/providers/twilio/", "/_stepwell/providers/bird/")


class TextProviders:
    """All stand-ins of text messages.

    Args:
        inner: The cloud.
        parts: What mends and pages share.
    """

    def __init__(self, inner: Asgi, parts: Parts) -> None:
        self._inner = inner
        self._parts = parts
        now = parts.clock.now
        self.phones = Phones(parts.outbox, now, Afterwards(parts.activity.during))
        self.twilio = TwilioStandIn(self.phones)
        self.bird = BirdStandIn(self.phones, now)
        self.eum = EumStandIn(
            self.phones, parts.settings.home / "end-user-messaging.json", now, self._publish
        )
        _watch_sns(self.phones)
        self._pages = Starlette(
            routes=[
                Route("/_stepwell/texts.json", self.texts),
                Route("/_stepwell/texts/{id}/{act}", self.act, methods=["POST"]),
            ]
        )

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Serve one connection."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
        elif path.startswith(_PAGES):
            await self._pages(scope, receive, send)
        elif path.startswith(_PROVIDERS) or _target(scope).startswith(TARGET):
            await answered(self._parts, self._provider, scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _provider(self, scope: Any, receive: Any, send: Send) -> None:
        request = Request(scope, receive)
        headers = {name.lower(): value for name, value in request.headers.items()}
        body, target = await request.body(), _target(scope)
        said = await asyncio.to_thread(self._said, request, target, headers, body)
        kind = "application/x-amz-json-1.0" if target else "application/json"
        shown = {"content-type": kind, "x-amzn-requestid": new_id(), **said.headers}
        await Response(said.data, said.status, shown)(scope, receive, send)

    def _said(self, request: Request, target: str, headers: dict[str, str], body: bytes) -> Said:
        if target:
            return self.eum.answer(target.removeprefix(TARGET), body)
        name, _, rest = request.url.path.removeprefix("/_stepwell/providers/").partition("/")
        made = self.twilio if name == "twilio" else self.bird
        return made.answer(request.method, f"/{rest}", headers, body)

    async def texts(self, request: Request) -> Response:
        """List texts, the newest first; ``?to=`` one number's."""
        to = request.query_params.get("to", "").replace(" ", "+")
        found = [one for one in self.phones.all() if not to or to in one.recipients]
        shown = [
            {
                "id": one.id,
                "to": one.recipients[0],
                "from": one.sender,
                "provider": (full := self.phones.text(one.id)) and full.provider,
                "text": full.body if full else "",
                "outcome": one.outcome,
                "tags": one.tags,
            }
            for one in found
        ]
        return JSONResponse({"total": len(shown), "texts": shown})

    async def act(self, request: Request) -> Response:
        """Act as the phone that got a text: ``reply`` {text, url?}, or let it be ``delivered`` or ``failed`` again."""
        text = self.phones.text(unquote(request.path_params["id"]))
        act = request.path_params["act"]
        if text is None or act not in ("reply", "delivered", "failed"):
            return JSONResponse({"error": "no such text or act"}, 404)
        try:
            await asyncio.to_thread(self._do, act, text, await form_of(request))
        except ValueError as error:
            return pages.acted(request, text.id, act, {"error": str(error)}, failed=str(error))
        return pages.acted(request, text.id, act, {"id": text.id, "act": act})

    def _do(self, act: str, text: Text, asked: dict[str, str]) -> None:
        body = asked.get("text", "")
        match text.provider:
            case "twilio" if act == "reply":
                _insist(self.twilio.reply(text, body, asked.get("url", "")))
            case "bird" if act == "reply":
                _insist(self.bird.reply(text, body))
            case "eum" if act == "reply":
                self.eum.reply(text, body)
            case "twilio":
                self.twilio.tell(text, act)
            case "bird":
                self.bird.tell(text, act)
            case "eum":
                self.eum.tell(text, act)
            case _:
                raise ValueError(f"{text.provider} tells nothing of texts")

    def _publish(self, topic: str, message: str) -> None:
        sns = boto3.client(
            "sns",
            endpoint_url=self._parts.settings.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        sns.publish(TopicArn=topic, Message=message)


def _watch_sns(phones: Phones) -> None:
    """Gap: MiniStack keeps texts that SNS sends in a log of its own; here they arrive at the phones as well."""
    from ministack.services import sns

    service: Any = sns
    publish = service._publish

    def published(params: Any) -> Any:
        number = service._p(params, "PhoneNumber")
        answer = publish(params)
        if number and not service._p(params, "TopicArn"):
            body = str(service._p(params, "Message"))
            attributes = service._parse_message_attributes(params)
            sender = next(
                (
                    str(attributes[name].get("StringValue") or attributes[name].get("Value") or "")
                    for name in ("AWS.SNS.SMS.SenderID", "AWS.MM.SMS.OriginationNumber")
                    if name in attributes
                ),
                "",
            )
            contextvars.copy_context().run(
                phones.take, Text(new_id("sns-"), "sns", number, sender, body, {}, {})
            )
        return answer

    service._publish = published


def _insist(status: int) -> None:
    if not 200 <= status < 300:
        raise ValueError(f"the webhook answered {status or 'nothing'}")


def _target(scope: Any) -> str:
    found = next((value for name, value in scope["headers"] if name == b"x-amz-target"), b"")
    return str(found.decode("latin-1"))
