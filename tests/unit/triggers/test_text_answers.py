from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.channels.sms.refusals import STOPPED
from stepwell.channels.sms.settings import SmsSettings
from stepwell.consent.decide import Decision, Policy, Request, Send, Skip, decide
from stepwell.consent.reach import by_phone
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.consent_kinds import proof_of
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.contracts.messages import Claim, Purpose, SkipReason, Sms
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Control, Workspace
from stepwell.errors import InvalidInput, ProviderRejected
from stepwell.triggers.callbacks import events_in
from stepwell.triggers.text_answers import PENDING, AnswerPorts, Taken, take

from tests.fakes.enrichment import MemoryProofs
from tests.fakes.outside import MemoryWorkspaces
from tests.fakes.sources import MemoryUsed
from tests.fakes.world import World
from tests.unit.sources.calls import NOW

NUMBER, OURS = "+4915112345678", "+4930123456"
ANN = profile_id("acme", "phone", NUMBER)
BOB = profile_id("acme", "user", "bob")


class Texts:
    """Takes answers."""

    def __init__(self) -> None:
        self.sent: list[Sms] = []
        self.refuses = False

    def send(self, message: Sms) -> str:
        if self.refuses:
            raise ProviderRejected("no")
        self.sent.append(message)
        return f"m{len(self.sent)}"


class Line:
    """All that taking texts reaches."""

    def __init__(self, **settings: Any) -> None:
        self.clock = ManualClock(NOW)
        world = World(NOW)
        self.profiles, self.messaging = world.profiles, world.messaging
        self.proofs, self.used, self.texts = MemoryProofs(), MemoryUsed(), Texts()
        self.workspaces = MemoryWorkspaces()
        self.workspaces.settings["acme"] = Workspace("acme", name="Acme", time_zone="Europe/Berlin")
        self.settings = SmsSettings.model_validate(settings)
        self.ports = AnswerPorts(
            clock=self.clock,
            profiles=self.profiles,
            messaging=self.messaging,
            proofs=self.proofs,
            workspaces=self.workspaces,
            used=self.used,
            settings=lambda _: self.settings,
            texts=self.texts,
        )
        ann = Profile(ANN, traits={"phone": NUMBER, "time_zone": "Europe/Berlin"})
        bob = Profile(BOB, user_id="bob", traits={"phone": NUMBER, "time_zone": "Europe/Berlin"})
        self.profiles.put("acme", [ann, bob])
        for one in (ANN, BOB):
            held = {"sms:marketing": "granted", "proof:sms": "form"}
            self.messaging.set_consent("acme", one, held)

    def says(self, text: str, id_: str = "SM1", number: str = NUMBER, **more: Any) -> Taken:
        event = Event(
            message_id=f"twilio-{id_}",
            kind="engagement",
            name="sms_replied",
            traits={"phone": number},
            properties={"text": text, "to": OURS, "provider_id": id_, **more},
            occurred_at=self.clock.now(),
            received_at=self.clock.now(),
            source="twilio",
        )
        return take(self.ports, "acme", event)

    def consent(self, profile: str = ANN) -> dict[str, str]:
        return dict(self.messaging.records("acme", [profile])[profile].consent)

    def suppressed(self) -> str:
        return self.messaging.suppressed("acme", "sms", [NUMBER]).get(NUMBER, "")

    def decision(self, profile: str, purpose: Purpose = Purpose.MARKETING) -> Decision:
        """What the gate would say of a text to a contact."""
        found = self.profiles.get("acme", [profile])[profile]
        return decide(
            Request("welcome", "sms", purpose, "v9", "run.1"),
            self.messaging.records("acme", [profile])[profile],
            found,
            self.suppressed(),
            self.workspaces.workspace("acme"),
            Control(),
            Policy(),
            self.clock.now(),
            by_phone(found),
        )


def test_stop_closes_the_number_for_whoever_has_it():
    line = Line()
    assert isinstance(line.decision(ANN), Send)
    assert isinstance(line.decision(BOB), Send)
    taken = line.says("Stop.")
    assert taken.did == "stopped"
    assert line.suppressed() == STOPPED
    assert line.decision(ANN) == Skip(SkipReason.UNSUBSCRIBED)
    # Another profile with the number has not said a word, and gets nothing either.
    assert line.decision(BOB) == Skip(SkipReason.SUPPRESSED)
    for profile in (ANN, BOB):
        assert isinstance(line.decision(profile, Purpose.TRANSACTIONAL), Skip)


def test_stop_is_proved_told_and_answered_once():
    line = Line(brand="Acme")
    taken = line.says("STOP")
    (proof,) = line.proofs.kept.values()
    assert (proof.profile, proof.key, proof.state, proof.wording) == (ANN, "sms:marketing", "denied", "STOP")
    assert [event.name for event in taken.events] == ["sms_replied", "sms_unsubscribed"]
    assert taken.events[1].properties["method"] == "keyword"
    assert taken.events[0].message_id != taken.events[1].message_id
    assert [(one.to, one.sender) for one in line.texts.sent] == [(NUMBER, OURS)]
    assert line.texts.sent[0].text.startswith("Acme: You are unsubscribed")
    # Delivered again, and said again: nothing more goes out.
    assert line.says("STOP").answered is False
    assert line.says("stop", "SM2").answered is False
    assert len(line.texts.sent) == 1


