"""What somebody wrote to or about an account: one id whichever way it came, one event, one entry of the inbox.

Networks tell the same comment by a webhook, by the webhook's repeat and by the list that is polled. All of them lead
to the id that `mention_id` makes of network and the network's own id; the inbox keeps one entry an id, and the event's
message id is made of it, so that what is told twice counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.ids import short_hash
from stepwell.contracts.social import Author, Mention, MentionKind, Platform
from stepwell.contracts.social_events import with_reach

MAX_TEXT = 4_000
EVENTS: Mapping[MentionKind, str] = {
    MentionKind.MENTION: "social_mention",
    MentionKind.COMMENT: "social_comment",
    MentionKind.MESSAGE: "social_message",
    MentionKind.REVIEW: "social_review",
}
_KINDS = {name: kind for kind, name in EVENTS.items()}
_PERSONS: Mapping[Platform, str] = {
    Platform.TWITTER: "x",
    # Facebook and Instagram count their people together, a page at a time.
    Platform.FACEBOOK: "meta",
    Platform.INSTAGRAM: "meta",
    Platform.LINKEDIN: "linkedin",
}


class State(StrEnum):
    """How far the team is with a mention."""

    OPEN = "open"
    ANSWERED = "answered"
    IGNORED = "ignored"
    ESCALATED = "escalated"


class AnswerState(StrEnum):
    """What became of an answer.

    `wanted` waits for its turn, `sending` is claimed, of `unknown` nobody knows and it is never repeated, `held` was
    not sent for a reason that is told, `skipped` neither: the network has seen all words that a rule has.
    """

    WANTED = "wanted"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    HELD = "held"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a mention.

    Attributes:
        text: What it says.
        by: Who gave it: a person, or ``rule:<id>``.
        at: When it was wanted.
        state: What became of it.
        reason: Stable code of why it was held, skipped or failed.
        external_id: The network's id.
        url: Where people see it.
    """

    text: str
    by: str
    at: datetime
    state: AnswerState
    reason: str = ""
    external_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A mention in the inbox.

    Attributes:
        id: Ours.
        mention: What was written.
        sentiment: positive, neutral or negative.
        score: -1 to 1.
        language: As the words say; may be empty.
        state: How far the team is.
        assignee: Who has it; may be empty.
        rule: The rule that took it; may be empty.
        answer: The newest answer.
        told: Whether its event is surely on the stream.
        rev: For optimistic concurrency; 0: not stored.
    """

    id: str
    mention: Mention
    sentiment: str = "neutral"
    score: float = 0.0
    language: str = ""
    state: State = State.OPEN
    assignee: str = ""
    rule: str = ""
    answer: Answer | None = None
    told: bool = False
    rev: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)

    def evolve(self, **changes: Any) -> Entry:
        """Return a copy with the given attributes changed."""
        return replace(self, **changes)


def mention_id(platform: Platform, external_id: str) -> str:
    """Return our id of a mention, the same whichever way it came."""
    return short_hash("mention", platform.value, external_id, length=26)


def person_of(platform: Platform, external_id: str) -> str:
    """Return the anonymous id by which contacts know a network's person (`x:2244994945`)."""
    return f"{_PERSONS[platform]}:{external_id}"


def thread_of(mention: Mention) -> str:
    """Return what an author gets one automatic answer for: the thread, of a message the talk itself."""
    if mention.kind is MentionKind.MESSAGE:
        return mention.parent or "talk"
    return mention.parent or mention.external_id


