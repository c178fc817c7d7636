"""Starts a snapshot by hand: the machine of transfers does its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from stepwell.contracts.ids import base36
from stepwell.publishing.ports import PublishingPorts

SNAPSHOT = "snap-"
"""Begins the ids of snapshots: by it the function of exports knows what it is asked for."""


class PartsMachine(Protocol):
    """The machine of transfers."""

    def start(self, name: str, document: Mapping[str, Any]) -> None:
        """Start it under a name; already started is no error."""
        ...


@dataclass(frozen=True, slots=True)
class SnapshotStart:
    """What starting a snapshot reaches.

    Attributes:
        machine: The machine of transfers.
        function_arn: ARN of a function by its name.
        bucket: Bucket of artifacts.
        publishing: The clock and the audit log.
    """

    machine: PartsMachine
    function_arn: Callable[[str], str]
    bucket: str
    publishing: PublishingPorts

    def start(self, tenant: str, job: str) -> None:
        """Start the machine for a job; already started is no error."""
        document = {
            "function": self.function_arn("export_profiles"),
            "tenant": tenant,
            "job": job,
            "bucket": self.bucket,
            "manifest": f"transfers/{tenant}/{job}.jsonl",
        }
        self.machine.start(f"{tenant}-{job}", document)


def start_snapshot(ports: SnapshotStart, tenant: str, actor: str) -> str:
    """Start a snapshot; return its id. A second one within the same minute is the first."""
    minute = int(ports.publishing.now().timestamp()) // 60
    job = f"{SNAPSHOT}{base36(minute)}"
    ports.start(tenant, job)
    ports.publishing.note(tenant, actor, "lake.snapshot_started", f"snapshot/{job}")
    return job
