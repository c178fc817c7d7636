"""A provider's call from end to end: `/v1/webhooks/{tenant}/{source}`; verified on its raw bytes, then passed on.

Providers' callbacks about our own messages go straight to the stream; all others go over the bus, so that anyone
may put rules of their own on them. What is not proved to be the provider's is refused before anything of it is
read, stored or shown, save its refusal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from stepwell.contracts.clock import Clock, iso
from stepwell.contracts.ids import TENANT_ID, short_hash
from stepwell.errors import InvalidInput, NotFound, StepwellError, Unauthenticated
from stepwell.sources import challenges
from stepwell.sources.bodies import body_of
from stepwell.sources.incoming import Incoming, incoming
from stepwell.sources.models import SOURCE_ID, Hmac, Sns, Source, Token, Webhook
from stepwell.sources.ports import SecretBox, SigningCertificates, SourceStore, UsedSignatures
from stepwell.sources.verify import AHEAD_S, delivery_id, once, replayed, verify
from stepwell.triggers import wire
from stepwell.triggers.hooks import insist_fits
from stepwell.triggers.ports import DebugTail, HookBus

if TYPE_CHECKING:
    # It loads the language of mappings, which only callbacks need here.
    from stepwell.triggers.mapping import WebhookMapper

_PATH = re.compile(r"^/v1/webhooks/([^/]{1,40})/([^/]{1,60})(?:/([^/]{1,500}))?/?$")
# A rotated secret is found by looking again, yet not at the pace of whoever sends rubbish.
LOOK_AGAIN = timedelta(seconds=10)
_KEPT = 1_000
_HIDDEN = re.compile(r"signature|token|secret|auth|key|cookie|forwarded|amzn|real-ip", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPorts:
    """What the endpoint reaches; without `used` nothing is known of calls that were taken before."""

    clock: Clock
    sources: SourceStore
    box: SecretBox
    certificates: SigningCertificates
    hooks: HookBus
    tail: DebugTail
    mapper: WebhookMapper
    used: UsedSignatures | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider is told.

    Attributes:
        status: HTTP status.
        body: The body.
        kind: Its content type.
    """

    status: int
    body: str
    kind: str = "application/json"


_TAKEN = Answer(200, '{"success":true}')
# Twilio takes an answer to a message for instructions: none.
_SILENT = Answer(200, "<Response></Response>", "text/xml")


