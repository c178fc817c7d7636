"""Wiring: one container a process, whose parts are made when a handler first asks for them.

Adapters are imported inside the properties, so that a function loads and connects only to what it uses.
"""

from __future__ import annotations

import time
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from stepwell.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.logging import Logger

    from stepwell.adapters.config_logs import ConfigCounters, ConfigKeys, ConfigLogs
    from stepwell.adapters.config_store import ConfigStore
    from stepwell.adapters.dynamo import DynamoTable
    from stepwell.adapters.dynamo_messaging import DynamoMessaging
    from stepwell.adapters.dynamo_parking import DynamoParking
    from stepwell.adapters.dynamo_profiles import DynamoProfiles
    from stepwell.adapters.dynamo_runs import DynamoRuns
    from stepwell.adapters.dynamo_tokens import DynamoTokens
    from stepwell.adapters.event_bus import EventBusHooks
    from stepwell.adapters.kinesis_sink import KinesisSink
    from stepwell.adapters.s3_store import S3Objects
    from stepwell.adapters.scheduler import Schedules
    from stepwell.adapters.secrets import SecretsManager
    from stepwell.adapters.send_rate import DynamoSendRate
    from stepwell.adapters.ses_mailer import SesMailer
    from stepwell.adapters.sqs_queue import SqsPoisonQueue
    from stepwell.adapters.stepfunctions import StepFunctionsMachines
    from stepwell.adapters.workspace_store import DynamoVersions, DynamoWorkspaces
    from stepwell.contracts.clock import Clock
    from stepwell.triggers.ingest import Ingest
    from stepwell.triggers.outcomes import OutcomeCounter
    from stepwell.triggers.process import Pass

_RATE_S = 600.0


class Container:
    """All ports of a deployment.

    Args:
        settings: What the environment says.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._rate: tuple[float, float] | None = None

    def logger(self, service: str) -> Logger:
        """Return the logger of a function."""
        from stepwell.observability import logger

        return logger(service, self.settings.log_level)

    @cached_property
    def clock(self) -> Clock:
        """The clock; virtual on the local cloud."""
        from stepwell.adapters.clock import SystemClock

        return SystemClock(self.settings.clock_file if self.settings.local else None)

    @cached_property
    def _dynamo(self) -> Any:
        return self._client("dynamodb", read_s=3.0)

    def _client(self, service: str, **options: Any) -> Any:
        from stepwell.adapters.aws import client

        return client(service, **options)

    def _table(self, name: str) -> DynamoTable:
        from stepwell.adapters.dynamo import DynamoTable

        return DynamoTable(self._dynamo, name)

    @cached_property
    def _engine(self) -> DynamoTable:
        return self._table(self.settings.engine_table)

    @cached_property
    def _profiles_table(self) -> DynamoTable:
        return self._table(self.settings.profiles_table)

    @cached_property
    def _config_table(self) -> DynamoTable:
        return self._table(self.settings.config_table)

    @cached_property
    def tokens(self) -> DynamoTokens:
        """TokenStore."""
        from stepwell.adapters.dynamo_tokens import DynamoTokens

        return DynamoTokens(self._engine, clock=self.clock, keep_ended=self.settings.keep_ended)

    @cached_property
    def parking(self) -> DynamoParking:
        """ParkingStore."""
        from stepwell.adapters.dynamo_parking import DynamoParking

        return DynamoParking(self._engine)

    @cached_property
    def runs(self) -> DynamoRuns:
        """RunStore."""
        from stepwell.adapters.dynamo_runs import DynamoRuns

        return DynamoRuns(self._table(self.settings.runs_table), keep=self.settings.keep_runs)

    @cached_property
    def profiles(self) -> DynamoProfiles:
        """ProfileStore."""
        from stepwell.adapters.dynamo_profiles import DynamoProfiles

        return DynamoProfiles(self._profiles_table)

    @cached_property
    def messaging(self) -> DynamoMessaging:
        """MessagingStore."""
        from stepwell.adapters.dynamo_messaging import DynamoMessaging

        return DynamoMessaging(self._profiles_table)

    @cached_property
    def versions(self) -> DynamoVersions:
        """VersionStore."""
        from stepwell.adapters.workspace_store import DynamoVersions

        return DynamoVersions(self._config_table)

    @cached_property
    def workspaces(self) -> DynamoWorkspaces:
        """WorkspaceStore; also TemplateStore and the trigger index."""
        from stepwell.adapters.workspace_store import DynamoWorkspaces

        return DynamoWorkspaces(self._config_table)

    @property
    def templates(self) -> DynamoWorkspaces:
        """TemplateStore."""
        return self.workspaces

    @cached_property
    def config(self) -> ConfigStore:
        """What people edit (PynamoDB)."""
        from stepwell.adapters.config_store import ConfigStore

        return ConfigStore(self.settings.config_table, self.settings.region, self.clock)

    @cached_property
    def keys(self) -> ConfigKeys:
        """Write keys (PynamoDB)."""
        from stepwell.adapters.config_logs import ConfigKeys

        return ConfigKeys(self.settings.config_table, self.settings.region)

    @cached_property
    def logs(self) -> ConfigLogs:
        """Audit entries and the debugger's tail (PynamoDB)."""
        from stepwell.adapters.config_logs import ConfigLogs

        return ConfigLogs(self.settings.config_table, self.settings.region, self.clock)

    @cached_property
    def counters(self) -> ConfigCounters:
        """Counts of outcomes (PynamoDB)."""
        from stepwell.adapters.config_logs import ConfigCounters

        return ConfigCounters(self.settings.config_table, self.settings.region)

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
    def rate(self) -> DynamoSendRate:
        """The provider's rate as a lease."""
        from stepwell.adapters.send_rate import DynamoSendRate

        return DynamoSendRate(
            self._engine, clock=self.clock, workspaces=self.workspaces, account_rate=self._account_rate
        )

    def _account_rate(self) -> float:
        if self.settings.send_rate > 0:
            return self.settings.send_rate
        now = time.monotonic()
        if self._rate is None or now - self._rate[0] > _RATE_S:
            from stepwell.adapters.send_rate import ses_rate

            self._rate = (now, ses_rate(self._client("sesv2")))
        return self._rate[1]

    @cached_property
    def mailer(self) -> SesMailer:
        """The e-mail provider; one attempt a call."""
        from stepwell.adapters.ses_mailer import SesMailer

        return SesMailer()

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
    def ingest(self) -> Ingest:
        """Answers tracking calls and webhooks."""
        from stepwell.triggers.ingest import Ingest, IngestPorts

        return Ingest(
            IngestPorts(clock=self.clock, keys=self.keys, stream=self.sink, hooks=self.hooks, tail=self.logs)
        )

    @cached_property
    def event_pass(self) -> Pass:
        """The pass over the event stream."""
        from stepwell.runtime.ending import Exiter
        from stepwell.runtime.enrolling import Enroller
        from stepwell.runtime.waking import Waker
        from stepwell.triggers.consequences import PassPorts
        from stepwell.triggers.process import Pass

        return Pass(
            PassPorts(
                clock=self.clock,
                profiles=self.profiles,
                messaging=self.messaging,
                tokens=self.tokens,
                versions=self.versions,
                workspaces=self.workspaces,
                events=self.sink,
                index=self.workspaces,
                counters=self.counters,
                enroller=Enroller(self.ports),
                waker=Waker(self.ports),
                exiter=Exiter(self.ports),
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
