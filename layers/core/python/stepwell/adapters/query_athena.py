"""QueryRunner on Athena: one parametrised SELECT, waited for, its first row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic, sleep
from typing import Any

from stepwell.adapters.aws import LateClient, translated
from stepwell.errors import InvalidInput, Unavailable
from stepwell.runtime.read_only_sql import check_select, literals

_NUMBERS: Mapping[str, Callable[[str], Any]] = {
    "tinyint": int,
    "smallint": int,
    "integer": int,
    "int": int,
    "bigint": int,
    "float": float,
    "real": float,
    "double": float,
    "decimal": float,
    "boolean": lambda text: text == "true",
}
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 2.0


class AthenaQueries:
    """See `stepwell.runtime.effects.QueryRunner`.

    Args:
        work_group: Workgroup of the node's queries; its own settings hold result place and scan limit.
        limit_s: How long to wait for a query.
        athena: Client; default: created at the first query.
    """

    def __init__(self, work_group: str, *, limit_s: float = 20.0, athena: Any = None) -> None:
        self._work_group = work_group
        self._limit_s = limit_s
        self._athena = LateClient("athena", athena)

    def first_row(
        self,
        tenant: str,  # noqa: ARG002 - the port's form: the workgroup belongs to the deployment
        statement: str,
        parameters: Sequence[Any] | Mapping[str, Any],
        database: str,
    ) -> Mapping[str, Any] | None:
        """Return the first row, or None when there is none.

        Raises:
            InvalidInput: Not one SELECT, its parameters do not fit, or Athena refused it.
            Unavailable: Athena did not answer in time.
        """
        if isinstance(parameters, Mapping):
            raise InvalidInput("Athena takes a list of parameters.", code="query_parameters")
        check_select(statement, len(parameters))
        request: dict[str, Any] = {"QueryString": statement, "WorkGroup": self._work_group}
        if parameters:
            request["ExecutionParameters"] = literals(parameters)
        if database:
            request["QueryExecutionContext"] = {"Database": database}
        with translated("Athena"):
            query = self._athena().start_query_execution(**request)["QueryExecutionId"]
            self._wait(query)
            answer = self._athena().get_query_results(QueryExecutionId=query, MaxResults=2)
        return _first(answer["ResultSet"])

    def _wait(self, query: str) -> None:
        deadline, pause = monotonic() + self._limit_s, _FIRST_PAUSE_S
        while True:
            status = self._athena().get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
            if status["State"] == "SUCCEEDED":
                return
            if status["State"] in {"FAILED", "CANCELLED"}:
                if status.get("AthenaError", {}).get("Retryable"):
                    raise Unavailable("Athena could not run the query now.", code="query_failed")
                raise InvalidInput("Athena could not run the query.", code="query_failed")
            if monotonic() + pause > deadline:
                self._athena().stop_query_execution(QueryExecutionId=query)
                raise Unavailable("The query took too long.", code="query_timeout")
            sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)


def _first(result: Mapping[str, Any]) -> Mapping[str, Any] | None:
    columns = result["ResultSetMetadata"]["ColumnInfo"]
    # Of a SELECT the first row repeats the column names.
    rows = result["Rows"][1:]
    if not rows:
        return None
    cells = [cell.get("VarCharValue") for cell in rows[0]["Data"]]
    return {column["Name"]: typed(text, column["Type"]) for column, text in zip(columns, cells, strict=False)}


def typed(text: str | None, kind: str) -> Any:
    """Return a cell of a result as its column's type says."""
    if text is None:
        return None
    read = _NUMBERS.get(kind.partition("(")[0].lower())
    return read(text) if read is not None else text
