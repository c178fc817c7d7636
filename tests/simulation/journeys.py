"""One small journey that has everything, to put a fault at each of its writes, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import EndReason
from stepwell.workflows.interpreter import SimulatedContact, SimulatedEvent
from stepwell.workflows.model import Workflow

from tests.simulation.audiences import START, TENANT, Person
from tests.simulation.cloud import Cloud
from tests.simulation.test_faults import CHANGING, Fault, Mischief, check_safe
from tests.simulation.test_translation import compare

_NODES = [
    ("start", "event_trigger", {"event": "signup"}),
    ("hello", "email_send", {"template_id": "hello"}),
    ("bought", "wait_until", {"ways": [{"event": "purchase"}], "time_limit": "3_days"}),
    ("score", "scoring_update", {"score_increment": 10}),
    ("both", "parallel_execution", {"branches": ["x", "y"]}),
    ("pause", "delay_action", {"duration": "6_hours"}),
    ("news", "email_send", {"template_id": "news"}),
    ("note", "data_update", {"set": {"noted": True}}),
    ("meet", "merge_branches", {}),
    ("last", "email_send", {"template_id": "news"}),
]
_EDGES = [
    "start.next>hello",
    "hello.sent>bought",
    "bought.matched>score",
    "bought.timed_out>both",
    "score.next>both",
    "both.x>pause",
    "pause.next>news",
    "news.sent>meet",
    "both.y>note",
    "note.next>meet",
    "meet.merged>last",
]

JOURNEY = Workflow.model_validate(
    {
        "id": "drawn",
        "purpose": "marketing",
        "nodes": [{"id": n, "type": t, "config": c} for n, t, c in _NODES],
        "edges": [
            dict(zip(("source", "outcome", "target"), e.replace(">", ".").split("."), strict=True))
            for e in _EDGES
        ],
    }
)

ASKING = Workflow.model_validate(
    {
        "id": "drawn",
        "purpose": "marketing",
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
            {"id": "rich", "type": "if_condition", "config": {"condition": "score >= 5"}},
            {"id": "hello", "type": "email_send", "config": {"template_id": "hello"}},
        ],
        "edges": [
            {"source": "start", "outcome": "next", "target": "rich"},
            {"source": "rich", "outcome": "true", "target": "hello"},
            {"source": "rich", "outcome": "false", "target": "hello"},
        ],
    }
)

WRITING = Workflow.model_validate(
    {
        "id": "drawn",
        "purpose": "marketing",
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
            {"id": "hello", "type": "email_send", "config": {"template_id": "hello"}},
        ],
        "edges": [{"source": "start", "outcome": "next", "target": "hello"}],
    }
)


def _contact(user: str, events: Sequence[SimulatedEvent] = ()) -> Person:
    known = {"email": f"{user}@example.com", "score": 5, "time_zone": "UTC"}
    contact = SimulatedContact(
        profile_id(TENANT, "user", user),
        known,
        {"email:marketing": "granted"},
        events=tuple(events),
        trigger="signup",
    )
    return Person(user, contact)


AUDIENCE = (
    _contact("u0"),
    _contact("u1", [SimulatedEvent(START + timedelta(hours=30, minutes=50), "purchase")]),
)


@dataclass
class Scene:
    """A deployment with the journey in it, ready to run.

    Attributes:
        cloud: The deployment.
        mischief: Where faults are planted.
    """

    cloud: Cloud
    mischief: Mischief

    @classmethod
    def set(cls) -> Scene:
        """Set it up."""
        cloud = Cloud()
        cloud.publish(JOURNEY)
        cloud.admit(AUDIENCE)
        return cls(cloud, Mischief(cloud, AUDIENCE, JOURNEY))

    def play(self) -> None:
        """Run it to its end and check what must always hold."""
        self.cloud.run()
        check_safe(self.cloud, JOURNEY, AUDIENCE, self.mischief)


def at_each_write(kind: str) -> Iterator[tuple[int, Scene]]:
    """Play the journey once a write, with the fault there; yield each scene played."""
    for who in range(2) if kind in (*CHANGING, "repeat_task") else range(1):
        write = 0
        while True:
            write += 1
            scene = Scene.set()
            before = len(scene.cloud.world.writes)
            scene.mischief.plant([Fault(kind, write, who)])
            scene.play()
            if len(scene.cloud.world.writes) - before < write:
                break
            yield write, scene


def crash_at_each_write() -> None:
    """Crashes: the same story, but that a claimed message may stay unsent."""
    for kind in ("crash_before", "crash_after"):
        for _, scene in at_each_write(kind):
            compare(JOURNEY, AUDIENCE, scene.cloud, crashed=True)


def replay_at_each_write() -> None:
    """Repeated starts: the same story."""
    for _, scene in at_each_write("replay_start"):
        compare(JOURNEY, AUDIENCE, scene.cloud)


def repeat_task_at_each_write() -> None:
    """A Task's function runs twice, at once or later: the same story."""
    for _, scene in at_each_write("repeat_task"):
        compare(JOURNEY, AUDIENCE, scene.cloud, crashed=True)


