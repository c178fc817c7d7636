"""What a workspace wants done with mentions: rules with conditions, the first that holds decides.

A rule may assign a mention, escalate it, forward it to a team, tell it as an event of its own, and answer it. An
author gets at most one automatic answer a thread, an account gives only so many an hour, and none while a crisis is on:
an answer by a machine among complaints makes them worse. X's automation rules ask for the same: one automated reply
an interaction, to who spoke to the account first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from stepwell.conditions import ConditionField, Facts, compile_condition
from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.events import PLATFORM_EVENTS
from stepwell.contracts.rule_documents import Document, RuleId, Target, insist_on_ids, read_document
from stepwell.contracts.social import MentionKind, Platform
from stepwell.social.checking import length
from stepwell.social.limits import LIMITS
from stepwell.social.mentions import Entry

KIND, ID = "SOCIALRULES", "rules"
"""Under which the workspace's rules lie among its documents."""


def _own_event(name: str) -> str:
    name = canonical_event(name)
    if name in PLATFORM_EVENTS or name.startswith("social_"):
        raise ValueError(f"`{name}` is told by others; choose another name")
    return name


class Rule(Document):
    """What is done with some mentions.

    Attributes:
        id: Name.
        when: Condition over the event of the mention and the contact, if it is one; None: every mention.
        platforms: Networks it is for; none: all.
        kinds: Kinds it is for; none: all.
        answer: Automatic answers; one of them is taken, the next if the network has seen it lately. `{{ name }}` and
            `{{ handle }}` stand for the author.
        escalate: Whether it is shown as escalated.
        ignore: Whether it is put aside.
        assign: Who gets it.
        forward: Teams of the workspace, or addresses, that get it by mail.
        emit: Name of an event that tells of it as well.
    """

    id: RuleId
    when: ConditionField | None = None
    platforms: Annotated[tuple[Platform, ...], Field(max_length=4)] = ()
    kinds: Annotated[tuple[MentionKind, ...], Field(max_length=4)] = ()
    answer: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=2_000)], ...], Field(max_length=10)
    ] = ()
    escalate: bool = False
    ignore: bool = False
    assign: str = Field("", max_length=200)
    forward: Annotated[tuple[Target, ...], Field(max_length=10)] = ()
    emit: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_own_event)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Rule:
        if self.ignore and (self.answer or self.escalate or self.forward):
            raise ValueError("what is ignored is neither answered nor passed on")
        return self


class CrisisRules(Document):
    """When the team is alarmed; see `stepwell.social.crisis`.

    Attributes:
        enabled: Whether anybody looks.
        false_alarms: How many alarms a year an account may give though nothing is wrong.
        at_least: Bad mentions an hour below which nothing is a crisis.
        tell: Teams or addresses that are told; none: the workspace's reply address.
        pause_posts: Whether scheduled posts of the account wait until it is over.
    """

    enabled: bool = True
    false_alarms: float = Field(4.0, ge=0.1, le=52.0)
    at_least: int = Field(5, ge=2, le=1_000)
    tell: Annotated[tuple[Target, ...], Field(max_length=10)] = ()
    pause_posts: bool = False


class SocialRules(Document):
    """A workspace's rules for what is said about it.

    Attributes:
        rules: In the order in which they are asked.
        answers_per_hour: Automatic answers that an account gives at most.
        poll: Whether networks are asked each hour for what no webhook tells.
        reads_per_day: Mentions that polling reads at most, an account and day; some networks bill each.
        crisis: When the team is alarmed.
        own_tags: Hashtags that are never suggested, without ``#``.
    """

    rules: Annotated[tuple[Rule, ...], Field(max_length=50)] = ()
    answers_per_hour: int = Field(20, ge=0, le=1_000)
    poll: bool = True
    reads_per_day: int = Field(500, ge=1, le=50_000)
    crisis: CrisisRules = Field(default_factory=CrisisRules.model_construct)
    own_tags: Annotated[tuple[Annotated[str, Field(pattern=r"^\w{1,100}$")], ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _once(self) -> SocialRules:
        insist_on_ids(self.rules)
        return self


def read_rules(document: Mapping[str, Any]) -> SocialRules:
    """Read rules that somebody wrote.

    Raises:
        ValidationFailed: They break rules: all of them, each with place and reason.
    """
    return read_document(SocialRules, document, "The rules for mentions have faults.")


def route(rules: SocialRules, entry: Entry, facts: Facts, now: datetime) -> Rule | None:
    """Return the first rule that holds for a mention, None: none does.

    Args:
        rules: The workspace's.
        entry: The mention.
        facts: Its event, and the contact if its author is one.
        now: The moment (aware).
    """
    for rule in rules.rules:
        if rule.platforms and entry.mention.platform not in rule.platforms:
            continue
        if rule.kinds and entry.mention.kind not in rule.kinds:
            continue
        if rule.when is None or compile_condition(rule.when)(facts, now):
            return rule
    return None


def answer_texts(rule: Rule, entry: Entry) -> list[str]:
    """Return what a rule may answer a mention, best first: for one mention always in the same order.

    Networks refuse words that they have just seen: behind the rule's texts stand the same with the author's handle.
    """
    author, platform = entry.mention.author, entry.mention.platform
    # An author chooses their own name: it must not name somebody else, nor lead anywhere.
    name, handle = _plain(author.name or author.handle), _plain(author.handle)
    first = sum(entry.id.encode()) % len(rule.answer)
    texts = [
        text.replace("{{ name }}", name).replace("{{ handle }}", handle)
        for text in (*rule.answer[first:], *rule.answer[:first])
    ]
    varied = [f"@{handle} {text}" for text in texts if handle and f"@{handle}" not in text]
    fitting = (text for text in varied if length(text, platform) <= LIMITS[platform].text)
    return list(dict.fromkeys([*texts, *fitting]))


def _plain(text: str) -> str:
    kept = "".join(c for c in text if c.isalnum() or c in " _-'’").split()
    return " ".join(kept)[:50]
