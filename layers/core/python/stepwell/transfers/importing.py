"""Imports, part by part: the file is cut once, each part puts its rows on the stream, then errors are collected.

Whatever is done here may be done again: cuts follow from the file, events of a row always bear the same ids and
times, a part's counts are kept once. A part that is repeated puts what the pass then drops as seen.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.events import Event
from stepwell.errors import InvalidInput, NotFound
from stepwell.profiles.identity import identities, partition
from stepwell.profiles.schema import schema_of
from stepwell.profiles.traits import Attributes
from stepwell.runtime.jobs import Job
from stepwell.transfers import jobs as files
from stepwell.transfers.csv_files import Cut, Dialect, cuts, detect, records, valid_utf8
from stepwell.transfers.lines import line_cuts, objects
from stepwell.transfers.model import ImportSpec, import_spec
from stepwell.transfers.pinpoint_endpoints import EndpointReader
from stepwell.transfers.ports import ImportPorts
from stepwell.transfers.reading import About, Fault, Reader, Row, Taken
from stepwell.transfers.rows import TableReader
from stepwell.triggers.batches import records_of

PART_ROWS, PART_BYTES = 5_000, 4 * 1024 * 1024
"""A part: some seconds of work, and 32 MB in memory at most."""
SAMPLE_BYTES = 512 * 1024
ERROR_COLUMNS = ("row", "code", "column", "message")
_AT_ONCE = 500


def planned(ports: ImportPorts, tenant: str, job_id: str) -> dict[str, Any]:
    """Cut an import's file and list the parts; return how many there are.

    Raises:
        InvalidInput: The file cannot be read.
    """
    job = files.found(ports.jobs, tenant, job_id, files.IMPORTS)
    if job.state == files.CANCELLED:
        return {"parts": 0}
    spec, form = import_spec(job.details["spec"]), str(job.details["format"])
    key = files.file_key(tenant, job_id)
    details: dict[str, Any] = {}
    if form == "csv":
        dialect = _dialect(ports, key, spec)
        sample = ports.files.read(key, dialect.skip, dialect.skip + SAMPLE_BYTES)
        details |= {"dialect": dialect.document(), "header": next(records(sample, dialect), [])}
        found: Iterator[Cut] = cuts(
            ports.files.blocks(key, dialect.skip), dialect, rows=PART_ROWS, size=PART_BYTES
        )
    else:
        if form == "parquet":
            ports.tables.to_lines(key, files.lines_key(tenant, job_id))
            key = files.lines_key(tenant, job_id)
        found = line_cuts(ports.files.blocks(key), rows=PART_ROWS, size=PART_BYTES)
    parts = list(found)
    total = sum(cut.rows for cut in parts)
    ports.files.put_manifest(
        files.manifest_key(tenant, job_id),
        (
            {"part": str(n), "key": key, "start": c.start, "end": c.end, "row": c.row, "rows": c.rows}
            for n, c in enumerate(parts)
        ),
    )
    # A job that was cancelled meanwhile stays so: the parts look.
    now = ports.jobs.get(tenant, job_id) or job
    state = files.CANCELLED if now.state == files.CANCELLED else files.RUNNING
    header = 1 if form == "csv" and total else 0
    ports.jobs.update(
        tenant,
        job_id,
        state,
        total=total - header,
        parts=len(parts),
        details={**now.details, **details, "all_rows": total},
    )
    return {"parts": len(parts)}


def _dialect(ports: ImportPorts, key: str, spec: ImportSpec) -> Dialect:
    writing = spec.writing
    sample = ports.files.read(key, 0, SAMPLE_BYTES)
    told = detect(sample, encoding=writing.encoding, delimiter=writing.delimiter, quote=writing.quote)
    # The beginning may be plain ASCII and the thousandth name not.
    if not writing.encoding and told.encoding == "utf-8" and not valid_utf8(ports.files.blocks(key)):
        return Dialect("cp1252", told.delimiter, told.quote, told.skip)
    return told


def done(ports: ImportPorts, tenant: str, job_id: str, part: Mapping[str, Any]) -> dict[str, int]:
    """Take in one part; return its counts.

    Raises:
        Throttled: The stream asks to slow down; to be repeated.
        Unavailable: To be repeated.
    """
    job = files.found(ports.jobs, tenant, job_id, files.IMPORTS)
    name = str(part["part"])
    if job.state in files.ENDED or ports.jobs.is_done(tenant, job_id, name):
        return {}
    spec, first = import_spec(job.details["spec"]), int(part["row"])
    data = ports.files.read(str(part["key"]), int(part["start"]), int(part["end"]))
    rows = _rows(job, data)
    if job.details["format"] == "csv" and first == 1:
        next(rows, None)
        first = 2
    reader = reader_of(job, spec, attributes(ports, tenant), int(job.details["all_rows"]))
    counts: Counter[str] = Counter()
    faults: list[Fault] = []
    numbered = enumerate(rows, first)
    while chunk := list(islice(numbered, _AT_ONCE)):
        events: list[Event] = []
        for number, row in chunk:
            taken = reader.read(number, row)
            _count(taken, counts)
            faults += taken.faults
            events += taken.events
        if spec.dry_run:
            counts.update(_known(ports, tenant, events))
        elif events:
            ports.stream.put(records_of(tenant, events))
    if faults:
        ports.files.put(files.errors_key(tenant, job_id, name), _csv(faults), content_type="text/csv")
        counts["error_parts"] = 1
    ports.jobs.add(tenant, job_id, name, counts)
    return dict(counts)


def _rows(job: Job, data: bytes) -> Iterator[Row]:
    if job.details["format"] == "csv":
        return iter(records(data, Dialect(**job.details["dialect"])))
    # What follows the last line's end is no line.
    return iter(objects(data.removesuffix(b"\n")))


def attributes(ports: ImportPorts, tenant: str) -> Attributes:
    """Return the workspace's schema."""
    return Attributes(schema_of(ports.rules.rules(tenant).get("schema")))


