"""Figures of workflows over time, and what messages cost: read from counters that are kept anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from stepwell.contracts.prices import PRICES
from stepwell.errors import InvalidInput
from stepwell.publishing import drafts
from stepwell.publishing.live import Standing, live
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import WorkflowRecord

OVERHEAD_USD = 0.006 / 1_000
"""What the platform adds to a message at most, in cohorts of 250 (the benchmark `overhead_usd_per_1000_messages`)."""

MOST_DAYS = 400
TOP = 10
LOOKED_AT = 5_000
"""Enrollments that a list looks at: some 2,500 read units, 0.03 cents, and only for workflows that anybody is in."""
SUMS = (
    "enrolled",
    "sent",
    "skipped",
    "failed",
    "delivered",
    "opened",
    "clicked",
    "conversions",
    "unsubscribed",
    "bounced",
    "complained",
)
"""What is summed up; opens and clicks are people's, those of scanners and proxies are left out."""
_OF = {"conversions": "reached"}

Points = Mapping[str, Mapping[str, int]]


class Counts(Protocol):
    """Counters of workflow versions."""

    def read(self, tenant: str, workflow: str, version: int) -> Mapping[str, Mapping[str, int]]:
        """Return ``{node: {outcome: n}}``."""
        ...

    def series(self, tenant: str, workflow: str, version: int) -> tuple[Points, Points]:
        """Return counts an hour (since yesterday's midnight) and a day, in UTC."""
        ...


def message_usd() -> float:
    """Return what a message costs at list price: the provider's and the platform's part."""
    return PRICES["ses_message"].each + OVERHEAD_USD


@dataclass(frozen=True, slots=True)
class Figures:
    """Reads figures.

    Args:
        counts: Counters.
        publishing: Workflows.
    """

    counts: Counts
    publishing: PublishingPorts

    def summary(
        self, tenant: str, first: date, last: date, *, workflow: str = "", channel: str = ""
    ) -> dict[str, Any]:
        """Sum up all workflows, or one, day by day.

        Args:
            tenant: Tenant id.
            first: First day (UTC).
            last: Last day.
            workflow: Only this one.
            channel: Only this channel; the others send nothing yet.

        Raises:
            InvalidInput: The days are in the wrong order, or too many.
            NotFound: No such workflow.
        """
        days = _days(first, last)
        records = (
            [drafts.read(self.publishing, tenant, workflow)]
            if workflow
            else self.publishing.workflows.all(tenant)
        )
        empty = channel not in ("", "email")
        by_workflow = {} if empty else {r.id: self._by_day(tenant, r) for r in records if r.latest}
        wanted = {id_: [_point(found.get(day, {})) for day in days] for id_, found in by_workflow.items()}
        names = {r.id: r.name for r in records}
        totals = {id_: _sum(points) for id_, points in wanted.items()}
        by_day = [_sum(points[n] for points in wanted.values()) for n in range(len(days))]
        top = sorted(totals, key=lambda id_: (-totals[id_]["sent"], -totals[id_]["enrolled"], id_))
        return {
            "first": first,
            "last": last,
            "time_zone": "UTC",
            "totals": _sum(totals.values()),
            "days": [{"day": day, **point} for day, point in zip(days, by_day, strict=True)],
            "workflows": [
                {"workflow": id_, "name": names[id_], **totals[id_]}
                for id_ in top[:TOP]
                if any(totals[id_][kind] for kind in SUMS)
            ],
            "usd_per_message": message_usd(),
        }

    def standings(
        self,
        tenant: str,
        workflows: Sequence[str],
        today: date,
        look: Callable[[str, int], Standing] | None = None,
    ) -> list[dict[str, Any]]:
        """Return how some workflows do, for lists: from counters, so that a list costs few reads.

        Counters do not know who left a wait by an exit event or was ejected. So whoever they have in a workflow is
        looked for, while `LOOKED_AT` lasts.

        Args:
            tenant: Tenant id.
            workflows: Workflow ids; unknown ones are left out.
            today: The last of the seven days (UTC).
            look: Count who is in a workflow, among so many enrollments at most; None: believe the counters.
        """
        days = _days(today - timedelta(days=6), today)
        records = [self.publishing.workflows.get(tenant, id_) for id_ in dict.fromkeys(workflows)]
        found, left = [], LOOKED_AT
        for record in records:
            if record is None:
                continue
            told = self._standing(tenant, record, days)
            if look is not None and left > 0 and told["in_flight"]:
                now_in = look(record.id, left)
                left -= now_in.looked_at
                if now_in.complete:
                    told |= {"in_flight": sum(now_in.nodes.values()), "in_flight_complete": True}
            found.append(told)
        return found

    def _standing(self, tenant: str, record: WorkflowRecord, days: list[str]) -> dict[str, Any]:
        versions = {record.live, *record.machines} - {0}
        told = {
            v: live(self.publishing, tenant, record.id, v, self.counts.read(tenant, record.id, v), None)
            for v in versions
        }
        found = self._by_day(tenant, record)
        now = told.get(record.live, {})
        in_flight = sum(one["in_flight"] for one in told.values())
        return {
            "workflow": record.id,
            "in_flight": in_flight,
            "in_flight_complete": not in_flight,
            "enrolled": now.get("enrolled", 0),
            "conversions": now.get("conversions", 0),
            "conversion_rate": now.get("conversion_rate"),
            "has_goals": bool(now.get("goals")),
            "sent_7_days": sum(found.get(day, {}).get("sent", 0) for day in days),
        }

    def series(
        self, tenant: str, workflow: str, version: int, *, by: str, now: datetime
    ) -> list[dict[str, Any]]:
        """Return one version's points, oldest first: the last 24 hours, or the last 30 days."""
        hours, days = self.counts.series(tenant, workflow, version)
        if by == "hour":
            start = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            ats = [start - timedelta(hours=n) for n in reversed(range(24))]
            return [{"at": at, **_point(hours.get(at.isoformat()[:13], {}))} for at in ats]
        today = datetime.combine(now.astimezone(UTC).date(), datetime.min.time(), UTC)
        ats = [today - timedelta(days=n) for n in reversed(range(30))]
        return [{"at": at, **_point(days.get(at.date().isoformat(), {}))} for at in ats]

    def _by_day(self, tenant: str, record: WorkflowRecord) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for version in range(1, record.latest + 1):
            for day, points in self.counts.series(tenant, record.id, version)[1].items():
                into = found.setdefault(day, {})
                for kind, number in points.items():
                    into[kind] = into.get(kind, 0) + number
        return found


def _days(first: date, last: date) -> list[str]:
    number = (last - first).days + 1
    if number < 1 or number > MOST_DAYS:
        raise InvalidInput(f"`from` to `to` are 1 to {MOST_DAYS} days.", code="bad_days")
    return [(first + timedelta(days=n)).isoformat() for n in range(number)]


def _point(points: Mapping[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {kind: points.get(_OF.get(kind, kind), 0) for kind in SUMS}
    return {**found, "usd": round(found["sent"] * message_usd(), 6)}


def _sum(points: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    total: dict[str, Any] = {**dict.fromkeys(SUMS, 0), "usd": 0.0}
    for point in points:
        for kind in total:
            total[kind] += point[kind]
    return {**total, "usd": round(total["usd"], 6)}
