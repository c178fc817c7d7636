from __future__ import annotations

from typing import Any

import pytest

from local.patches.stream_window import LONGEST_S, QUIET_STEPS, STEP_S, wait_for_more
from local.testing import LocalCloud, eventually, make_function

SIZES = """
def handler(event, context):
    print(len(event["Records"]))
"""


MAPPING = {"BatchSize": 5, "MaximumBatchingWindowInSeconds": 1}


@pytest.mark.parametrize(
    ("arriving", "waited"),
    [([0], 0), ([5], 0), ([1, 2, 5], 2), ([1] * 99, round(LONGEST_S / STEP_S))],
    ids=["nothing to wait for", "full", "fills up", "window passes"],
)
def test_waits_for_a_full_batch_or_the_window(arriving: list[int], waited: int):
    counts, naps = iter(arriving), []
    wait_for_more(lambda: [next(counts)], MAPPING, lambda: False, naps.append)
    assert len(naps) == waited


def test_does_not_wait_where_no_window_is_asked_for():
    wait_for_more(lambda: [1], {"BatchSize": 5}, lambda: False, pytest.fail)


def test_waits_no_longer_than_something_could_bring_more():
    at_work, naps = iter([True, True, False, True] + [False] * 99), []
    wait_for_more(lambda: [1], MAPPING, lambda: not next(at_work), naps.append)
    assert len(naps) == 4 + QUIET_STEPS


@pytest.mark.cloud
def test_what_arrives_within_the_window_is_one_batch(cloud: LocalCloud):
    kinesis = cloud.client("kinesis")
    kinesis.create_stream(StreamName="windowed", ShardCount=1)

    def stream() -> dict[str, Any]:
        return dict(kinesis.describe_stream_summary(StreamName="windowed")["StreamDescriptionSummary"])

    eventually(lambda: stream()["StreamStatus"] == "ACTIVE")
    make_function(cloud, "windowed", SIZES)
    cloud.client("lambda").create_event_source_mapping(
        FunctionName="windowed",
        EventSourceArn=stream()["StreamARN"],
        StartingPosition="TRIM_HORIZON",
        BatchSize=1000,
        MaximumBatchingWindowInSeconds=1,
    )
    cloud.post("/_stepwell/counters")
    for number in range(8):
        kinesis.put_record(StreamName="windowed", Data=b"x", PartitionKey=str(number))
    eventually(lambda: "kinesis" not in cloud.get("/_stepwell/clock")["busy"])
    eventually(lambda: "windowed" in cloud.get("/_stepwell/counters")["functions"])
    assert cloud.get("/_stepwell/counters")["functions"]["windowed"]["invocations"] <= 2
