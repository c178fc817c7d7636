"""What a workspace wants done with answers: rules with conditions, the first that holds decides.

A rule may forward the answer to a team, tell it as an event of its own, and answer it. Nothing automatic is ever
answered or forwarded, each contact gets at most one automatic answer a rule and day, and all mail that a rule causes
carries a header by which it is recognised when it comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from stepwell.conditions import Condition, ConditionField, Facts, compile_condition
from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.events import PLATFORM_EVENTS
from stepwell.contracts.rule_documents import Document, RuleId, Target, insist_on_ids, read_document

KIND, ID = "REPLIES", "rules"
"""Under which the workspace's rules lie among its documents."""


def _own_event(name: str) -> str:
    name = canonical_event(name)
    if name in PLATFORM_EVENTS:
        raise ValueError(f"`{name}` is the platform's own event; choose another name")
    return name


class Answer(Document):
    """An automatic answer.

    Attributes:
        subject: One line; empty: `Re:` and the subject that was answered.
        text: Plain text.
    """

    subject: str = Field("", max_length=200)
    text: str = Field(min_length=1, max_length=5_000)


class Rule(Document):
    """What is done with some answers.

    Attributes:
        id: Name; in the event as `routed_to`.
        when: Condition over the event `email_replied` and the contact; None: every answer.
        forward: Teams of the workspace, or addresses, that get the answer.
        emit: Name of an event that tells of it as well.
        answer: Automatic answer.
    """

    id: RuleId
    when: ConditionField | None = None
    forward: Annotated[tuple[Target, ...], Field(max_length=10)] = ()
    emit: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_own_event)] | None = None
    answer: Answer | None = None


class ReplyRules(Document):
    """A workspace's rules.

    Attributes:
        rules: In the order in which they are asked; answers for which none holds go to the workspace's own reply
            address.
        unsubscribe: Whether the wish to get no more mail is carried out.
    """

    rules: Annotated[tuple[Rule, ...], Field(max_length=50)] = ()
    unsubscribe: bool = True

    @model_validator(mode="after")
    def _once(self) -> ReplyRules:
        insist_on_ids(self.rules)
        return self


def read_rules(document: Mapping[str, Any]) -> ReplyRules:
    """Read rules that somebody wrote.

    Raises:
        ValidationFailed: They break rules: all of them, each with place and reason.
    """
    return read_document(ReplyRules, document, "The rules for answers have faults.")


def route(rules: ReplyRules, facts: Facts, now: Any) -> Rule | None:
    """Return the first rule that holds for an answer, None: none does.

    Args:
        rules: The workspace's.
        facts: The contact, and the event at hand.
        now: The moment (aware).
    """
    return next((rule for rule in rules.rules if rule.when is None or _test(rule.when)(facts, now)), None)


def _test(condition: Condition) -> Callable[[Facts, Any], bool]:
    return compile_condition(condition)
