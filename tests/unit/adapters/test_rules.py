"""The pass's rules: the default model until one is saved, none when all were deleted."""

from __future__ import annotations

import boto3
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.rules_store import DynamoRules
from stepwell.adapters.workspace_store import DynamoWorkspaces
from stepwell.contracts.clock import ManualClock
from stepwell.publishing.rules import rebuild
from stepwell.scoring.defaults import default_rules

REGION = "us-east-1"
T = "acme"


def test_a_workspace_has_the_default_model_until_one_is_saved(config_table: str, clock: ManualClock) -> None:
    table = DynamoTable(boto3.client("dynamodb", region_name=REGION), config_table)
    store = DynamoRules(table, clock)
    assert store.read(T) == ({}, 0)
    assert DynamoWorkspaces(table).rules(T) == {"scores": default_rules()}
    rebuild(store, T, segments={"vips": {"id": "vips"}})
    assert DynamoWorkspaces(table).rules(T) == {
        "v": 1,
        "segments": {"vips": {"id": "vips"}},
        "scores": default_rules(),
    }
    rebuild(store, T, scores={}, segments=None)
    assert DynamoWorkspaces(table).rules(T) == {"v": 1, "scores": {}}
    assert not store.write(T, {}, 1)
