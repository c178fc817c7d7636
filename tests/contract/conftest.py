"""One suite, two implementations: the fakes, and the adapters on an emulated DynamoDB.

The emulator is MiniStack's DynamoDB, called in this process without a socket: moto answers a failed PartiQL
condition with success, which is the one thing that these tests are about.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.dynamo_merges import DynamoMerges, DynamoReviews
from stepwell.adapters.dynamo_messaging import DynamoMessaging
from stepwell.adapters.dynamo_parking import DynamoParking
from stepwell.adapters.dynamo_profiles import DynamoProfiles
from stepwell.adapters.dynamo_runs import DynamoRuns
from stepwell.adapters.dynamo_tokens import DynamoTokens
from stepwell.contracts.clock import ManualClock
from stepwell.profiles.merge_ports import MergeStore, ReviewStore
from stepwell.runtime.ports import MessagingStore, ParkingStore, ProfileStore, RunStore, TokenStore

from tests.fakes import World
from tests.fakes.cloud_tables import RUNS_INDEXES, create_table
from tests.fakes.world import START


@dataclass
class Stores:
    """The stores under test."""

    tokens: TokenStore
    parking: ParkingStore
    runs: RunStore
    profiles: ProfileStore
    messaging: MessagingStore
    merges: MergeStore
    reviews: ReviewStore


@dataclass
class Emulator:
    """MiniStack's DynamoDB behind a boto3 client.

    Attributes:
        client: The client.
        calls: Operations asked, in order.
        spoil: Changes an answer before the client sees it: ``(operation, body) -> body``.
    """

    client: Any = None
    calls: list[str] = field(default_factory=list)
    spoil: Callable[[str, bytes], bytes | Exception] | None = None

    def table(self, name: str) -> DynamoTable:
        unique = f"{name}-{uuid4().hex[:8]}"
        create_table(self.client, unique, RUNS_INDEXES if name == "runs" else None)
        return DynamoTable(self.client, unique, sleep=lambda _: None)


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._body


@pytest.fixture
def emulator() -> Emulator:
    from ministack.services.dynamodb import handle_request

    made = Emulator()
    # Its server works in one thread; here test threads would meet in the middle of a write.
    turn = threading.Lock()

    def answer(request: Any, **_: object) -> AWSResponse:
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        operation = headers["x-amz-target"].split(".")[-1]
        made.calls.append(operation)
        with turn:
            status, out_headers, out = asyncio.run(handle_request("POST", "/", headers, body, {}))
        out = out if isinstance(out, bytes) else out.encode()
        if made.spoil is not None:
            spoilt = made.spoil(operation, out)
            if isinstance(spoilt, Exception):
                raise spoilt
            out = spoilt
        kept = {name: value for name, value in out_headers.items() if name.lower() != "x-amz-crc32"}
        return AWSResponse(request.url, status, kept, _Raw(out))

    made.client = boto3.client(
        "dynamodb",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        endpoint_url="http://127.0.0.1:1",
        config=Config(retries={"mode": "standard", "total_max_attempts": 3}),
    )
    made.client.meta.events.register("before-send.dynamodb", answer)
    return made


@pytest.fixture(params=["memory", "dynamo"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        world = World()
        return Stores(
            world.tokens,
            world.parking,
            world.runs,
            world.profiles,
            world.messaging,
            world.merges,
            world.reviews,
        )
    emulator: Emulator = request.getfixturevalue("emulator")
    engine, runs, profiles = (emulator.table(name) for name in ("engine", "runs", "profiles"))
    return Stores(
        DynamoTokens(engine),
        DynamoParking(engine),
        DynamoRuns(runs),
        DynamoProfiles(profiles),
        DynamoMessaging(profiles),
        DynamoMerges(profiles),
        DynamoReviews(profiles, ManualClock(START)),
    )
