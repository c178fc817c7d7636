"""The worker's handler over real adapters: DynamoDB and Kinesis emulated, a provider's stand-in over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from stepwell.adapters.clearbit import Clearbit
from stepwell.adapters.config_logs import ConfigLogs
from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.dynamo_messaging import DynamoMessaging
from stepwell.adapters.dynamo_profiles import DynamoProfiles
from stepwell.adapters.enrichment_store import DynamoAnswers, DynamoSpending
from stepwell.adapters.form_documents import KEPT_S, DynamoFormDocuments
from stepwell.adapters.guarded_http import GuardedHttp
from stepwell.adapters.items.messaging import encode_record
from stepwell.adapters.items.profiles import encode_profile
from stepwell.adapters.kinesis_sink import KinesisSink
from stepwell.adapters.mail_domains import DnsMailDomains
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.enrichment.model import KIND, SETTINGS
from stepwell.enrichment.ports import EnrichmentPorts, Usage
from stepwell.triggers.batches import decode

from functions.enrich_profile import handler as module
from tests.contract.test_enrichment_providers import Server
from tests.fakes.cloud_tables import create_table
from tests.fakes.enrichment import PlainVault

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TENANT, REGION = "acme", "us-east-1"


class Cloud:
    """The emulated cloud with one contact and one provider."""

    def __init__(self, server: Server) -> None:
        client = boto3.client("dynamodb", region_name=REGION)
        for name in ("config", "profiles"):
            create_table(client, name)
        self.config, self.profiles = DynamoTable(client, "config"), DynamoTable(client, "profiles")
        self.kinesis = boto3.client("kinesis", region_name=REGION)
        self.kinesis.create_stream(StreamName="events", ShardCount=1)
        clock = ManualClock(NOW)
        self.store = ConfigStore("config", REGION, clock)
        self.logs = ConfigLogs("config", REGION, clock)
        self.spending = DynamoSpending(self.config)
        self.ports = EnrichmentPorts(
            now=clock.now,
            documents=self.store,
            profiles=DynamoProfiles(self.profiles),
            consents=DynamoMessaging(self.profiles),
            answers=DynamoAnswers(self.config),
            spending=self.spending,
            vault=PlainVault(),
            stream=KinesisSink(self.kinesis, "events"),
            mail=DnsMailDomains(lambda domain, _: domain != "gone.example"),
            audit=self.logs,
            providers={"clearbit": Clearbit(GuardedHttp(local=True))},
        )
        sealed = {"sealed": f'{TENANT}/clearbit/{{"key": "test"}}', "at": "2026-11-01T00:00:00Z"}
        told = {"enabled": True, "credentials": sealed, "address": f"{server.address}/clearbit"}
        document = {"legal_basis": "consent", "providers": {"clearbit": told}}
        self.store.save_document(TENANT, KIND, SETTINGS, 0, document)

    def put(self, profile: Profile, **consent: str) -> None:
        self.profiles.put(encode_profile(TENANT, profile, rev=1))
        if consent:
            record = MessagingRecord(profile.id, consent={"profile:enrichment": consent["enrichment"]})
            self.profiles.put(encode_record(TENANT, record, rev=1))

    def events(self) -> list[Any]:
        shard = self.kinesis.describe_stream(StreamName="events")["StreamDescription"]["Shards"][0]["ShardId"]
        start = self.kinesis.get_shard_iterator(
            StreamName="events", ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = self.kinesis.get_records(ShardIterator=start)["Records"]
        return [event for record in records for event in decode(record["Data"]).events]

    def call(self, *work: dict[str, Any]) -> dict[str, Any]:
        return module.handler(json.loads(json.dumps({"v": 1, "tenant": TENANT, "work": work})), None)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws(config={"core": {"passthrough": {"urls": [r"http://127\.0\.0\.1.*"]}}}):
        server = Server()
        made = Cloud(server)
        monkeypatch.setattr(module, "profiling", lambda: SimpleNamespace(enrichment=made.ports))
        yield made
        server.close()


P1, P2, P3 = ("aaaaaaaaaaaaaaa" + c for c in "abc")


def test_a_contact_is_enriched_on_the_stream_and_paid_once(cloud: Cloud) -> None:
    cloud.put(Profile(P1, traits={"email": "ann.lee@acme.example"}), enrichment="granted")
    cloud.put(Profile(P2, traits={"email": "bob@acme.example"}))
    work = [{"what": "enrich", "profile": one, "trigger": "ready"} for one in (P1, P2, P3)]
    did = cloud.call(*work)["did"]
    assert (did["enriched"], did["no_consent"], did["gone"]) == (1, 1, 1)
    told = {event.source: event for event in cloud.events() if event.kind == "identify"}
    assert set(told) == {"validation", "clearbit"}
    assert set(told["clearbit"].traits) == {"company_revenue", "employee_count", "technologies"}
    assert told["clearbit"].profile == P1
    cloud.call(*work)
    assert cloud.spending.usage(TENANT, "clearbit", NOW) == Usage(1, 1, 100_000)


def test_addresses_lists_and_purges(cloud: Cloud) -> None:
    cloud.put(Profile(P1, traits={"email": "ann@gone.example"}))
    cloud.call(
        {"what": "check_email", "profile": P1},
        {"what": "verify", "profile": P1},
        {"what": "verify", "profile": P3},
        {"what": "note_purge", "profile": P1, "fields": "phone,city", "at": "2026-11-23T12:00:00Z"},
        {"what": "unknown", "profile": P1},
    )
    (event,) = cloud.events()
    assert event.traits == {"email_deliverable": False}
    page, _ = cloud.store.documents(TENANT, "VERIFY")
    assert [document.id for document in page] == [P1]
    (entry,), _ = cloud.logs.audit_entries(TENANT)
    assert (entry.action, entry.target) == ("profile.purged", f"profile/{P1}")
    assert entry.details == {"fields": ["phone", "city"], "why": "retention"}


def test_forms_are_read_as_ingestion_reads_them(cloud: Cloud) -> None:
    now = [0.0]
    documents = DynamoFormDocuments(cloud.config, monotonic=lambda: now[0])
    assert documents.read(TENANT, "FORM", "demo") is None
    cloud.store.save_document(TENANT, "FORM", "demo", 0, {"name": "Demo"})
    assert documents.read(TENANT, "FORM", "demo") is None
    now[0] = KEPT_S
    assert documents.read(TENANT, "FORM", "demo") == ({"name": "Demo"}, 1)
