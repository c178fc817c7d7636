"""The config store: revisions, immutable versions, pages, and the cached readers of the hot path."""

from __future__ import annotations

from datetime import timedelta

import boto3
import pytest
from stepwell.adapters.config_counters import ConfigCounters
from stepwell.adapters.config_logs import ConfigKeys, ConfigLogs
from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import DRAFT, TEMPLATE
from stepwell.adapters.workspace_store import DynamoVersions, DynamoWorkspaces
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.workspace import AuditEntry, Control, KeyRecord, WorkflowStatus, Workspace
from stepwell.errors import Conflict, InvalidInput, NotFound
from stepwell.triggers.ports import WriteKey

REGION = "us-east-1"
T = "acme"
BIG = {"id": "welcome", "nodes": [{"id": f"n{n}", "type": "delay"} for n in range(500)]}


class Tick:
    """Seconds that move when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(config_table: str, clock: ManualClock) -> ConfigStore:
    return ConfigStore(config_table, REGION, clock)


@pytest.fixture
def table(config_table: str) -> DynamoTable:
    return DynamoTable(boto3.client("dynamodb", region_name=REGION), config_table)


def test_a_workspace_is_read_back_whole(store: ConfigStore, table: DynamoTable) -> None:
    workspace = Workspace(
        T,
        "Acme",
        "Europe/Vienna",
        "Shop <shop@example.com>",
        allowlist=("a@example.com", "@b.example"),
        send_rate=5,
        teams={"ops": ("ops@example.com",)},
        api_hosts=("api.example.com",),
    )
    store.save_workspace(workspace)
    store.save_workspace(workspace)
    assert store.workspace(T) == workspace
    assert DynamoWorkspaces(table).workspace(T) == workspace
    assert store.tenants() == DynamoWorkspaces(table).tenants() == [T]
    with pytest.raises(NotFound):
        store.workspace("other")
    assert DynamoWorkspaces(table).workspace("other") == Workspace("other")


def test_switches_are_obeyed_within_a_second(store: ConfigStore, table: DynamoTable) -> None:
    tick = Tick()
    reader = DynamoWorkspaces(table, monotonic=tick)
    assert reader.control(T) == store.control(T) == Control()
    store.set_status(T, "welcome", WorkflowStatus.PAUSED)
    store.set_status(T, "winback", WorkflowStatus.STOPPED)
    assert reader.control(T) == Control()
    tick.now = 1.0
    assert reader.control(T).status("welcome") is WorkflowStatus.PAUSED
    stopped = store.set_stopped(T, stopped=True)
    assert stopped.stopped and stopped.workflows["winback"] is WorkflowStatus.STOPPED
    tick.now = 2.0
    assert reader.control(T).status("any") is WorkflowStatus.PAUSED


def test_a_draft_is_saved_over_what_was_read(store: ConfigStore, clock: ManualClock) -> None:
    first = store.save_document(T, DRAFT, "welcome", 0, BIG, by="ada")
    assert (first.rev, first.by, first.at) == (1, "ada", clock.at)
    assert store.document(T, DRAFT, "welcome") == first
    with pytest.raises(Conflict):
        store.save_document(T, DRAFT, "welcome", 0, {})
    second = store.save_document(T, DRAFT, "welcome", 1, {"id": "welcome"})
    with pytest.raises(Conflict):
        store.save_document(T, DRAFT, "welcome", 1, BIG)
    assert store.document(T, DRAFT, "welcome") == second
    with pytest.raises(Conflict):
        store.delete_document(T, DRAFT, "welcome", 1)
    store.delete_document(T, DRAFT, "welcome", 2)
    with pytest.raises(NotFound):
        store.document(T, DRAFT, "welcome")


def test_documents_in_pages(store: ConfigStore) -> None:
    for number in range(5):
        store.save_document(T, DRAFT, f"w{number}", 0, {"n": number})
    store.save_document(T, TEMPLATE, "t", 0, {})
    found, cursor = store.documents(T, DRAFT, limit=3)
    rest, end = store.documents(T, DRAFT, limit=3, cursor=cursor)
    assert [d.id for d in (*found, *rest)] == ["w0", "w1", "w2", "w3", "w4"]
    assert end is None
    with pytest.raises(InvalidInput):
        store.documents("other", DRAFT, cursor=cursor)


def test_a_published_version_never_changes(store: ConfigStore, table: DynamoTable) -> None:
    assert store.publish(T, "welcome", BIG, "ada", "first").number == 1
    assert store.publish(T, "welcome", {"v": 2}).number == 2
    assert store.put_revision(T, DRAFT, "welcome", 1, BIG).by == "ada"
    with pytest.raises(Conflict):
        store.put_revision(T, DRAFT, "welcome", 1, {"other": 1})
    versions, _ = store.revisions(T, DRAFT, "welcome")
    assert [(v.number, v.note) for v in versions] == [(2, ""), (1, "first")]
    assert store.revision(T, DRAFT, "welcome", 2) == {"v": 2}
    reader = DynamoVersions(table)
    assert reader.document(T, "welcome", 1) == BIG
    with pytest.raises(NotFound):
        reader.document(T, "welcome", 3)
    with pytest.raises(NotFound):
        reader.document("other", "welcome", 1)


def test_templates_and_the_trigger_index(store: ConfigStore, table: DynamoTable) -> None:
    tick = Tick()
    reader = DynamoWorkspaces(table, monotonic=tick)
    assert store.triggers(T) == (0, {})
    assert reader.triggers(T) == {}
    store.save_triggers(T, 0, {"order": ["welcome"]})
    with pytest.raises(Conflict):
        store.save_triggers(T, 0, {})
    tick.now = 2
    assert reader.triggers(T) == {"order": ["welcome"]}
    assert store.triggers(T) == (1, {"order": ["welcome"]})
    store.save_document(T, TEMPLATE, "hello", 0, {"subject": "Hi"})
    assert reader.template(T, "hello") == {"subject": "Hi"}
    with pytest.raises(NotFound):
        reader.template(T, "none")


def test_write_keys(config_table: str, clock: ManualClock) -> None:
    keys = ConfigKeys(config_table, REGION)
    assert keys.find("abc") is None
    record = KeyRecord("abc", T, "web", "Website", clock.at)
    keys.add(record)
    assert keys.find("abc") == WriteKey(T, "web")
    assert keys.of_tenant(T) == [record]
    with pytest.raises(NotFound):
        keys.revoke("other", "abc")
    keys.revoke(T, "abc")
    assert keys.find("abc") is None
    assert keys.of_tenant(T)[0].revoked


def test_audit_entries_newest_first(config_table: str, clock: ManualClock) -> None:
    logs = ConfigLogs(config_table, REGION, clock)
    entries = [
        AuditEntry(clock.at + timedelta(minutes=n), "ada", "save", f"w{n}", {"n": n}) for n in range(5)
    ]
    for entry in entries:
        logs.audit(T, entry)
    found, cursor = logs.audit_entries(T, 3)
    rest, _ = logs.audit_entries(T, 3, cursor)
    assert [*found, *rest] == entries[::-1]
    some, _ = logs.audit_entries(T, since=entries[1].at, until=entries[3].at)
    assert some == [entries[2], entries[1]]
    (last,), more = logs.audit_entries(T, 1, since=entries[3].at)
    assert (last, more is not None) == (entries[4], True)


def test_the_tail_is_kept_an_hour_and_only_watched_when_asked(config_table: str, clock: ManualClock) -> None:
    tick = Tick()
    logs = ConfigLogs(config_table, REGION, clock, monotonic=tick)
    assert not logs.watching(T)
    logs.append(T, [{"at": f"2026-03-02T09:00:0{n}.000Z", "name": f"e{n}"} for n in range(4)])
    found, _ = logs.tail(T, 3)
    assert [entry["name"] for entry in found] == ["e3", "e2", "e1"]
    assert not logs.watching(T)
    tick.now = 6
    assert logs.watching(T)
    clock.advance(timedelta(minutes=3))
    tick.now = 12
    assert not logs.watching(T)
    items = DynamoTable(boto3.client("dynamodb", region_name=REGION), config_table).query(f"{T}#TAIL").items
    assert {item["ttl"] for item in items} == {
        int((clock.at - timedelta(minutes=3) + timedelta(hours=1)).timestamp())
    }


def test_counts_add_up_and_nothing_counts_twice(config_table: str) -> None:
    counters = ConfigCounters(config_table, REGION, sleep=lambda _: None)
    counters.add(T, "welcome", 1, {("mail", "sent"): 3})
    counters.add(T, "welcome", 1, {("mail", "sent"): 2, ("mail", "failed"): 1})
    for _ in range(2):
        counters.add(T, "welcome", 1, {}, {"e1": {("", "converted"): 1}, "e2": {("", "converted"): 1}})
    assert counters.read(T, "welcome", 1) == {"mail": {"sent": 5, "failed": 1}, "": {"converted": 2}}
    assert counters.read(T, "welcome", 2) == {}