def test_an_answer_that_the_provider_refuses_changes_nothing_of_the_stop():
    line = Line()
    line.texts.refuses = True
    assert line.says("STOP").answered is False
    assert line.suppressed() == STOPPED


def test_start_opens_it_again():
    line = Line(wording="Texts from Acme, at most four a month")
    line.says("STOP")
    taken = line.says("START", "SM2")
    assert (taken.did, taken.answered) == ("started", True)
    assert line.suppressed() == ""
    assert line.consent() == {
        "sms:marketing": "granted",
        "sms:transactional": "granted",
        **proof_of("sms:marketing", "keyword", NUMBER),
    }
    assert [event.name for event in taken.events] == ["sms_replied", "sms_subscribed"]
    granted = [one for one in line.proofs.kept.values() if one.state == "granted"]
    assert [one.wording for one in granted] == ["Texts from Acme, at most four a month"]
    assert isinstance(line.decision(ANN), Send)
    assert isinstance(line.decision(BOB), Send)


def test_a_replayed_start_opens_nothing():
    line = Line()
    line.says("START", "SM1")
    line.says("STOP", "SM2")
    line.says("START", "SM1")
    assert line.suppressed() == STOPPED
    assert line.consent()["sms:marketing"] == "denied"


def test_a_stop_that_is_told_again_closes_nothing_that_was_opened_after_it():
    line = Line()
    first = line.says("STOP")
    line.says("START", "SM2")
    again = line.says("STOP")
    assert [event.message_id for event in again.events] == [event.message_id for event in first.events]
    assert (line.consent()["sms:marketing"], line.suppressed(), len(line.texts.sent)) == ("granted", "", 2)
    line.says("STOP", "SM3")
    assert line.suppressed() == STOPPED


@pytest.mark.parametrize("text", ["Schluss damit", "START"])
def test_what_the_provider_took_for_a_stop_is_one_and_is_not_answered_twice(text: str):
    line = Line()
    found = line.says(text, opt_out="STOP")
    assert (found.did, found.answered, line.suppressed()) == ("stopped", False, STOPPED)
    assert line.says("Bin wieder da", "SM2", opt_out="START").did == "started"
    assert (line.suppressed(), line.texts.sent) == ("", [])
    assert line.says("?", "SM3", opt_out="HELP").did == "helped"
    assert line.says("?", "SM4", opt_out="other").did == ""


def test_start_does_not_open_a_number_that_is_dead():
    line = Line()
    line.messaging.suppress("acme", "sms", NUMBER, "invalid", NOW, "twilio")
    line.says("STOP")
    line.says("START", "SM2")
    assert line.suppressed() == "invalid"


@pytest.mark.parametrize(
    ("text", "begins"), [("HELP", "Acme: call 123 "), ("Hilfe", "Acme: call 123 STOP beendet")]
)
def test_help_is_answered_always(text: str, begins: str):
    line = Line(brand="Acme", contact="call 123")
    line.says("STOP", "SM0")
    taken = line.says(text)
    assert (taken.did, taken.answered) == ("helped", True)
    assert line.texts.sent[-1].text.startswith(begins)
    assert line.suppressed() == STOPPED
    assert [event.name for event in taken.events] == ["sms_replied"]


def test_yes_confirms_what_was_asked_and_nothing_else():
    line = Line(opt_in_keywords=[{"word": "JOIN", "wording": "Text JOIN for offers", "double": True}])
    new = "+4915199999999"
    unknown = profile_id("acme", "phone", new)
    assert line.says("Yes", "SM0", new).did == ""
    assert line.consent(unknown) == {}
    taken = line.says("join", "SM1", new)
    assert (taken.did, line.consent(unknown)) == ("asked", {"sms:marketing": PENDING})
    assert "Reply YES" in line.texts.sent[-1].text
    assert [event.name for event in taken.events] == ["sms_replied"]
    taken = line.says("YES!", "SM2", new)
    assert (taken.did, line.consent(unknown)["sms:marketing"]) == ("confirmed", "granted")
    # What was agreed to is what the number was asked.
    assert [one.wording for one in line.proofs.kept.values()] == [line.texts.sent[-2].text]


def test_yes_confirms_what_a_text_after_a_web_form_asked():
    line = Line(brand="Acme")
    line.messaging.set_consent("acme", ANN, {"sms:marketing": "none"})

    def asked(tag: str, ago: timedelta, visit: str) -> None:
        record = line.messaging.records("acme", [ANN])[ANN]
        line.messaging.claim("acme", [(record, Claim(visit, "r.1", NOW - ago, "sms", tag))])

    asked("opt_in", timedelta(days=8), "v1")
    assert line.says("yes", "SM1").did == ""
    asked("opt_in", timedelta(hours=1), "v2")
    taken = line.says("yes", "SM2")
    assert (taken.did, line.consent()["sms:marketing"]) == ("confirmed", "granted")
    assert line.consent()["proof:sms"] == proof_of("sms:marketing", "double", NUMBER)["proof:sms"]
    assert taken.events[1].properties["visit"] == "v2"
    # Another text came since: its yes is an answer like any other.
    line.messaging.set_consent("acme", ANN, {"sms:marketing": "none"})
    asked("news", timedelta(minutes=5), "v3")
    assert line.says("yes", "SM3").did == ""


