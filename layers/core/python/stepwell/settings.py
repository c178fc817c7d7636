"""The environment of a deployment, read here and nowhere else."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from stepwell.contracts.names import function_name, resource
from stepwell.errors import NotReady


@dataclass(frozen=True)
class Settings:
    """What a function is told by its stack (`stacks/environment.py`).

    Attributes:
        prefix: Starts the name of every resource.
        region: AWS region.
        local: Whether this is the local cloud.
        clock_file: Offset of the virtual clock, local only.
        engine_table: Table of tokens and index rows.
        runs_table: Table of runs and traces.
        profiles_table: Table of profiles, messaging records and suppressed addresses.
        config_table: Table of documents that people edit.
        stream: Kinesis stream.
        poison_queue_url: Queue of stream records that cannot be processed.
        moves_queue_url: Queue of enrollments to move.
        event_bus: Bus of webhooks.
        lake_bucket: Raw events and exports.
        artifacts_bucket: Manifests, query results.
        signing_secret: Name of the secret that signs links.
        query_workgroup: Athena workgroup of database_query nodes.
        query_tables: Other DynamoDB tables that database_query nodes may read, a tenant (``*``: all), as JSON
            ``{"*": ["orders"]}``.
        machine_role_arn: Role of workflow machines.
        machine_log_group_arn: Log group of failed executions of workflow machines; may be empty.
        machine_kms_key: Key that encrypts workflow machines; empty: AWS's own.
        xray: Whether workflow machines send traces.
        machine_arn_prefix: ``arn:…:stateMachine:<prefix>-``.
        function_arn_prefix: ``arn:…:function:<prefix>-``.
        broadcast_machine_arn: Machine of broadcasts.
        transfer_machine_arn: Machine of imports and exports.
        import_rate: Rows a second that all parts of imports may put on the stream together; 0: no limit.
        scheduler_role_arn: Role by which schedules invoke functions.
        schedule_group: Group of schedules.
        schedule_dead_letters_arn: Queue of schedules that could not invoke; may be empty.
        configuration_set: SES configuration set.
        reply_domain: Domain at which answers are received; empty: they are not tracked.
        public_url: Address under which recipients reach the API, without a trailing slash.
        user_pool_id: Cognito user pool.
        user_pool_client_id: Its client.
        endpoint: Address of the local cloud; empty in AWS.
        federation: JSON of what the console offers besides passwords: `{domain, providers: [{name, label}]}`.
        send_rate: Messages a second of the account; 0: what SES says.
        keep_runs: How long runs and traces are kept; None: for good.
        keep_ended: How long ended enrollments are kept; None: for good.
        log_level: Least level that is logged.
    """

    prefix: str = "stepwell"
    region: str = "us-east-1"
    local: bool = False
    clock_file: Path | None = None
    engine_table: str = ""
    runs_table: str = ""
    profiles_table: str = ""
    config_table: str = ""
    stream: str = ""
    poison_queue_url: str = ""
    moves_queue_url: str = ""
    event_bus: str = ""
    lake_bucket: str = ""
    artifacts_bucket: str = ""
    signing_secret: str = ""
    query_workgroup: str = ""
    query_tables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    machine_role_arn: str = ""
    machine_arn_prefix: str = ""
    machine_log_group_arn: str = ""
    machine_kms_key: str = ""
    xray: bool = False
    function_arn_prefix: str = ""
    broadcast_machine_arn: str = ""
    transfer_machine_arn: str = ""
    import_rate: float = 0.0
    scheduler_role_arn: str = ""
    schedule_group: str = ""
    schedule_dead_letters_arn: str = ""
    configuration_set: str = ""
    reply_domain: str = ""
    public_url: str = ""
    user_pool_id: str = ""
    user_pool_client_id: str = ""
    endpoint: str = ""
    federation: str = ""
    send_rate: float = 0.0
    keep_runs: timedelta | None = None
    keep_ended: timedelta | None = None
    log_level: str = "INFO"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; names that follow from the prefix need not be given.

        Raises:
            NotReady: A value cannot be read.
        """
        given = os.environ if env is None else env

        def text(name: str, default: str = "") -> str:
            return given.get(f"STEPWELL_{name}", default)

        prefix = text("PREFIX", cls.prefix)
        clock_file = text("CLOCK_FILE")
        try:
            return cls(
                prefix=prefix,
                region=given.get("AWS_REGION") or given.get("AWS_DEFAULT_REGION") or cls.region,
                local=text("LOCAL") == "1",
                clock_file=Path(clock_file) if clock_file else None,
                engine_table=text("ENGINE_TABLE", resource(prefix, "engine")),
                runs_table=text("RUNS_TABLE", resource(prefix, "runs")),
                profiles_table=text("PROFILES_TABLE", resource(prefix, "profiles")),
                config_table=text("CONFIG_TABLE", resource(prefix, "config")),
                stream=text("STREAM", resource(prefix, "events")),
                poison_queue_url=text("POISON_QUEUE_URL"),
                moves_queue_url=text("MOVES_QUEUE_URL"),
                event_bus=text("EVENT_BUS"),
                lake_bucket=text("LAKE_BUCKET"),
                artifacts_bucket=text("ARTIFACTS_BUCKET"),
                signing_secret=text("SIGNING_SECRET", f"{prefix}/signing"),
                query_workgroup=text("QUERY_WORKGROUP", resource(prefix, "queries")),
                query_tables=json.loads(text("QUERY_TABLES", "{}")),
                machine_role_arn=text("MACHINE_ROLE_ARN"),
                machine_arn_prefix=text("MACHINE_ARN_PREFIX"),
                machine_log_group_arn=text("MACHINE_LOG_GROUP_ARN"),
                machine_kms_key=text("MACHINE_KMS_KEY"),
                xray=text("XRAY") == "1",
                function_arn_prefix=text("FUNCTION_ARN_PREFIX"),
                broadcast_machine_arn=text("BROADCAST_MACHINE_ARN"),
                transfer_machine_arn=text("TRANSFER_MACHINE_ARN"),
                import_rate=float(text("IMPORT_RATE") or 0),
                scheduler_role_arn=text("SCHEDULER_ROLE_ARN"),
                schedule_group=text("SCHEDULE_GROUP", prefix),
                schedule_dead_letters_arn=text("SCHEDULE_DEAD_LETTERS_ARN"),
                configuration_set=text("CONFIGURATION_SET"),
                reply_domain=text("REPLY_DOMAIN").lower(),
                public_url=text("PUBLIC_URL").rstrip("/"),
                user_pool_id=text("USER_POOL_ID"),
                user_pool_client_id=text("USER_POOL_CLIENT_ID"),
                endpoint=given.get("AWS_ENDPOINT_URL", ""),
                federation=text("FEDERATION"),
                send_rate=float(text("SEND_RATE", "0")),
                keep_runs=_days(text("KEEP_RUNS_DAYS")),
                keep_ended=_days(text("KEEP_ENDED_DAYS")),
                log_level=text("LOG_LEVEL", cls.log_level),
            )
        except ValueError as error:
            raise NotReady(f"A STEPWELL_ variable cannot be read: {error}.") from error

    def function_arn(self, function: str) -> str:
        """Return the ARN of one of our functions (`stepwell.contracts.names.FUNCTIONS`)."""
        return self.function_arn_prefix.removesuffix(f"{self.prefix}-") + function_name(self.prefix, function)

    def require(self, name: str) -> str:
        """Return a text setting that this function cannot do without.

        Raises:
            NotReady: It is not set.
        """
        value = str(getattr(self, name))
        if not value:
            raise NotReady(f"STEPWELL_{name.upper()} is not set for this function.")
        return value


def _days(text: str) -> timedelta | None:
    return timedelta(days=float(text)) if text and text != "0" else None


def in_lambda() -> bool:
    """Tell whether Lambda runs this process (or the local cloud does)."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ
