"""The raw copy of the stream, as Firehose puts it: what an object holds, and whose an event is.

An object is gzip around stream records without anything between them. A record is JSON, or gzip around JSON when it
was larger (`adapters.kinesis_sink`); an object that was set aside half-written ends early, and what is whole counts.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from stepwell.contracts.clock import from_iso, millis
from stepwell.contracts.ids import PROFILE_ID, profile_id
from stepwell.profiles.converting import normal_phone
from stepwell.profiles.traits import normal_email

_GZIP = b"\x1f\x8b"
_DECODER = json.JSONDecoder()
PROPERTIES_BYTES = 8_192
"""A timeline shows what happened, not the whole of it."""


def batches(data: bytes) -> Iterator[Mapping[str, Any]]:
    """Yield the batches of events that an object of the raw copy holds."""
    plain = _inflated(data)[0] if data[:2] == _GZIP else data
    while plain:
        if plain[:2] == _GZIP:
            record, plain = _inflated(plain)
            yield from _documents(record)
            continue
        end = plain.find(_GZIP)
        # JSON is UTF-8, and 0x1f stands in it nowhere: what begins there is a compressed record.
        yield from _documents(plain if end < 0 else plain[:end])
        plain = b"" if end < 0 else plain[end:]


def _inflated(data: bytes) -> tuple[bytes, bytes]:
    """Return what one gzip member holds, and what follows it."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(data)
    except zlib.error:
        return b"", b""
    return plain, inflater.unused_data


def _documents(data: bytes) -> Iterator[Mapping[str, Any]]:
    text, at = data.decode("utf-8", "replace"), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            document, at = _DECODER.raw_decode(text, at)
        except ValueError:
            return
        if isinstance(document, dict):
            yield document


def event_rows(batch: Mapping[str, Any], tenant: str) -> Iterator[dict[str, Any]]:
    """Yield a row an event of a tenant: whose it is by profile id, when, what; timers are nobody's news."""
    if batch.get("tenant") != tenant:
        return
    for event in batch.get("events") or ():
        people = sorted(ids_of(tenant, event)) if isinstance(event, dict) else []
        if not people or event.get("kind") == "timer":
            continue
        try:
            at = min(from_iso(str(event["occurred_at"])), from_iso(str(event["received_at"])))
        except (KeyError, ValueError):
            continue
        properties = {
            **(event.get("properties") or {}),
            **({"traits": t} if (t := event.get("traits")) else {}),
        }
        told = json.dumps(properties, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        yield {
            "people": people,
            "at_ms": millis(at),
            "id": str(event.get("message_id", "")),
            "kind": str(event.get("kind", "")),
            "name": str(event.get("name", "")),
            "source": str(event.get("source", "")),
            "properties": told if len(told.encode()) <= PROPERTIES_BYTES else "{}",
        }


def ids_of(tenant: str, event: Mapping[str, Any]) -> set[str]:
    """Return the profile ids that an event's identities have (see `profiles.identity`)."""
    traits = event.get("traits") or {}
    email = normal_email(event.get("email")) or normal_email(traits.get("email"))
    phone = normal_phone(str(traits.get("phone") or traits.get("phoneNumber") or ""), None)
    named = (
        ("user", event.get("user_id")),
        ("email", email),
        ("phone", phone),
        ("anonymous", event.get("anonymous_id")),
    )
    found = {profile_id(tenant, kind, str(value)) for kind, value in named if value}
    own = event.get("profile")
    return found | ({own} if isinstance(own, str) and PROFILE_ID.match(own) else set())
