"""Turns `webhook.received` of the bus into events: by its source's mapping, or of the contact that its body names."""

from __future__ import annotations

from typing import Any

from stepwell.bootstrap import container
from stepwell.errors import InvalidInput
from stepwell.observability import observed
from stepwell.triggers.batches import records_of
from stepwell.triggers.hooks import event_of


def handler(event: dict[str, Any], context: object) -> None:
    """Take one event of EventBridge; what names no contact concerns other rules of the bus."""
    del context
    detail = event.get("detail") or {}
    with observed("ingest_webhook") as batch:
        try:
            if detail.get("scheme"):
                taken = container().webhook_mapper.take(detail)
                batch.note(tenant=detail["tenant"], source=detail["source"], refused=taken.code)
                batch.count("Events", taken.events)
                batch.count("Unmapped", taken.refused)
                return
            tenant, found = event_of(detail)
        except InvalidInput as error:
            batch.note(ignored=error.code)
            batch.count("Ignored")
            return
        container().sink.put(records_of(tenant, [found]))
        batch.note(tenant=tenant)
        batch.count("Events")
