"""Two contacts become one between any two writes of their journeys: both journeys end, nothing is sent twice.

No event and no crash changes that; and an opt-out of either holds for both from then on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stepwell.contracts.ids import TokenId
from stepwell.contracts.merges import MergeReason
from stepwell.contracts.tokens import TokenState
from stepwell.profiles.traits import default_attributes
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow

from tests.simulation.audiences import TENANT, Person, people
from tests.simulation.cloud import Cloud
from tests.simulation.strategies import FIXED, workflows
from tests.simulation.test_faults import BENIGN, Fault, Mischief, check_safe, faults, is_marketing


class Union:
    """Merges the first two contacts of an audience once.

    Attributes:
        claimed: Visits that either had claimed by then.
        denied: Whether either had said no to marketing by then.
    """

    def __init__(self, cloud: Cloud, audience: Sequence[Person]) -> None:
        self._cloud = cloud
        self.ids = [person.profile for person in audience[:2]]
        self.claimed: frozenset[str] | None = None
        self.denied = False

    def make(self) -> None:
        world = self._cloud.world
        if self.claimed is not None or len(world.profiles.get(TENANT, self.ids)) < 2:
            return
        records = world.messaging.records(TENANT, self.ids).values()
        self.claimed = frozenset(claim.visit for record in records for claim in record.claims)
        self.denied = any(record.consent.get("email:marketing") == "denied" for record in records)
        merging = world.merging(self._cloud.members)
        of = default_attributes().of
        merging.merge(TENANT, *self.ids, of, reason=MergeReason.MANUAL, by="test")


@settings(FIXED, max_examples=40)
@given(workflows(), people(4), st.integers(1, 150), faults(BENIGN), st.booleans())
def test_a_merge_at_any_moment_is_safe(
    workflow: Workflow, audience: tuple[Person, ...], write: int, planned: list[Fault], calm: bool
) -> None:
    assume(len(audience) > 1)
    cloud = Cloud()
    cloud.publish(workflow)
    union = Union(cloud, audience)
    mischief = Mischief(cloud, audience, workflow)
    cloud.admit(audience)
    cloud.world.at_write(write, union.make)
    if not calm:
        mischief.plant(planned)
    cloud.run()
    cloud.world.calm()
    check_safe(cloud, workflow, audience if union.claimed is None else audience[2:], mischief)
    if union.claimed is None:
        return
    tokens = [token for person in audience[:2] for token in cloud.tokens(person, workflow.id)]
    entered = [token for token in tokens if not TokenId.parse(token.id).branches]
    # Who was merged before both had entered enters once.
    assert 1 <= len(entered) <= 2
    assert all(token.state is TokenState.ENDED for token in tokens), tokens
    assert len({p.id for p in cloud.world.profiles.get(TENANT, union.ids).values()}) == 1
    graph = Graph(workflow)
    mails = [m for m in cloud.world.mailer.accepted if m.tags["enrollment"][:16] in union.ids]
    if union.denied:
        late = [m for m in mails if m.tags["visit"] not in union.claimed and is_marketing(graph, m)]
        assert not late, "mailed although one of the two had opted out"
    if any(node.type == "loop_iterator" for node in workflow.nodes):
        return  # one node is many visits then
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for mail in mails:
        # Behind the profile's id stand entry, ordinal and branch.
        same[mail.tags["node"], mail.tags["enrollment"][16:]].append(mail.tags["visit"])
    for message, visits in same.items():
        since = [visit for visit in visits if visit not in union.claimed]
        assert len(visits) < 2 or not since, f"{message} was sent twice because of a merge"
