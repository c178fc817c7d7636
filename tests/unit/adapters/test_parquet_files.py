"""Parquet written and read back by the real library."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import pytest
from stepwell.adapters.parquet_files import DuckTables
from stepwell.errors import InvalidInput


class Files:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def blocks(self, key: str, start: int = 0) -> Iterator[bytes]:
        yield self.kept[key][start:]

    def join(self, key: str, pieces: Iterable[bytes], *, content_type: str = "") -> int:
        self.kept[key] = b"".join(pieces)
        return len(self.kept[key])


def lines(*rows: dict[str, object]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def test_rows_come_back_as_they_were_written() -> None:
    files = Files()
    rows = [
        {"email": "ann@people.example", "age": 42, "name": None},
        {"email": "ö", "age": None, "name": 'a"b'},
    ]
    files.kept["one"], files.kept["two"] = lines(rows[0]), lines(rows[1])
    tables = DuckTables(files)
    assert tables.from_lines(["one", "two"], ["email", "age", "name"], "made") == len(files.kept["made"])
    names, found = tables.head("made", 1)
    assert (names, found) == (["email", "age", "name"], [rows[0]])
    tables.to_lines("made", "back")
    assert [json.loads(line) for line in files.kept["back"].splitlines()] == rows


def test_an_export_of_nobody_has_its_columns() -> None:
    files = Files()
    tables = DuckTables(files)
    tables.from_lines([], ["email", 'a "quoted" one'], "made")
    assert tables.head("made", 5) == (["email", 'a "quoted" one'], [])


def test_what_is_no_parquet_is_told() -> None:
    files = Files()
    files.kept["bad"] = b"email,age\n"
    with pytest.raises(InvalidInput, match="cannot be read as Parquet"):
        DuckTables(files).head("bad", 5)
