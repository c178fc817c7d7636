"""A table's stream goes on after the cloud was stopped and started."""

from __future__ import annotations

from pathlib import Path

from local.testing import LocalCloud, eventually, make_function

CODE = """
def handler(event, context):
    return None
"""


def calls(cloud: LocalCloud) -> float:
    counted = cloud.get("/_stepwell/counters")["functions"]
    return float(counted.get("reader", {}).get("invocations", 0))


def test_what_is_written_after_a_start_is_read(tmp_path: Path) -> None:
    cloud = LocalCloud(tmp_path)
    with cloud:
        table = cloud.client("dynamodb").create_table(
            TableName="things",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
        make_function(cloud, "reader", CODE)
        cloud.client("lambda").create_event_source_mapping(
            EventSourceArn=table["TableDescription"]["LatestStreamArn"],
            FunctionName="reader",
            StartingPosition="TRIM_HORIZON",
        )
        for number in range(5):
            cloud.client("dynamodb").put_item(TableName="things", Item={"pk": {"S": f"before{number}"}})
        eventually(lambda: calls(cloud) >= 1)
    with cloud:
        cloud.client("dynamodb").put_item(TableName="things", Item={"pk": {"S": "after"}})
        eventually(lambda: calls(cloud) >= 1)
