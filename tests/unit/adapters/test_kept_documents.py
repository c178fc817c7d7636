"""Documents that functions read: a minute old at most."""

from __future__ import annotations

import boto3
from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.kept_documents import KEPT_S, KeptDocuments
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.rule_documents import written
from stepwell.replies.routing import ID, KIND, read_rules
from stepwell.triggers.page_topics import PageStore
from stepwell.triggers.reply_origins import RulesOfReplies
from stepwell.triggers.submissions import Forms

from tests.unit.adapters.conftest import NOW, REGION


def test_rules_for_answers_are_read_once_a_minute(config_table: str):
    config = ConfigStore(config_table, REGION, ManualClock(NOW))
    seconds = [0.0]
    kept = KeptDocuments(
        DynamoTable(boto3.client("dynamodb", region_name=REGION), config_table), monotonic=lambda: seconds[0]
    )
    port: RulesOfReplies = kept
    assert port.reply_rules("acme").rules == ()
    rules = read_rules({"rules": [{"id": "all", "forward": ["help@example.com"]}], "unsubscribe": False})
    config.save_document("acme", KIND, ID, 0, written(rules))
    assert port.reply_rules("acme").rules == ()
    seconds[0] = KEPT_S
    assert port.reply_rules("acme") == rules
    assert port.reply_rules("other").unsubscribe is True


def test_forms_by_id(config_table: str):
    config = ConfigStore(config_table, REGION, ManualClock(NOW))
    port: Forms = KeptDocuments(DynamoTable(boto3.client("dynamodb", region_name=REGION), config_table))
    config.save_document("acme", "FORM", "demo", 0, {"id": "demo"})
    assert port.form("acme", "demo") == {"id": "demo"}
    assert port.form("acme", "other") is None
    assert port.form("acme", "x" * 5_000) is None


def test_topics_are_compiled_once_a_document(config_table: str):
    config = ConfigStore(config_table, REGION, ManualClock(NOW))
    seconds = [0.0]
    port: PageStore = KeptDocuments(
        DynamoTable(boto3.client("dynamodb", region_name=REGION), config_table), monotonic=lambda: seconds[0]
    )
    assert port.page_topics("acme").of("/pricing") is None
    config.save_document("acme", "PAGES", "topics", 0, {"pages": [{"match": "/pricing*", "topic": "prices"}]})
    seconds[0] = KEPT_S
    found = port.page_topics("acme")
    assert (page := found.of("/Pricing/eu")) is not None and page.topic == "prices"
    assert port.page_topics("acme") is found
