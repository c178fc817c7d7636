"""Whatever goes wrong between any two writes: nobody is lost, nobody is mailed twice, everyone ends once.

Faults that do not change what should happen (crashes, repeated deliveries, replayed starts) must moreover leave
every contact with the oracle's story; events, exits and opt-outs at an unlucky moment must keep what is safe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.contracts.ids import TokenId
from stepwell.contracts.messages import Email
from stepwell.contracts.tokens import EndReason, TokenState
from stepwell.runtime.ending import Exiter
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow

from tests.simulation.audiences import TENANT, Person, people
from tests.simulation.cloud import Cloud
from tests.simulation.strategies import FIXED, FRESH, workflows
from tests.simulation.test_translation import compare

BENIGN = ("crash_before", "crash_after", "replay_start", "redeliver", "repeat_task", "migrate")
DOUBTFUL = ("crash_before", "crash_after", "repeat_task")
"""After these a message may be UNKNOWN: somebody else claimed it, and only he knows what became of it."""
OUTAGES = ("abort", "outage", "no_start")
CHANGING = ("exit", "opt_out", "event")


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong at a write.

    Attributes:
        kind: What.
        write: Before which write, counted from the start.
        who: Index of the contact it hits.
    """

    kind: str
    write: int
    who: int


def faults(kinds: Sequence[str]) -> st.SearchStrategy[list[Fault]]:
    """Draw some faults."""
    return st.lists(
        st.builds(
            Fault,
            st.sampled_from(kinds),
            st.one_of(st.integers(1, 40), st.integers(1, 200)),
            st.integers(0, 5),
        ),
        min_size=1,
        max_size=5,
    )


@dataclass
class Committed:
    """What was promised to a contact, and which messages were on their way by then: claimed, so not to stop."""

    claimed: frozenset[str]
    what: str


class Mischief:
    """Plants faults into a deployment and remembers what they promised."""

    def __init__(self, cloud: Cloud, audience: Sequence[Person], workflow: Workflow) -> None:
        self.cloud, self.audience, self.workflow = cloud, audience, workflow
        self.promises: dict[str, Committed] = {}

    def plant(self, planned: Sequence[Fault]) -> None:
        """Plan all faults."""
        self.cloud.faulty = True
        world = self.cloud.world
        for fault in planned:
            person = self.audience[fault.who % len(self.audience)]
            if fault.kind == "crash_before":
                world.crash_at(fault.write)
            elif fault.kind == "crash_after":
                world.crash_at(fault.write, after=True)
            elif fault.kind == "replay_start":
                world.at_write(fault.write, self.cloud.replay_starts)
            elif fault.kind == "repeat_task":
                world.at_write(fault.write, lambda f=fault: self.cloud.repeat_task(f.who * 3))
            elif fault.kind == "migrate":
                world.at_write(fault.write, lambda: self.cloud.migrate(self.workflow))
            elif fault.kind == "redeliver":
                self.cloud.redeliver += fault.write % 4
            elif fault.kind == "abort":
                world.at_write(fault.write, self.cloud.abort_all)
            elif fault.kind == "outage":
                world.at_write(fault.write, lambda: self.cloud.abort_all(tell=False))
            elif fault.kind == "no_start":
                world.at_write(fault.write, self._no_start)
            elif fault.kind == "exit":
                world.at_write(fault.write, lambda p=person: self._exit(p))
            elif fault.kind == "opt_out":
                world.at_write(fault.write, lambda p=person: self._opt_out(p))
            else:
                world.at_write(fault.write, lambda p=person: self._event(p))

    def _claimed(self, person: Person) -> frozenset[str]:
        record = self.cloud.world.messaging.records(TENANT, [person.profile])[person.profile]
        return frozenset(claim.visit for claim in record.claims)

    def _no_start(self) -> None:
        self.cloud.world.machines.down = 2

    def _promise(self, person: Person, what: str) -> None:
        self.promises.setdefault(person.profile, Committed(self._claimed(person), what))

    def _exit(self, person: Person) -> None:
        ended = Exiter(self.cloud.ports).end(TENANT, self.workflow.id, person.profile, EndReason.EJECTED)
        if ended:
            self._promise(person, "exit")

    def _opt_out(self, person: Person) -> None:
        self.cloud.world.messaging.set_consent(TENANT, person.profile, {"email:marketing": "denied"})
        self._promise(person, "opt_out")

    def _event(self, person: Person) -> None:
        now = self.cloud.world.clock.now() + timedelta(seconds=1)
        self.cloud.put([self.cloud.event(person, now, "page_view", {"total": 80}, {})])


