"""Send times as people see them: when a contact and everybody are active, and what the best time gains.

The prior is estimated anew by a `Move` of kind `timing`: publishing asks for it, and whoever chooses a time by one
that is a day old. An estimate reads two thousand profiles, about 0.03 cents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any, Protocol

from stepwell.conditions.values import zone_named
from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Document
from stepwell.errors import Conflict, NotFound
from stepwell.publishing import drafts
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import Move
from stepwell.publishing.segment_ports import ProfileSample
from stepwell.publishing.versions import read_version
from stepwell.timing.arms import Arm, Gain, arms, gain
from stepwell.timing.hours import totals
from stepwell.timing.prior import ID, KIND, SAMPLE, Prior, estimate
from stepwell.triggers.timing import timed_messages
from stepwell.workflows.documents import from_document
from stepwell.workflows.graph import Graph
from stepwell.workflows.nodes.send_time_optimization import NODE

_BY = "stepwell"


class Documents(Protocol):
    """Documents of a workspace; see `stepwell.adapters.config_store.ConfigStore`."""

    def document(self, tenant: str, kind: str, id_: str) -> Document:
        """Return one, or raise NotFound."""
        ...

    def save_document(
        self, tenant: str, kind: str, id_: str, rev: int, body: Mapping[str, Any], by: str = ""
    ) -> Document:
        """Save one over the revision that was read, or raise Conflict."""
        ...


class Counters(Protocol):
    """Counts of outcomes; see `stepwell.triggers.ports.Counters`."""

    def read(self, tenant: str, workflow: str, version: int) -> Mapping[str, Mapping[str, int]]:
        """Return ``{node: {outcome: n}}``."""
        ...


@dataclass(frozen=True, slots=True)
class SendTimes:
    """Estimates and tells send times.

    Args:
        documents: Where the prior lies.
        sample: Contacts to estimate it from.
        counters: What became of messages.
        publishing: Clock, workflows, versions.
    """

    documents: Documents
    sample: ProfileSample
    counters: Counters
    publishing: PublishingPorts

    def _read(self, tenant: str) -> tuple[int, Prior]:
        try:
            found = self.documents.document(tenant, KIND, ID)
        except NotFound:
            return 0, Prior()
        return found.rev, Prior.parse(found.body)

    def refresh(self, tenant: str) -> Prior:
        """Estimate the prior anew unless that was done within a day; may be repeated."""
        rev, known = self._read(tenant)
        now = self.publishing.now()
        if known.known(now):
            return known
        zone = zone_named(self.publishing.inventory.workspace(tenant).time_zone) or UTC
        found = estimate(self.sample.sample(tenant, SAMPLE).profiles, now, zone)
        try:
            self.documents.save_document(tenant, KIND, ID, rev, found.document(), _BY)
        except Conflict:
            return self._read(tenant)[1]  # somebody else was asked too, and was faster
        return found

    def of_contact(self, tenant: str, contact: Profile) -> dict[str, Any]:
        """Return when a contact is active: its own counts, its shares as they are used, everybody's."""
        now = self.publishing.now()
        prior = self._read(tenant)[1]
        counts = totals(contact.hours, int(now.timestamp() * 1000))
        shares = prior.of(contact, now)
        number = sum(counts)
        known = number > 0 or prior.contacts > 0
        return {
            "time_zone": str(contact.traits.get("time_zone") or ""),
            "counted": round(number, 1),
            "own_share": round(number / (number + prior.strength), 3),
            "best_hour": max(range(len(shares)), key=lambda hour: shares[hour]) if known else None,
            "hours": [
                {"hour": hour, "counted": round(counts[hour], 2), "share": shares[hour], "group": group}
                for hour, group in enumerate(prior.group(contact.segments))
            ],
        }

    def of_workspace(self, tenant: str) -> dict[str, Any]:
        """Return when the workspace's contacts are active, as it was last estimated."""
        prior = self._read(tenant)[1]
        return {
            "at": iso(prior.at) if prior.at else None,
            "contacts": prior.contacts,
            "strength": round(prior.strength, 2),
            "hours": list(prior.hours),
            "weekdays": list(prior.weekdays),
            "segments": [{"segment": name, "hours": list(shares)} for name, shares in prior.segments.items()],
        }

    def gains(self, tenant: str, workflow: str, version: int = 0) -> list[dict[str, Any]]:
        """Return what the best time gains, message by message of a version.

        Args:
            tenant: Tenant id.
            workflow: Workflow id.
            version: Version; 0: the live one.

        Raises:
            NotFound: No such workflow or version.
        """
        record = drafts.read(self.publishing, tenant, workflow)
        number = version or record.live
        if not number:
            return []
        graph = Graph(from_document(dict(read_version(self.publishing, tenant, workflow, number).graph)))
        counts = self.counters.read(tenant, workflow, number)
        found = []
        for node, (wait, control) in timed_messages(graph).items():
            best, other = arms(counts.get(node) or {})
            found.append(
                {
                    "node": node,
                    "wait": wait,
                    "control": control,
                    "best_time": asdict(best),
                    "control_group": asdict(other),
                    "open_gain": _gain(best, other, "opened"),
                    "click_gain": _gain(best, other, "clicked"),
                }
            )
        return found


def _gain(best: Arm, control: Arm, what: str) -> dict[str, float] | None:
    found: Gain | None = gain((getattr(best, what), best.sent), (getattr(control, what), control.sent))
    return None if found is None else asdict(found)


def ask_for_prior(ports: PublishingPorts, tenant: str, graph: Graph) -> None:
    """Have the prior estimated where a version that was published just now goes by it."""
    if any(graph[node].node.type == NODE.name for node in graph.order):
        ports.moves.send(timing_move(tenant))


def timing_move(tenant: str) -> Move:
    """Return the command that has a workspace's prior estimated."""
    return Move("timing", tenant, "_timing", job=f"timing-{short_hash(tenant, length=8)}")
