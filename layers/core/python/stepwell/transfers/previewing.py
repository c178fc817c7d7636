"""What an import would do, seen on the first rows of its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.errors import InvalidInput
from stepwell.profiles.schema import schema_of
from stepwell.profiles.traits import Attributes
from stepwell.runtime.jobs import Job
from stepwell.transfers import jobs as files
from stepwell.transfers.csv_files import detect
from stepwell.transfers.importing import SAMPLE_BYTES, reader_of, sample_rows
from stepwell.transfers.lines import objects
from stepwell.transfers.model import ImportSpec
from stepwell.transfers.ports import ImportPorts
from stepwell.transfers.reading import Row
from stepwell.transfers.suggesting import suggest

ROWS = 20


def preview(ports: ImportPorts, tenant: str, job: Job, spec: ImportSpec) -> dict[str, Any]:
    """Read the first rows by a mapping; without one, by the suggested one.

    Raises:
        InvalidInput: The file cannot be read.
        NotFound: Nothing was uploaded.
    """
    key, form = files.file_key(tenant, job.id), str(job.details["format"])
    size = ports.files.size(key)
    dialect: dict[str, Any] = {}
    header: list[str] = []
    if form == "csv":
        data = ports.files.read(key, 0, SAMPLE_BYTES)
        writing = spec.writing
        found = detect(data, encoding=writing.encoding, delimiter=writing.delimiter, quote=writing.quote)
        table = sample_rows(data[found.skip :], found, whole=size <= SAMPLE_BYTES)
        header = [name.strip() for name in table[0]]
        rows: Sequence[Row] = table[1 : ROWS + 1]
        dialect = found.document()
    elif form == "parquet":
        header, given = ports.tables.head(key, ROWS)
        rows = given
    else:
        data = ports.files.read(key, 0, SAMPLE_BYTES)
        end = len(data) if size <= SAMPLE_BYTES else data.rfind(b"\n")
        rows = [row for row in objects(data[: max(end, 0)]) if row is None or row][:ROWS]
        header = list(dict.fromkeys(name for row in rows if isinstance(row, Mapping) for name in row))
    if not header:
        raise InvalidInput("The file has no columns.", code="file_empty")
    schema = schema_of(ports.rules.rules(tenant).get("schema"))
    known = Attributes(schema)
    kind = job.details["kind"]
    suggested = () if kind == "pinpoint" else suggest(header, kind, schema.by_name)
    chosen = spec if spec.columns else spec.model_copy(update={"columns": suggested})
    told = job.evolve(
        details={
            **job.details,
            "began": iso(ports.clock.now()),
            "header": header if form == "csv" else [],
        }
    )
    reader = reader_of(told, chosen, known, len(rows) + 1)
    first = 2 if form == "csv" else 1
    shown = []
    for number, row in enumerate(rows, first):
        taken = reader.read(number, row)
        shown.append(
            {
                "row": number,
                "taken_in": bool(taken.events),
                "values": taken.shown,
                "faults": [asdict(fault) for fault in taken.faults],
            }
        )
    return {
        "header": header,
        "written": dialect,
        "bytes": size,
        "columns": [column.model_dump() for column in chosen.columns],
        "rows": shown,
        "missing": sorted({c.source for c in chosen.columns if c.to and form == "csv"} - set(header)),
    }
