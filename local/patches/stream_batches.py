"""Gap: Kinesis mappings ignore partial failures, bisecting, the retry limit and the failure destination.

A poison record blocks its shard there for ever. Here a failed batch of a Kinesis or DynamoDB stream
is treated as Lambda does: delivered again from the first failed record, halved if asked, and after
``MaximumRetryAttempts`` described to the ``OnFailure`` queue or topic and passed over.
"""

from __future__ import annotations

import contextvars
import json
import uuid
from typing import Any

from local.clock import iso
from local.patches import Parts

#: The mapping that the current thread polls; unset on all other threads.
polled: contextvars.ContextVar[str | None] = contextvars.ContextVar("stepwell_polled", default=None)


class Batches:
    """Delivers the batches of stream mappings."""

    def __init__(self, parts: Parts) -> None:
        from ministack.services import lambda_svc, sns, sqs

        self._clock = parts.clock
        self._lambda: Any = lambda_svc
        self._sns, self._sqs = sns, sqs
        self._execute = lambda_svc._execute_function
        self._attempts: dict[tuple[str, str], int] = {}

    def execute(self, function: dict[str, Any], event: Any) -> Any:
        """Stands in for MiniStack's ``_execute_function``."""
        mapping = polled.get()
        esm = self._lambda._esms.get(mapping) if mapping else None
        if esm is None or not isinstance(event, dict) or not event.get("Records"):
            return self._execute(function, event)
        records = event["Records"]
        done, result = self._deliver(function, esm, records)
        if done == len(records):
            return {**result, "error": False}
        self._advance(esm, records[0], done)
        return result

    def _deliver(
        self, function: dict[str, Any], esm: dict[str, Any], records: list[dict[str, Any]]
    ) -> tuple[int, dict[str, Any]]:
        """How many records are dealt with from the front, and the last result (an error if not all)."""
        result = dict(self._execute(function, {"Records": records}))
        done = 0 if result.get("error") else _first_failure(esm, records, result.get("body"))
        if done == len(records):
            self._attempts.pop((esm["UUID"], sequence(records[0])), None)
            return done, result
        if not result.get("error"):
            result |= {
                "error": True,
                "body": {"errorType": "BatchItemFailures", "errorMessage": "partial failure"},
            }
        elif esm.get("BisectBatchOnFunctionError") and len(records) > 1:
            half = len(records) // 2
            done, result = self._deliver(function, esm, records[:half])
            if done < half:
                return done, result
            more, result = self._deliver(function, esm, records[half:])
            return half + more, result
        if self._exhausted(esm, records[done]):
            self._describe(esm, records[done:], result)
            return len(records), result
        return done, result

    def _exhausted(self, esm: dict[str, Any], record: dict[str, Any]) -> bool:
        key = (esm["UUID"], sequence(record))
        self._attempts[key] = self._attempts.get(key, 0) + 1
        limit = int(
            esm.get("MaximumRetryAttempts", -1) if esm.get("MaximumRetryAttempts") is not None else -1
        )
        if limit < 0 or self._attempts[key] <= limit:
            return False
        del self._attempts[key]
        return True

    def _advance(self, esm: dict[str, Any], first: dict[str, Any], done: int) -> None:
        # With a filter, records and positions do not match one to one: the whole batch comes again.
        if not done or esm.get("FilterCriteria"):
            return
        if "kinesis" in first:
            self._lambda._kinesis_positions[esm["UUID"]][first["eventID"].split(":")[0]] += done
        else:
            with self._lambda._dynamodb_stream_positions_lock:
                self._lambda._dynamodb_stream_positions[esm["UUID"]] += done

    def _describe(self, esm: dict[str, Any], records: list[dict[str, Any]], result: dict[str, Any]) -> None:
        target = ((esm.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
        if not target:
            return
        kinesis = "kinesis" in records[0]
        body = json.dumps(
            {
                "requestContext": {
                    "requestId": str(uuid.uuid4()),
                    "functionArn": esm["FunctionArn"],
                    "condition": "RetryAttemptsExhausted",
                    "approximateInvokeCount": int(esm["MaximumRetryAttempts"]) + 1,
                },
                "responseContext": {
                    "statusCode": 200,
                    "executedVersion": "$LATEST",
                    "functionError": result.get("function_error") or "Unhandled",
                },
                "version": "1.0",
                "timestamp": self._clock.now_iso(),
                "KinesisBatchInfo" if kinesis else "DDBStreamBatchInfo": {
                    "shardId": records[0]["eventID"].split(":")[0] if kinesis else "shardId-0",
                    "startSequenceNumber": sequence(records[0]),
                    "endSequenceNumber": sequence(records[-1]),
                    "approximateArrivalOfFirstRecord": _arrival(records[0]),
                    "approximateArrivalOfLastRecord": _arrival(records[-1]),
                    "batchSize": len(records),
                    "streamArn": esm["EventSourceArn"],
                },
            }
        )
        if target.split(":")[2] == "sqs":
            url = self._sqs._queue_url(target.rsplit(":", 1)[-1])
            self._sqs._act_send_message({"QueueUrl": url, "MessageBody": body}, url)
        else:
            self._sns.publish_internal(target, body)


def install(parts: Parts) -> None:
    """Puts itself between the pollers and the functions."""
    from ministack.services import lambda_svc

    lambda_svc._execute_function = Batches(parts).execute


def sequence(record: dict[str, Any]) -> str:
    """Sequence number of a stream record."""
    part = record.get("kinesis") or record.get("dynamodb") or {}
    return str(part.get("sequenceNumber") or part.get("SequenceNumber") or "")


def _first_failure(esm: dict[str, Any], records: list[dict[str, Any]], body: Any) -> int:
    if "ReportBatchItemFailures" not in (esm.get("FunctionResponseTypes") or []):
        return len(records)
    if isinstance(body, str | bytes):
        try:
            body = json.loads(body)
        except json.JSONDecodeError:
            return len(records)
    failures = (body.get("batchItemFailures") if isinstance(body, dict) else None) or []
    if not failures:
        return len(records)
    failed = {f.get("itemIdentifier") for f in failures}
    # An identifier that names no record of the batch fails all of it, as in Lambda.
    return next((i for i, record in enumerate(records) if sequence(record) in failed), 0)


def _arrival(record: dict[str, Any]) -> str:
    part = record.get("kinesis") or record.get("dynamodb") or {}
    at = part.get("approximateArrivalTimestamp") or part.get("ApproximateCreationDateTime") or 0
    return iso(float(at))
