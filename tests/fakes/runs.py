"""Runs and traces in memory, over the same items as DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

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
from stepwell.adapters.items.wire import Plain, millis
from stepwell.contracts.clock import iso
from stepwell.contracts.names import GSI_OPEN_RUNS, GSI_RUNS_BY_WORKFLOW, OPEN_RUNS_KEYS
from stepwell.contracts.tokens import Run, Trace

from tests.fakes.table import MemoryTable, absent

_OPEN_PK, _OPEN_SK = OPEN_RUNS_KEYS


class MemoryRuns:
    """See `stepwell.runtime.ports.RunStore`."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def record(self, tenant: str, run: Run) -> Run:
        meta, cohort = encode_run(tenant, run)
        new = cohort is None or self._table.put(cohort, f"runs.cohort:{run.id}", absent)
        if self._table.put(meta, f"runs.record:{run.id}", absent) and new:
            return decode_run(meta, cohort)
        stored = self.get(tenant, run.id)
        assert stored is not None
        return stored

    def get(self, tenant: str, run: str) -> Run | None:
        pk = run_partition(tenant, run)
        meta = self._table.get((pk, META), "runs.get")
        if meta is None:
            return None
        return decode_run(meta, None if "c" in meta else self._table.get((pk, COHORT), "runs.get"))

    def attempt(self, tenant: str, run: str) -> int:
        meta = self._table.get((run_partition(tenant, run), META), "runs.attempt")
        return 0 if meta is None else int(meta["a"])

    def advance(self, tenant: str, run: str, attempt: int, expected_by: datetime) -> bool:
        return self._table.update(
            (run_partition(tenant, run), META),
            lambda item: {**_expected(item, expected_by), "a": attempt + 1},
            f"runs.advance:{run}",
            lambda item: item is not None and item["a"] == attempt and _OPEN_PK in item,
        )

    def expect(self, tenant: str, run: str, expected_by: datetime) -> None:
        self._table.update(
            (run_partition(tenant, run), META),
            lambda item: _expected(item, expected_by),
            f"runs.expect:{run}",
            lambda item: item is not None and _OPEN_PK in item,
        )

    def close(self, tenant: str, run: str) -> None:
        self._table.update(
            (run_partition(tenant, run), META),
            lambda item: {name: value for name, value in (item or {}).items() if name not in OPEN_RUNS_KEYS},
            f"runs.close:{run}",
            lambda item: item is not None,
        )

    def put_trace(self, tenant: str, trace: Trace, cohort: Sequence[str]) -> Trace:
        item = encode_trace(tenant, trace, cohort)
        self._table.put(item, f"runs.put_trace:{trace.run}:{trace.node}:{trace.loop}:{trace.part}", absent)
        return decode_trace(self._table.items[(item["pk"], item["sk"])], cohort)

    def trace(self, tenant: str, run: str, node: str, loop: str, part: int) -> Trace | None:
        item = self._table.get(trace_key(tenant, run, node, loop, part), "runs.trace")
        stored = self.get(tenant, run) if item is not None else None
        return None if item is None else decode_trace(item, stored.cohort if stored else ())

    def traces(self, tenant: str, run: str) -> list[Trace]:
        items = self._table.query(run_partition(tenant, run), "runs.traces")
        stored = {item["sk"]: item for item in items}
        if META not in stored:
            return []
        cohort = decode_run(stored[META], stored.get(COHORT)).cohort
        traces = [decode_trace(item, cohort) for sk, item in stored.items() if sk.startswith(TRACES)]
        return sorted(traces, key=lambda trace: (trace.at, trace.part))

    def overdue(self, tenant: str, now: datetime, limit: int) -> list[str]:
        keys = self._table.query_index(GSI_OPEN_RUNS, open_partition(tenant), "runs.overdue")
        return [run_id_of(key["pk"]) for key in keys if key[_OPEN_SK] <= iso(now)][:limit]

    def of_workflow(
        self, tenant: str, workflow: str, limit: int, cursor: str | None
    ) -> tuple[list[Run], str | None]:
        keys = self._table.query_index(
            GSI_RUNS_BY_WORKFLOW, workflow_partition(tenant, workflow), "runs.of_workflow"
        )[::-1]
        start = int(cursor) if cursor else 0
        page = [self.get(tenant, run_id_of(key["pk"])) for key in keys[start : start + limit]]
        after = start + limit
        return [run for run in page if run is not None], str(after) if after < len(keys) else None


def _expected(item: Plain | None, expected_by: datetime) -> Plain:
    return {**(item or {}), "x": millis(expected_by), _OPEN_SK: iso(expected_by)}
