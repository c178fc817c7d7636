"""Parquet by DuckDB, in a temporary folder: the one library that reads it and fits beside a function's others.

DuckDB lies in a layer of its own, which only the functions of imports and exports have. It is loaded when a file
of Parquet comes, and may neither reach the network nor any file but those it is given.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from stepwell.errors import InvalidInput

_MEMORY = "700MB"


class _Files(Protocol):
    def blocks(self, key: str, start: int = 0) -> Any: ...
    def join(self, key: str, pieces: Any, *, content_type: str = ...) -> int: ...


class DuckTables:
    """See `stepwell.transfers.ports.Tables`.

    Args:
        files: Where files lie.
    """

    def __init__(self, files: _Files) -> None:
        self._files = files

    def head(self, key: str, rows: int) -> tuple[list[str], list[Mapping[str, Any]]]:
        """Return the columns' names and the first rows.

        Raises:
            InvalidInput: It is no such file.
        """
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "rows.ndjson"
            names = self._to_lines(key, Path(folder), target, f"LIMIT {int(rows)}")
            return names, [json.loads(line) for line in target.read_bytes().splitlines()]

    def to_lines(self, key: str, target: str) -> int:
        """Write a file's rows as JSON, a line each; return the new file's bytes.

        Raises:
            InvalidInput: It is no such file.
        """
        with tempfile.TemporaryDirectory() as folder:
            lines = Path(folder) / "rows.ndjson"
            self._to_lines(key, Path(folder), lines, "")
            return self._upload(lines, target)

    def _to_lines(self, key: str, folder: Path, target: Path, limit: str) -> list[str]:
        import duckdb

        given = folder / "given.parquet"
        with given.open("wb") as out:
            for block in self._files.blocks(key):
                out.write(block)
        with self._database(folder) as database:
            try:
                relation = database.execute(f"SELECT * FROM read_parquet('{given}') LIMIT 0")  # noqa: S608
                names = [str(column[0]) for column in relation.description or ()]
                database.execute(
                    f"COPY (SELECT * FROM read_parquet('{given}') {limit}) TO '{target}' "  # noqa: S608
                    "(FORMAT json, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%fZ')"
                )
            except duckdb.Error as error:
                raise InvalidInput(
                    "The file cannot be read as Parquet.",
                    code="parquet_broken",
                    details={"why": str(error)[:200]},
                ) from None
        return names

    def from_lines(self, keys: Sequence[str], columns: Sequence[str], target: str) -> int:
        """Write JSON lines as one file of these columns; return its bytes."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            lines, made = folder / "rows.ndjson", folder / "made.parquet"
            with lines.open("wb") as out:
                for key in keys:
                    for block in self._files.blocks(key):
                        out.write(block)
            with self._database(folder) as database:
                if lines.stat().st_size:
                    given = f"read_json('{lines}', format='newline_delimited', sample_size=-1)"
                    chosen = ", ".join(_quoted(column) for column in columns)
                else:
                    given = "(SELECT 1 WHERE false)"
                    chosen = ", ".join(f"CAST(NULL AS VARCHAR) AS {_quoted(column)}" for column in columns)
                database.execute(
                    f"COPY (SELECT {chosen} FROM {given}) TO '{made}' (FORMAT parquet, COMPRESSION zstd)"  # noqa: S608
                )
            return self._upload(made, target)

    @staticmethod
    def _database(folder: Path) -> Any:
        import duckdb

        settings: dict[str, Any] = {
            "memory_limit": _MEMORY,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        database = duckdb.connect(":memory:", config=settings)
        database.execute(f"SET allowed_directories = ['{folder}/']")
        database.execute("SET enable_external_access = false")
        database.execute("SET TimeZone = 'UTC'")
        return database

    def _upload(self, path: Path, target: str) -> int:
        def pieces() -> Any:
            with path.open("rb") as file:
                while block := file.read(8 * 1024 * 1024):
                    yield block

        return self._files.join(target, pieces())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
