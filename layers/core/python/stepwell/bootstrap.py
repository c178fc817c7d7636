"""Wiring: one container a process, whose parts are made when a handler first asks for them.

Adapters are imported inside the properties, so that a function loads and connects only to what it uses.
"""

from __future__ import annotations

from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from stepwell.settings import Settings
from stepwell.wiring import Stores

if TYPE_CHECKING:
    from aws_lambda_powertools.logging import Logger

    from stepwell.adapters.dynamo_profiles import DynamoProfiles
    from stepwell.adapters.event_bus import EventBusHooks
    from stepwell.adapters.kinesis_sink import KinesisSink
    from stepwell.adapters.s3_store import S3Objects
    from stepwell.adapters.scheduler import Schedules
    from stepwell.adapters.secrets import SecretsManager
    from stepwell.adapters.sqs_queue import SqsPoisonQueue
    from stepwell.adapters.stepfunctions import StepFunctionsMachines
    from stepwell.runtime.effects import Ports, QueryRunner
    from stepwell.triggers.ingest import Ingest
    from stepwell.triggers.mapping import WebhookMapper
    from stepwell.triggers.outcomes import OutcomeCounter
    from stepwell.triggers.process import Pass
    from stepwell.triggers.webhooks import Webhooks


class Container(Stores):
    """All ports of a deployment.

    Args:
        settings: What the environment says.
    """

    def logger(self, service: str) -> Logger:
        """Return the logger of a function."""
        from stepwell.observability import logger

        return logger(service, self.settings.log_level)

    @cached_property
    def machines(self) -> StepFunctionsMachines:
        """State machine executions."""
        from stepwell.adapters.stepfunctions import StepFunctionsMachines

        return StepFunctionsMachines(
            self._client("stepfunctions"),
            prefix=self.settings.prefix,
            arn_prefix=self.settings.require("machine_arn_prefix"),
        )

    @cached_property
    def sink(self) -> KinesisSink:
        """The event stream, for the platform's own events and for ingestion."""
        from stepwell.adapters.kinesis_sink import KinesisSink

        return KinesisSink(self._client("kinesis"), self.settings.stream)

    @cached_property
    def poison(self) -> SqsPoisonQueue:
        """Stream records that could not be processed."""
        from stepwell.adapters.sqs_queue import SqsPoisonQueue

        return SqsPoisonQueue(self._client("sqs"), self.settings.require("poison_queue_url"))

    @cached_property
    def hooks(self) -> EventBusHooks:
        """The bus of webhooks."""
        from stepwell.adapters.event_bus import EventBusHooks

        return EventBusHooks(self._client("events"), self.settings.require("event_bus"))

    @cached_property
    def secrets(self) -> SecretsManager:
        """Secrets of tenants, and the keys of signed links."""
        from stepwell.adapters.secrets import SecretsManager

        return SecretsManager(
            self._client("secretsmanager"),
            prefix=self.settings.prefix,
            signing=self.settings.signing_secret,
        )

    @cached_property
    def objects(self) -> S3Objects:
        """Manifests, imports and exports."""
        from stepwell.adapters.s3_store import S3Objects

        return S3Objects(self._client("s3", read_s=20.0), self.settings.require("artifacts_bucket"))

    @cached_property
    def scheduler(self) -> Schedules:
        """Schedules of time triggers."""
        from stepwell.adapters.scheduler import Schedules

        return Schedules(
            self._client("scheduler"),
            group=self.settings.schedule_group,
            role_arn=self.settings.require("scheduler_role_arn"),
            dead_letters_arn=self.settings.schedule_dead_letters_arn,
        )

    @cached_property
    def ports(self) -> Ports:
        """All that a step may reach; clients beyond DynamoDB are made when first used."""
        from stepwell.adapters.late import Late, LateMapping
        from stepwell.channel_wiring import short_links
        from stepwell.runtime.effects import Delivery, Ports
        from stepwell.social_wiring import social_ports

        late: dict[str, Any] = {
            "timing": Late(lambda: import_module("stepwell.timing_wiring").priors(self)),
            "machines": Late(lambda: self.machines),
            "mailer": Late(lambda: self.mailer),
            "texts": Late(lambda: self.sender("sms")),
            "short_links": Late(lambda: short_links(self, self._config_table)),
            "pushes": Late(lambda: self.sender("push")),
            "subscriptions": Late(lambda: self.subscriptions),
            "proofs": Late(lambda: self.proofs),
            "events": Late(lambda: self.sink),
            "secrets": Late(lambda: self.secrets),
            "http": Late(lambda: self.http),
            "topics": Late(lambda: self.topics),
        }
        return Ports(
            clock=self.clock,
            tokens=self.tokens,
            parking=self.parking,
            runs=self.runs,
            profiles=self.profiles,
            messaging=self.messaging,
            versions=self.versions,
            workspaces=self.workspaces,
            rate=self.rate,
            templates=self.templates,
            pieces=self.templates,
            queries=self.queries,
            delivery=Delivery(
                public_url=self.settings.public_url,
                configuration_set=self.settings.configuration_set,
                reply_domain=self.settings.reply_domain,
                link_keys=LateMapping(lambda: self.secrets.link_keys()),
            ),
            **late | self._of_catalogs | social_ports(self),
        )

    @cached_property
    def queries(self) -> dict[str, QueryRunner]:
        """Read-only sources of `database_query` nodes, by the name that a node gives."""
        from stepwell.adapters.query_athena import AthenaQueries
        from stepwell.adapters.query_dynamodb import DynamoQueries

        return {
            "athena": AthenaQueries(self.settings.query_workgroup),
            "dynamodb": DynamoQueries(self.settings.query_tables),
        }

    @cached_property
    def webhook_mapper(self) -> WebhookMapper:
        """Turns providers' calls into events."""
        from stepwell.adapters.late import Late
        from stepwell.triggers.mapping import MappingPorts, WebhookMapper

        def answers() -> Any:
            from stepwell.text_wiring import TextAnswers

            return TextAnswers(self)

        def mentions() -> Any:
            from stepwell.listening_wiring import hearing

            return hearing(self)

        late: Any = {"answers": Late(answers), "mentions": Late(mentions)}
        return WebhookMapper(
            MappingPorts(
                clock=self.clock,
                sources=self.sources,
                stream=self.sink,
                tail=self.logs,
                poison=self.poison,
                **late,
            )
        )

    @cached_property
    def webhooks(self) -> Webhooks:
        """Answers providers."""
        from stepwell.adapters.late import Late
        from stepwell.adapters.sns_certificates import SnsCertificates
        from stepwell.triggers.webhooks import WebhookPorts, Webhooks

        late: dict[str, Any] = {
            "box": Late(lambda: self.secret_box),
            "certificates": Late(lambda: SnsCertificates(self.http)),
            # Only callbacks are mapped at once: no other call loads the language.
            "mapper": Late(lambda: self.webhook_mapper),
        }
        return Webhooks(
            WebhookPorts(
                clock=self.clock,
                sources=self.sources,
                hooks=self.hooks,
                tail=self.logs,
                used=self.sources,
                **late,
            )
        )

    @cached_property
    def ingest(self) -> Ingest:
        """Answers tracking calls and webhooks."""
        from stepwell.adapters.kept_documents import KeptDocuments
        from stepwell.adapters.late import Late
        from stepwell.triggers.ingest import Ingest, IngestPorts

        late: Any = {"webhooks": Late(lambda: self.webhooks), "consents": Late(lambda: self.consent_gate)}
        return Ingest(
            IngestPorts(
                clock=self.clock,
                keys=self.keys,
                stream=self.sink,
                hooks=self.hooks,
                tail=self.logs,
                **late,
                forms=(kept := KeptDocuments(self._config_table)),
                pages=kept,
                items=self.page_items,
            )
        )

    @property
    def _fast_profiles(self) -> DynamoProfiles:
        from stepwell.adapters.dynamo_profiles import DynamoProfiles
        from stepwell.adapters.items.fast_json import pack, squeeze, unpack

        return DynamoProfiles(self._profiles_table, pack=pack, unpack=unpack, squeeze=squeeze)

    def _mail_watch(self) -> Any:
        from stepwell.adapters.move_queue import SqsMailWatch, SqsMoves

        return SqsMailWatch(SqsMoves(self._client("sqs"), self.settings.require("moves_queue_url")))

    @cached_property
    def event_pass(self) -> Pass:
        """The pass over the event stream."""
        from stepwell.adapters.late import Late
        from stepwell.adapters.soft_bounces import DynamoBounces
        from stepwell.runtime.ending import Exiter
        from stepwell.runtime.enrolling import Enroller
        from stepwell.runtime.waking import Waker
        from stepwell.triggers.consequences import PassPorts
        from stepwell.triggers.process import Pass

        return Pass(
            PassPorts(
                clock=self.clock,
                profiles=self._fast_profiles,
                messaging=self.messaging,
                tokens=self.tokens,
                versions=self.versions,
                workspaces=self.workspaces,
                events=self.sink,
                index=self.workspaces,
                rules=self.workspaces,
                parking=self.parking,
                members=self.segment_members,
                counters=self.counters,
                enroller=Enroller(self.ports),
                waker=Waker(self.ports),
                exiter=Exiter(self.ports),
                work=self.profiling_work,
                proofs=self.proofs,
                interests=self.interests,
                bounces=DynamoBounces(self._profiles_table),
                watch=Late(self._mail_watch),
                subscriptions=self.subscriptions,
                merging=self.merging,
                at_once=self.ports.delivery.at_once,
            )
        )

    @cached_property
    def outcome_counter(self) -> OutcomeCounter:
        """Counts new traces and runs."""
        from stepwell.triggers.outcomes import OutcomeCounter

        return OutcomeCounter(self.runs, self.versions, self.counters)


@cache
def container() -> Container:
    """Return the process's container."""
    return Container(Settings.from_env())