def event_of(entry: Entry, received_at: datetime) -> dict[str, Any]:
    """Return the event that tells of a mention, as the stream takes it."""
    mention = entry.mention
    author = mention.author
    name = EVENTS[mention.kind]
    told: dict[str, Any] = {
        "platform": mention.platform.value,
        "mention": entry.id,
        "account": mention.account,
        "post_id": mention.external_id,
        "parent_id": mention.parent,
        "text": mention.text[:MAX_TEXT],
        "url": mention.url,
        "author": author.handle or author.name,
        "followers": author.followers,
        "sentiment": entry.sentiment,
        "sentiment_score": entry.score,
        "language": entry.language,
        **entry.extra,
    }
    told = {key: value for key, value in told.items() if value not in (None, "")}
    traits = {f"{_PERSONS[mention.platform]}_handle": author.handle} if author.handle else {}
    if author.name:
        traits[f"{_PERSONS[mention.platform]}_name"] = author.name
    return {
        "v": 1,
        "message_id": f"social-{entry.id}",
        "kind": "webhook",
        "name": name,
        "anonymous_id": person_of(mention.platform, author.external_id),
        "properties": with_reach(name, told),
        "traits": traits,
        "occurred_at": iso(mention.at),
        "received_at": iso(received_at),
        "source": "social",
    }


def mention_of(name: str, person: str, told: Mapping[str, Any], at: datetime) -> Mention | None:
    """Read a mention from an event that a source's mapping gave; None: it is none, or does not say enough.

    Args:
        name: The event's name.
        person: Its anonymous id.
        told: Its properties: `platform`, `mention_id`, `account_id`, and what else is known.
        at: When it happened.
    """
    kind = _KINDS.get(name)
    given, external_id = _text(told, "platform"), _text(told, "mention_id")
    if kind is None or given not in _PLATFORMS or not external_id:
        return None
    platform = _PLATFORMS[given]
    family, _, author = person.partition(":")
    if family != _PERSONS[platform] or not author:
        return None
    followers = told.get("followers")
    return Mention(
        platform=platform,
        account=_text(told, "account_id"),
        external_id=external_id,
        parent=_text(told, "parent_id"),
        kind=kind,
        author=Author(
            author,
            _text(told, "author_handle"),
            _text(told, "author_name"),
            followers if isinstance(followers, int) and not isinstance(followers, bool) else None,
        ),
        text=_text(told, "text")[:MAX_TEXT],
        url=_address(told),
        at=at,
    )


def document_of(entry: Entry) -> dict[str, Any]:
    """Write an entry as plain JSON; `rev` lies beside it."""
    mention = asdict(entry.mention)
    mention |= {"platform": entry.mention.platform.value, "kind": entry.mention.kind.value}
    mention["at"] = iso(entry.mention.at)
    answer = entry.answer
    return {
        "id": entry.id,
        "mention": mention,
        "sentiment": entry.sentiment,
        "score": entry.score,
        "language": entry.language,
        "state": entry.state.value,
        "assignee": entry.assignee,
        "rule": entry.rule,
        "answer": None
        if answer is None
        else {**asdict(answer), "at": iso(answer.at), "state": answer.state.value},
        "told": entry.told,
        "extra": dict(entry.extra),
    }


def entry_of(document: Mapping[str, Any], rev: int) -> Entry:
    """Read an entry."""
    said = document["mention"]
    mention = Mention(
        platform=Platform(said["platform"]),
        account=said["account"],
        external_id=said["external_id"],
        parent=said["parent"],
        kind=MentionKind(said["kind"]),
        author=Author(**said["author"]),
        text=said["text"],
        url=said["url"],
        at=from_iso(said["at"]),
    )
    given = document.get("answer")
    answer = (
        Answer(**{**given, "at": from_iso(given["at"]), "state": AnswerState(given["state"])})
        if given
        else None
    )
    return Entry(
        id=document["id"],
        mention=mention,
        sentiment=document["sentiment"],
        score=document["score"],
        language=document["language"],
        state=State(document["state"]),
        assignee=document["assignee"],
        rule=document["rule"],
        answer=answer,
        told=document["told"],
        rev=rev,
        extra=document.get("extra") or {},
    )


_PLATFORMS: Mapping[str, Platform] = {**{one.value: one for one in Platform}, "x": Platform.TWITTER}


def _address(told: Mapping[str, Any]) -> str:
    # People follow it from the inbox, and a webhook of anybody's mapping may have told it.
    url = _text(told, "url")
    return url if url.startswith(("https://", "http://")) else ""


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return "" if value is None or isinstance(value, bool | dict | list) else str(value)[:MAX_TEXT]