def migrate_at_each_write() -> None:
    """Everybody moves to a new version of the same graph: the same story."""
    for _, scene in at_each_write("migrate"):
        compare(JOURNEY, AUDIENCE, scene.cloud)


def outage_at_each_write() -> None:
    """All executions end, told or not: nobody is lost."""
    for kind in ("abort", "outage", "no_start"):
        for _ in at_each_write(kind):
            pass


def exit_at_each_write() -> None:
    """Exits at any moment: nothing is sent after them."""
    for _ in at_each_write("exit"):
        pass


def opt_out_at_each_write() -> None:
    """Opt-outs at any moment: no marketing is sent after them."""
    for _ in at_each_write("opt_out"):
        pass


def purchase_at_each_write() -> None:
    """A purchase processed between any two writes is never missed: the oracle sees it a second later."""
    write = 0
    while True:
        write += 1
        scene = Scene.set()
        happened: list[SimulatedEvent] = []
        before = len(scene.cloud.world.writes)
        scene.cloud.world.at_write(write, lambda s=scene, h=happened: _buy(s.cloud, h))
        scene.play()
        if len(scene.cloud.world.writes) - before < write:
            return
        enrolled = happened and scene.cloud.bought_after_entry
        if enrolled and happened[0].at < AUDIENCE[1].contact.events[0].at:
            first = AUDIENCE[0]
            told = replace(first, contact=replace(first.contact, events=tuple(happened)))
            compare(JOURNEY, (told, AUDIENCE[1]), scene.cloud)
            (token, *_) = scene.cloud.tokens(told, JOURNEY.id)
            runs = [scene.cloud.world.runs.get(TENANT, run) for run in token.runs]
            woken = [run.started_at for run in runs if run is not None and run.via.node == "bought"]
            assert all(at - happened[0].at < timedelta(hours=1) for at in woken), "woken too late"


def _buy(cloud: Cloud, happened: list[SimulatedEvent]) -> None:
    person = AUDIENCE[0]
    at = cloud.world.clock.now() + timedelta(seconds=1)
    cloud.bought_after_entry = bool(cloud.tokens(person, JOURNEY.id))
    event: Event = cloud.event(person, at, "purchase", {}, {})
    happened.append(SimulatedEvent(at, "purchase"))
    cloud.deliver_now([event])


def quiet_play() -> None:
    """No fault: the oracle's story."""
    scene = Scene.set()
    scene.play()
    compare(JOURNEY, AUDIENCE, scene.cloud)


