"""Scoring models and sequences with their versions: the fake and the adapter behave alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws
from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.items.config import SCORE
from stepwell.adapters.rule_documents import ConfigRules
from stepwell.contracts.clock import ManualClock
from stepwell.errors import Unavailable
from stepwell.publishing.rule_ports import RuleRecord, RuleStore

from tests.fakes.cloud_tables import create_table
from tests.fakes.rules import MemoryRuleStore
from tests.fakes.world import START

T, REGION = "acme", "us-east-1"


@pytest.fixture(params=["memory", "dynamo"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[RuleStore]:
    if request.param == "memory":
        yield MemoryRuleStore()
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        create_table(boto3.client("dynamodb", region_name=REGION), "config")
        yield ConfigRules(ConfigStore("config", REGION, ManualClock(START)), SCORE)


def record(rule: str = "lead", version: int = 1, rev: int = 0, note: str = "") -> RuleRecord:
    body = {"id": rule, "name": f"Version {version}", "rules": [{"points": 1.5}]}
    before = {"1": {"a": [2, "page_view|"]}} if version > 1 else {}
    return RuleRecord(
        rule, body, version, START, START + timedelta(hours=version), "ann", note, 0, before, rev
    )


def test_a_document_is_read_back_whole(store: RuleStore) -> None:
    assert store.get(T, "lead") is None
    assert store.save(T, record(note="First"))
    assert store.get(T, "lead") == record(note="First", rev=1)
    assert store.save(T, record("engagement"))
    assert [one.id for one in store.all(T)] == ["engagement", "lead"]
    assert store.all("other") == []


def test_only_the_revision_that_was_read_is_overwritten(store: RuleStore) -> None:
    assert store.save(T, record())
    assert not store.save(T, record())
    assert store.save(T, record(version=2, rev=1))
    assert not store.save(T, record(version=2, rev=1))
    assert not store.save(T, record("nobody", version=2, rev=1))
    assert store.get(T, "lead") == record(version=2, rev=2)


def test_versions_stay_as_they_were_even_after_deletion(store: RuleStore) -> None:
    store.save(T, record(note="First"))
    store.save(T, record(version=2, rev=1, note="Second"))
    assert [(one.number, one.by, one.note) for one in store.versions(T, "lead")] == [
        (2, "ann", "Second"),
        (1, "ann", "First"),
    ]
    assert store.version(T, "lead", 1) == record().body
    assert store.version(T, "lead", 3) is None
    assert not store.delete(T, "lead", 1)
    assert store.delete(T, "lead", 2)
    assert not store.delete(T, "lead", 2)
    assert store.get(T, "lead") is None
    assert [one.number for one in store.versions(T, "lead")] == [2, 1]
    assert store.version(T, "lead", 2) == record(version=2).body
    assert store.versions(T, "other") == []


def test_a_version_whose_writer_died_is_read_from_the_document_and_written_by_the_next_save() -> None:
    class Dying(ConfigStore):
        alive = True

        def put_revision(self, *args, **options):  # type: ignore[no-untyped-def]
            if not self.alive:
                raise Unavailable("DynamoDB did not answer.")
            return super().put_revision(*args, **options)

    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        create_table(boto3.client("dynamodb", region_name=REGION), "config")
        config = Dying("config", REGION, ManualClock(START))
        rules = ConfigRules(config, SCORE)
        config.alive = False
        with pytest.raises(Unavailable):
            rules.save(T, record(note="First"))
        config.alive = True
        assert [(one.number, one.note) for one in rules.versions(T, "lead")] == [(1, "First")]
        assert rules.version(T, "lead", 1) == record().body
        assert rules.save(T, record(version=2, rev=1))
        assert [one.number for one in rules.versions(T, "lead")] == [2, 1]
        assert rules.version(T, "lead", 1) == record().body
