"""Gap: nothing there adds up what a run would cost; this feeds ``local.counters`` from the inside."""

from __future__ import annotations

import contextvars
import time
from collections.abc import Callable
from typing import Any

from local.patches import Parts

_express: contextvars.ContextVar[bool] = contextvars.ContextVar("stepwell_express", default=False)


def install(parts: Parts) -> None:
    """Counts operations where they are carried out, so that calls made inside count as well."""
    from ministack import app
    from ministack.services import apigateway, eventbridge, kinesis, lambda_svc, sns
    from ministack.services import stepfunctions as sfn

    counters = parts.counters
    record = app._maybe_record_cloudtrail

    def seen(service: str, method: str, path: str, headers: Any, body: bytes, query: Any, *rest: Any) -> Any:
        name = app._ct_event_name(service, method, path, headers, query) or f"{method} {path}"
        counters.operation(service, name)
        return record(service, method, path, headers, body, query, *rest)

    app._maybe_record_cloudtrail = seen
    apigateway.handle_execute = _counting_async(counters, "http_api", "requests", apigateway.handle_execute)
    eventbridge._put_events = _before(
        eventbridge._put_events, lambda data, *_, **__: _count_events(counters, data)
    )
    sns.publish_internal = _before(sns.publish_internal, lambda *_, **__: counters.add("sns", "publishes"))
    kinesis._put_record = _before(kinesis._put_record, lambda data: _count_records(counters, [data]))
    kinesis._put_records = _before(
        kinesis._put_records, lambda data: _count_records(counters, data.get("Records", []))
    )
    _meter_lambda(counters, lambda_svc)
    _meter_states(counters, sfn)


def _before(function: Callable[..., Any], note: Callable[..., None]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        note(*args, **kwargs)
        return function(*args, **kwargs)

    return call


def _counting_async(
    counters: Any, service: str, measure: str, function: Callable[..., Any]
) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        counters.add(service, measure)
        return await function(*args, **kwargs)

    return call


def _count_events(counters: Any, data: dict[str, Any]) -> None:
    own = [e for e in data.get("Entries", []) if not str(e.get("Source", "")).startswith("aws.")]
    if own:
        counters.add("events", "events", len(own))


def _count_records(counters: Any, records: list[dict[str, Any]]) -> None:
    counters.add("kinesis", "records", len(records))
    # Data is base64 on the wire; AWS bills the bytes of the record and its partition key.
    size = sum(len(r.get("Data", "")) * 3 // 4 + len(r.get("PartitionKey", "")) for r in records)
    counters.add("kinesis", "bytes", size)


def _meter_lambda(counters: Any, lambda_svc: Any) -> None:
    dispatch = lambda_svc._execute_function_warm

    def execute(func: dict[str, Any], event: Any, request_id: str) -> Any:
        config = func.get("config") or func
        began = time.perf_counter()
        result = dispatch(func, event, request_id)
        seconds = time.perf_counter() - began
        memory = float(config.get("MemorySize", 128))
        counters.invocation(config.get("FunctionName", "?"), seconds, memory, bool(result.get("error")))
        return result

    lambda_svc._execute_function_warm = execute


def _meter_states(counters: Any, sfn: Any) -> None:
    def state() -> None:
        counters.add("states", "express_states" if _express.get() else "transitions")

    for name in ("pass", "choice", "wait", "parallel", "map"):
        setattr(sfn, f"_execute_{name}", _before(getattr(sfn, f"_execute_{name}"), lambda *_, **__: state()))
    add_event = sfn._add_event

    def event(execution: Any, kind: str, details: Any = None) -> Any:
        # A retried Task is billed again, and each attempt is scheduled anew.
        if kind in ("TaskScheduled", "SucceedStateEntered", "FailStateEntered"):
            state()
        return add_event(execution, kind, details)

    sfn._add_event = event
    run, distributed = sfn._run_execution, sfn._run_distributed_map

    def run_execution(arn: str) -> None:
        execution = sfn._executions.get(arn) or {}
        machine = sfn._state_machines.get(execution.get("stateMachineArn", "")) or {}
        express = machine.get("type") == "EXPRESS"
        outer = _express.set(express)
        counters.add("states", "express_executions" if express else "executions")
        try:
            run(arn)
        finally:
            _express.reset(outer)

    def run_distributed(
        definition: Any, raw: Any, effective: Any, iterator: dict[str, Any], *rest: Any
    ) -> Any:
        express = (iterator.get("ProcessorConfig") or {}).get("ExecutionType") == "EXPRESS"
        outer = _express.set(express)
        try:
            result = distributed(definition, raw, effective, iterator, *rest)
        finally:
            _express.reset(outer)
        counters.add("states", "map_runs")
        return result

    sfn._run_execution = run_execution
    sfn._run_distributed_map = run_distributed
