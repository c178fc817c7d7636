"""What a deployment costs a month while nobody does anything: counted in the synthesised templates.

Lines for what is billed by use (tables, buckets, the API, Firehose, Cognito, machines) are zero at rest and so
are left out. What the two clocks of the engine use is measured on an empty world.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from math import ceil
from pathlib import Path
from typing import Any

from stepwell.contracts.prices import HOURS_A_MONTH, cost
from stepwell.observability import observed
from stepwell.runtime.reconciling import reconcile

from bench.deployment import MeteredCloud
from bench.results import Result
from tests.simulation.audiences import TENANT

TEMPLATES = Path(__file__).parent.parent / "cdk.out"
IDLE_BAR = 15.0
MINUTES_A_MONTH = HOURS_A_MONTH * 60
# Lambda polls a queue with five pollers that wait 20 seconds each.
POLLS_A_MONTH = 5 * 3 * MINUTES_A_MONTH
# A table keeps its key for five minutes a caller: two clocks that read two tables each.
KMS_CALLERS = 4
_RATE = re.compile(r"rate\((\d+) minutes?\)")


def resources(kind: str, folder: Path = TEMPLATES) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield logical id and properties of all resources of a type in the AWS templates."""
    for path in sorted(folder.glob("*.template.json")):
        for name, resource in json.loads(path.read_text())["Resources"].items():
            if resource["Type"] == kind:
                yield name, resource.get("Properties", {})


def idle(sdk: dict[str, tuple[float, float]]) -> list[Result]:
    """Return the bill at rest, and its lines."""
    if not any(TEMPLATES.glob("*.template.json")):
        return [Result("idle_usd_per_month", None, "USD", note="no templates: run `make synth` first")]
    lines = {**_standing(), **_clocks(sdk)}
    total = sum(lines.values())
    shown = "; ".join(f"{name} {usd:.2f}" for name, usd in sorted(lines.items(), key=lambda line: -line[1]))
    results = [Result("idle_usd_per_month", total, "USD", note=shown, bar=IDLE_BAR)]
    return results + [
        Result(f"idle_{name}_usd", usd, "USD", note="part of idle_usd_per_month")
        for name, usd in lines.items()
    ]


def _standing() -> dict[str, float]:
    shards = sum(
        int(stream.get("ShardCount", 0))
        for _, stream in resources("AWS::Kinesis::Stream")
        if stream["StreamModeDetails"]["StreamMode"] == "PROVISIONED"
    )
    streams = sum(1 for _ in resources("AWS::Kinesis::Stream"))
    queues = sum(1 for _, source in resources("AWS::Lambda::EventSourceMapping") if "ScalingConfig" in source)
    kms_requests = KMS_CALLERS * MINUTES_A_MONTH / 5
    stream_hours = (streams - min(shards, streams)) * HOURS_A_MONTH
    return {
        "kinesis": cost("kinesis_shard_hour", shards * HOURS_A_MONTH)
        + cost("kinesis_stream_hour", stream_hours),
        "alarms": cost("alarm_month", sum(1 for _ in resources("AWS::CloudWatch::Alarm"))),
        "kms_keys": cost("kms_key_month", sum(1 for _ in resources("AWS::KMS::Key"))),
        "kms_requests": cost("kms_request", kms_requests),
        "queue_polls": cost("sqs_request", queues * POLLS_A_MONTH),
        "secrets": cost("secret_month", sum(1 for _ in resources("AWS::SecretsManager::Secret"))),
    }


def _clocks(sdk: dict[str, tuple[float, float]]) -> dict[str, float]:
    """Measure one idle sweep and one idle reconciliation, and multiply by their schedules."""
    lines: dict[str, float] = {}
    for name, rule in resources("AWS::Events::Rule"):
        found = _RATE.match(rule.get("ScheduleExpression", ""))
        if not found:
            continue
        function = "sweep_due" if name.startswith("SweepDue") else "reconcile_runs"
        calls = MINUTES_A_MONTH / int(found[1])
        usd, metrics = _one_call(sdk, function)
        lines[f"{function}_calls"] = usd * calls
        lines[f"{function}_metrics"] = cost("metric_month", metrics)
    return lines


def _one_call(sdk: dict[str, tuple[float, float]], function: str) -> tuple[float, int]:
    cloud = MeteredCloud(sdk)
    cloud.call("sweep_due", {})
    cloud.metered.forget()
    if function == "sweep_due":
        cloud.call("sweep_due", {})
    else:
        with cloud.meter.invocation(function), observed(function) as batch:
            cloud.meter.config_read("tenants")
            # Drained machines: the list of workflows and their versions.
            cloud.meter.config_read("workflows")
            reconcile(TENANT, cloud.ports)
            for name in ("Closed", "Restarted", "Waiting", "GivenUp", "Retired"):
                batch.count(name, 0)
    cloud.metered.settle()
    use = cloud.meter.functions[function]
    wru, rru = (sum(units[i] for units in cloud.meter.labels.values()) for i in (0, 1))
    usd = (
        cost("dynamodb_wru", wru)
        + cost("dynamodb_rru", rru)
        + cost("lambda_request", 1)
        + cost("lambda_gb_s", use.gb_s)
        + cost("log_gb", use.log_bytes / 1e9)
        + cost("log_gb_month", use.log_bytes / 1e9)
    )
    last = cloud.meter.log.last
    metrics = len(json.loads(last)["_aws"]["CloudWatchMetrics"][0]["Metrics"]) if '"_aws"' in last else 0
    return usd, ceil(metrics)