class Webhooks:
    """Answers providers; one a process, because it keeps opened secrets.

    Args:
        ports: What it reaches.
    """

    def __init__(self, ports: WebhookPorts) -> None:
        self._ports = ports
        self._opened: dict[str, str] = {}
        self._looked: dict[tuple[str, str], datetime] = {}

    def handle(self, path: str, request: Mapping[str, Any]) -> Answer:
        """Answer an HTTP API (payload 2.0) request.

        Raises:
            NotFound: There is no such source.
            Unauthenticated: The call is not proved to be the provider's.
            InvalidInput: Its body cannot be read.
            LimitExceeded: It is too big.
            Unavailable: The provider shall try again later.
        """
        found = _PATH.match(path)
        if found is None or not TENANT_ID.match(found.group(1)) or not SOURCE_ID.match(found.group(2)):
            raise NotFound("There is no such webhook.", code="no_webhook")
        tenant, id_, token = found.group(1), found.group(2), found.group(3) or ""
        source = self._source(tenant, id_)
        call = incoming(request, token)
        if call.method == "GET":
            return self._challenge(tenant, source, call)
        if call.method != "POST":
            raise InvalidInput("Webhooks are POST requests.", code="bad_method")
        source = self._proved(tenant, source, call)
        webhook = _webhook(source)
        mark = once(webhook, call)
        self._insist_new(tenant, source, mark)
        plain = wire.unpack(call.raw) if call.raw[:2] == b"\x1f\x8b" else call.raw
        if isinstance(webhook.verify, Sns):
            return self._message(tenant, source, webhook, webhook.verify, call)
        self._pass_on(tenant, source, webhook, body_of(plain, call.headers), call, delivery_id(webhook, call))
        self._used_up(tenant, source, webhook, mark)
        return _SILENT if webhook.scheme == "twilio" else _TAKEN

    def _insist_new(self, tenant: str, source: Source, mark: str) -> None:
        used = self._ports.used
        if mark and used is not None and used.taken(tenant, source.id, mark):
            error = replayed()
            self._show_refusal(tenant, source, error, self._ports.clock.now())
            raise error

    def _used_up(self, tenant: str, source: Source, webhook: Webhook, mark: str) -> None:
        """Remember a signature once its call was taken whole: before, the provider's own repeat must pass."""
        if mark and self._ports.used is not None:
            age_s = getattr(webhook.verify, "max_age_s", 0) + AHEAD_S
            until = self._ports.clock.now() + timedelta(seconds=age_s)
            self._ports.used.take(tenant, source.id, mark, until)

    def _source(self, tenant: str, id_: str, fresh: bool = False) -> Source:
        source = self._ports.sources.find(tenant, id_, fresh)
        if source is None or source.webhook is None:
            raise NotFound("There is no such webhook.", code="no_webhook")
        if not source.webhook.enabled:
            raise NotFound("This webhook is switched off.", code="webhook_off")
        return source

    def _proved(self, tenant: str, source: Source, call: Incoming) -> Source:
        now = self._ports.clock.now()
        try:
            self._verify(tenant, source, call, now)
        except Unauthenticated as error:
            newer = self._changed(tenant, source, now)
            try:
                if newer is None:
                    raise
                self._verify(tenant, newer, call, now)
            except Unauthenticated:
                self._show_refusal(tenant, source, error, now)
                raise
            return newer
        return source

    def _verify(self, tenant: str, source: Source, call: Incoming, now: datetime) -> None:
        verify(_webhook(source), call, self._secrets(tenant, source, now), now, self._ports.certificates)

    def _changed(self, tenant: str, source: Source, now: datetime) -> Source | None:
        """Look again at a source whose secret does not fit; None: it is as it was, or was just looked at."""
        looked = self._looked.get((tenant, source.id))
        if looked is not None and timedelta(0) <= now - looked < LOOK_AGAIN:
            return None
        if len(self._looked) >= _KEPT:
            self._looked.clear()
        self._looked[tenant, source.id] = now
        newer = self._source(tenant, source.id, fresh=True)
        return newer if newer.rev != source.rev else None

    def _secrets(self, tenant: str, source: Source, now: datetime) -> list[str]:
        found = []
        for secret in source.valid_secrets(now):
            if secret.sealed not in self._opened:
                if len(self._opened) >= _KEPT:
                    self._opened.clear()
                self._opened[secret.sealed] = self._ports.box.open(tenant, source.id, secret)
            found.append(self._opened[secret.sealed])
        return found

    def _challenge(self, tenant: str, source: Source, call: Incoming) -> Answer:
        now = self._ports.clock.now()
        try:
            told = challenges.answer(_webhook(source), call, self._secrets(tenant, source, now))
        except Unauthenticated as error:
            self._show_refusal(tenant, source, error, now)
            raise
        if isinstance(told, str):
            return Answer(200, told, "text/plain; charset=utf-8")
        return Answer(200, json.dumps(told))

    def _message(
        self, tenant: str, source: Source, webhook: Webhook, settings: Sns, call: Incoming
    ) -> Answer:
        from stepwell.sources.sns import message_of, subscription_url

        message = message_of(call.raw)
        if message["Type"] == "SubscriptionConfirmation":
            self._ports.certificates.confirm(subscription_url(message, settings.topic_arn))
        elif message["Type"] == "Notification":
            body: Any = str(message.get("Message") or "")
            # A topic may carry plain sentences, and mappings may read them.
            with suppress(InvalidInput):
                body = body_of(body.encode("utf-8", "replace"), {})
            self._pass_on(tenant, source, webhook, body, call, str(message.get("MessageId") or ""))
        return _TAKEN

    def _pass_on(
        self, tenant: str, source: Source, webhook: Webhook, body: Any, call: Incoming, told: str
    ) -> None:
        detail = {
            "v": 1,
            "tenant": tenant,
            "source": source.id,
            "hook": source.id,
            "scheme": webhook.scheme,
            "id": "hook-" + short_hash(source.id, told, length=32),
            "received_at": iso(self._ports.clock.now()),
            "headers": _shown(webhook, call),
            "body": body,
        }
        if webhook.callback:
            # What the sender put into the address that the provider calls: it is signed along, or names nothing.
            self._ports.mapper.take({**detail, "query": dict(call.parameters)})
            return
        insist_fits(detail)
        self._ports.hooks.put(detail)

    def _show_refusal(self, tenant: str, source: Source, error: Unauthenticated, now: datetime) -> None:
        """Show a refusal to whoever sets the webhook up at this moment; nothing of the call itself."""
        entry = {
            "at": iso(now),
            "source": source.id,
            "status": "rejected",
            "code": error.code,
            "place": "",
            "message": error.message,
            "message_id": "",
            "name": "",
        }
        try:
            if self._ports.tail.watching(tenant):
                self._ports.tail.append(tenant, [entry])
        except StepwellError:
            return


def _webhook(source: Source) -> Webhook:
    if source.webhook is None:
        raise NotFound("There is no such webhook.", code="no_webhook")
    return source.webhook


def _shown(webhook: Webhook, call: Incoming) -> dict[str, str]:
    """Return the headers that mappings and rules may see: the sender's own, without what proves who it is."""
    proof = webhook.verify.header.lower() if isinstance(webhook.verify, Hmac | Token) else ""
    names: Sequence[str] = [
        name for name in call.headers if name.startswith("x-") and name != proof and not _HIDDEN.search(name)
    ]
    return {
        n: call.headers[n][:500].encode("ascii", "replace").decode()
        for n in sorted(names)[:30]
        if n.isascii()
    }
