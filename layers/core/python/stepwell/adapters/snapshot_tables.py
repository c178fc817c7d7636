"""Files of Parquet with given columns, by DuckDB: rows go through files of JSON lines, so memory stays small."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from stepwell.adapters.parquet_files import DuckTables
from stepwell.lake.snapshots import Rows

_TYPES = {
    "string": "VARCHAR",
    "array<string>": "VARCHAR[]",
    "array<double>": "DOUBLE[]",
    "array<boolean>": "BOOLEAN[]",
}


class DuckSnapshots(DuckTables):
    """See `stepwell.lake.snapshots.SnapshotTables`."""

    def write(
        self, pages: Iterable[Rows], schemas: Mapping[str, Mapping[str, str]], targets: Mapping[str, str]
    ) -> None:
        """Write the rows of each table as one file."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with ExitStack() as files:
                out = {
                    table: files.enter_context((folder / f"{table}.ndjson").open("w", encoding="utf-8"))
                    for table in schemas
                }
                for rows in pages:
                    for table, file in out.items():
                        file.writelines(f"{_line(row)}\n" for row in rows[table])
            for table, schema in schemas.items():
                made = folder / f"{table}.parquet"
                with self._database(folder) as database:
                    database.execute(_copy(folder / f"{table}.ndjson", made, schema))
                self._upload(made, targets[table])
                made.unlink()
                (folder / f"{table}.ndjson").unlink()


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _copy(lines: Path, made: Path, schema: Mapping[str, str]) -> str:
    columns = ", ".join(f"'{name}': '{_TYPES.get(kind, kind.upper())}'" for name, kind in schema.items())
    read = f"read_json('{lines}', format='newline_delimited', columns={{{columns}}})"
    # By name: a query reads few of a workspace's fields, and skips the other row groups.
    order = " ORDER BY name" if {"name", "flag"} <= schema.keys() else ""
    return f"COPY (SELECT * FROM {read}{order}) TO '{made}' (FORMAT parquet, COMPRESSION zstd)"  # noqa: S608
