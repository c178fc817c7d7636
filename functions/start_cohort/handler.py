"""Enrolls one line of a broadcast's manifest; called by the broadcast machine, repeatable."""

from __future__ import annotations

from typing import Any

from stepwell.bootstrap import container
from stepwell.management import management
from stepwell.observability import observed
from stepwell.runtime.broadcast import start_cohort


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Enroll a cohort; return contacts an outcome."""
    del context
    tenant, workflow = str(event["tenant"]), str(event["workflow"])
    with observed("start_cohort", tenant=tenant, workflow=workflow, broadcast=event["broadcast"]) as batch:
        counts = start_cohort(
            tenant,
            workflow,
            int(event["version"]),
            str(event["broadcast"]),
            str(event["index"]),
            event["cohort"],
            container().ports,
            management().jobs,
        )
        batch.note(outcomes=counts)
        batch.count("Enrolled", counts.get("enrolled", 0))
        return counts
