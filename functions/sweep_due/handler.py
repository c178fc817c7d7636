"""Each minute: lets everything go on that is due, tenant by tenant."""

from __future__ import annotations

from typing import Any

from stepwell.bootstrap import container
from stepwell.errors import Unavailable
from stepwell.observability import observed
from stepwell.runtime.sweeping import sweep


def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Sweep all tenants, or the one that the event names; one tenant's trouble does not stop the others."""
    del context
    wired = container()
    named = event.get("tenant")
    woken = timers = 0
    failed: list[str] = []
    with observed("sweep_due") as batch:
        for tenant in [str(named)] if named else wired.workspaces.tenants():
            try:
                swept = sweep(tenant, wired.ports)
            except Unavailable:
                failed.append(tenant)
                continue
            woken += swept.woken
            timers += swept.timers
            batch.count("Stale", swept.stale)
        batch.count("Woken", woken)
        batch.count("Timers", timers)
        if failed:
            batch.note(failed=failed)
            raise Unavailable("Some tenants could not be swept; the next minute sweeps again.")
        return {"woken": woken, "timers": timers}
