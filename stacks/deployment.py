"""What one deployment is, read from the CDK context once: the rest of the stacks asks no context.

Set a value with ``cdk deploy -c name=value`` or in ``cdk.json``. Nothing here calls AWS, so a synth
needs no credentials.
"""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Node
from stepwell.contracts import names

Target = Literal["aws", "local"]
StreamMode = Literal["provisioned", "on_demand"]
LOCAL_TENANT = "demo"
LOCAL_REPLIES = "replies.test"
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Deployment:
    """Settings of a deployment.

    Attributes:
        target: ``aws``, or ``local`` for the local cloud.
        prefix: Starts the name of every resource.
        tenant: Workspace of the workflows that are kept in git; locally the demo's unless another is named.
        stream_mode: ``provisioned`` ($11 a shard and month) or ``on_demand`` ($29 a month at least).
        shards: Shards of a provisioned stream; each takes 1 MB or 1,000 records a second.
        event_window_s: Seconds that the stream collects before a batch is handed on (1-5): longer is
            cheaper, shorter is quicker.
        event_parallelism: Batches of one shard that are processed at a time (1-10).
        xray: Whether functions, machines and the API send traces (off: it costs $5 a million).
        alarm_email: Who hears of alarms; empty: subscribe to the topic yourself.
        ses_identity: Domain or address to send from; empty: verified outside of the stacks.
        reply_domain: Domain whose mail SES receives for us, so that answers come back; empty: they are not tracked.
        workflows: Folder of YAML graphs to deploy, with their messages in ``messages/``; empty: none.
        public_url: Address under which recipients reach the API (unsubscribe links); empty: the API's own.
        console_domain: Name of the console instead of CloudFront's own; its DNS record is yours.
        console_certificate: ARN of that name's certificate (ACM in us-east-1, where CloudFront reads it).
        federation: JSON of the identity providers that may sign people in (`stacks.constructs.federation`).
        throttle_rate: Requests a second that the API takes.
        keep_runs_days: Days that runs and traces are kept (the debugger and "explain" read them); empty: for good.
        keep_ended_days: Days that ended enrollments are kept (re-entry rules read them); empty: for good.
        snapshot_schedule: When a snapshot of the workspace's contacts is made, as `cron(0 3 * * ? *)`; empty: never.
        keep_raw_days: Days that the raw copy of the stream is kept in the lake; empty: for good.
        log_level: Least level that functions log.
        query_tables: JSON of the DynamoDB tables that database_query nodes may read, a tenant (``*``: all), as
            ``{"*": ["orders"]}``.
        account: AWS account; empty: the one of the CLI's credentials, known at deployment.
        region: AWS region, likewise.
        functions: Folder of the functions' code; the tests put stubs there.
    """

    target: Target = "aws"
    prefix: str = "stepwell"
    tenant: str = "main"
    stream_mode: StreamMode = "provisioned"
    shards: int = 1
    event_window_s: int = 2
    event_parallelism: int = 2
    xray: bool = False
    alarm_email: str = ""
    ses_identity: str = ""
    reply_domain: str = ""
    workflows: str = ""
    public_url: str = ""
    console_domain: str = ""
    console_certificate: str = ""
    federation: str = ""
    throttle_rate: int = 1_000
    keep_runs_days: str = ""
    keep_ended_days: str = ""
    snapshot_schedule: str = ""
    keep_raw_days: str = ""
    log_level: str = "INFO"
    query_tables: str = ""
    account: str = ""
    region: str = ""
    functions: Path = ROOT / "functions"

    def __post_init__(self) -> None:
        """Check what CloudFormation would only refuse after minutes.

        Raises:
            ValueError: A value is out of its range.
        """
        if not 1 <= self.event_window_s <= 5:
            raise ValueError("context event_window_s must be 1 to 5 seconds")
        if not 1 <= self.event_parallelism <= 10:
            raise ValueError("context event_parallelism must be 1 to 10")
        if bool(self.console_domain) != bool(self.console_certificate):
            raise ValueError("context console_domain and console_certificate go together")
        if not (self.prefix.replace("-", "").isalnum() and self.prefix.islower() and len(self.prefix) <= 24):
            raise ValueError("context prefix takes up to 24 small letters, digits and hyphens")

    @classmethod
    def from_context(cls, node: Node) -> Deployment:
        """Read a deployment from the app's context; absent values keep their defaults."""

        def text(key: str, default: str = "") -> str:
            value = node.try_get_context(key)
            return default if value is None else str(value)

        return cls(
            target=_target(text("target", cls.target)),
            prefix=text("prefix", cls.prefix),
            tenant=text("tenant", LOCAL_TENANT if text("target") == "local" else cls.tenant),
            stream_mode=_stream_mode(text("stream_mode", cls.stream_mode)),
            shards=int(text("shards", str(cls.shards))),
            event_window_s=int(text("event_window_s", str(cls.event_window_s))),
            event_parallelism=int(text("event_parallelism", str(cls.event_parallelism))),
            xray=text("xray", "false").lower() in {"1", "true", "yes"},
            alarm_email=text("alarm_email"),
            ses_identity=text("ses_identity"),
            reply_domain=text("reply_domain", LOCAL_REPLIES if text("target") == "local" else "").lower(),
            workflows=text("workflows"),
            public_url=text("public_url").rstrip("/"),
            console_domain=text("console_domain").lower(),
            console_certificate=text("console_certificate"),
            federation=_json_text(node.try_get_context("federation")),
            throttle_rate=int(text("throttle_rate", str(cls.throttle_rate))),
            keep_runs_days=text("keep_runs_days"),
            keep_ended_days=text("keep_ended_days"),
            snapshot_schedule=text("snapshot_schedule"),
            keep_raw_days=text("keep_raw_days"),
            log_level=text("log_level", cls.log_level),
            query_tables=_json_text(node.try_get_context("query_tables")),
            account=text("account"),
            region=text("region"),
        )

    @property
    def is_local(self) -> bool:
        """Whether this goes to the local cloud."""
        return self.target == "local"

    @property
    def removal(self) -> cdk.RemovalPolicy:
        """What happens to data when its stack is deleted."""
        return cdk.RemovalPolicy.DESTROY if self.is_local else cdk.RemovalPolicy.RETAIN

    @property
    def runtime(self) -> lambda_.Runtime:
        """Python of the functions: 3.13, locally the host's, for that is what runs there."""
        if not self.is_local:
            return lambda_.Runtime.PYTHON_3_13
        return lambda_.Runtime(
            f"python{sys.version_info.major}.{sys.version_info.minor}", lambda_.RuntimeFamily.PYTHON
        )

    @property
    def architecture(self) -> lambda_.Architecture:
        """Arm is a fifth cheaper on AWS; locally the host's."""
        arm = not self.is_local or platform.machine().lower() in {"arm64", "aarch64"}
        return lambda_.Architecture.ARM_64 if arm else lambda_.Architecture.X86_64

    @property
    def api_id(self) -> str:
        """Id of the local API: 8 hex digits, or browsers cannot resolve its host name."""
        return sha256(self.prefix.encode()).hexdigest()[:8]

    @property
    def console_url(self) -> str:
        """Address of the console, if it has a name of its own; else empty: CloudFront chooses."""
        return f"https://{self.console_domain}" if self.console_domain else ""

    @property
    def tables_to_query(self) -> list[str]:
        """Names of all tables that database_query nodes may read."""
        listed = json.loads(self.query_tables or "{}")
        return sorted({table for tables in listed.values() for table in tables})

    def name(self, resource: str) -> str:
        """Name a resource of this deployment."""
        return names.resource(self.prefix, resource)


def _json_text(value: object) -> str:
    """Take an object from cdk.json and a text from the command line alike."""
    if not value:
        return ""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _target(value: str) -> Target:
    match value:
        case "aws" | "local":
            return value
    raise ValueError(f"context target must be aws or local, not {value!r}")


def _stream_mode(value: str) -> StreamMode:
    match value:
        case "provisioned" | "on_demand":
            return value
    raise ValueError(f"context stream_mode must be provisioned or on_demand, not {value!r}")
