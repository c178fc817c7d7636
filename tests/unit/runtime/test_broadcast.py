import pytest
from stepwell.contracts.merges import MergeReason
from stepwell.contracts.tokens import TokenState
from stepwell.errors import Conflict, InvalidInput, Unavailable
from stepwell.profiles.merging import in_order
from stepwell.profiles.traits import default_attributes
from stepwell.publishing import control
from stepwell.publishing.selecting import complete, select
from stepwell.runtime.broadcast import Command, new_job, start_broadcast, start_cohort
from stepwell.runtime.jobs import Job

from tests.fakes.publishing import TENANT, MemoryBroadcastMachine, MemoryObjects
from tests.unit.publishing.stage import ACTOR, Stage, newsletter, person, welcome


class Broadcasts(Stage):
    def __init__(self, *documents: dict) -> None:  # type: ignore[type-arg]
        super().__init__()
        self.objects = MemoryObjects()
        self.machine = MemoryBroadcastMachine()
        for document in documents or (welcome(),):
            self.create(document)
            self.publish(document["id"])

    def start(self, audience: dict, workflow: str = "welcome", **more: object) -> Job:  # type: ignore[type-arg]
        asked = Command(TENANT, workflow, audience, id="b1", actor=ACTOR, **more)  # type: ignore[arg-type]
        command = complete(self.ports, asked)
        ids = select(self.ports, self.world.profiles, command, self.objects.get)
        return start_broadcast(command, ids, self.runtime, self.jobs, self.objects, self.machine)

    def play(self) -> None:
        """Do what the broadcast machine does."""
        for document in self.machine.started.values():
            for index, cohort in enumerate(self.objects.manifests[document["key"]]):
                start_cohort(
                    document["tenant"],
                    document["workflow"],
                    document["version"],
                    document["broadcast"],
                    str(index),
                    cohort,
                    self.runtime,
                    self.jobs,
                )

    def entered(self, count: int, workflow: str = "welcome") -> int:
        return sum(bool(self.world.tokens.of_profile(TENANT, workflow, person(n).id)) for n in range(count))


def test_a_small_audience_goes_directly() -> None:
    stage = Broadcasts()
    stage.add(*(person(n) for n in range(250)))
    job = stage.start({"kind": "all"})
    assert (job.state, job.total, job.counts) == ("done", 250, {"enrolled": 250})
    assert stage.machine.started == {} and len(stage.world.machines.started) == 1
    stage.run_until(3)
    assert len(stage.world.mailer.accepted) == 250


def test_a_large_audience_becomes_a_manifest_and_progress_is_readable() -> None:
    stage = Broadcasts()
    stage.add(*(person(n) for n in range(620)))
    job = stage.start({"kind": "all"})
    assert (job.state, job.total, job.parts, job.parts_done) == ("running", 620, 3, 0)
    lines = stage.objects.manifests["broadcasts/acme/b1.jsonl"]
    assert [len(line["profiles"]) for line in lines] == [250, 250, 120]
    stage.play()
    done = stage.jobs.get(TENANT, "b1")
    assert done is not None and (done.state, done.counts) == ("done", {"enrolled": 620})
    assert stage.entered(620) == 620


def test_everything_repeated_enrolls_nobody_twice() -> None:
    stage = Broadcasts(welcome(reentry={"rule": "any_time"}))
    stage.add(*(person(n) for n in range(300)))
    stage.start({"kind": "all"})
    stage.start({"kind": "all"})
    stage.play()
    stage.run_until(1)  # long after the re-entry interval: only the key tells that it is the same entry
    stage.play()
    assert all(len(stage.world.tokens.of_profile(TENANT, "welcome", person(n).id)) == 1 for n in range(300))
    done = stage.jobs.get(TENANT, "b1")
    assert done is not None and done.counts == {"enrolled": 300}


def test_a_crash_after_the_manifest_starts_the_machine_at_the_next_try() -> None:
    stage = Broadcasts()
    stage.add(*(person(n) for n in range(300)))

    class Down(MemoryBroadcastMachine):
        def start(self, name: str, document: object) -> None:
            raise Unavailable("down")

    machine, stage.machine = stage.machine, Down()
    with pytest.raises(Unavailable):
        stage.start({"kind": "all"})
    stage.machine = machine
    stage.add(person(999))  # who comes later is not part of it: the manifest stands
    stage.start({"kind": "all"})
    stage.play()
    assert stage.entered(300) == 300 and stage.entered(1000) == 300


def test_named_contacts_and_unknown_ones() -> None:
    stage = Broadcasts()
    stage.add(person(1), person(2))
    from stepwell.contracts.ids import profile_id

    stage.world.profiles.link(TENANT, {profile_id(TENANT, "email", "u2@example.com"): person(2).id})
    job = stage.start({"kind": "contacts", "references": ["u1", "u2@example.com", "nobody", person(1).id]})
    assert (job.total, job.counts) == (2, {"enrolled": 2})


def test_a_csv_makes_contacts_and_enrolls_them() -> None:
    stage = Broadcasts()
    stage.objects.put(
        "imports/x.csv", b"email,first_name\nann@example.com,Ann\nann@example.com,Ann\nbob@example.com,Bob\n"
    )
    job = stage.start({"kind": "csv", "key": "imports/x.csv"})
    assert job.counts == {"enrolled": 2}
    stage.run_until(3)
    assert {m.to for m in stage.world.mailer.accepted} == {"ann@example.com", "bob@example.com"}


