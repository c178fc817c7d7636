"""The lake's tables: every query names a tenant, workflows' queries see none of it, and nothing idles."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from stepwell.lake.events import EVENTS
from stepwell.lake.tables import TABLES

from tests.infrastructure.conftest import Cloud


def test_tables_have_the_columns_that_are_written(aws: Cloud) -> None:
    made = {
        table.properties["TableInput"]["Name"]: table.properties["TableInput"]
        for table in aws.resources("AWS::Glue::Table")
    }
    assert made.keys() == {*TABLES, "events"}
    for name, schema in {**TABLES, "events": EVENTS}.items():
        columns = {one["Name"]: one["Type"] for one in made[name]["StorageDescriptor"]["Columns"]}
        assert columns == dict(schema)
        parameters = made[name]["Parameters"]
        assert parameters["projection.enabled"] == "true"
        assert parameters["projection.tenant.type"] == "injected"
        keys = [key["Name"] for key in made[name]["PartitionKeys"]]
        assert keys[0] == "tenant" and len(keys) == 2


def test_the_database_is_out_of_sight_of_workflows(aws: Cloud) -> None:
    (database,) = aws.resources("AWS::Glue::Database")
    name = database.properties["DatabaseInput"]["Name"]
    assert name == "lake_stepwell" and not name.startswith("stepwell")


def test_a_schedule_only_where_one_is_asked_for(aws: Cloud, synthesise: Callable[..., Cloud]) -> None:
    assert not aws.resources("AWS::Scheduler::Schedule")
    (made,) = synthesise(snapshot_schedule="cron(0 3 * * ? *)", tenant="acme").resources(
        "AWS::Scheduler::Schedule"
    )
    told = json.dumps(made.properties["Target"]["Input"])
    assert "snap-<aws.scheduler.execution-id>" in told and "acme" in told


@pytest.mark.parametrize(
    ("days", "cheaper", "ends"), [("", True, None), ("60", False, 60), ("365", True, 365)]
)
def test_raw_events_stay_as_long_as_the_deployment_says(
    synthesise: Callable[..., Cloud], days: str, cheaper: bool, ends: int | None
) -> None:
    buckets = synthesise(keep_raw_days=days).resources("AWS::S3::Bucket")
    rules = [
        rule
        for bucket in buckets
        for rule in bucket.properties.get("LifecycleConfiguration", {}).get("Rules", [])
        if rule.get("Prefix") == "raw/"
    ]
    (rule,) = rules
    assert ("Transitions" in rule, rule.get("ExpirationInDays")) == (cheaper, ends)
