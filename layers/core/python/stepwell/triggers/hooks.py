"""Webhooks: a POST to `/v1/hooks/{key}/{name}` becomes `webhook.received` on the bus, then a contact's event."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.events import EARLIEST, LATEST, Event
from stepwell.contracts.ids import TENANT_ID, short_hash
from stepwell.errors import InvalidInput, LimitExceeded, NotFound
from stepwell.triggers.ports import WriteKey

# An entry's size is that of its detail, source, type and time ("Calculating PutEvents event entry size").
MAX_DETAIL_BYTES = 256 * 1024 - 1_024
HOOK_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,63}$")
_PATH = re.compile(r"^/v1/hooks/([^/]{1,200})/([^/]{1,64})/?$")


def hook_path(path: str) -> tuple[str, str] | None:
    """Return (write key, hook name) of a webhook's path, None for other paths.

    Raises:
        NotFound: The hook's name is none.
    """
    found = _PATH.match(path)
    if found is None:
        return None
    if not HOOK_NAME.match(found.group(2)):
        raise NotFound("A hook's name is lower-case letters, digits, _ and -.", code="no_hook")
    return found.group(1), found.group(2)


def detail_of(
    owner: WriteKey, hook: str, body: Mapping[str, Any], headers: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    """Return the bus event's detail. The delivery id of the sender, if it has one, makes a repeat the same event."""
    delivery = next((headers[n] for n in _DELIVERY_HEADERS if headers.get(n)), "")
    told = delivery or str(body.get("message_id") or body.get("messageId") or body.get("id") or "")
    content = told or short_hash(repr(sorted(body.items(), key=lambda pair: pair[0])), iso(now), length=32)
    return {
        "v": 1,
        "tenant": owner.tenant,
        "source": owner.source,
        "hook": hook,
        "id": "hook-" + short_hash(hook, content, length=32),
        "received_at": iso(now),
        "body": dict(body),
    }


def insist_fits(detail: Mapping[str, Any]) -> None:
    """Insist that a detail fits on the bus, whose entries have at most 256 KB with their envelope.

    Raises:
        LimitExceeded: It does not.
        InvalidInput: It holds what cannot be written: half a character, a number that is none.
    """
    try:
        size = len(json.dumps(detail, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode())
    except ValueError as error:
        raise InvalidInput("The body holds a number or text that is none.", code="invalid_body") from error
    if size > MAX_DETAIL_BYTES:
        raise LimitExceeded("A webhook's body has at most 250 KB.", code="body_too_large")


_DELIVERY_HEADERS = (
    "webhook-id",
    "x-github-delivery",
    "x-shopify-webhook-id",
    "idempotency-key",
    "x-request-id",
)


def event_of(detail: Mapping[str, Any]) -> tuple[str, Event]:
    """Turn a `webhook.received` into (tenant, event `webhook:<hook>`).

    The person is named by `user_id`/`userId`, `anonymous_id`/`anonymousId` or `email` at the top of the body;
    all of the body is in the properties.

    Raises:
        InvalidInput: It names nobody, or is no webhook of ours.
    """
    tenant, body = str(detail.get("tenant") or ""), detail.get("body")
    if not TENANT_ID.match(tenant) or not isinstance(body, dict) or not detail.get("hook"):
        raise InvalidInput("Not a webhook.received.", code="not_a_webhook")
    user, anonymous = _text(body, "user_id", "userId"), _text(body, "anonymous_id", "anonymousId")
    email = _text(body, "email")
    if not (user or anonymous or email):
        raise InvalidInput(
            "Name the contact in the webhook's body: `user_id`, `anonymous_id` or `email`.",
            code="no_identity",
        )
    try:
        received_at = from_iso(str(detail["received_at"]))
        at = from_iso(str(body["timestamp"])) if isinstance(body.get("timestamp"), str) else received_at
    except (KeyError, ValueError, OverflowError) as error:
        raise InvalidInput("The webhook's times are not ISO 8601.", code="invalid_time") from error
    if not EARLIEST <= at <= LATEST:
        raise InvalidInput("The webhook tells of an impossible time.", code="invalid_time")
    return tenant, Event(
        message_id=str(detail["id"]),
        kind="webhook",
        name=f"webhook:{detail['hook']}",
        user_id=user,
        anonymous_id=anonymous,
        email=email,
        properties=body,
        traits=body["traits"] if isinstance(body.get("traits"), dict) else {},
        occurred_at=at,
        received_at=received_at,
        source=str(detail.get("source") or ""),
    )


def _text(body: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = body.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()[:250]
    return None