def test_the_entry_filter_holds_for_broadcasts_too() -> None:
    stage = Broadcasts(welcome(filter="score >= 50"))
    stage.add(person(1, score=10), person(2, score=60))
    assert stage.start({"kind": "all"}).counts == {"enrolled": 1, "filtered": 1}


def test_a_schedule_finds_the_trigger_s_own_audience_and_counts_once_a_firing() -> None:
    stage = Broadcasts(newsletter())
    stage.add(person(1, score=10), person(2, score=60))
    now = stage.world.clock.now()
    event = {
        "tenant": TENANT,
        "workflow": "newsletter",
        "trigger": "weekly",
        "audience": {"kind": "trigger"},
        "scheduled": "2026-03-02T09:00:00Z",
    }
    ids = set()
    for _ in range(2):
        command = complete(stage.ports, Command.parse(event, now))
        chosen = select(stage.ports, stage.world.profiles, command, stage.objects.get)
        job = start_broadcast(command, chosen, stage.runtime, stage.jobs, stage.objects, stage.machine)
        ids.add(job.id)
    assert len(ids) == 1 and job.counts == {"enrolled": 1}
    following = Command.parse({**event, "scheduled": "2026-03-09T09:00:00Z"}, now)
    assert following.broadcast not in ids
    assert Command.parse({**event, "scheduled": "<aws.scheduler.scheduled-time>"}, now).scheduled.startswith(
        "2026-"
    )


def test_a_paused_workflow_takes_nobody_and_the_job_says_so() -> None:
    stage = Broadcasts()
    stage.add(person(1))
    control.pause(stage.ports, TENANT, "welcome", ACTOR)
    job = stage.start({"kind": "all"})
    assert job.state == "failed" and "not active" in job.details["why"]


def test_a_pause_while_cohorts_start_counts_them_as_not_entered() -> None:
    stage = Broadcasts()
    stage.add(*(person(n) for n in range(300)))
    stage.start({"kind": "all"})
    control.pause(stage.ports, TENANT, "welcome", ACTOR)
    stage.play()
    done = stage.jobs.get(TENANT, "b1")
    assert done is not None and done.counts == {"not_active": 300}


def test_the_stop_everything_switch_holds_them_at_the_first_step() -> None:
    stage = Broadcasts()
    stage.add(person(1))
    control.stop_everything(stage.ports, TENANT, ACTOR, stopped=True)
    assert stage.start({"kind": "all"}).counts == {"enrolled": 1}
    stage.run_until(3)
    (token,) = stage.world.tokens.of_profile(TENANT, "welcome", person(1).id)
    assert token.state is TokenState.PARKED and token.hold == "paused"


def test_what_cannot_be_started_is_told() -> None:
    stage = Broadcasts()
    with pytest.raises(InvalidInput):
        stage.start({"kind": "trigger"})
    with pytest.raises(InvalidInput):
        stage.start({"kind": "nonsense"})
    with pytest.raises(InvalidInput):
        stage.start({"kind": "condition", "text": "score >="})
    with pytest.raises(InvalidInput):
        stage.start({"kind": "all"}, trigger="mail")
    stage.create(newsletter())
    with pytest.raises(Conflict):
        stage.start({"kind": "all"}, workflow="newsletter")


def test_the_execution_carries_the_tenant_s_name() -> None:
    stage = Broadcasts()
    stage.add(*(person(n) for n in range(300)))
    stage.start({"kind": "all"})
    assert list(stage.machine.started) == [f"{TENANT}-b1"]


def test_a_job_noted_before_is_taken_up() -> None:
    stage = Broadcasts()
    stage.add(*(person(n) for n in range(3)))
    asked = Command(TENANT, "welcome", {"kind": "all"}, id="b1", version=1, trigger="by_hand")
    stage.jobs.put(TENANT, new_job(asked, stage.world.clock.now()))
    assert stage.start({"kind": "all"}).counts == {"enrolled": 3}


def test_who_was_merged_since_the_audience_was_listed_enters_once() -> None:
    stage = Broadcasts()
    stage.add(*(person(n) for n in range(300)))
    stage.start({"kind": "all"})
    lines = stage.objects.manifests["broadcasts/acme/b1.jsonl"]
    pairs = [lines[0]["profiles"][:2], lines[1]["profiles"][:2]]
    merging, of = stage.world.merging(stage.members), default_attributes().of
    for one, other in pairs:
        merging.merge(TENANT, one, other, of, reason=MergeReason.MANUAL, by="eve")
    stage.play()
    done = stage.jobs.get(TENANT, "b1")
    assert done is not None and done.counts == {"enrolled": 298, "merged": 2}
    for both in pairs:
        entered = [t for one in both for t in stage.world.tokens.of_profile(TENANT, "welcome", one)]
        assert len(entered) == 1


def test_who_was_in_it_as_another_contact_does_not_enter_again() -> None:
    stage = Broadcasts()
    stays, goes = in_order(person(0), person(1))
    stage.add(goes)
    stage.start({"kind": "all"})
    stage.add(stays)
    merging, of = stage.world.merging(stage.members), default_attributes().of
    merging.merge(TENANT, goes.id, stays.id, of, reason=MergeReason.MANUAL, by="eve")
    cohort = {"profiles": [stays.id], "trigger": "by_hand", "at": "2026-03-02T10:00:00Z"}
    told = start_cohort(TENANT, "welcome", 1, "b2", "0", cohort, stage.runtime, stage.jobs)
    assert told == {"reentry_never": 1, "enrolled": 0}
