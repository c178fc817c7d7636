"""The API over moto's config table and the fakes' world: what is published here runs in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from routes.app import serve
from stepwell.adapters.config_counters import ConfigCounters
from stepwell.adapters.config_logs import ConfigKeys, ConfigLogs
from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.data_requests import DataRequest
from stepwell.adapters.items.config import SCORE, SEQUENCE
from stepwell.adapters.pillow_images import PillowImages
from stepwell.adapters.publishing_store import ConfigInventory
from stepwell.adapters.rule_documents import ConfigRules
from stepwell.adapters.segment_store import ConfigSegments
from stepwell.contracts.workspace import Workspace
from stepwell.errors import NotFound, Unavailable
from stepwell.lake.evaluating import LakePorts
from stepwell.lake.starting import SnapshotStart
from stepwell.publishing.catalog_ports import CatalogPorts
from stepwell.publishing.channels import ChannelPorts
from stepwell.publishing.erasing_ports import ErasingPorts
from stepwell.publishing.images import ImagePorts
from stepwell.publishing.merging import ByHand
from stepwell.publishing.rule_ports import RulePorts
from stepwell.publishing.segment_ports import SegmentPorts
from stepwell.transfers.managing import TransferPorts
from stepwell.triggers.ingest import Ingest, IngestPorts
from stepwell.triggers.mapping import MappingPorts, WebhookMapper

from tests.fakes.catalogs import MemoryInterests, MemoryItems
from tests.fakes.cloud_tables import create_table
from tests.fakes.console import ConsoleWorld
from tests.fakes.enrichment import Enriching, MemoryProofs, MemoryWork
from tests.fakes.erasing import MemoryErasures, MemoryPersonalData
from tests.fakes.lake import MemoryLakeFiles, MemoryLakeQueries
from tests.fakes.listening import listening_of
from tests.fakes.publishing import TENANT, MemoryBroadcastMachine, MemoryObjects
from tests.fakes.push import MemorySubscriptions
from tests.fakes.segments import MemoryRules, MemorySample, segment_ports
from tests.fakes.social import SocialWorld
from tests.fakes.sources import MemorySources, PlainBox
from tests.fakes.texting import MemoryTextAccount
from tests.fakes.transfers import MemoryTransferMachine, transfer_ports
from tests.fakes.triggers import MemoryBus, MemoryKeys, MemoryPoison, NoWebhooks
from tests.unit.publishing.stage import Stage

REGION = "us-east-1"
TEMPLATE = {
    "id": "hello",
    "name": "Hello",
    "subject": "Hi {{ first_name | default('there') }}",
    "html": "<p>Hi {{ first_name }}</p>",
    "text": "Hi {{ first_name }} {{ unsubscribe_url }} {{ workspace.postal_address }}",
    "sample": {"first_name": "Ann"},
}


class MemoryDataRequests:
    """See `stepwell.adapters.data_requests.DynamoDataRequests`."""

    def __init__(self) -> None:
        self.rows: dict[str, DataRequest] = {}

    def add(self, tenant: str, profile: str, what: str, at: Any, via: str) -> None:
        self.rows.setdefault(f"{profile}.{what}", DataRequest(f"{profile}.{what}", profile, what, at, via))

    def open(self, tenant: str, limit: int, cursor: str | None = None) -> Any:
        return [self.rows[id_] for id_ in sorted(self.rows)][:limit], None

    def close(self, tenant: str, id_: str) -> DataRequest:
        if id_ not in self.rows:
            raise NotFound("not open")
        return self.rows.pop(id_)


@dataclass
class Asked:
    """Broadcasts that were asked for."""

    commands: list[Mapping[str, Any]] = field(default_factory=list)

    def request(self, command: Mapping[str, Any]) -> None:
        self.commands.append(json.loads(json.dumps(command)))


class NoPreviews:
    def preview(self, tenant: str, job: str, spec: Mapping[str, Any]) -> dict[str, Any]:
        raise Unavailable("There is no function here.")


class Records:
    def __init__(self) -> None:
        self.records: list[Any] = []

    def put(self, records: Any) -> None:
        self.records += records


class Api(Stage):
    """The API and what lies behind it."""

    def __init__(self) -> None:
        super().__init__()
        clock = self.world.clock
        self.config = ConfigStore("config", REGION, clock)
        self.pictures = MemoryObjects()
        self.objects = MemoryObjects()
        self.poison = MemoryPoison()
        self.stream = Records()
        self.asked = Asked()
        self.enriching = Enriching(clock)
        self.proofs, self.work = MemoryProofs(), MemoryWork()
        self.subscriptions = MemorySubscriptions()
        self.items, self.interests = MemoryItems(), MemoryInterests(clock)
        self.rules, self.text_account = MemoryRules(), MemoryTextAccount()
        self.requests = MemoryDataRequests()
        self.warmed: dict[tuple[str, str], int] = {}
        self.fared: dict[str, tuple[int, int]] = {}
        self.config_inventory = ConfigInventory(self.config, self.rules)
        self.parts = SimpleNamespace(
            settings=SimpleNamespace(
                prefix="stepwell",
                local=True,
                public_url="https://events.example.com",
                reply_domain="r.example",
            ),
            clock=clock,
            profiles=self.world.profiles,
            merging=self.world.merging(self.members),
            config=self.config,
            keys=ConfigKeys("config", REGION),
            logs=ConfigLogs("config", REGION, clock),
            counters=ConfigCounters("config", REGION, clock),
            poison=self.poison,
            sink=self.stream,
            objects=self.objects,
            secret_box=PlainBox(),
            rate=SimpleNamespace(warmed=lambda tenant, stream: self.warmed.get((tenant, stream), 0)),
            sender=lambda channel: SimpleNamespace(
                fared=lambda tenant, provider: self.fared.get(f"{channel}.{provider}", (0, 0)),
                alone=lambda tenant, provider: self.wired.console.mailer,
            ),
            proofs=self.proofs,
            subscriptions=self.subscriptions,
            profiling_work=self.work,
            ingest=Ingest(
                IngestPorts(
                    clock=clock,
                    keys=MemoryKeys(),
                    stream=self.stream,
                    hooks=MemoryBus(),
                    tail=ConfigLogs("config", REGION, clock),
                    webhooks=NoWebhooks(),
                )
            ),
            webhook_mapper=WebhookMapper(
                MappingPorts(
                    clock=clock,
                    sources=MemorySources(),
                    stream=self.stream,
                    tail=ConfigLogs("config", REGION, clock),
                    poison=self.poison,
                )
            ),
        )
        rules = self.rules
        console = ConsoleWorld(self.ports, self.config, self.parts.counters)
        console.images = ImagePorts(self.config, self.pictures, PillowImages(), "https://mail.acme.example")
        self.wired = SimpleNamespace(
            parts=self.parts,
            publishing=self.ports,
            runtime=self.runtime,
            jobs=self.jobs,
            inventory=self.config_inventory,
            members=self.members,
            segments=SegmentPorts(
                store=ConfigSegments(self.config),
                rules=rules,
                members=self.members,
                sample=MemorySample(self.pages),
                publishing=self.ports,
            ),
            rules=RulePorts(
                models=ConfigRules(self.config, SCORE),
                sequences=ConfigRules(self.config, SEQUENCE),
                rules=rules,
                sample=MemorySample(self.pages),
                publishing=self.ports,
            ),
            merging=ByHand(self.parts.merging, rules, self.world.sink, self.ports),
            broadcasts=self.asked,
            catalogs=CatalogPorts(
                documents=self.config,
                rules=rules,
                items=self.items,
                interests=self.interests,
                parking=self.world.parking,
                publishing=self.ports,
            ),
            enrichment=self.enriching.ports,
            data_requests=self.requests,
            channels=ChannelPorts(self.config, self.parts.secret_box, self.text_account),
            social=SocialWorld(clock),
            broadcast_machine=MemoryBroadcastMachine(),
            transfers=self._transfers(),
            console=console,
            lake=self._lake(),
            listening=listening_of(self.config, clock),
            erasing=ErasingPorts(MemoryErasures(), MemoryPersonalData(), self.ports, self.runtime),
        )
        object.__setattr__(self.ports, "audit", self.parts.logs)
        object.__setattr__(self.ports, "inventory", self.config_inventory)
        self.config.save_workspace(
            Workspace(TENANT, name="Acme", sender="Shop <shop@example.com>", postal_address="1 High Street")
        )
        self.config.save_document(TENANT, "TPL", "hello", 0, TEMPLATE)

    def _lake(self) -> LakePorts:
        self.machine = MemoryBroadcastMachine()
        start = SnapshotStart(self.machine, str, "artifacts", self.ports)
        return LakePorts(
            MemoryLakeQueries(), MemoryLakeFiles(), segment_ports(self.ports, self.members), start
        )

    def _transfers(self) -> TransferPorts:
        imports, exports = transfer_ports(self.world.clock)
        return TransferPorts(
            imports=imports,
            function_arn=str,
            machine=MemoryTransferMachine(imports, exports),
            remote=NoPreviews(),
            segments=segment_ports(self.ports, self.members),
            publishing=self.ports,
        )

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: str | None = "admin",
        tenant: str = TENANT,
        claims: Mapping[str, Any] | None = None,
        raw: str | None = None,
        **query: Any,
    ) -> tuple[int, Any]:
        """Call the API; return status and body."""
        told = {
            "token_use": "access",
            "custom:tenant": tenant,
            "cognito:groups": f"[{role}]",
            "username": "ann",
            **(claims or {}),
        }
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": "ANY /api/{proxy+}",
            "rawPath": path,
            "rawQueryString": "",
            "headers": {"content-type": "application/json"},
            "queryStringParameters": {k: str(v) for k, v in query.items()},
            "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
            "body": raw if raw is not None else None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        if role is not None:
            event["requestContext"]["authorizer"] = {"jwt": {"claims": told, "scopes": None}}
        answer = serve(event, None, self.wired)
        kind = str(answer["headers"].get("Content-Type", ""))
        text = answer["body"]
        return int(answer["statusCode"]), json.loads(text) if "json" in kind else text

    def ok(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Call the API below its base and insist on success."""
        status, told = self.call(method, f"/api/v1{path}", body, **options)
        assert status in (200, 201, 202), (status, told)
        return told


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        create_table(boto3.client("dynamodb", region_name=REGION), "config")
        yield Api()