def reader_of(job: Job, spec: ImportSpec, known: Attributes, rows: int) -> Reader:
    """Return what reads the rows of an import."""
    details = job.details
    about = About(
        id=job.id.removesuffix(files.DRY),
        file=str(details.get("name") or "file"),
        began=from_iso(str(details["began"])),
        rows=rows,
        options=spec.options,
        attributes=known,
    )
    if details["kind"] == "pinpoint":
        return EndpointReader(about)
    header = [str(name).strip() for name in details.get("header") or ()]
    places = {name: place for place, name in reversed(list(enumerate(header)))}
    columns = [
        (places.get(column.source, -1), column.source, column.to)
        for column in spec.columns
        if column.to and (not header or column.source in places)
    ]
    return TableReader(about, columns, events=details["kind"] == "events", width=len(header))


def _count(taken: Taken, counts: Counter[str]) -> None:
    counts["rows"] += 1
    if taken.events:
        counts["taken_in"] += 1
        counts["events"] += len(taken.events)
        if taken.faults:
            counts["in_part"] += 1
    else:
        counts["empty" if taken.empty else "refused"] += 1
    for fault in taken.faults:
        counts[f"fault:{fault.code}"] += 1


def _known(ports: ImportPorts, tenant: str, events: Sequence[Event]) -> Mapping[str, int]:
    people = {partition(tenant, event): [i.id for i in identities(tenant, event)] for event in events}
    stored = ports.profiles.get(tenant, sorted({one for ids in people.values() for one in ids}))
    known = sum(1 for ids in people.values() if any(one in stored for one in ids))
    return {"known": known, "new": len(people) - known}


def _csv(faults: Iterable[Fault]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows((f.row, f.code, f.column, f.message) for f in faults)
    return out.getvalue().encode()


def finished(ports: ImportPorts, tenant: str, job_id: str) -> dict[str, Any]:
    """Collect the errors and end an import; parts that were never done make it a failed one that can go on."""
    job = files.found(ports.jobs, tenant, job_id, files.IMPORTS)
    if job.state == files.FAILED:
        return {"state": files.FAILED}
    ready = ports.jobs.parts_done(tenant, job_id)
    has_errors = bool(job.counts.get("error_parts"))
    if has_errors:
        head = ",".join(ERROR_COLUMNS).encode() + b"\r\n"
        keys = [files.errors_key(tenant, job_id, part) for part in sorted(ready, key=int)]
        pieces = chain([head], (piece for key in keys for piece in _blocks(ports, key)))
        ports.files.join(files.errors_key(tenant, job_id), pieces, content_type="text/csv")
    missing = job.parts - len(ready)
    ended = {"ended": iso(ports.clock.now()), "errors": has_errors}
    if job.state == files.CANCELLED:
        files.change(ports.jobs, tenant, job, files.CANCELLED, **ended)
        return {"state": files.CANCELLED}
    if missing > 0:
        why = (
            f"{missing} of {job.parts} parts could not be done. Start the import again: it goes on with them."
        )
        files.change(ports.jobs, tenant, job, files.FAILED, why=why, **ended)
        return {"state": files.FAILED}
    files.change(ports.jobs, tenant, job, files.DONE, why="", **ended)
    return {"state": files.DONE}


def _blocks(ports: ImportPorts, key: str) -> Iterator[bytes]:
    try:
        yield from ports.files.blocks(key)
    except NotFound:
        return  # a part without errors left no file


def failed(ports: ImportPorts, tenant: str, job_id: str, why: str) -> dict[str, Any]:
    """End an import that cannot go on, and say why."""
    job = files.found(ports.jobs, tenant, job_id, files.IMPORTS)
    if job.state not in files.ENDED:
        files.change(ports.jobs, tenant, job, files.FAILED, why=why, ended=iso(ports.clock.now()))
    return {"state": files.FAILED}


def sample_rows(data: bytes, dialect: Dialect, *, whole: bool) -> list[list[str]]:
    """Return the rows at the beginning of a file, without one that is cut off.

    Raises:
        InvalidInput: It cannot be read, or holds no row.
    """
    rows = list(records(data, dialect))
    if not whole and len(rows) > 1:
        rows.pop()
    if not rows:
        raise InvalidInput("The file is empty.", code="file_empty")
    return rows
