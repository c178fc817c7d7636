from stepwell.contracts.tokens import EndReason
from stepwell.publishing import control, looking
from stepwell.runtime.ending import Exiter
from stepwell.runtime.explaining import explain

from tests.fakes.publishing import TENANT
from tests.unit.publishing.stage import ACTOR, Stage, person, welcome


def branching() -> dict:  # type: ignore[type-arg]
    return {
        "id": "welcome",
        "purpose": "marketing",
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
            {"id": "rich", "type": "if_condition", "name": "Rich?", "config": {"condition": "score >= 50"}},
            {"id": "pause", "type": "delay_action", "config": {"duration": "1_days"}},
            {"id": "mail", "type": "email_send", "name": "Offer", "config": {"template_id": "hello"}},
            {
                "id": "wait",
                "type": "wait_until",
                "config": {"ways": [{"name": "bought", "event": "purchase"}], "time_limit": "3_days"},
            },
            {"id": "out", "type": "exit"},
        ],
        "edges": [
            "wait.bought -> out",
            "wait.timed_out -> out",
            "start -> rich",
            "rich.true -> pause",
            "rich.false -> mail",
            "pause -> mail",
            "mail.sent -> wait",
        ],
    }


def told(stage: Stage, number: int):  # type: ignore[no-untyped-def]
    return explain(TENANT, "welcome", person(number).id, stage.runtime)


def test_a_whole_journey_step_by_step() -> None:
    stage = Stage()
    stage.create(branching())
    stage.publish()
    stage.enroll(person(1, score=60), person(2, score=10))
    stage.run_until(10)
    journey = told(stage, 1).journeys[0]
    assert [(s.node, s.outcome) for s in journey.steps] == [
        ("start", "enrolled"),
        ("rich", "true"),
        ("pause", "parked"),
        ("pause", "next"),
        ("mail", "sent"),
        ("wait", "parked"),
        ("wait", "timed_out"),
        ("out", "ended"),
    ]
    assert [s.sentence for s in journey.steps] == [
        "Entered through `start`.",
        "`Rich?` decided `true`.",
        "`pause` began to wait.",
        "`pause` was over; went on.",
        "`Offer` was sent.",
        "`wait` began to wait.",
        "The time limit at `wait` passed.",
        "The journey ended at `out`.",
    ]
    assert journey.state == "ENDED" and journey.sentence == "It ended at an exit."
    assert ("pause", "parked") not in [(s.node, s.outcome) for s in told(stage, 2).journeys[0].steps]


def test_where_it_stands_and_what_it_waits_for() -> None:
    stage = Stage()
    stage.create(branching())
    stage.publish()
    stage.enroll(person(1, score=10))
    stage.run_until(1)
    answer = told(stage, 1)
    assert answer.sentence == (
        "Entered once. It waits at `wait` for `purchase`, at most until 2026-03-05 09:00 UTC."
    )
    assert answer.journeys[0].waits_for == ("purchase",)


def test_why_a_message_was_skipped() -> None:
    stage = Stage()
    stage.create(branching())
    stage.publish()
    stage.add(person(1, score=10))
    stage.world.messaging.set_consent(TENANT, person(1).id, {"email:marketing": "denied"})
    stage.enroll(person(1, score=10))
    stage.run_until(1)
    step = next(s for s in told(stage, 1).journeys[0].steps if s.node == "mail")
    assert (step.outcome, step.reason) == ("skipped", "unsubscribed")
    assert step.sentence == "`Offer` was not sent: the contact unsubscribed."
    page = looking.messages(TENANT, "welcome", stage.runtime)
    assert [(m.outcome, m.reason, m.node, m.profile) for m in page.items] == [
        ("skipped", "unsubscribed", "mail", person(1).id)
    ]


def test_exits_pauses_and_those_who_never_came() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.publish()
    stage.enroll(person(1), person(2))
    stage.run_until(1)
    Exiter(stage.runtime).end(TENANT, "welcome", person(1).id, EndReason.EXIT_CRITERIA)
    assert told(stage, 1).sentence == "Entered once. It ended at once because an exit criterion was met."
    control.pause(stage.ports, TENANT, "welcome", ACTOR)
    stage.run_until(2)
    assert (
        told(stage, 2).journeys[0].sentence == "It is held at `Hello mail` because the workflow was paused."
    )
    assert (told(stage, 2).journeys[0].standing, told(stage, 2).journeys[0].place) == (
        "held_paused",
        "Hello mail",
    )
    assert told(stage, 1).journeys[0].standing == "ended"
    assert [step.entered for step in told(stage, 1).journeys[0].steps][:2] == [True, False]
    assert told(stage, 3).sentence == "This contact has never entered `welcome`."


def test_several_entries_newest_first_and_a_big_cohort_in_the_machine() -> None:
    stage = Stage()
    stage.create(welcome(reentry={"rule": "after_exit"}))
    stage.publish()
    people = [person(n) for n in range(40)]
    stage.enroll(*people)
    stage.run_until(1)
    assert "waits until 2026-03-04 09:00 UTC" in told(stage, 3).journeys[0].steps[-1].sentence
    stage.run_until(2)
    stage.enroll(people[3])
    answer = told(stage, 3)
    assert len(answer.journeys) == 2 and answer.sentence.startswith("Entered 2 times.")
    assert answer.journeys[0].entered_at > answer.journeys[1].entered_at


def test_lists_of_enrollments_name_each_once_over_pages() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.publish()
    for n in range(7):
        stage.enroll(person(n))
    stage.run_until(1)
    Exiter(stage.runtime).end(TENANT, "welcome", person(1).id, EndReason.EXIT_CRITERIA)
    seen: list[str] = []
    cursor = None
    while True:
        page = looking.enrollments(TENANT, "welcome", stage.runtime, limit=3, cursor=cursor)
        seen += [row.profile for row in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(person(n).id for n in range(7))
    ended = looking.enrollments(TENANT, "welcome", stage.runtime, state="ENDED")
    assert [(r.profile, r.end_reason) for r in ended.items] == [(person(1).id, "exit_criteria")]
    assert len(looking.enrollments_of(TENANT, ["welcome"], person(2).id, stage.runtime)) == 1


def test_an_enrollment_tells_the_names_of_its_version() -> None:
    stage = Stage()
    document = welcome()
    document["nodes"][2]["name"] = "Two days"
    stage.create(document)
    stage.publish()
    stage.enroll(person(1))
    stage.run_until(1)
    (row,) = looking.enrollments_of(TENANT, ["welcome"], person(1).id, stage.runtime)
    assert (row.workflow_name, row.node, row.node_name) == ("Welcome", "wait", "Two days")
