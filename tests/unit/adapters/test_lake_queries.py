"""Queries over the lake: started, waited for a while, read by their workspace alone; typed Parquet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from botocore.exceptions import ClientError
from stepwell.adapters.lake_queries import AthenaLake
from stepwell.adapters.snapshot_tables import DuckSnapshots
from stepwell.errors import InvalidInput, NotFound, Unavailable

MINE = "SELECT 1 AS n WHERE tenant = 'acme'"


class Athena:
    """A client whose queries have the states of a list, one a question."""

    def __init__(self, *states: dict[str, Any]) -> None:
        self._states = list(states)
        self.asked: dict[str, Any] = {}

    def start_query_execution(self, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        return {"QueryExecutionId": "q1"}

    def get_query_execution(self, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803 - the SDK's name
        if QueryExecutionId != "q1":
            told = {
                "Error": {"Code": "InvalidRequestException", "Message": "no such query"},
                "ResponseMetadata": {"HTTPStatusCode": 400},
            }
            raise ClientError(told, "GetQueryExecution")  # type: ignore[arg-type]
        status = self._states.pop(0) if len(self._states) > 1 else self._states[0]
        return {"QueryExecution": {"Query": self.asked["QueryString"], "Status": status}}

    def get_query_results(self, **_: Any) -> dict[str, Any]:
        columns = [{"Name": "n", "Type": "bigint"}, {"Name": "who", "Type": "varchar"}]
        rows = [["n", "who"], ["7", "ann"], [None, None]]
        data = [{"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]} for row in rows]
        return {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": columns}, "Rows": data}}


def lake(*states: str, **more: Any) -> tuple[AthenaLake, Athena]:
    client = Athena(*({"State": state, **more} for state in states))
    return AthenaLake("queries", "lake_stepwell", athena=client, pause=lambda _: None), client


def test_a_query_is_started_in_its_workgroup_and_read_when_it_is_done() -> None:
    queries, client = lake("QUEUED", "RUNNING", "SUCCEEDED")
    assert queries.start(MINE) == "q1"
    assert (client.asked["WorkGroup"], client.asked["QueryExecutionContext"]) == (
        "queries",
        {"Database": "lake_stepwell"},
    )
    assert queries.rows("acme", "q1", 5.0) == [{"n": 7, "who": "ann"}, {"n": None, "who": None}]


def test_what_still_runs_is_nothing_yet() -> None:
    queries, _ = lake("RUNNING")
    queries.start(MINE)
    assert queries.rows("acme", "q1", 0.0) is None


def test_another_workspaces_query_is_none() -> None:
    queries, _ = lake("SUCCEEDED")
    queries.start(MINE)
    for tenant, query in (("other", "q1"), ("acme", "q2")):
        with pytest.raises(NotFound):
            queries.rows(tenant, query, 0.0)


def test_a_query_that_failed() -> None:
    queries, _ = lake("FAILED")
    queries.start(MINE)
    with pytest.raises(InvalidInput):
        queries.rows("acme", "q1", 0.0)
    queries, _ = lake("FAILED", AthenaError={"Retryable": True})
    queries.start(MINE)
    with pytest.raises(Unavailable):
        queries.rows("acme", "q1", 0.0)


class Files:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def blocks(self, key: str, start: int = 0) -> Iterable[bytes]:
        yield (self._folder / key).read_bytes()[start:]

    def join(self, key: str, pieces: Iterable[bytes], *, content_type: str = "") -> int:
        del content_type
        return (self._folder / key).write_bytes(b"".join(pieces))


def test_columns_have_their_types_whatever_the_rows_hold(tmp_path: Path) -> None:
    schema = {"profile": "string", "flag": "boolean", "n": "bigint", "x": "double", "texts": "array<string>"}
    writer = DuckSnapshots(Files(tmp_path))
    rows = [{"profile": "a'b", "texts": ["x", "ü"]}, {"profile": "c", "n": 7, "flag": True, "x": 0.5}]
    writer.write([{"t": rows}, {"t": []}], {"t": schema}, {"t": "t.parquet"})
    writer.write([], {"t": schema}, {"t": "none.parquet"})
    with duckdb.connect() as db:
        for name in ("t", "none"):
            found = db.execute(f"DESCRIBE SELECT * FROM read_parquet('{tmp_path}/{name}.parquet')").fetchall()
            types = {column: kind for column, kind, *_ in found}
            assert types == {
                "profile": "VARCHAR", "flag": "BOOLEAN", "n": "BIGINT", "x": "DOUBLE", "texts": "VARCHAR[]",
            }  # fmt: skip
        read = db.execute(f"SELECT * FROM read_parquet('{tmp_path}/t.parquet') ORDER BY 1").fetchall()
    assert read == [("a'b", None, None, None, ["x", "ü"]), ("c", True, 7, 0.5, None)]
