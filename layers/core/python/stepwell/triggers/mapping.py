"""A verified call of a source becomes events: mapped, put on the stream, shown; what cannot be mapped is set aside.

The same for calls that come over the bus, for providers' callbacks that do not, and for what is replayed after
somebody mended the mapping.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from stepwell.contracts.clock import Clock, from_iso, iso
from stepwell.contracts.events import Event
from stepwell.contracts.ids import TENANT_ID
from stepwell.errors import InvalidInput, LimitExceeded
from stepwell.profiles.identity import partition
from stepwell.sources.language import Expression
from stepwell.sources.mapped import Delivered, Mapped, Refused, debugger_entries, events_of
from stepwell.sources.models import SOURCE_ID, Source
from stepwell.sources.ports import SourceStore
from stepwell.sources.presets import mapping_of
from stepwell.triggers.batches import records_of
from stepwell.triggers.machines import TABLE_VERSION, judge
from stepwell.triggers.mail_clients import reader_of
from stepwell.triggers.poison import WEBHOOK, Poison
from stepwell.triggers.ports import DebugTail, PoisonQueue, RecordSink, StreamRecord
from stepwell.triggers.showing import show

if TYPE_CHECKING:
    from stepwell.social.mentions import Entry

_KEPT = 200
MENTIONS = frozenset(
    {"social_mention", "social_comment", "social_message", "social_review", "lead_form_submitted"}
)
_JUDGED = {"email_opened": "open", "email_clicked": "click"}


class TakesTexts(Protocol):
    """Acts on text messages that come in."""

    def take(self, tenant: str, event: Event) -> Sequence[Event]:
        """Act on one; return what goes on the stream."""
        ...


class TakesMentions(Protocol):
    """Takes what is said on social networks; see `stepwell.triggers.mentions.Hearing`."""

    def take(self, tenant: str, events: Sequence[Event]) -> tuple[list[Event], list[Entry]]:
        """Return what goes on the stream, and what `told` is to be called with then."""
        ...

    def told(self, tenant: str, entries: Sequence[Entry]) -> None:
        """Go on with mentions that the stream has."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingPorts:
    """What the way from a call to the stream reaches.

    Without `answers` texts that come in are events alone, without `mentions` what is said on social networks is.
    """

    clock: Clock
    sources: SourceStore
    stream: RecordSink
    tail: DebugTail
    poison: PoisonQueue
    answers: TakesTexts | None = None
    mentions: TakesMentions | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a call.

    Attributes:
        events: Events put on the stream.
        refused: Events that were not.
        code: Why the call was set aside or is of no concern; empty: it was taken whole.
    """

    events: int = 0
    refused: int = 0
    code: str = ""


class WebhookMapper:
    """Maps calls; one a process, because it keeps compiled mappings.

    Args:
        ports: What it reaches.
    """

    def __init__(self, ports: MappingPorts) -> None:
        self._ports = ports
        self._compiled: dict[str, Expression] = {}

    def take(self, detail: Mapping[str, Any]) -> Taken:
        """Map a `webhook.received` and put its events on the stream.

        Raises:
            Unavailable: Try again later; message ids drop what was taken already.
            InvalidInput: It is no webhook of ours.
        """
        delivered, source = self._read(detail)
        if source is None:
            return Taken(code="no_source")
        try:
            mapped = self.map(source, detail, delivered)
        except (InvalidInput, LimitExceeded) as error:
            mapped = Mapped((), (Refused(error.code, "", error.message),))
        if mapped.events:
            self._tell(delivered, mapped.events)
        entries = debugger_entries(mapped.refused, source.id, iso(delivered.received_at))
        show(self._ports.tail, delivered.tenant, source.id, mapped.events, entries)
        code = mapped.refused[0].code if mapped.refused else ""
        if mapped.refused and not _names_nobody(source, mapped):
            self._set_aside(detail, delivered, mapped.refused)
        return Taken(len(mapped.events), len(mapped.refused), code)

    def map(self, source: Source, detail: Mapping[str, Any], delivered: Delivered) -> Mapped:
        """Map a call by its source's mapping; nothing is stored.

        Raises:
            MappingFailed: The mapping does not fit.
            LimitExceeded: It does too much.
        """
        if source.webhook is None:
            raise InvalidInput("This source has no webhook.", code="no_webhook")
        expression = self._expression(mapping_of(source.webhook))
        variables = {
            "headers": dict(detail.get("headers") or {}),
            "source": delivered.source,
            "id": delivered.id,
            "received_at": iso(delivered.received_at),
            "query": dict(detail.get("query") or {}),
            "callback": delivered.callback,
        }
        mapped = events_of(expression.evaluate(detail.get("body"), variables), delivered)
        known: list[Event] = []
        refused = list(mapped.refused)
        for event in mapped.events:
            if names_somebody(event):
                known.append(_judged(event))
            else:
                refused.append(Refused("no_identity", "", _NOBODY, event.name, event.message_id))
        return Mapped(tuple(known), tuple(refused))

    def remap(self, data: bytes) -> list[StreamRecord]:
        """Map a call that was set aside once more.

        Raises:
            InvalidInput: It cannot be mapped still.
            LimitExceeded: Neither.
        """
        detail = json.loads(data)
        delivered, source = self._read(detail, fresh=True)
        if source is None:
            raise InvalidInput("Its source is gone.", code="no_source")
        mapped = self.map(source, detail, delivered)
        if mapped.refused:
            raise InvalidInput(mapped.refused[0].message, code=mapped.refused[0].code)
        going, _ = self._heard(delivered, self._acted(delivered.tenant, mapped.events))
        return records_of(delivered.tenant, going)

    def _tell(self, delivered: Delivered, events: Sequence[Event]) -> None:
        going, heard = self._heard(delivered, self._acted(delivered.tenant, events))
        self._ports.stream.put(records_of(delivered.tenant, going))
        if heard and self._ports.mentions is not None:
            self._ports.mentions.told(delivered.tenant, heard)

    def _heard(self, delivered: Delivered, events: Sequence[Event]) -> tuple[Sequence[Event], list[Entry]]:
        """Keep what is said on social networks; callbacks tell of our own messages and of nothing else."""
        mentions = self._ports.mentions
        if mentions is None or delivered.callback or not any(event.name in MENTIONS for event in events):
            return events, []
        return mentions.take(delivered.tenant, events)

    def _acted(self, tenant: str, events: Sequence[Event]) -> Sequence[Event]:
        """Act on texts that came in before they are told: STOP holds when the provider hears that we have it."""
        answers = self._ports.answers
        if answers is None or not any(_is_text(event) for event in events):
            return events
        return [
            told
            for event in events
            for told in (answers.take(tenant, event) if _is_text(event) else (event,))
        ]

    def _read(self, detail: Mapping[str, Any], fresh: bool = False) -> tuple[Delivered, Source | None]:
        tenant, id_ = str(detail.get("tenant") or ""), str(detail.get("source") or "")
        if not TENANT_ID.match(tenant) or not SOURCE_ID.match(id_) or not detail.get("id"):
            raise InvalidInput("Not a webhook.received.", code="not_a_webhook")
        try:
            received_at: datetime = from_iso(str(detail.get("received_at")))
        except (ValueError, OverflowError) as error:
            raise InvalidInput("Not a webhook.received.", code="not_a_webhook") from error
        source = self._ports.sources.find(tenant, id_, fresh)
        callback = source is not None and source.webhook is not None and source.webhook.callback
        return Delivered(tenant, id_, str(detail["id"]), received_at, callback), source

    def _expression(self, text: str) -> Expression:
        if text not in self._compiled:
            if len(self._compiled) >= _KEPT:
                self._compiled.clear()
            self._compiled[text] = Expression(text)
        return self._compiled[text]

    def _set_aside(self, detail: Mapping[str, Any], delivered: Delivered, refused: Sequence[Refused]) -> None:
        first = refused[0]
        poison = Poison(
            sequence=delivered.id,
            key=f"{delivered.tenant}#{WEBHOOK}",
            data=json.dumps(detail, separators=(",", ":"), ensure_ascii=False).encode(),
            code=first.code,
            message=f"{delivered.source}: {first.place + ': ' if first.place else ''}{first.message}",
            to=WEBHOOK,
        )
        self._ports.poison.put(poison.documents(self._ports.clock.now()))


def _is_text(event: Event) -> bool:
    return event.kind == "engagement" and event.name == "sms_replied"


def names_somebody(event: Event) -> bool:
    """Tell whether an event is of somebody: whether it has a place on the stream."""
    try:
        partition("any", event)
    except InvalidInput:
        return False
    return True


_NOBODY = "The event names nobody: give `userId`, `anonymousId` or `email`."


def _names_nobody(source: Source, mapped: Mapped) -> bool:
    """Tell whether a ready-made mapping found nobody: then the call concerns other rules of the bus alone."""
    own = source.webhook is not None and bool(source.webhook.mapping.strip())
    return not own and all(one.code == "no_identity" for one in mapped.refused)


def _judged(event: Event) -> Event:
    """Tell of an open or click of a callback what is told of those of SES: by what, and whether by a machine."""
    if event.kind != "engagement" or event.name not in _JUDGED:
        return event
    agent = str(event.properties.get("user_agent") or "")
    reader = {name: value for name, value in reader_of(agent)._asdict().items() if value}
    event = event.evolve(properties={**event.properties, **reader})
    # The provider's own word stands.
    rule = "" if event.machine else judge(_JUDGED[event.name], agent, None, event.occurred_at)
    if not rule:
        return event
    properties = {**event.properties, "machine_rule": rule, "machine_table": TABLE_VERSION}
    return event.evolve(machine=True, properties=properties)
