"""Queries over the lake that may outlast a request; see `stepwell.lake.evaluating.LakeQueries`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic, sleep
from typing import Any

from stepwell.adapters.aws import LateClient, translated
from stepwell.adapters.query_athena import typed
from stepwell.errors import InvalidInput, NotFound, Unavailable
from stepwell.lake.sql_algebra import text

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 2.0
_MOST_ROWS = 1_000


class AthenaLake:
    """See `stepwell.lake.evaluating.LakeQueries`.

    Args:
        work_group: Workgroup; its own settings hold result place and scan limit.
        database: Database of the lake's tables.
        athena: Client; default: created at the first query.
        pause: Waits.
    """

    def __init__(
        self,
        work_group: str,
        database: str,
        *,
        athena: Any = None,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._work_group = work_group
        self._athena = LateClient("athena", athena)
        self._pause = pause
        self.database = database

    def start(self, statement: str) -> str:
        """Start a query; return its id."""
        with translated("Athena"):
            return str(
                self._athena().start_query_execution(
                    QueryString=statement,
                    WorkGroup=self._work_group,
                    QueryExecutionContext={"Database": self.database},
                )["QueryExecutionId"]
            )

    def rows(self, tenant: str, query: str, wait_s: float) -> Sequence[Mapping[str, Any]] | None:
        """Return what a query found, None: it still runs."""
        deadline, pause = monotonic() + wait_s, _FIRST_PAUSE_S
        while not self._succeeded(tenant, query):
            if monotonic() + pause > deadline:
                return None
            self._pause(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
        with translated("Athena"):
            answer = self._athena().get_query_results(QueryExecutionId=query, MaxResults=_MOST_ROWS)
        columns = answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        # Of a SELECT the first row repeats the column names.
        return [
            {
                column["Name"]: typed(cell.get("VarCharValue"), column["Type"])
                for column, cell in zip(columns, row["Data"], strict=False)
            }
            for row in answer["ResultSet"]["Rows"][1:]
        ]

    def _succeeded(self, tenant: str, query: str) -> bool:
        try:
            with translated("Athena"):
                told = self._athena().get_query_execution(QueryExecutionId=query)["QueryExecution"]
        except InvalidInput as error:
            raise NotFound("There is no such query.", code="no_query") from error
        # Whoever learns a query's id must not read with it what another workspace asked.
        if f"tenant = {text(tenant)}" not in told.get("Query", ""):
            raise NotFound("There is no such query.", code="no_query")
        status = told["Status"]
        if status["State"] in {"FAILED", "CANCELLED"}:
            if status.get("AthenaError", {}).get("Retryable"):
                raise Unavailable("Athena could not run the query now.", code="query_failed")
            raise InvalidInput("Athena could not run the query.", code="query_failed")
        return bool(status["State"] == "SUCCEEDED")
