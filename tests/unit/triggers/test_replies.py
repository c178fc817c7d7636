"""Answers: whose they are, what they cause, and that machines and repeats cause nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec import convert
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id, visit_id
from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.reply_addresses import ReplyTo, read_reply_address, reply_address
from stepwell.contracts.rule_documents import written
from stepwell.contracts.workspace import Control, Workspace
from stepwell.errors import ValidationFailed
from stepwell.replies.parsing import parse
from stepwell.replies.routing import ReplyRules, read_rules
from stepwell.triggers.replies import Taken, take
from stepwell.triggers.reply_origins import ReplyPorts, find_origin

from tests.unit.replies.test_parsing import raw
from tests.unit.triggers.stage import TENANT, Stage, workflow

KEYS = {"1": b"key"}
ANN = profile_id(TENANT, "user", "ann")


class MemoryReplyRules:
    def __init__(self) -> None:
        self.rules = ReplyRules()

    def reply_rules(self, tenant: str) -> ReplyRules:
        return self.rules


class Desk:
    """A contact who got a mail of a workflow, and the ports that take her answer."""

    def __init__(self) -> None:
        self.stage = Stage()
        world = self.stage.world
        world.workspaces.settings[TENANT] = Workspace(
            TENANT,
            sender="Shop <shop@example.com>",
            reply_to="help@example.com",
            teams={"sales": ("sam@example.com", "sue@example.com")},
        )
        self.stage.publish(workflow())
        self.stage.take(
            self.stage.event(
                "identify", kind="identify", traits={"email": "ann@people.example", "plan": "pro"}
            ),
            self.stage.event("signup"),
        )
        self.rules = MemoryReplyRules()
        (self.token,) = self.stage.tokens()
        self.to = self.address("nudge")

    @property
    def ports(self) -> ReplyPorts:
        world = self.stage.world
        return ReplyPorts(
            clock=world.clock,
            profiles=world.profiles,
            messaging=world.messaging,
            tokens=world.tokens,
            versions=world.versions,
            workspaces=world.workspaces,
            live=self.stage.index,
            rules=self.rules,
            events=world.sink,
            mailer=world.mailer,
        )

    def address(self, node: str, visit: str = "") -> ReplyTo:
        visit = visit or visit_id(TENANT, "welcome", self.token.id, node, {})
        made = reply_address(TENANT, ANN, "welcome", node, visit, "r.example", KEYS)
        return read_reply_address(made, "r.example", KEYS)

    def take(self, text: str = "Yes, please call me. Thanks!", mail_id: str = "m1", **headers: str) -> Taken:
        given = {"From": "Ann <ann@people.example>", **headers}
        return take(self.ports, self.to, parse(raw(text, **given)), mail_id)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for _, event in self.stage.world.sink.emitted]

    @property
    def mails(self) -> list[Any]:
        return self.stage.world.mailer.accepted

    def record(self) -> MessagingRecord:
        return self.stage.world.messaging.records(TENANT, [ANN])[ANN]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_answer_finds_its_message_and_is_told(desk: Desk) -> None:
    taken = desk.take()
    assert (taken.kind, taken.forwarded, taken.answered, taken.unsubscribed) == ("reply", 1, False, False)
    (event,) = desk.events
    assert (event["name"], event["kind"], event["profile"]) == ("email_replied", "engagement", ANN)
    told = event["properties"]
    assert (told["workflow"], told["version"], told["node"]) == ("welcome", 1, "nudge")
    assert told["enrollment"] == desk.token.id
    assert (told["reply_kind"], told["sentiment"], told["language"]) == ("reply", "positive", "en")
    assert told["text"] == "Yes, please call me. Thanks!"
    (mail,) = desk.mails
    assert (mail.to, mail.reply_to) == ("help@example.com", "ann@people.example")
    assert mail.headers == {"Auto-Submitted": "auto-generated", "X-Stepwell-Loop": TENANT}
    assert "Yes, please call me" in mail.text and "enrollment" not in mail.tags


def test_a_repeat_is_the_same_event(desk: Desk) -> None:
    desk.take()
    desk.take()
    first, again = desk.events
    assert first["message_id"] == again["message_id"]
    desk.take(mail_id="m2")
    assert desk.events[-1]["message_id"] != first["message_id"]


def test_the_event_triggers_workflows_and_counts_at_its_node(desk: Desk) -> None:
    document = workflow() | {"id": "answered"}
    document["nodes"][0]["config"] = {"event": "email_reply", "where": 'event.sentiment = "positive"'}
    desk.stage.publish(document)
    desk.take()
    events = [e for t, e in desk.stage.world.sink.emitted]
    made = [convert({k: v for k, v in e.items() if k != "v"}, Event) for e in events]
    desk.stage.take(*made)
    assert len(desk.stage.tokens(workflow="answered")) == 1
    desk.stage.take(*[e.evolve(message_id="other", machine=True) for e in made])
    assert len(desk.stage.tokens(workflow="answered")) == 1


@pytest.mark.parametrize(
    "headers",
    [{"Auto-Submitted": "auto-replied"}, {"Subject": "Out of office"}, {"X-Autoreply": "yes"}],
)
def test_automatic_answers_count_for_nothing(desk: Desk, headers: dict[str, str]) -> None:
    desk.rules.rules = read_rules(
        {"rules": [{"id": "all", "forward": ["sales"], "answer": {"text": "Thanks"}}]}
    )
    taken = desk.take("STOP", **headers)
    assert (taken.kind, taken.forwarded, taken.answered, taken.unsubscribed) == (
        "auto_response",
        0,
        False,
        False,
    )
    (event,) = desk.events
    assert event["machine"] is True and event["properties"]["reply_kind"] == "auto_response"
    assert "text" not in event["properties"]
    assert desk.mails == [] and desk.record().consent == {}


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"X-Stepwell-Loop": "acme"}, "loop"),
        ({"From": "mailer-daemon@mx.example"}, "bounce"),
        ({"List-Id": "<x>"}, "list"),
    ],
)
def test_bounces_lists_and_our_own_mail_are_left_alone(
    desk: Desk, headers: dict[str, str], kind: str
) -> None:
    assert desk.take(**headers).kind == kind
    assert desk.events == [] and desk.mails == []


def test_the_wish_to_be_left_alone_ends_consent(desk: Desk) -> None:
    taken = desk.take("Unsubscribe")
    assert taken.unsubscribed
    assert desk.record().consent == {"email:marketing": "denied"}
    assert desk.stage.world.messaging.suppressed(TENANT, "email", ["ann@people.example"]) == {
        "ann@people.example": "unsubscribed"
    }
    replied, left = desk.events
    assert (left["name"], left["properties"]["method"]) == ("email_unsubscribed", "reply")
    assert left["properties"]["version"] == 1 and left["properties"]["node"] == "nudge"
    assert replied["properties"]["wants_out"] is True
    desk.rules.rules = ReplyRules(unsubscribe=False)
    assert not desk.take("Unsubscribe", mail_id="m2").unsubscribed


def test_somebody_elses_wish_suppresses_no_address(desk: Desk) -> None:
    assert desk.take("STOP", From="boss@people.example").unsubscribed
    assert desk.stage.world.messaging.suppressed(TENANT, "email", ["ann@people.example"]) == {}
    assert desk.events[0]["properties"]["answered_by_other"] is True


RULES = {
    "rules": [
        {
            "id": "angry",
            "when": 'event.sentiment = "negative" and plan = "pro"',
            "forward": ["sales"],
            "emit": "angry_answer",
        },
        {
            "id": "hello",
            "when": 'event.text contains "call"',
            "forward": ["eve@example.com"],
            "answer": {"text": "We call."},
        },
    ]
}


def test_the_first_rule_that_holds_routes(desk: Desk) -> None:
    desk.rules.rules = read_rules(RULES)
    assert written(desk.rules.rules)["rules"][0]["forward"] == ["sales"]
    taken = desk.take("This is terrible, call me")
    assert (taken.rule, taken.forwarded) == ("angry", 2)
    assert [event["name"] for event in desk.events] == ["email_replied", "angry_answer"]
    assert desk.events[0]["properties"]["routed_to"] == "angry"
    assert [mail.to for mail in desk.mails] == ["sam@example.com", "sue@example.com"]


def test_an_automatic_answer_goes_out_once_a_day(desk: Desk) -> None:
    desk.rules.rules = read_rules(RULES)
    assert desk.take("Please call me").answered
    answer = desk.mails[-1]
    assert (answer.to, answer.subject, answer.text) == ("ann@people.example", "Re: Re: Hello", "We call.")
    assert answer.headers["Auto-Submitted"] == "auto-generated"
    assert not desk.take("Please call me", mail_id="m2").answered
    assert not desk.take("Please call me", mail_id="m3", From="other@people.example").answered
    desk.stage.world.clock.advance(timedelta(days=1))
    assert desk.take("Please call me", mail_id="m4").answered
    assert not any(claim.counted for claim in desk.record().claims)


@pytest.mark.parametrize("key", ["email:transactional", "all:transactional"])
def test_who_wants_nothing_at_all_gets_no_automatic_answer(desk: Desk, key: str) -> None:
    desk.rules.rules = read_rules({"rules": [{"id": "hello", "answer": {"text": "Hi"}}]})
    desk.stage.world.messaging.set_consent(TENANT, ANN, {key: "denied"})
    assert not desk.take("Please call me").answered
    assert desk.mails == []


def test_a_refused_answer_may_be_tried_again(desk: Desk) -> None:
    desk.rules.rules = read_rules({"rules": [{"id": "hello", "answer": {"text": "Hi"}}]})
    desk.stage.world.mailer.reject = {"ann@people.example"}
    assert not desk.take().answered
    desk.stage.world.mailer.reject = set()
    assert desk.record().claims == ()
    assert desk.take(mail_id="m2").answered


def test_a_stopped_workspace_sends_nothing(desk: Desk) -> None:
    desk.stage.world.workspaces.controls[TENANT] = Control(stopped=True)
    assert desk.take().forwarded == 0
    assert len(desk.events) == 1 and desk.mails == []


def test_what_is_gone_is_told_as_far_as_it_is_known(desk: Desk) -> None:
    profile = desk.stage.profile()
    assert profile is not None
    assert find_origin(desk.ports, desk.address("gone"), profile).workflow == ""
    newest = find_origin(desk.ports, desk.address("nudge", "aaaa"), profile)
    assert (newest.workflow, newest.node, newest.enrollment, newest.visit) == (
        "welcome",
        "nudge",
        desk.token.id,
        "",
    )
    stranger = ReplyTo(TENANT, profile_id(TENANT, "user", "nobody"), desk.to.place, desk.to.visit)
    assert take(desk.ports, stranger, parse(raw()), "m").kind == "unknown"
    assert desk.events == []


@pytest.mark.parametrize(
    "document",
    [
        {"rules": [{"id": "A"}]},
        {"rules": [{"id": "a"}, {"id": "a"}]},
        {"rules": [{"id": "a", "when": "sentiment ="}]},
        {"rules": [{"id": "a", "emit": "email_click"}]},
        {"rules": [{"id": "a", "more": 1}]},
    ],
)
def test_rules_with_faults_are_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        read_rules(document)
    assert refused.value.violations
