"""Puts what SES tells about messages on the event stream, as engagement of the contact."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from stepwell.bootstrap import container
from stepwell.contracts.events import Event
from stepwell.errors import InvalidInput
from stepwell.observability import observed
from stepwell.triggers.batches import records_of
from stepwell.triggers.engagement import events_of


def handler(event: dict[str, Any], context: object) -> None:
    """Take SNS records, each with one SES event as its message."""
    del context
    wired = container()
    now = wired.clock.now()
    with observed("ingest_callbacks") as batch:
        found: dict[str, list[Event]] = defaultdict(list)
        for record in event["Records"]:
            try:
                for tenant, one in events_of(json.loads(record["Sns"]["Message"]), now):
                    found[tenant].append(one)
            except (InvalidInput, ValueError):
                # SES also writes a plain sentence when a destination is set up.
                batch.count("Ignored")
        records = [record for tenant, events in found.items() for record in records_of(tenant, events)]
        if records:
            wired.sink.put(records)
        batch.count("Events", sum(map(len, found.values())))
