"""Exports, part by part: contacts of one part of a segment each, then all parts as one file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.contracts.fields import fields
from stepwell.contracts.profiles import Profile
from stepwell.transfers import jobs as files
from stepwell.transfers.model import ExportSpec, export_spec
from stepwell.transfers.ports import ExportPorts

SHARDS = 16
"""Parts of an export: as many as a segment's members lie in."""
_TYPES = {"csv": "text/csv", "ndjson": "application/x-ndjson", "parquet": "application/vnd.apache.parquet"}
# What a spreadsheet would take for a formula (OWASP, "CSV Injection"); a phone number is none.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[\d .,()/-]+")


def planned(ports: ExportPorts, tenant: str, job_id: str) -> dict[str, Any]:
    """List the parts of an export; return how many there are."""
    job = files.found(ports.jobs, tenant, job_id, files.EXPORTS)
    if job.state == files.CANCELLED:
        return {"parts": 0}
    ports.files.put_manifest(
        files.manifest_key(tenant, job_id), ({"part": str(n), "shard": n} for n in range(SHARDS))
    )
    ports.jobs.update(tenant, job_id, files.RUNNING, parts=SHARDS)
    return {"parts": SHARDS}


def done(ports: ExportPorts, tenant: str, job_id: str, part: Mapping[str, Any]) -> dict[str, int]:
    """Write one part; return its counts.

    Raises:
        Unavailable: To be repeated.
    """
    job = files.found(ports.jobs, tenant, job_id, files.EXPORTS)
    name = str(part["part"])
    if job.state in files.ENDED or ports.jobs.is_done(tenant, job_id, name):
        return {}
    spec = export_spec(job.details["spec"])
    rows = 0

    def pieces() -> Iterator[bytes]:
        nonlocal rows
        for page in ports.people.shard(tenant, spec.segment, int(part["shard"])):
            rows += len(page)
            values = _values(ports, tenant, spec, page)
            yield _as_csv(values) if spec.format == "csv" else _as_lines(spec.columns, values)

    ports.files.join(files.part_key(tenant, job_id, name), pieces())
    counts = {"rows": rows}
    ports.jobs.add(tenant, job_id, name, counts)
    return counts


def _values(ports: ExportPorts, tenant: str, spec: ExportSpec, page: Sequence[Profile]) -> list[list[Any]]:
    now = ports.clock.now()
    consents = [column for column in spec.columns if column.startswith("consent.")]
    records = ports.consents.records(tenant, [profile.id for profile in page]) if consents and page else {}
    found = []
    for profile in page:
        told = fields(profile, now)
        given: dict[str, Any] = {
            "id": profile.id,
            "user_id": profile.user_id,
            "first_seen": None if profile.first_seen is None else iso(profile.first_seen),
            "last_seen": None if profile.last_seen is None else iso(profile.last_seen),
            "segments": sorted(profile.segments),
        }
        for column in consents:
            channel, _, purpose = column.removeprefix("consent.").partition(".")
            given[column] = records[profile.id].consent.get(f"{channel}:{purpose or 'marketing'}")
        found.append([given[name] if name in given else told.get(name) for name in spec.columns])
    return found


def _as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(str(one) for one in value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    text = str(value)
    if isinstance(value, str) and _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _as_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    lines = (
        json.dumps(
            dict(zip(columns, row, strict=True)), ensure_ascii=False, default=str, separators=(",", ":")
        )
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines).encode()


def finished(ports: ExportPorts, tenant: str, job_id: str) -> dict[str, Any]:
    """Put the parts together and end an export."""
    job = files.found(ports.jobs, tenant, job_id, files.EXPORTS)
    if job.state == files.FAILED:
        return {"state": files.FAILED}
    ready = ports.jobs.parts_done(tenant, job_id)
    ended = {"ended": iso(ports.clock.now())}
    if job.state == files.CANCELLED:
        files.change(ports.jobs, tenant, job, files.CANCELLED, **ended)
        return {"state": files.CANCELLED}
    if len(ready) < job.parts:
        why = f"{job.parts - len(ready)} of {job.parts} parts could not be done. Ask for the export again."
        files.change(ports.jobs, tenant, job, files.FAILED, why=why, **ended)
        return {"state": files.FAILED}
    spec = export_spec(job.details["spec"])
    keys = [files.part_key(tenant, job_id, part) for part in sorted(ready, key=int)]
    target = files.export_key(tenant, job_id, spec.format)
    if spec.format == "parquet":
        size = ports.tables.from_lines(keys, spec.columns, target)
    else:
        head = [_as_csv([spec.columns])] if spec.format == "csv" else []
        pieces = chain(head, (block for key in keys for block in ports.files.blocks(key)))
        size = ports.files.join(target, pieces, content_type=_TYPES[spec.format])
    files.change(ports.jobs, tenant, job, files.DONE, ready=True, bytes=size, **ended)
    return {"state": files.DONE, "bytes": size}


def failed(ports: ExportPorts, tenant: str, job_id: str, why: str) -> dict[str, Any]:
    """End an export that cannot go on, and say why."""
    job = files.found(ports.jobs, tenant, job_id, files.EXPORTS)
    if job.state not in files.ENDED:
        files.change(ports.jobs, tenant, job, files.FAILED, why=why, ended=iso(ports.clock.now()))
    return {"state": files.FAILED}
