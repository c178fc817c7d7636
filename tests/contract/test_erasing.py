"""After an erasure no item holds the contact's ids or addresses, and everybody else has what he had."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stepwell.adapters.consent_proofs import DynamoProofs
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.dynamo_merges import DynamoMerges, DynamoReviews
from stepwell.adapters.dynamo_messaging import DynamoMessaging
from stepwell.adapters.dynamo_parking import DynamoParking
from stepwell.adapters.dynamo_profiles import DynamoProfiles
from stepwell.adapters.dynamo_runs import DynamoRuns
from stepwell.adapters.dynamo_tokens import DynamoTokens
from stepwell.adapters.enrichment_store import DynamoAnswers
from stepwell.adapters.erasures import DynamoErasures
from stepwell.adapters.items.config import read_body, write_body
from stepwell.adapters.items.personal import text_of
from stepwell.adapters.items.squeezing import expand
from stepwell.adapters.items.wire import Plain, from_wire, pack
from stepwell.adapters.personal_data import DynamoPersonalData
from stepwell.adapters.push_subscriptions import DynamoSubscriptions
from stepwell.adapters.segment_members import DynamoSegmentMembers
from stepwell.adapters.short_links import DynamoShortLinks
from stepwell.channels.push.ports import Kept
from stepwell.channels.push.subscriptions import subscription_id
from stepwell.channels.sms.short_links import ShortLink
from stepwell.consent.proofs import Proof
from stepwell.contracts.ids import profile_id
from stepwell.contracts.merges import MergeReason
from stepwell.contracts.messages import Subscription
from stepwell.contracts.names import PROFILE_WORKFLOW
from stepwell.contracts.profiles import Profile
from stepwell.contracts.segments import SegmentMove
from stepwell.contracts.tokens import Run, Token, TokenState, Via
from stepwell.enrichment.ports import Answer
from stepwell.profiles.merge_ports import MergePorts
from stepwell.profiles.merges import Merging
from stepwell.profiles.traits import default_attributes
from stepwell.publishing import erasing
from stepwell.publishing.erasing_ports import ErasingPorts
from stepwell.publishing.records import Move
from stepwell.runtime.ports import DueRow, WaitRow

from tests.contract.conftest import Emulator
from tests.fakes.publishing import TENANT
from tests.unit.publishing.stage import Stage, welcome

ANN, BOB, OTHER = "ann.lee@example.com", "bob@example.com", "user-4711"


class Place:
    """A deployment with two contacts who met: in a cohort, in a segment, in a merge, in the audit log."""

    def __init__(self, emulator: Emulator) -> None:
        self.stage = Stage()
        self.stage.create(welcome())
        self.stage.publish()
        self.clock = self.stage.world.clock
        names = ("engine", "runs", "profiles", "config")
        self.engine, self.runs, self.table, self.config = (emulator.table(name) for name in names)
        self.profiles, self.messaging = DynamoProfiles(self.table), DynamoMessaging(self.table)
        self.members = DynamoSegmentMembers(self.table, self.config, self.clock)
        self.tokens, self.parking = DynamoTokens(self.engine), DynamoParking(self.engine)
        self.answers = DynamoAnswers(self.config)
        runtime = dataclasses.replace(
            self.stage.runtime,
            tokens=self.tokens,
            parking=self.parking,
            runs=DynamoRuns(self.runs),
            profiles=self.profiles,
            messaging=self.messaging,
        )
        object.__setattr__(self.stage.ports, "members", self.members)
        self.ports = ErasingPorts(
            DynamoErasures(self.config),
            DynamoPersonalData(self.engine, self.runs, self.table, self.config),
            self.stage.ports,
            runtime,
        )
        self.merging = Merging(
            MergePorts(
                clock=self.clock,
                profiles=self.profiles,
                messaging=self.messaging,
                merges=DynamoMerges(self.table),
                reviews=DynamoReviews(self.table, self.clock),
                members=self.members,
            )
        )

    def contact(self, email: str, **more: Any) -> Profile:
        now = self.clock.now()
        id_ = profile_id(TENANT, "email", email)
        traits = {"email": email, "first_name": email.partition(".")[0]}
        made = Profile(
            id_, traits=traits, first_seen=now, last_seen=now, segments={"vip": 1_700_000_000}, **more
        )
        assert self.profiles.put(TENANT, [made]) == {id_}
        pointers = {
            profile_id(TENANT, kind, value): id_
            for kind, value in (("user", made.user_id), *(("anonymous", a) for a in made.anonymous_ids))
            if value
        }
        self.profiles.link(TENANT, {**pointers, profile_id(TENANT, "device", f"old of {email}"): id_})
        self.messaging.set_consent(TENANT, id_, {"email:marketing": "granted"})
        self.members.move(TENANT, [SegmentMove("vip", id_, True, 1_700_000_000)])
        self.surround(id_, email)
        return self.profiles.get(TENANT, [id_])[id_]

    def surround(self, id_: str, email: str) -> None:
        """Put what other parts keep about a contact."""
        now = self.clock.now()
        token = Token(
            id=f"{id_}.0.1", state=TokenState.PARKED, epoch=1, run="r1", node="wait", version=1,
            entered_at=now, as_of=now, due=now + timedelta(days=2), runs=("r1",), wait_events=("click",),
        )  # fmt: skip
        self.tokens.create(TENANT, "welcome", [token])
        assert token.due is not None
        self.parking.put_due(TENANT, [DueRow("welcome", token.id, 1, token.due)])
        self.parking.put_waiters(TENANT, [WaitRow("click", "welcome", token.id, 1, 1, "wait")])
        DynamoProofs(self.table).put(TENANT, [Proof(id_, "email:marketing", "granted", now, now, f"m-{id_}")])
        endpoint = f"https://fcm.googleapis.com/fcm/send/{email}"
        browser = Subscription(subscription_id(endpoint), "web_push", endpoint, "p", "a")
        DynamoSubscriptions(self.table, lambda *_: None).keep(TENANT, Kept(browser, id_, now, now))
        # Of a crash: the browser's owner without the browser.
        self.table.put({"pk": f"{TENANT}#PUSH#lost-{id_[:3]}", "sk": "o", "w": id_})
        link = ShortLink(
            id_[:10], f"https://shop.example/{email}", now, {"profile": id_, "enrollment": token.id}
        )
        DynamoShortLinks(self.config, self.clock).put(TENANT, [link])
        until = int(now.timestamp()) + 86_400
        self.answers.keep(TENANT, "clearbit", email, Answer({"title": "CEO"}, now), until)
        self.answers.note(TENANT, "clearbit", id_, Answer({"title": "CEO"}, now), until)
        bodies = {
            (f"{TENANT}#C", f"VERIFY#{id_}"): {"email": email},
            (f"{TENANT}#TAIL", f"{now}#{id_[:4]}"): {"email": email, "name": "signup"},
            (f"{TENANT}#AUDIT", f"{now}#{id_[:4]}"): {
                "actor": "eve", "action": "contact.consent", "target": f"contact/{id_}",
                "details": {"told": f"by {email.upper()}"}, "filler": "x" * 700,
            },
        }  # fmt: skip
        for (pk, sk), body in bodies.items():
            self.config.put({"pk": pk, "sk": sk, "body": write_body(body), "rev": 1})
        self.config.put({"pk": f"{TENANT}#JOB", "sk": f"j-{id_[:4]}", "d": pack({"who": [email]}), "k": "x"})

    def erase(self, profile: Profile) -> list[Move]:
        erasing.start(self.ports, TENANT, profile, "eve")
        return self.carry_on()

    def carry_on(self, between: Any = lambda _: None) -> list[Move]:
        queue, done = self.stage.moves.queue, []
        while queue:
            move, delay = queue.pop(0)
            self.clock.advance(timedelta(seconds=delay))
            between(move)
            erasing.erase(self.ports, move)
            # A message may come twice.
            if move.round < 4:
                kept = list(queue)
                erasing.erase(self.ports, move)
                queue[:] = kept
            done.append(move)
        return done

    def items(self) -> Iterator[Plain]:
        for table in (self.engine, self.runs, self.table, self.config):
            yield from every(table)

    def texts(self) -> str:
        return "\n".join(
            text_of({**item, **({"b": expand(item["b"])} if "b" in item else {})}) for item in self.items()
        ).lower()


def every(table: DynamoTable) -> list[Plain]:
    return [from_wire(item) for item in table.client.scan(TableName=table.name)["Items"]]


@pytest.fixture
def place(emulator: Emulator) -> Place:
    return Place(emulator)


def meet(place: Place) -> tuple[Profile, Profile]:
    ann = place.contact(ANN, user_id=OTHER, anonymous_ids=("anon-device-1",), due=1_800_000_000)
    bob = place.contact(BOB)
    now = place.clock.now()
    cohort = tuple(f"{one.id}.0.1:1" for one in (ann, bob)) + tuple(f"{'b' * 14}{n}a.0.1:1" for n in range(9))
    run = Run("r1", "welcome", 1, "wait", Via("start", "out"), now, now, cohort)
    place.ports.runtime.runs.record(TENANT, run)
    row = DueRow(PROFILE_WORKFLOW, ann.id, 0, datetime.fromtimestamp(ann.due, UTC))
    place.parking.put_due(TENANT, [row])
    return ann, bob


def test_nothing_of_the_contact_is_left_and_the_other_keeps_everything(place: Place) -> None:
    ann, bob = meet(place)
    before = {one: place.texts().count(one) for one in (bob.id, BOB)}
    found = erasing.preview(place.ports, TENANT, ann)
    assert (found["enrollments"], found["active_enrollments"], found["identities"]) == (1, 1, 2)
    assert found["push_subscriptions"] == 1
    assert ann.id in place.texts() and ANN in place.texts()

    moves = place.erase(ann)

    left = place.texts()
    for trace in (ann.id, ANN, OTHER, "anon-device-1", "ann"):
        assert trace not in left, trace
    assert {one: left.count(one) for one in (bob.id, BOB)} == before
    assert place.messaging.suppressed(TENANT, "email", [ANN, BOB]) == {ANN: "erased"}
    assert {token.state for token in place.tokens.of_profile(TENANT, "welcome", bob.id)} == {
        TokenState.PARKED
    }
    assert place.members.sizes(TENANT, ["vip"]) == {"vip": 1}
    assert [move.round for move in moves] == [1, 2, 3, 4]
    entries = [read_body(item["body"]) for item in every(place.config) if item["pk"].endswith("#AUDIT")]
    assert {"contact/erased", f"contact/{bob.id}"} == {entry["target"] for entry in entries}
    job = place.stage.jobs.get(TENANT, moves[0].job)
    assert job is not None and job.state == "done"


def test_positions_in_a_cohort_stay(place: Place) -> None:
    ann, bob = meet(place)
    place.erase(ann)
    run = place.ports.runtime.runs.get(TENANT, "r1")
    assert run is not None and len(run.cohort) == 11
    assert run.cohort[0] == "erased0.0.1:1" and run.cohort[1] == f"{bob.id}.0.1:1"


def test_merged_contacts_go_too(place: Place) -> None:
    ann, bob = meet(place)
    eve = place.contact("eve.old@example.com")
    merged = place.merging.merge(
        TENANT, ann.id, eve.id, default_attributes().of, reason=MergeReason.MANUAL, by="eve"
    )
    assert set(merged.aliases) | {merged.id} == {ann.id, eve.id}
    place.erase(merged)
    left = place.texts()
    for trace in (ann.id, eve.id, ANN):
        assert trace not in left
    assert bob.id in left and not [i for i in every(place.table) if "#MERGES#" in i["pk"]]


def test_late_news_of_before_does_not_bring_him_back(place: Place) -> None:
    ann, _ = meet(place)

    def late(move: Move) -> None:
        if move.round == 3:
            # An event that was on the stream already: it happened before.
            again = Profile(ann.id, traits={"email": ANN}, first_seen=ann.first_seen, last_seen=ann.last_seen)
            assert place.profiles.put(TENANT, [again]) == {ann.id}

    erasing.start(place.ports, TENANT, ann, "eve")
    place.carry_on(late)
    assert place.profiles.get(TENANT, [ann.id]) == {}
    assert ANN not in place.texts()


def test_late_news_under_another_identity_neither(place: Place) -> None:
    ann, _ = meet(place)
    other = profile_id(TENANT, "user", OTHER)

    def late(move: Move) -> None:
        if move.round == 4:
            again = Profile(other, traits={"plan": "pro"}, user_id=OTHER, first_seen=ann.first_seen)
            assert place.profiles.put(TENANT, [again]) == {other}

    erasing.start(place.ports, TENANT, ann, "eve")
    place.carry_on(late)
    assert place.profiles.get(TENANT, [other]) == {} and OTHER not in place.texts()


def test_somebody_elses_device_stays_theirs(place: Place) -> None:
    ann, _ = meet(place)
    shared = profile_id(TENANT, "anonymous", "family-tablet")
    theirs = Profile(shared, traits={"first_name": "Tom"}, first_seen=ann.first_seen)
    assert place.profiles.put(TENANT, [theirs]) == {shared}
    place.erase(ann.evolve(anonymous_ids=(*ann.anonymous_ids, "family-tablet")))
    assert place.profiles.get(TENANT, [shared])[shared].traits == {"first_name": "Tom"}


def test_who_comes_back_is_a_new_contact_and_gets_no_mail(place: Place) -> None:
    ann, _ = meet(place)

    def back(move: Move) -> None:
        if move.round == 2:
            now = place.clock.now() + timedelta(minutes=1)
            fresh = Profile(ann.id, traits={"email": ANN}, first_seen=now, last_seen=now)
            assert place.profiles.put(TENANT, [fresh]) == {ann.id}

    erasing.start(place.ports, TENANT, ann, "eve")
    place.carry_on(back)
    found = place.profiles.get(TENANT, [ann.id])[ann.id]
    assert found.traits == {"email": ANN} and not found.segments
    assert place.messaging.suppressed(TENANT, "email", [ANN]) == {ANN: "erased"}
    assert place.ports.erasures.erased_at(TENANT, [ann.id]) is not None


def test_asking_twice_is_one_erasure(place: Place) -> None:
    ann, _ = meet(place)
    first = erasing.start(place.ports, TENANT, ann, "eve")
    assert erasing.start(place.ports, TENANT, ann, "eve").job == first.job
    place.carry_on()
    assert ann.id not in place.texts()


def test_another_tenants_contact_of_the_same_address_stays(place: Place) -> None:
    ann, _ = meet(place)
    theirs = profile_id("other", "email", ANN)
    place.profiles.put("other", [Profile(theirs, traits={"email": ANN})])
    place.erase(ann)
    assert place.profiles.get("other", [theirs])[theirs].email == ANN
