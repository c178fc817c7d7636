"""Serves what signed links of messages lead to: the page and one-click address that unsubscribe, clicks, the pixel."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs

from stepwell.bootstrap import container
from stepwell.choice_wiring import choice_ports, subscriptions
from stepwell.consent.choices_web import answer_choices
from stepwell.consent.choices_web import asked as choices_asked
from stepwell.consent.choosing import Choices
from stepwell.consent.web import answer
from stepwell.content import pictures
from stepwell.content.images import PATH
from stepwell.observability import observed
from stepwell.triggers.tracked_clicks import FollowPorts, asked
from stepwell.triggers.tracked_clicks import answer as follow


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer a request of the HTTP API (payload version 2)."""
    del context
    with observed("serve_unsubscribe") as batch:
        wired = container()
        given = event.get("body") or ""
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        method = event["requestContext"]["http"]["method"]
        if event["rawPath"].startswith(PATH):
            batch.note(did="picture")
            return pictures.answer(lambda key: wired.objects.get(key), event["rawPath"], method)
        if asked(event["rawPath"]):
            found = follow(
                FollowPorts(wired.clock, wired.sink, wired.secrets.link_keys(), batch.count), event
            )
            batch.note(did="followed", status=found["statusCode"])
            batch.count("Followed" if found["statusCode"] == 302 else "Looked")
            return found
        body = base64.b64decode(given) if event.get("isBase64Encoded") else given.encode()
        lang = parse_qs(event.get("rawQueryString") or "").get("lang", [""])[0]
        ports, spoken = choice_ports(), headers.get("accept-language", "")
        if choices_asked(event["rawPath"]):
            ip = str(event["requestContext"]["http"].get("sourceIp") or "")
            reply = answer_choices(Choices(ports), method, event["rawPath"], body, spoken, lang, ip)
        else:
            token = event["rawPath"].rstrip("/").rpartition("/")[2]
            reply = answer(subscriptions(ports), method, token, body, spoken, lang)
        batch.note(did=reply.did, method=method)
        batch.count(reply.did.capitalize())
        return {
            "statusCode": reply.status,
            "headers": dict(reply.headers),
            "body": "" if method == "HEAD" else reply.body,
        }
