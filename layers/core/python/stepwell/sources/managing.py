"""Sources as people manage them: what they may say, what they are shown, how a secret changes hands.

A secret goes in and never comes out. Two are valid while one takes over from the other: the provider is given the
new one meanwhile, and no call is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.contracts.workspace import KeyRecord
from stepwell.errors import Conflict, InvalidInput, NotFound
from stepwell.sources.language import Expression
from stepwell.sources.models import MAX_SECRETS, SOURCE_ID, Meta, SealedSecret, Source, Token, Webhook
from stepwell.sources.ports import SecretBox
from stepwell.sources.presets import mapping_of, preset_of

SHORTEST_SECRET, LONGEST_SECRET = 8, 2_048
SHORTEST_TOKEN = 16
KEEP_PREVIOUS = timedelta(days=1)
_IN_A_PATH = re.compile(r"^[A-Za-z0-9._~-]+$")


def checked(source: Source, before: Source | None = None) -> Source:
    """Return a source fit to be stored: its mapping compiles, its verify token is a hash.

    Args:
        source: As it was given.
        before: As it is stored; what was not told again is taken from it.

    Raises:
        InvalidInput: Something does not fit; `details.field` says what.
        MappingFailed: The mapping cannot be read.
    """
    if not SOURCE_ID.match(source.id):
        raise InvalidInput(
            "A source's id is up to 40 lower-case letters, digits, _ and -.", details={"place": "id"}
        )
    webhook = source.webhook
    if webhook is None:
        return source
    Expression(mapping_of(webhook))
    if webhook.preset:
        preset_of(webhook)
    if isinstance(webhook.verify, Meta):
        webhook = webhook.model_copy(update={"verify": _hashed(webhook.verify, before)})
    return source.model_copy(update={"webhook": webhook})


def _hashed(settings: Meta, before: Source | None) -> Meta:
    digest = hashlib.sha256(settings.verify_token.encode()).hexdigest() if settings.verify_token else ""
    known = before.webhook.verify if before is not None and before.webhook is not None else None
    if not digest and isinstance(known, Meta):
        digest = known.verify_digest
    if not digest:
        raise InvalidInput(
            "Meta verifies an address by a token of your own: give `verify_token`.",
            details={"place": "webhook.verify.verify_token"},
        )
    return Meta(verify_digest=digest)


def with_secret(
    tenant: str, source: Source, text: str, box: SecretBox, now: datetime, keep: timedelta = KEEP_PREVIOUS
) -> Source:
    """Return a source with a new secret; the one before stays valid for a while.

    Raises:
        InvalidInput: It is no secret of this scheme.
        Conflict: Two are valid already: end the previous one first.
    """
    webhook = source.webhook
    if webhook is None or not webhook.needs_secret:
        raise InvalidInput("This source has no secret.", code="no_secret_here", details={"place": "secret"})
    _judge(webhook, text)
    valid = source.valid_secrets(now)
    if len(valid) >= MAX_SECRETS:
        raise Conflict("Two secrets are valid already: end the previous one first.", code="two_secrets")
    until = now + keep
    ended = tuple(s.model_copy(update={"until": min(s.until or until, until)}) for s in valid)
    new = SealedSecret(sealed=box.seal(tenant, source.id, text.strip()), at=now)
    return source.model_copy(update={"secrets": (new, *ended)})


def without_previous(source: Source, now: datetime) -> Source:
    """Return a source with its newest secret only.

    Raises:
        NotFound: There is no previous one.
    """
    valid = source.valid_secrets(now)
    if len(valid) < MAX_SECRETS:
        raise NotFound("There is no previous secret.", code="no_previous_secret")
    return source.model_copy(update={"secrets": valid[:1]})


def _judge(webhook: Webhook, text: str) -> None:
    told = text.strip()
    shortest = SHORTEST_TOKEN if isinstance(webhook.verify, Token) else SHORTEST_SECRET
    if not shortest <= len(told) <= LONGEST_SECRET:
        raise InvalidInput(
            f"A secret has {shortest} to {LONGEST_SECRET} characters.",
            code="bad_secret",
            details={"place": "secret"},
        )
    if isinstance(webhook.verify, Token) and not webhook.verify.header and not _IN_A_PATH.match(told):
        raise InvalidInput(
            "A token in an address has letters, digits and -._~ only.",
            code="bad_secret",
            details={"place": "secret"},
        )
    if webhook.scheme == "sendgrid":
        from stepwell.sources.sendgrid import public_key

        public_key(told)


def shown(
    source: Source, tenant: str, keys: Iterable[KeyRecord], now: datetime, base_url: str
) -> dict[str, Any]:
    """Return a source as people see it: nothing of its secrets but when they were set and end."""
    mine = [key for key in keys if key.source == source.id and not key.revoked]
    webhook = source.webhook
    return {
        "id": source.id,
        "rev": source.rev,
        "name": source.name or source.id,
        "description": source.description,
        "kind": webhook.scheme if webhook else "tracking",
        "write_keys": len(mine),
        "webhook": None if webhook is None else _webhook(webhook),
        "address": f"{base_url}/v1/webhooks/{tenant}/{source.id}" + _token_part(webhook) if webhook else "",
        "secrets": [
            {"at": iso(s.at), "until": iso(s.until) if s.until else None} for s in source.valid_secrets(now)
        ],
    }


def _token_part(webhook: Webhook) -> str:
    return "/{token}" if isinstance(webhook.verify, Token) and not webhook.verify.header else ""


def _webhook(webhook: Webhook) -> dict[str, Any]:
    told = webhook.model_dump(mode="json")
    for hidden in ("verify_token", "verify_digest"):
        told["verify"].pop(hidden, None)
    if not webhook.mapping.strip():
        told["preset"] = preset_of(webhook).name
    return told


def listed(sources: Iterable[Source], keys: Iterable[KeyRecord]) -> list[Source]:
    """Return all sources: those with a document, and those that have write keys only."""
    found = {source.id: source for source in sources}
    for key in keys:
        if not key.revoked:
            found.setdefault(key.source, Source(id=key.source, name=key.name))
    return list(found.values())
