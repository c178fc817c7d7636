"""Progress of broadcasts and moves in table `config`: a small head a job, one item a part, summed when read.

A part is put once, so a repeated cohort counts once, and a thousand cohorts do not queue for one item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.wire import Key, Plain, from_millis, millis, pack, unpack
from stepwell.contracts.clock import Clock
from stepwell.runtime.jobs import Job

KEPT = timedelta(days=90)
_FIELDS = {"total": "n", "parts": "p", "details": "d"}


class DynamoJobs:
    """See `stepwell.publishing.ports.Jobs`.

    Args:
        table: Table `config`.
        clock: The clock.
    """

    def __init__(self, table: DynamoTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def put(self, tenant: str, job: Job) -> bool:
        """Write a job unless it exists."""
        pk, sk = _head(tenant, job.id)
        return self._table.put_new(
            {
                "pk": pk,
                "sk": sk,
                "k": job.kind,
                "w": job.workflow,
                "st": job.state,
                "t": millis(job.started_at),
                "by": job.actor,
                "n": job.total,
                "p": job.parts,
                "d": pack(dict(job.details)),
                "ttl": self._ttl(),
            }
        )

    def get(self, tenant: str, job: str) -> Job | None:
        """Read one."""
        item = self._table.get(_head(tenant, job))
        return None if item is None else self._job(tenant, item)

    def update(self, tenant: str, job: str, state: str, **changes: Any) -> None:
        """Set the state and ``total``, ``parts`` or ``details`` of a job."""
        values: dict[str, Any] = {":st": state}
        names = {"#st": "st"}
        parts = ["#st = :st"]
        for name, value in changes.items():
            short = _FIELDS[name]
            names[f"#{short}"] = short
            values[f":{short}"] = pack(dict(value)) if name == "details" else value
            parts.append(f"#{short} = :{short}")
        self._table.update(
            _head(tenant, job),
            f"SET {', '.join(parts)}",
            names=names,
            values=values,
            condition="attribute_exists(pk)",
        )

    def add(self, tenant: str, job: str, part: str, counts: Mapping[str, int]) -> None:
        """Add a part's counts once; a repeated part changes nothing."""
        self._table.put_new(
            {"pk": _parts(tenant, job), "sk": part or "-", "c": pack(dict(counts)), "ttl": self._ttl()}
        )

    def is_done(self, tenant: str, job: str, part: str) -> bool:
        """Tell whether a part's counts were added."""
        return self._table.get((_parts(tenant, job), part or "-")) is not None

    def parts_done(self, tenant: str, job: str) -> frozenset[str]:
        """Return the parts whose counts were added."""
        return frozenset(str(item["sk"]) for item in self._table.query(_parts(tenant, job)).items)

    def of_workflow(self, tenant: str, workflow: str, limit: int) -> list[Job]:
        """Read a workflow's jobs, newest first."""
        heads = [item for item in self._table.query(f"{tenant}#JOB").items if item["w"] == workflow]
        newest = sorted(heads, key=lambda item: int(item["t"]), reverse=True)[:limit]
        return [self._job(tenant, item) for item in newest]

    def _job(self, tenant: str, item: Plain) -> Job:
        parts = self._table.query(_parts(tenant, item["sk"])).items
        counts: Counter[str] = Counter()
        for part in parts:
            counts.update(unpack(part["c"]))
        done = bool(item["p"]) and len(parts) >= item["p"] and item["st"] == "running"
        return Job(
            id=item["sk"],
            kind=item["k"],
            workflow=item["w"],
            state="done" if done else item["st"],
            started_at=from_millis(item["t"]),
            actor=item["by"],
            total=item["n"],
            parts=item["p"],
            parts_done=len(parts),
            counts=dict(counts),
            details=unpack(item["d"]),
        )

    def _ttl(self) -> int:
        return int((self._clock.now() + KEPT).timestamp())


def _head(tenant: str, job: str) -> Key:
    return f"{tenant}#JOB", job


def _parts(tenant: str, job: str) -> str:
    return f"{tenant}#JOB#{job}"