def play_with_rate() -> None:
    """A provider that takes one message at a time: never more is sent than was granted."""
    scene = Scene.set()
    rate = scene.cloud.world.rate
    rate.budget = 1
    granted = [1]

    def refill() -> None:
        if rate.budget == 0:
            rate.budget = 1
            granted[0] += 1

    scene.cloud.world.on_read("runs.attempt", refill)
    for seconds in range(1, 600, 5):
        scene.cloud.at(START + timedelta(seconds=seconds), refill)
    for hours in range(1, 100):
        scene.cloud.at(START + timedelta(hours=hours, minutes=2), refill)
    sent = scene.cloud.world.mailer.accepted
    scene.cloud.world.on_write("mailer.send", lambda: _within(len(sent), granted[0]), again=True)
    scene.play()
    compare(JOURNEY, AUDIENCE, scene.cloud)


def _within(sent: int, granted: int) -> None:
    assert sent < granted, f"{sent + 1} messages on {granted} granted"


def _newer() -> Workflow:
    """The new version says a day where the old one says three, and its end is another."""
    document = JOURNEY.model_dump(mode="json")
    for node in document["nodes"]:
        if node["id"] == "bought":
            node["config"]["time_limit"] = "1_days"
        if node["id"] == "last":
            node.update(type="exit", config={})
    return Workflow.model_validate(document)


def play_beside_a_new_version() -> None:
    """Publishing another version changes nothing for those who are in the old one."""
    scene = Scene.set()
    scene.cloud.at(START + timedelta(hours=1), lambda: scene.cloud.publish(_newer(), 2))
    scene.play()
    compare(JOURNEY, AUDIENCE, scene.cloud)


def play_in_two_versions() -> None:
    """Each goes the way of the version in which he began, though the same functions carry both."""
    first, second = AUDIENCE
    newer = _newer()
    cloud = Cloud()
    cloud.publish(JOURNEY)
    cloud.admit([first])
    cloud.at(START + timedelta(hours=1), lambda: cloud.publish(newer, 2))
    cloud.admit([second], START + timedelta(hours=2))
    cloud.run()
    compare(JOURNEY, (first,), cloud)
    compare(newer, (second,), cloud, start=START + timedelta(hours=2))


class Spoiled(dict[str, Any]):
    """Traits of which one cannot be read."""

    def get(self, name: str, default: Any = None) -> Any:
        if name == "score":
            raise ValueError("spoiled")
        return super().get(name, default)

    def items(self) -> Any:
        raise ValueError("spoiled")


def play_with_a_bad_contact() -> None:
    """A contact at whom a node stumbles is set aside with the reason; the others go their way."""
    _play_spoiled(ASKING)


def play_with_a_bad_letter() -> None:
    """The same of a contact at whose message an executor stumbles."""
    _play_spoiled(WRITING)


def _play_spoiled(workflow: Workflow) -> None:
    cloud = Cloud()
    cloud.publish(workflow)
    cloud.admit(AUDIENCE)
    bad, good = AUDIENCE
    stored = cloud.world.profiles.get

    def get(tenant: str, ids: Sequence[str]) -> dict[str, Profile]:
        found = stored(tenant, ids)
        return {i: p.evolve(traits=Spoiled(p.traits)) if i == bad.profile else p for i, p in found.items()}

    cloud.world.on_write("runs.record", lambda: setattr(cloud.world.profiles, "get", get), after=True)
    cloud.run()
    (token,) = cloud.tokens(bad, workflow.id)
    assert token.end_reason == EndReason.ERROR
    reasons = [trace.reasons for run in token.runs for trace in cloud.world.runs.traces(TENANT, run)]
    assert {"node_error:ValueError": (token.id,)} in [
        {code: tuple(named) for code, named in found.items()} for found in reasons
    ]
    compare(workflow, (good,), cloud)


Scenario = Callable[[], None]
EVERY: tuple[Scenario, ...] = (
    quiet_play,
    crash_at_each_write,
    replay_at_each_write,
    repeat_task_at_each_write,
    migrate_at_each_write,
    outage_at_each_write,
    exit_at_each_write,
    opt_out_at_each_write,
    purchase_at_each_write,
    play_with_rate,
    play_beside_a_new_version,
    play_in_two_versions,
    play_with_a_bad_contact,
    play_with_a_bad_letter,
)
