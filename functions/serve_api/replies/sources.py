"""Sources with their webhooks, mappings; what is done with answers by mail."""

from __future__ import annotations

from typing import Annotated, Any

from stepwell.replies.routing import ReplyRules as RulesDocument

from replies.forms import DocumentOf, Json, Reply, Time


class SourceSecret(Reply):
    """A secret that is valid, without its text.

    Attributes:
        at: When it was set.
        until: When it ends; null: it does not.
    """

    at: Time
    until: Time | None


class SourceWebhook(Reply):
    """A source's webhook.

    Attributes:
        verify: How calls are proved to be the provider's; `scheme` names the kind.
        preset: Name of a ready-made mapping; empty: `mapping` is used.
        mapping: JSONata, instead of a ready-made one.
        callback: Whether it tells of the platform's own messages.
        enabled: Whether calls are taken.
        url: The address that the provider was given, where it is not the deployment's own.
    """

    verify: Json
    preset: str
    mapping: str
    callback: bool
    enabled: bool
    url: str


class Source(Reply):
    """A source of events.

    Attributes:
        rev: Send it back with the next change; 0: it has write keys only.
        kind: `tracking`, or how its webhook is proved, such as `github`.
        write_keys: How many are valid.
        webhook: Null: it has write keys only.
        address: Where the provider calls; empty: it has no webhook.
    """

    id: str
    rev: int
    name: str
    description: str
    kind: str
    write_keys: int
    webhook: SourceWebhook | None
    address: str
    secrets: list[SourceSecret]


class SourcePreset(Reply):
    """A ready-made mapping.

    Attributes:
        schemes: Kinds of webhooks that use it unless another is named.
        callback: Whether it tells of the platform's own messages.
        mapping: JSONata.
    """

    name: str
    title: str
    schemes: list[str]
    callback: bool
    mapping: str


class RefusedEvent(Reply):
    """An event that a mapping gave and that would not be taken."""

    code: str
    place: str
    message: str
    name: str
    message_id: str


class MappingFault(Reply):
    """Why a mapping could not be carried out."""

    code: str
    message: str
    details: Json


class MappingTrial(Reply):
    """What a mapping makes of a sample.

    Attributes:
        ok: Whether all would be taken.
        result: What the mapping itself gave.
        events: Events of it.
        error: Null: the mapping could be carried out.
    """

    ok: bool
    result: Any
    events: list[Json]
    refused: list[RefusedEvent]
    error: MappingFault | None


class ReplyRules(Reply):
    """What is done with answers that come in by mail.

    Attributes:
        rev: Send it back with the next change; 0: there are none yet.
        receiving: Whether this deployment receives answers at all.
    """

    rev: int
    updated_at: Time | None
    updated_by: str
    receiving: bool
    rules: Annotated[Json, DocumentOf(RulesDocument)]


class ReplyTrial(Reply):
    """How an answer would be understood and routed.

    Attributes:
        reply_kind: `reply`, or why it is none, such as `out_of_office`.
        reason: How that is known.
        text: The sender's own words.
        sentiment_score: From -1 (unhappy) to 1.
        wants_out: Whether the sender wants no more mail.
        attachments: How many.
        rule: The rule that holds; null: none.
        forward: Who would get it.
    """

    reply_kind: str
    subject: str
    text: str
    sentiment: str
    sentiment_score: float
    language: str
    wants_out: bool
    reason: str
    sender: str
    attachments: int
    rule: str | None
    forward: list[str]
