"""Forms, enrichment, checks and retention in the pass: what it keeps, what it asks the worker for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from stepwell.adapters.kinesis_sink import records_of
from stepwell.conditions import parse, to_json
from stepwell.contracts.consent_kinds import kind_for
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.publishing.segment_settling import refresh
from stepwell.triggers.consequences import PassPorts
from stepwell.triggers.process import Record
from stepwell.triggers.report import Report

from tests.fakes.enrichment import MemoryProofs, MemoryWork

from .stage import TENANT, Stage

ANN = profile_id(TENANT, "user", "ann")
READY = {"id": "_enrich_ready", "kind": "dynamic", "condition": to_json(parse("company = 'Acme'"))}
CHECK = {"id": "_verify", "kind": "dynamic", "condition": to_json(parse("budget > 100"))}
FORM = {
    "id": "demo",
    "rev": 3,
    "fields": [
        {"name": "phone", "consent": "You may call me."},
        {"name": "news", "consent": "Send me news.", "purpose": "email:marketing"},
    ],
}


class Profiling(Stage):
    """A stage with the ports of profiling."""

    def __init__(self) -> None:
        super().__init__()
        self.work, self.proofs = MemoryWork(), MemoryProofs()

    @property
    def pass_ports(self) -> PassPorts:
        return replace(super().pass_ports, work=self.work, proofs=self.proofs)

    def have(self, **parts: Any) -> None:
        self.rules.documents[TENANT] = {"v": 1, **parts}

    def submission(self, after: float = 0, **more: Any) -> Event:
        properties = {"form_id": "demo", "stage": "initial_capture@3", "consents": {"phone": True}, **more}
        return self.event("form_submission", properties=properties, after=after)

    def identify(self, after: float = 0, **traits: Any) -> Event:
        return self.event(
            "identify", kind="identify", traits=traits, after=after, message_id=f"i{after}{traits}"
        )

    def wake(self) -> Report:
        refresh(self.world.sink, TENANT, [ANN], "test", self.world.clock.now())
        return self.run(self.told())

    def told(self) -> list[Record]:
        events = [event for _, event in self.world.sink.emitted]
        self.world.sink.emitted.clear()
        return [Record(f"w{n}", r.key, r.data) for n, r in enumerate(records_of(TENANT, events))]

    def consent(self) -> Mapping[str, str]:
        return self.world.messaging.records(TENANT, [ANN])[ANN].consent


@pytest.fixture
def stage() -> Profiling:
    return Profiling()


def test_a_contact_that_becomes_worth_it_is_asked_about_once(stage: Profiling) -> None:
    stage.have(wanted=[READY])
    stage.take(stage.identify(company="Other"))
    assert stage.work.pieces == []
    records = stage.records(stage.identify(1, company="Acme"))
    stage.run(records)
    assert stage.work.pieces == [{"what": "enrich", "profile": ANN, "trigger": "ready"}]
    stage.take(stage.identify(2, city="Bonn"))
    assert len(stage.work.pieces) == 1
    # It is told no more when it ends, and again when it begins again.
    stage.take(stage.identify(3, company="Other"))
    stage.take(stage.identify(4, company="Acme"))
    assert len(stage.work.pieces) == 2
    profile = stage.profile()
    assert profile is not None
    assert [name for name, *_ in profile.recent] == ["enrichment_wanted", "enrichment_wanted"]
    # No list of members is kept for it.
    assert stage.members.count(TENANT, "_enrich_ready") == 0


def test_work_that_was_not_taken_is_asked_for_again(stage: Profiling) -> None:
    stage.have(wanted=[READY, CHECK])
    stage.work.down = 1
    records = stage.records(stage.identify(company="Acme", budget=500))
    assert stage.run(records).failed
    assert stage.work.pieces == []
    assert not stage.run(records).failed
    assert sorted(piece["what"] for piece in stage.work.pieces) == ["enrich", "verify"]


def test_consents_are_kept_with_their_proof(stage: Profiling) -> None:
    stage.have(forms={"demo": FORM})
    stage.take(stage.submission(consents={"phone": True, "news": False, "Bad name": True, "x": "yes"}))
    assert stage.consent() == {"field:phone": "granted", "field:news": "denied", "email:marketing": "denied"}
    proofs = {one.key: one for one in stage.proofs.kept.values()}
    assert set(proofs) == {"field:phone", "field:news", "email:marketing"}
    proof = proofs["field:phone"]
    assert (proof.form, proof.stage, proof.revision) == ("demo", "initial_capture", 3)
    assert (proof.wording, proof.source, proof.at) == ("You may call me.", "web", stage.world.clock.now())
    assert stage.work.pieces == [{"what": "check_email", "profile": ANN}]


def test_a_tick_for_texts_is_for_the_number_of_the_same_form(stage: Profiling) -> None:
    stage.have(forms={"demo": {**FORM, "fields": [{"name": "texts", "purpose": "sms:marketing"}]}})
    sent = stage.submission(consents={"texts": True}).evolve(traits={"phone": "+4915112345678"})
    stage.take(sent)
    assert kind_for(stage.consent()["proof:sms"], "+4915112345678") == "form"
    assert kind_for(stage.consent()["proof:sms"], "+4915100000000") == ""


def test_a_wording_that_was_replaced_is_not_claimed(stage: Profiling) -> None:
    stage.have(forms={"demo": FORM})
    stage.take(stage.submission(stage="initial_capture@2"))
    (proof,) = stage.proofs.kept.values()
    assert (proof.revision, proof.wording) == (2, "")


def test_a_form_opens_nothing_that_the_contact_closed(stage: Profiling) -> None:
    stage.have(forms={"demo": FORM})
    stage.world.messaging.set_consent(TENANT, ANN, {"email:marketing": "denied"})
    stage.take(stage.submission(consents={"news": True}))
    assert stage.consent() == {"email:marketing": "denied", "field:news": "granted"}
    kept = {one.key: one.kept for one in stage.proofs.kept.values()}
    assert kept == {"field:news": True, "email:marketing": False}


def test_who_was_never_asked_may_agree_and_a_field_may_be_taken_back(stage: Profiling) -> None:
    stage.have(forms={"demo": FORM})
    records = stage.records(stage.submission(consents={"news": True}))
    stage.run(records)
    stage.run(records)
    assert len(stage.proofs.kept) == 2
    stage.take(stage.submission(1, consents={"phone": False}))
    assert stage.consent() == {
        "email:marketing": "granted",
        "proof:email": "form",
        "field:news": "granted",
        "field:phone": "denied",
    }


def test_a_form_that_nobody_defined_makes_nobody_look_anything_up(stage: Profiling) -> None:
    stage.take(stage.submission())
    assert stage.work.pieces == []
    assert stage.consent() == {"field:phone": "granted"}


def test_retention_comes_by_time_and_leaves_no_value(stage: Profiling) -> None:
    attributes = [{"name": "job_title", "type": "text", "retention_days": 30}]
    stage.have(schema={"attributes": attributes}, retention={"inactive_days": 90})
    stage.take(stage.identify(job_title="CEO", email="ann@acme.example", city="Bonn"))
    first = stage.profile()
    assert first is not None
    assert first.due == pytest.approx(stage.world.clock.now().timestamp() + 30 * 86_400, abs=301)
    stage.world.clock.advance(timedelta(days=30, minutes=5))
    stage.wake()
    profile = stage.profile()
    assert profile is not None
    assert profile.traits == {"email": "ann@acme.example", "city": "Bonn"}
    assert profile.stamps["job_title"][1] == "retention"
    assert "CEO" not in str(profile)
    (note,) = stage.work.pieces
    assert (note["what"], note["fields"], note["profile"]) == ("note_purge", "job_title", ANN)
    stage.world.clock.advance(timedelta(days=61))
    stage.wake()
    profile = stage.profile()
    assert profile is not None
    assert profile.traits == {"city": "Bonn"}
    assert [piece["fields"] for piece in stage.work.pieces] == ["job_title", "email"]


def test_clients_cannot_ask_for_it(stage: Profiling) -> None:
    stage.have(wanted=[READY])
    stage.take(stage.event("enrichment_wanted", properties={"trigger": "ready"}))
    stage.take(stage.event("attributes_purged", properties={"fields": ["x"]}))
    assert stage.work.pieces == []
