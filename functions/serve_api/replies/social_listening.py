"""What is said on social networks: mentions, rules, alarms, hashtags."""

from __future__ import annotations

from typing import Annotated

from stepwell.social.answering import SocialRules as Rules

from replies.forms import DocumentOf, Json, Reply, Time


class MentionAuthor(Reply):
    """Who wrote a mention.

    Attributes:
        handle: Without `@`; may be empty.
        followers: null: the network does not tell.
        profile: The contact that the author is or would be.
    """

    external_id: str
    handle: str
    name: str
    followers: int | None
    profile: str


class MentionAnswer(Reply):
    """An answer to a mention.

    Attributes:
        by: A person, or `rule:<id>`.
        state: `wanted`, `sending`, `sent`, `unknown` (nobody knows; it is never repeated), `failed`, `held` or
            `skipped` (the network has seen all words of the rule).
        reason: Why it was held, skipped or failed; may be empty.
    """

    text: str
    by: str
    at: Time
    state: str
    reason: str
    external_id: str
    url: str


class SocialMention(Reply):
    """Something that somebody wrote to or about an account.

    Attributes:
        rev: Send it back with the next change.
        account: Our id of the account; empty: none of those that are connected.
        kind: `mention`, `comment`, `message` or `review`.
        parent: The network's id of the post or thread that it belongs to; may be empty.
        sentiment: `positive`, `neutral` or `negative`.
        score: -1 to 1.
        state: `open`, `answered`, `ignored` or `escalated`.
        rule: The rule that took it; may be empty.
        answer: The newest answer.
    """

    id: str
    rev: int
    platform: str
    account: str
    external_id: str
    parent: str
    kind: str
    author: MentionAuthor
    text: str
    url: str
    at: Time
    sentiment: str
    score: float
    language: str
    state: str
    assignee: str
    rule: str
    answer: MentionAnswer | None


class SocialRules(Reply):
    """A workspace's rules for mentions.

    Attributes:
        rev: Send it back with the next change; 0: nothing is set.
    """

    rev: int
    updated_at: Time | None
    updated_by: str
    rules: Annotated[Json, DocumentOf(Rules)]


class SocialTrial(Reply):
    """How a mention would be understood.

    Attributes:
        rule: null: none holds.
        answer: What would be answered; null: nothing.
    """

    sentiment: str
    score: float
    language: str
    rule: str | None
    answer: str | None
    escalate: bool
    ignore: bool
    assign: str
    forward: list[str]
    emit: str | None


class SocialAlarm(Reply):
    """A crisis.

    Attributes:
        bad: Bad mentions of its worst hour.
        all: All mentions of that hour.
        expected: How many bad ones are usual then.
        chance: How likely so many were.
        ended: null: it is on.
        ended_by: Who ended it; empty: it was over by itself.
    """

    began: Time
    bad: int
    all: int
    expected: float
    chance: float
    ended: Time | None
    ended_by: str


class AccountAlarms(Reply):
    """An account's alarms.

    Attributes:
        account: Our id; empty: of accounts that are not connected.
        on: Whether a crisis is on.
        history: The newest first.
    """

    account: str
    on: bool
    history: list[SocialAlarm]


class PulseHour(Reply):
    """Mentions of an hour.

    Attributes:
        at: Its beginning.
        expected: How many bad ones are usual then.
    """

    at: Time
    all: int
    bad: int
    expected: float


class AccountPulse(Reply):
    """How an account is spoken of, hour by hour.

    Attributes:
        hours: Oldest first.
    """

    account: str
    on: bool
    hours: list[PulseHour]
    history: list[SocialAlarm]


class HashtagWorth(Reply):
    """What a hashtag is worth.

    Attributes:
        tag: Without `#`.
        posts: On how many posts it stood.
        lift: Times the usual engagement, drawn towards 1 where little is known.
        low: Lower end of where it lies with a chance of 90 %.
        high: Upper end.
    """

    tag: str
    posts: int
    lift: float
    low: float
    high: float


class SuggestedHashtag(Reply):
    """A hashtag for a text.

    Attributes:
        fit: How well it fits.
        words: Words of the text that speak for it.
    """

    tag: str
    posts: int
    lift: float
    low: float
    high: float
    fit: float
    words: list[str]


class HashtagSuggestions(Reply):
    """Hashtags for a text.

    Attributes:
        learnt_from: Posts of the account that were looked at.
        items: Best first.
    """

    learnt_from: int
    items: list[SuggestedHashtag]
