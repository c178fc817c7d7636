"""Does the tasks of exports and snapshots: the machine of transfers asks for a plan, each part, and the end."""

from __future__ import annotations

from typing import Any

from stepwell.lake.events import PREFIX as DAY
from stepwell.lake.events import event_day_task
from stepwell.lake.snapshots import snapshot_task
from stepwell.lake.starting import SNAPSHOT
from stepwell.management import management
from stepwell.observability import observed
from stepwell.transfers.tasks import export_task


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Do one task; a repeated one changes nothing."""
    del context
    with observed("export_profiles", tenant=event.get("tenant", "")) as batch:
        batch.note(job=event.get("job"), task=event.get("task"))
        job = str(event.get("job", ""))
        if job.startswith(SNAPSHOT):
            told = snapshot_task(management().snapshot_ports, event)
        elif job.startswith(DAY):
            told = event_day_task(management().event_day_ports, event)
        else:
            told = export_task(management().export_ports, event)
        if event.get("task") == "part":
            batch.count("Rows", int(told.get("rows", 0)))
        return told