def mails_to(cloud: Cloud, person: Person) -> list[Email]:
    """Return what the provider took for a contact."""
    address = person.contact.traits.get("email")
    return [mail for mail in cloud.world.mailer.accepted if mail.to == address]


def check_safe(cloud: Cloud, workflow: Workflow, audience: Sequence[Person], mischief: Mischief) -> None:
    """Assert what must hold whatever happened."""
    graph = Graph(workflow)
    assert not cloud.poison
    for person in audience:
        tokens = cloud.tokens(person, workflow.id)
        primary = [t for t in tokens if not TokenId.parse(t.id).branches]
        assert len(primary) == 1, f"{person.user} has {len(primary)} enrollments"
        assert all(t.state is TokenState.ENDED for t in tokens), f"{person.user} is lost: {tokens}"
        assert primary[0].end_reason not in ("", EndReason.ERROR), primary[0]
        mails = mails_to(cloud, person)
        visits = Counter(mail.tags["visit"] for mail in mails)
        assert not [v for v, n in visits.items() if n > 1], f"{person.user} was mailed twice at one visit"
        promise = mischief.promises.get(person.profile)
        if promise is not None:
            late = [m for m in mails if m.tags["visit"] not in promise.claimed]
            if promise.what == "opt_out":
                late = [m for m in late if is_marketing(graph, m)]
            assert not late, f"{person.user} was mailed after {promise.what}: {late[0].tags}"


def is_marketing(graph: Graph, mail: Email) -> bool:
    """Say whether a message needed consent."""
    node = graph[mail.tags["node"]]
    return (getattr(node.config, "purpose", "") or graph.workflow.purpose) == "marketing"


def live_through(
    workflow: Workflow, audience: tuple[Person, ...], planned: Sequence[Fault]
) -> tuple[Cloud, Mischief]:
    """Run a deployment with faults to its end."""
    cloud = Cloud()
    cloud.publish(workflow)
    mischief = Mischief(cloud, audience, workflow)
    cloud.admit(audience)
    mischief.plant(planned)
    cloud.run()
    cloud.world.calm()
    return cloud, mischief


@settings(FIXED, max_examples=120)
@given(workflows(), people(4), faults(BENIGN))
def test_crashes_and_repetitions_change_nothing(
    workflow: Workflow, audience: tuple[Person, ...], planned: list[Fault]
) -> None:
    cloud, mischief = live_through(workflow, audience, planned)
    check_safe(cloud, workflow, audience, mischief)
    compare(workflow, audience, cloud, crashed=any(fault.kind in DOUBTFUL for fault in planned))


@settings(FIXED, max_examples=120)
@given(workflows(), people(4), faults(BENIGN + OUTAGES + CHANGING))
def test_whatever_happens_is_safe(
    workflow: Workflow, audience: tuple[Person, ...], planned: list[Fault]
) -> None:
    cloud, mischief = live_through(workflow, audience, planned)
    check_safe(cloud, workflow, audience, mischief)


@pytest.mark.deep
@settings(FRESH, max_examples=2000)
@given(workflows(14), people(6), faults(BENIGN + OUTAGES + CHANGING))
def test_whatever_happens_is_safe_deep(
    workflow: Workflow, audience: tuple[Person, ...], planned: list[Fault]
) -> None:
    cloud, mischief = live_through(workflow, audience, planned)
    check_safe(cloud, workflow, audience, mischief)
