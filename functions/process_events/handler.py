"""The pass over a batch of the event stream; poison is set aside here, with its reason and its data."""

from __future__ import annotations

import base64
from typing import Any

from stepwell.bootstrap import container
from stepwell.observability import observed
from stepwell.triggers.process import Record


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Process Kinesis records; return those that must be delivered again."""
    del context
    wired = container()
    with observed("process_events") as batch:
        report = wired.event_pass.run([_record(record["kinesis"]) for record in event["Records"]])
        now = wired.clock.now()
        documents = [document for poison in report.poison for document in poison.documents(now)]
        if documents:
            wired.poison.put(documents)
        metrics = {
            "Events": report.events,
            "Enrolled": report.enrolled.get("enrolled", 0),
            "Woken": report.woken,
            "Poison": len(report.poison),
            "DeliverAgain": len(report.failed),
        }
        for name, number in metrics.items():
            if number:
                batch.count(name, number)
        batch.note(
            records=len(event["Records"]),
            repeated=report.repeated,
            profiles=report.profiles,
            ended=report.ended,
            uncounted=report.uncounted,
            # Values of no use, by field: names alone, and not too many of what strangers may make up.
            invalid_trait=dict(sorted(report.unusable.items())[:20]),
            enrolling=dict(report.enrolled),
            poison=sorted({poison.code for poison in report.poison}),
            failed=sorted(set(report.failed.values())),
        )
        return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in report.failed]}


def _record(kinesis: dict[str, Any]) -> Record:
    return Record(kinesis["sequenceNumber"], kinesis["partitionKey"], base64.b64decode(kinesis["data"]))