def test_a_keyword_signs_up_at_once_where_no_yes_is_asked_for():
    line = Line(opt_in_keywords=[{"word": "JOIN", "wording": "Text JOIN for offers", "answer": "Welcome!"}])
    new = "+4915199999999"
    taken = line.says("Join", "SM1", new)
    assert (taken.did, line.texts.sent[-1].text) == ("started", "Welcome!")
    assert taken.events[1].properties["keyword"] == "JOIN"
    (proof,) = line.proofs.kept.values()
    assert proof.wording == "Text JOIN for offers"


def test_an_ordinary_answer_comes_home_by_the_last_text():
    line = Line()
    record = line.messaging.records("acme", [ANN])[ANN]
    line.messaging.claim("acme", [(record, Claim("v7", "r.1", NOW - timedelta(hours=1), "sms"))])
    taken = line.says("Thanks, see you!")
    (event,) = taken.events
    assert event.properties["visit"] == "v7"
    assert line.texts.sent == []


def test_stop_is_led_home_to_the_text_before_it():
    line = Line()
    record = line.messaging.records("acme", [ANN])[ANN]
    line.messaging.claim("acme", [(record, Claim("v7", "r.1", NOW - timedelta(hours=1), "sms"))])
    home = {"workflow": "welcome", "version": 3, "node": "text"}
    other = {"workflow": "welcome", "version": 3, "node": "earlier", "visit": "v6"}
    ann = line.profiles.get("acme", [ANN])[ANN]
    at = NOW.timestamp()
    heard = (
        ("sms_delivered", at - 9_000, other),
        ("sms_delivered", at - 3_000, {**home, "visit": "v7"}),
        ("email_opened", at - 2_000, {"workflow": "other", "version": 1, "node": "say", "visit": "v7"}),
    )
    line.profiles.put("acme", [ann.evolve(recent=heard)])
    left = line.says("STOP").events[1].properties
    assert {name: left[name] for name in home} == home
    assert (left["visit"], left["method"]) == ("v7", "keyword")


def test_nobody_is_answered_where_that_is_not_wanted():
    line = Line(answers=False)
    assert line.says("HELP").answered is False
    line = Line()
    line.workspaces.controls["acme"] = Control(stopped=True)
    assert line.says("STOP").answered is False
    assert line.suppressed() == STOPPED
    line = Line()
    line.workspaces.settings["acme"] = Workspace("acme", allowlist=("ann@x.example",))
    assert line.says("HELP").answered is False


def test_what_comes_from_no_number_is_an_event_alone():
    taken = Line().says("STOP", number="24680")
    assert (taken.did, len(taken.events)) == ("", 1)


DELIVERED = """{"eventType": "TEXT_DELIVERED", "eventTimestamp": 1772441940000,
"destinationPhoneNumber": "+4915112345678",
"messageId": "m1", "messageStatus": "DELIVERED", "totalMessageParts": 1, "totalMessagePrice": 0.09,
"context": {"stepwell": "tenant=acme&workflow=welcome&version=3&visit=v1&enrollment=ann-0-1--s-a&profile=PPP"}}"""


def test_deliveries_of_the_deployments_own_queue_come_home():
    ((tenant, event),) = events_in(DELIVERED.replace("PPP", ANN), NOW)
    assert (tenant, event.name, event.profile) == ("acme", "sms_delivered", ANN)
    told = event.properties
    assert (told["visit"], told["version"], told["enrollment"]) == ("v1", 3, "ann.0.1/s.a")
    assert (told["price"], told["currency"]) == (0.09, "USD")
    assert "phone" not in event.traits
    ((_, failed),) = events_in(DELIVERED.replace("TEXT_DELIVERED", "TEXT_INVALID"), NOW)
    assert (failed.name, failed.properties["permanent"], failed.traits["phone"]) == (
        "sms_failed",
        True,
        NUMBER,
    )
    assert events_in(DELIVERED.replace("TEXT_DELIVERED", "TEXT_QUEUED"), NOW) == []
    assert events_in(DELIVERED.replace("tenant=acme", "tenant="), NOW) == []


def test_answers_of_the_deployments_own_queue_have_no_tenant_yet():
    answer = '{"originationNumber": "+491", "destinationNumber": "+1", "messageBody": "STOP", "inboundMessageId": "i1"}'
    ((tenant, event),) = events_in(answer, NOW)
    assert (tenant, event.name, event.properties["text"]) == ("", "sms_replied", "STOP")
    with pytest.raises(InvalidInput):
        events_in('{"inboundMessageId": "i1", "messageBody": 1}', NOW)
