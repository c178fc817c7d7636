"""What readers do with delivered mail: open, click, complain, bounce; by pixel and links, or asked by a program."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from local import pages, receiving, ses_events, tracking
from local.enrichment import StandIns
from local.mail_publisher import Events
from local.outbox import Message
from local.patches import Parts

#: A transparent GIF of one pixel.
PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
#: What an act without a user agent of its own is done with: a mail program, so that it counts as a person's.
MAIL_PROGRAM = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0"
_FRESH = {"Cache-Control": "no-store, max-age=0"}
_KINDS = {"open": "open", "click": "click", "complain": "complaint", "bounce": "bounce"}
_ENDS = {"complain": ses_events.COMPLAINED, "bounce": ses_events.BOUNCED}


class Readers:
    """Pages that stand for readers.

    Args:
        parts: Outbox, clock and publisher.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> list[Route]:
        """Routes under ``/_stepwell/``, with those of providers; they come before those of the inbox."""
        return [
            Route(tracking.PATH + "/{id}/open.gif", self.pixel),
            Route(tracking.PATH + "/{id}/{n:int}", self.link),
            Route("/_stepwell/inbox/{id}/{act:str}", self.act, methods=["POST"]),
            *StandIns().routes(),
        ]

    async def pixel(self, request: Request) -> Response:
        """The open pixel."""
        message = self._message(request)
        if message is not None:
            self._publish("open", message, _reader(request))
        return Response(PIXEL, media_type="image/gif", headers=_FRESH)

    async def link(self, request: Request) -> Response:
        """A rewritten link: publishes the click and leads on."""
        message, n = self._message(request), request.path_params["n"]
        links = message.request.get("links", []) if message else []
        if message is None or n >= len(links) or not links[n]["tracked"]:
            return JSONResponse({"error": "no such link"}, 404)
        self._publish("click", message, _reader(request) | _clicked(links[n]))
        return RedirectResponse(links[n]["url"], 302, headers=_FRESH)

    async def act(self, request: Request) -> Response:
        """Acts as the recipient: ``open``, ``click`` {link?}, ``complain``, ``bounce`` or ``reply`` {text}.

        ``link`` is an address, or the number of one; without it the first tracked link is clicked. ``user_agent``
        and ``ip`` are those of the reader. Answers with what was published; SES publishes only what the
        configuration set asks for.
        """
        message, act = self._message(request), request.path_params["act"]
        if message is None or act not in (*_KINDS, "reply"):
            return JSONResponse({"error": "no such message or act"}, 404)
        try:
            asked = await _body(request)
            if act == "reply":
                return await self._reply(request, message, asked)
        except ValueError as error:
            return pages.acted(request, message.id, act, {"error": str(error)}, failed=str(error))
        reader = {
            "ipAddress": str(asked.get("ip") or "127.0.0.1"),
            "userAgent": str(asked["user_agent"]) if "user_agent" in asked else MAIL_PROGRAM,
        }
        if act == "click":
            found = _chosen(message.request.get("links", []), asked.get("link"))
            if isinstance(found, str):
                told = {"error": found, "links": message.request.get("links", [])}
                return pages.acted(request, message.id, act, told, failed=found)
            reader |= _clicked(found)
        if act in _ENDS:
            self._parts.outbox.set_outcome(message.id, _ENDS[act])
        published = self._publish(_KINDS[act], message, reader)
        return pages.acted(
            request,
            message.id,
            act,
            {"id": message.id, "act": act, "published": published, **reader},
            failed="" if published else f"nobody was told: the configuration set publishes no {_KINDS[act]}",
        )

    async def _reply(self, request: Request, message: Message, asked: dict[str, Any]) -> Response:
        now = self._parts.clock.now()
        to, raw = receiving.answer(message, asked, now)
        prefix = message.configuration_set.removesuffix("-mail")
        mail_id = await asyncio.to_thread(receiving.deliver, self._parts.settings, prefix, to, raw, now)
        told = {"id": message.id, "act": "reply", "to": to, "received": mail_id}
        return pages.acted(request, message.id, "reply", told)

    def _publish(self, kind: str, message: Message, reader: dict[str, Any]) -> bool:
        if kind.upper() not in self._parts.mail.wanted_of(message):
            return False
        now = self._parts.clock.now()

        def events(message: Message, account: str, region: str) -> Events:
            return [ses_events.reader_event(kind, message, account, region, now, reader)]

        self._parts.mail.put(message, events)
        return True

    def _message(self, request: Request) -> Message | None:
        return self._parts.outbox.get(unquote(request.path_params["id"]))


def _reader(request: Request) -> dict[str, Any]:
    address = request.client.host if request.client else "127.0.0.1"
    return {"ipAddress": address, "userAgent": request.headers.get("user-agent", "")}


def _clicked(link: dict[str, Any]) -> dict[str, Any]:
    return {"link": link["url"], "linkTags": link["tags"] or None}


def _chosen(links: list[dict[str, Any]], asked: Any) -> dict[str, Any] | str:
    tracked = [link for link in links if link["tracked"]]
    if asked in (None, ""):
        return tracked[0] if tracked else "the message has no tracked link"
    if str(asked).isdigit():
        n = int(asked)
        return links[n] if n < len(links) and links[n]["tracked"] else f"link {n} is not tracked"
    return next((link for link in tracked if link["url"] == asked), f"no tracked link leads to {asked}")


async def _body(request: Request) -> dict[str, Any]:
    text = (await request.body()).decode()
    # Not by content type: clients that post JSON without one are labelled as forms (urllib, curl).
    if text and not text.lstrip().startswith("{"):
        return dict(parse_qsl(text))
    asked = json.loads(text or "{}")
    if not isinstance(asked, dict):
        raise ValueError("expected an object")
    return asked
