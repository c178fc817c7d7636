"""What the pass writes to DynamoDB for a thousand events, beside one write an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from stepwell.contracts.events import EventBatch
from stepwell.triggers.batches import decode, encode
from stepwell.triggers.process import Record

from bench.events import EVENTS, START, TENANT, records, rules_document
from bench.results import Result
from tests.unit.triggers.stage import Stage

PEOPLE = 200
DAYS = 4


def units() -> list[Result]:
    """Run four days of the reference workload through the whole pass, on metered tables, twice."""
    together, details = _spent(one_at_a_time=False)
    alone, _ = _spent(one_at_a_time=True)
    note = (
        f"write units of all tables, {PEOPLE} contacts, the last of {DAYS} days, ten events of a contact to a record: "
        f"profiles {details['profiles']:.0f}, due index and enrollments {details['engine']:.0f}; "
        "baseline: the same pass, a record and a batch an event"
    )
    return [Result("wru_per_1000_events", together, "WRU", baseline=alone, note=note)]


def _spent(*, one_at_a_time: bool) -> tuple[float, dict[str, float]]:
    stage = Stage()
    stage.rules.documents[TENANT] = rules_document()
    for day in range(DAYS):
        begin = START - timedelta(days=DAYS - day)
        stage.world.clock.at = begin + timedelta(hours=2)
        stage.world.bill.clear()
        for batch in _batches(list(records(PEOPLE, day, begin)), one_at_a_time=one_at_a_time):
            report = stage.run(batch)
            if report.poison or report.failed:
                raise ValueError("the pass refused the workload")
    share = 1000 / (PEOPLE * EVENTS)
    tables = {name: bill.wru * share for name, bill in stage.world.bill.tables.items()}
    return sum(tables.values()), {"profiles": 0.0, "engine": 0.0, **tables}


def _batches(data: Sequence[bytes], *, one_at_a_time: bool) -> list[list[Record]]:
    if not one_at_a_time:
        return [[Record(str(number), "", one) for number, one in enumerate(data)]]
    events = [event for one in data for event in decode(one).events]
    single = [encode(EventBatch(tenant=TENANT, events=(event,))) for event in events]
    return [[Record(str(number), "", one)] for number, one in enumerate(single)]
