"""Team notifications: one message a cohort, to those whom the workspace allows."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.errors import ProviderRejected, Unavailable
from stepwell.runtime.notifying import notify_teams
from stepwell.workflows.nodes.base import NotifyTeam

from tests.unit.runtime.kitchen import Kitchen

TOPIC = "arn:aws:sns:us-east-1:123456789012:sales"
TEAMS = {"sales_team": ("sales@example.com", "lead@example.com"), "pager": (TOPIC,)}


def kitchen(**workspace: Any) -> Kitchen:
    return Kitchen(teams=TEAMS, **workspace)


def told(stage: Kitchen, effect: NotifyTeam, count: int = 1) -> list[tuple[str, str]]:
    members = [stage.member(n, score=50 + n, company="<b>Ltd") for n in range(count)]
    result = notify_teams(stage.context(), [(m, effect) for m in members])
    assert len(result.outcomes) == count
    return list(result.outcomes.values())


def test_a_team_gets_one_message_that_lists_the_contacts() -> None:
    stage = kitchen()
    assert set(told(stage, NotifyTeam(("sales_team",), "New leads", "Please call."), 60)) == {("next", "")}
    first, second = stage.world.mailer.accepted
    assert (first.to, second.to) == ("sales@example.com", "lead@example.com")
    assert first.subject == "New leads"
    assert first.text.startswith(
        "Please call.\n\n60 contacts in welcome:\n\n- P0 <p0@example.com> (company: <b>Ltd, score: 50)"
    )
    assert "… and 10 more" in first.text
    assert "&lt;b&gt;Ltd" in first.html
    assert "enrollment" not in first.tags


def test_a_topic_gets_it_too() -> None:
    stage = kitchen()
    assert told(stage, NotifyTeam(("pager",), "New leads", "", "sns")) == [("next", "")]
    ((topic, subject, message),) = stage.board.published
    assert (topic, subject) == (TOPIC, "New leads")
    assert message.startswith("1 contact in welcome")


@pytest.mark.parametrize(
    ("recipients", "channel", "reason"),
    [
        (("nobody",), "email", "no_recipients"),
        (("pager",), "email", "no_recipients"),
        (("sales_team",), "sns", "no_recipients"),
        (("not an@address",), "email", "invalid_address"),
    ],
)
def test_nobody_to_tell_fails(recipients: tuple[str, ...], channel: str, reason: str) -> None:
    assert told(kitchen(), NotifyTeam(recipients, "s", "m", channel)) == [("failed", reason)]


def test_the_allowlist_holds_for_teams_as_well() -> None:
    stage = kitchen(allowlist=("lead@example.com",))
    assert told(stage, NotifyTeam(("sales_team",), "s", "m")) == [("next", "")]
    assert [email.to for email in stage.world.mailer.accepted] == ["lead@example.com"]
    stage = kitchen(allowlist=())
    assert told(stage, NotifyTeam(("sales_team",), "s", "m")) == [("failed", "not_allowlisted")]
    assert stage.world.mailer.attempts == []


def test_a_provider_that_refuses_or_is_down_fails() -> None:
    stage = kitchen()
    stage.world.mailer.reject |= set(TEAMS["sales_team"])
    assert told(stage, NotifyTeam(("sales_team",), "s", "m")) == [("failed", "provider_rejected")]
    stage.board.errors = [Unavailable("down"), ProviderRejected("no")]
    assert told(stage, NotifyTeam(("pager",), "s", "m", "sns")) == [("failed", "unavailable")]
    assert told(stage, NotifyTeam(("pager",), "s", "m", "sns")) == [("failed", "provider_rejected")]
    assert told(kitchen(sender=""), NotifyTeam(("sales_team",), "s", "m")) == [("failed", "no_sender")]


def test_different_messages_stay_apart() -> None:
    stage = kitchen()
    members = [stage.member(n) for n in range(3)]
    effects = [NotifyTeam(("lead@example.com",), f"Subject {n % 2}", "") for n in range(3)]
    notify_teams(stage.context(), list(zip(members, effects, strict=True)))
    assert [email.subject for email in stage.world.mailer.accepted] == ["Subject 0", "Subject 1"]
