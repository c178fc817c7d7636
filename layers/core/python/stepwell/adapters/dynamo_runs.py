"""RunStore on DynamoDB: what carries cohorts, and a trace a step that says what happened to each contact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.runs import (
    COHORT,
    META,
    TRACES,
    decode_run,
    decode_trace,
    encode_run,
    encode_trace,
    open_partition,
    run_id_of,
    run_partition,
    trace_key,
    workflow_partition,
)
from stepwell.adapters.items.wire import Key, Plain, key_of, millis
from stepwell.contracts.clock import iso
from stepwell.contracts.names import (
    GSI_OPEN_RUNS,
    GSI_RUNS_BY_WORKFLOW,
    OPEN_RUNS_KEYS,
    RUNS_BY_WORKFLOW_KEYS,
)
from stepwell.contracts.tokens import Run, Trace
from stepwell.errors import Unavailable

_OPEN_PK, _OPEN_SK = OPEN_RUNS_KEYS


class DynamoRuns:
    """See `stepwell.runtime.ports.RunStore`.

    Args:
        table: Table `runs`.
        keep: How long runs and traces are kept after they were written; None: for good, so that
            anyone can ask later why a contact got a message.
    """

    def __init__(self, table: DynamoTable, *, keep: timedelta | None = None) -> None:
        self._table = table
        self._keep = keep

    def record(self, tenant: str, run: Run) -> Run:
        """Put a run unless it exists; return what is stored."""
        meta, cohort = encode_run(tenant, run)
        new = cohort is None or self._table.put_new(self._kept(cohort, run.started_at))
        if self._table.put_new(self._kept(meta, run.started_at)) and new:
            return decode_run(meta, cohort)
        stored = self.get(tenant, run.id)
        if stored is None:
            raise Unavailable(f"Run {run.id} could not be recorded.")
        return stored

    def _kept(self, item: Plain, since: datetime) -> Plain:
        if self._keep is not None:
            item["ttl"] = int((since + self._keep).timestamp())
        return item

    def get(self, tenant: str, run: str) -> Run | None:
        """Read a run with its cohort."""
        return self._many(tenant, [run]).get(run)

    def _many(self, tenant: str, runs: Sequence[str]) -> dict[str, Run]:
        metas = self._table.get_many((run_partition(tenant, run), META) for run in runs)
        large = [(pk, COHORT) for (pk, _), meta in metas.items() if "c" not in meta]
        cohorts = self._table.get_many(large) if large else {}
        found = (decode_run(meta, cohorts.get((pk, COHORT))) for (pk, _), meta in metas.items())
        return {run.id: run for run in found}

    def attempt(self, tenant: str, run: str) -> int:
        """Read only the current attempt (0: unknown run), to fence older ones."""
        meta = self._table.get((run_partition(tenant, run), META), only=("a",))
        return 0 if meta is None else int(meta["a"])

    def advance(self, tenant: str, run: str, attempt: int, expected_by: datetime) -> bool:
        """Set the attempt to ``attempt + 1`` if it still is ``attempt`` and the run is open."""
        return self._update_open(
            tenant,
            run,
            expected_by,
            "SET #a = :next, #x = :x, #sk = :sk",
            {":next": attempt + 1, ":a": attempt},
        )

    def expect(self, tenant: str, run: str, expected_by: datetime) -> None:
        """Say when to look for the run again (it waits until about then); closed runs stay closed."""
        self._update_open(tenant, run, expected_by, "SET #x = :x, #sk = :sk", {})

    def _update_open(
        self, tenant: str, run: str, expected_by: datetime, expression: str, values: dict[str, int]
    ) -> bool:
        names = {"#x": "x", "#sk": _OPEN_SK, "#pk": _OPEN_PK}
        condition = "attribute_exists(#pk)"
        if values:
            names["#a"] = "a"
            condition += " AND #a = :a"
        return self._table.update(
            (run_partition(tenant, run), META),
            expression,
            names=names,
            values={":x": millis(expected_by), ":sk": iso(expected_by), **values},
            condition=condition,
        )

    def close(self, tenant: str, run: str) -> None:
        """Mark a run as done."""
        self._table.update(
            (run_partition(tenant, run), META),
            "REMOVE #pk, #sk",
            names={"#pk": _OPEN_PK, "#sk": _OPEN_SK},
            condition="attribute_exists(pk)",
        )

    def put_trace(self, tenant: str, trace: Trace, cohort: Sequence[str]) -> Trace:
        """Put a step's trace unless one exists for (run, node, loop, part); return what is stored."""
        item = self._kept(encode_trace(tenant, trace, cohort), trace.at)
        if not self._table.put_new(item):
            item = self._table.get(key_of(item)) or item
        return decode_trace(item, cohort)

    def trace(self, tenant: str, run: str, node: str, loop: str, part: int) -> Trace | None:
        """Read one step's trace."""
        key: Key = trace_key(tenant, run, node, loop, part)
        item = self._table.get(key)
        stored = self.get(tenant, run) if item is not None else None
        return None if item is None else decode_trace(item, stored.cohort if stored else ())

    def traces(self, tenant: str, run: str) -> list[Trace]:
        """Read all traces of a run in order of time."""
        stored = {item["sk"]: item for item in self._table.query(run_partition(tenant, run)).items}
        if META not in stored:
            return []
        cohort = decode_run(stored[META], stored.get(COHORT)).cohort
        traces = [decode_trace(item, cohort) for sk, item in stored.items() if sk.startswith(TRACES)]
        return sorted(traces, key=lambda trace: (trace.at, trace.part))

    def overdue(self, tenant: str, now: datetime, limit: int) -> list[str]:
        """Return ids of open runs whose `expected_by` has passed (index, eventually consistent)."""
        page = self._table.query(
            open_partition(tenant), until=iso(now), limit=limit, index=(GSI_OPEN_RUNS, OPEN_RUNS_KEYS)
        )
        return [run_id_of(item["pk"]) for item in page.items]

    def of_workflow(
        self, tenant: str, workflow: str, limit: int, cursor: str | None
    ) -> tuple[list[Run], str | None]:
        """Page through a workflow's runs, newest first (index, eventually consistent), with cohorts."""
        page = self._table.query(
            workflow_partition(tenant, workflow),
            limit=limit,
            newest_first=True,
            after=read_cursor(cursor, workflow_partition(tenant, workflow)),
            index=(GSI_RUNS_BY_WORKFLOW, RUNS_BY_WORKFLOW_KEYS),
        )
        ids = [run_id_of(item["pk"]) for item in page.items]
        found = self._many(tenant, ids)
        return [found[run] for run in ids if run in found], write_cursor(page.next)
