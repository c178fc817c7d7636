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
        batch.count("Records", len(event["Records"]))
        batch.count("Events", report.events)
        batch.count("Repeated", report.repeated)
        batch.count("Profiles", report.profiles)
        batch.count("Enrolled", report.enrolled.get("enrolled", 0))
        batch.count("Woken", report.woken)
        batch.count("Ended", report.ended)
        batch.count("Uncounted", report.uncounted)
        batch.count("Poison", len(report.poison))
        batch.count("DeliverAgain", len(report.failed))
        batch.note(enrolling=dict(report.enrolled), poison=sorted({p.code for p in report.poison}))
        if report.failed:
            batch.note(failed=sorted(set(report.failed.values())))
        return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in report.failed]}


def _record(kinesis: dict[str, Any]) -> Record:
    return Record(kinesis["sequenceNumber"], kinesis["partitionKey"], base64.b64decode(kinesis["data"]))
