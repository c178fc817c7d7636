"""The way of an event from HTTP to the profile, in one process: both handlers over the stores in memory."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from stepwell.adapters.kinesis_sink import records_of
from stepwell.bootstrap import container
from stepwell.contracts.clock import Clock
from stepwell.profiling import profiling
from stepwell.runtime.sweeping import sweep
from stepwell.sources.managing import checked, with_secret
from stepwell.sources.models import Source, Webhook
from stepwell.triggers.consented import ConsentGate
from stepwell.triggers.form_fields import FieldPorts, FormFields
from stepwell.triggers.ingest import Ingest, IngestPorts
from stepwell.triggers.mapping import MappingPorts, WebhookMapper
from stepwell.triggers.ports import StreamRecord, WriteKey
from stepwell.triggers.process import Pass
from stepwell.triggers.webhooks import WebhookPorts, Webhooks

from functions.ingest_events.handler import handler as ingest_events
from functions.process_events.handler import handler as process_events
from tests.fakes.sources import MemoryCertificates, MemorySources, PlainBox
from tests.fakes.triggers import MemoryBus, MemoryKeys, MemoryPoison, MemoryStream, MemoryTail
from tests.unit.triggers.stage import TENANT, Stage

KEY = "secret-key"
TOKEN = "token-of-the-partner-000000"


class OneForm:
    """See `FormDocuments`: the form `demo`."""

    def read(self, tenant: str, kind: str, id_: str) -> tuple[Mapping[str, Any], int] | None:
        form = {"fields": [{"name": "company"}, {"name": "phone", "consent": "Call me."}], "at_most": 2}
        return (form, 1) if (tenant, kind, id_) == (TENANT, "FORM", "demo") else None


class Line:
    """What lies between a tracking client and the profiles.

    Attributes:
        stage: The pass's world.
        stream, bus, tail, poison: What ingestion and the pass write to.
        retried: Sequence numbers that the pass wanted again.
        now: What `documents` are stamped with; the world's clock stands still unless a test moves it.

    Args:
        clock: Ingestion's clock; None: the world's.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.stage = Stage()
        self.stage.world.workspaces.workspace(TENANT)
        self.stream, self.bus, self.tail = MemoryStream(), MemoryBus(), MemoryTail()
        self.poison = MemoryPoison()
        self.retried: list[str] = []
        self._sequence = 0
        sources, box = MemorySources(), PlainBox()
        clock = clock or self.stage.world.clock
        self.mapper = WebhookMapper(
            MappingPorts(clock=clock, sources=sources, stream=self.stream, tail=self.tail, poison=self.poison)
        )
        endpoint = Webhooks(
            WebhookPorts(
                clock=clock,
                sources=sources,
                box=box,
                certificates=MemoryCertificates(),
                hooks=self.bus,
                tail=self.tail,
                mapper=self.mapper,
            )
        )
        webhook = Webhook.model_validate(
            {"verify": {"scheme": "token"}, "mapping": '{"event": "told", "email": e}'}
        )
        partner = with_secret(
            TENANT, checked(Source(id="partner", rev=1, webhook=webhook)), TOKEN, box, clock.now()
        )
        sources.put(TENANT, partner)
        self.ingest = Ingest(
            IngestPorts(
                clock=clock,
                keys=MemoryKeys(**{KEY: WriteKey(TENANT, "web")}),
                stream=self.stream,
                hooks=self.bus,
                tail=self.tail,
                webhooks=endpoint,
                consents=ConsentGate(
                    clock=clock,
                    rules=self.stage.rules,
                    contacts=self.stage.world.profiles,
                    agreements=self.stage.world.messaging,
                ),
            )
        )
        self.form_fields = FormFields(
            FieldPorts(
                clock=clock,
                keys=MemoryKeys(**{KEY: WriteKey(TENANT, "web")}),
                documents=OneForm(),
                rules=self.stage.rules,
                contacts=self.stage.world.profiles,
                agreements=self.stage.world.messaging,
            )
        )

    @contextmanager
    def wired(self) -> Iterator[Line]:
        """Lay the parts into the container that the handlers ask."""
        container.cache_clear()
        container().__dict__.update(
            clock=self.stage.world.clock,
            ingest=self.ingest,
            event_pass=Pass(self.stage.pass_ports),
            poison=self.poison,
        )
        profiling.cache_clear()
        profiling().__dict__["form_fields"] = self.form_fields
        try:
            yield self
        finally:
            container.cache_clear()
            profiling.cache_clear()

    def call(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Hand a request to the handler, as JSON, as Lambda does."""
        return ingest_events(json.loads(json.dumps(request)), None)

    def taken(self) -> list[StreamRecord]:
        """Return what is on the stream, and empty it."""
        found, self.stream.records = self.stream.records, []
        return found

    def deliver(self, records: Sequence[StreamRecord]) -> dict[str, Any]:
        """Hand records to the processor as Kinesis does; note what it wants again."""
        events = []
        for record in records:
            self._sequence += 1
            events.append(
                {
                    "kinesis": {
                        "sequenceNumber": f"{self._sequence:09d}",
                        "partitionKey": record.key,
                        "data": base64.b64encode(record.data).decode(),
                    }
                }
            )
        answer = process_events({"Records": events}, None)
        self.retried += [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        return answer

    def sweep(self, batch: int = 500) -> int:
        """Let everything happen that is due; return how many contacts were asked."""
        sink = self.stage.world.sink
        timers = sweep(TENANT, self.stage.ports).timers
        told, sink.emitted[:] = [event for _, event in sink.emitted], []
        records = records_of(TENANT, told)
        for start in range(0, len(records), batch):
            self.deliver(records[start : start + batch])
        return timers
