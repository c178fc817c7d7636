"""The event stream's mouth: events of one person travel in one record and stay in their order."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.contracts.ids import profile_id
from stepwell.errors import InvalidInput, Throttled, Unavailable
from stepwell.triggers.ports import StreamRecord as Record

GZIP_FROM_BYTES = 1_024
MAX_RECORDS, MAX_CALL_BYTES = 500, 4_000_000
# Far below the stream's 1 MiB a record, for events are sized before compression.
MAX_RECORD_BYTES = 700_000
_TRIES = 5


class KinesisSink:
    """See `stepwell.runtime.ports.EventSink` and `stepwell.triggers.ports.RecordSink`.

    Args:
        client: A `kinesis` client.
        stream: Stream name.
        sleep: Waits between tries.
    """

    def __init__(self, client: Any, stream: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._stream = stream
        self._sleep = sleep

    def emit(self, tenant: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Put event documents on the stream, in order a profile.

        Raises:
            Unavailable: Some were not taken; repeat all (message ids drop duplicates).
        """
        self.put(records_of(tenant, events))

    def put(self, records: Sequence[Record]) -> None:
        """Put records, in order a key.

        Raises:
            Throttled: The stream asks to slow down; some records may be in.
            Unavailable: It cannot be reached.
        """
        left = list(records)
        while left:
            # A call keeps no order among its records, so it takes one of each person.
            now: dict[str, Record] = {}
            rest: list[Record] = []
            size = 0
            for record in left:
                fits = len(now) < MAX_RECORDS and size + len(record.data) <= MAX_CALL_BYTES
                if record.key in now or not fits:
                    rest.append(record)
                else:
                    now[record.key] = record
                    size += len(record.data)
            self._put_all(list(now.values()))
            left = rest

    def _put_all(self, records: list[Record]) -> None:
        for attempt in range(_TRIES):
            with translated("Kinesis"):
                answer = self._client.put_records(
                    StreamName=self._stream,
                    Records=[{"PartitionKey": record.key, "Data": record.data} for record in records],
                )
            results = answer["Records"]
            failed = [r for r, result in zip(records, results, strict=True) if result.get("ErrorCode")]
            if not failed:
                return
            codes = {result["ErrorCode"] for result in results if result.get("ErrorCode")}
            records = failed
            if attempt + 1 < _TRIES:
                self._sleep(min(0.1 * 2**attempt, 1.0))
        if codes == {"ProvisionedThroughputExceededException"}:
            raise Throttled("The event stream asked to slow down.", retry_after_s=1.0)
        raise Unavailable("The event stream did not take all events.")


def records_of(tenant: str, events: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Group event documents by person, order kept, into stream records.

    Raises:
        InvalidInput: An event names nobody, or is too big for a record.
    """
    people: dict[str, list[list[str]]] = {}
    sizes: dict[str, int] = {}
    for event in events:
        person = _person(tenant, event)
        text = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        size = len(text.encode()) + 1
        if size > MAX_RECORD_BYTES:
            raise InvalidInput("An event is too big for the stream.", code="event_too_big")
        pieces = people.setdefault(person, [[]])
        if sizes.get(person, 0) + size > MAX_RECORD_BYTES:
            pieces.append([])
            sizes[person] = 0
        pieces[-1].append(text)
        sizes[person] = sizes.get(person, 0) + size
    head = f'{{"v":1,"tenant":{json.dumps(tenant)},"events":['
    return [
        Record(f"{tenant}#{person}", _pack(f"{head}{','.join(piece)}]}}".encode()))
        for person, pieces in people.items()
        for piece in pieces
    ]


def _pack(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=6, mtime=0) if len(data) > GZIP_FROM_BYTES else data


def _person(tenant: str, event: Mapping[str, Any]) -> str:
    if event.get("profile"):
        return str(event["profile"])
    for kind, name in (("user", "user_id"), ("email", "email"), ("anonymous", "anonymous_id")):
        if event.get(name):
            return profile_id(tenant, kind, str(event[name]))
    raise InvalidInput("The event names nobody.", code="no_identity")
