"""Turns `webhook.received` of the bus into an event of the contact that the webhook names."""

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
    with observed("ingest_webhook") as batch:
        try:
            tenant, found = event_of(event.get("detail") or {})
        except InvalidInput as error:
            batch.note(ignored=error.code)
            batch.count("Ignored")
            return
        container().sink.put(records_of(tenant, [found]))
        batch.note(tenant=tenant)
        batch.count("Events")
