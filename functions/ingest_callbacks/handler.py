"""Puts what SES tells about messages on the event stream, as engagement of the contact.

A batch of the queue goes on in one call of the stream. A message that is none of SES's is reported alone and
ends among the dead letters; when the stream does not take a batch, all of it comes again (message ids drop what
was taken before).
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from stepwell.bootstrap import container
from stepwell.contracts.events import Event
from stepwell.errors import InvalidInput
from stepwell.observability import observed
from stepwell.triggers.batches import records_of
from stepwell.triggers.callbacks import events_in
from stepwell.triggers.page_items import with_items

if TYPE_CHECKING:
    from stepwell.text_wiring import TextAnswers


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Take SQS records, each with one SES event; return those that are none."""
    del context
    wired = container()
    now = wired.clock.now()
    with observed("ingest_callbacks") as batch:
        found: dict[str, list[Event]] = defaultdict(list)
        malformed: dict[str, str] = {}
        for record in event["Records"]:
            try:
                for tenant, one in events_in(record["body"], now):
                    for owner, told in ((tenant, one),) if tenant else _answers(one):
                        found[owner].append(told)
            except InvalidInput as error:
                malformed[record["messageId"]] = error.code
        records = [
            record
            for tenant, events in found.items()
            for record in records_of(tenant, with_items(events, tenant, wired.page_items))
        ]
        if records:
            wired.sink.put(records)
        batch.count("Events", sum(map(len, found.values())))
        if malformed:
            batch.count("Malformed", len(malformed))
            batch.note(malformed=malformed)
        return {"batchItemFailures": [{"itemIdentifier": message} for message in malformed]}


@cache
def _texts() -> TextAnswers:
    from stepwell.text_wiring import TextAnswers  # most batches hold mail alone

    return TextAnswers(container())


def _answers(text: Event) -> list[tuple[str, Event]]:
    """Act on a text that came in, for whoever has its number."""
    texts = _texts()
    owners = texts.owners(str(text.properties.get("to")))
    return [(owner, event) for owner in owners for event in texts.take(owner, text)]
