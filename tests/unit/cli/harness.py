"""Runs the command in this process, against the real API handlers if need be."""

from __future__ import annotations

import base64
import contextlib
import importlib
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from stepwell_cli.main import app
from stepwell_cli.session import Session
from stepwell_cli.settings import Settings
from typer.testing import CliRunner, Result

from local.testing import ROLE, LocalCloud
from tests.fakes.cloud_tables import RUNS_INDEXES, create_table

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "statemachines" / "templates"
# PynamoDB keeps a connection a table name for the life of the process: no other test may use this one.
TENANT, PREFIX = "acme", "clitest"
URL = "https://api.test"


def _pool(cognito: Any) -> str:
    """Make a user pool in which Ann has a second factor, without which an admin is answered nothing."""
    pool = str(cognito.create_user_pool(PoolName="people")["UserPool"]["Id"])
    for role in ("viewer", "editor", "publisher", "admin"):
        cognito.create_group(UserPoolId=pool, GroupName=role)
    cognito.admin_create_user(
        UserPoolId=pool, Username="ann", UserAttributes=[{"Name": "custom:tenant", "Value": TENANT}]
    )
    cognito.admin_set_user_mfa_preference(
        UserPoolId=pool,
        Username="ann",
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
    )
    return pool


class Deployed:
    """The handlers `serve_api` and `ingest_events` with all their real adapters."""

    def __init__(self, cloud: LocalCloud, patch: pytest.MonkeyPatch) -> None:
        dynamodb = cloud.client("dynamodb")
        for table in ("engine", "profiles", "config"):
            create_table(dynamodb, f"{PREFIX}-{table}")
        create_table(dynamodb, f"{PREFIX}-runs", RUNS_INDEXES)
        cloud.client("kinesis").create_stream(StreamName=f"{PREFIX}-events", ShardCount=1)
        cloud.client("s3").create_bucket(Bucket=f"{PREFIX}-artifacts")
        queues = {n: cloud.client("sqs").create_queue(QueueName=n)["QueueUrl"] for n in ("poison", "moves")}
        broadcast, transfers = (
            cloud.client("stepfunctions").create_state_machine(
                name=f"{PREFIX}_{name}",
                definition=json.dumps({"StartAt": "end", "States": {"end": {"Type": "Succeed"}}}),
                roleArn=ROLE,
            )["stateMachineArn"]
            for name in ("broadcast", "transfers")
        )
        key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
        environment = {
            **cloud.environment,
            "STEPWELL_PREFIX": PREFIX,
            "STEPWELL_USER_POOL_ID": _pool(cloud.client("cognito-idp")),
            "STEPWELL_MACHINE_KMS_KEY": key,
            "STEPWELL_ARTIFACTS_BUCKET": f"{PREFIX}-artifacts",
            "STEPWELL_POISON_QUEUE_URL": queues["poison"],
            "STEPWELL_MOVES_QUEUE_URL": queues["moves"],
            "STEPWELL_BROADCAST_MACHINE_ARN": broadcast,
            "STEPWELL_TRANSFER_MACHINE_ARN": transfers,
            "STEPWELL_MACHINE_ARN_PREFIX": f"{broadcast.rpartition(':')[0]}:{PREFIX}-",
            "STEPWELL_FUNCTION_ARN_PREFIX": f"arn:aws:lambda:us-east-1:000000000000:function:{PREFIX}-",
            "STEPWELL_MACHINE_ROLE_ARN": ROLE,
            "STEPWELL_SCHEDULER_ROLE_ARN": ROLE,
            "STEPWELL_SCHEDULE_GROUP": "default",
            "STEPWELL_EVENT_BUS": "default",
        }
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.syspath_prepend(str(ROOT / "functions" / "serve_api"))
        self._forget()
        self._functions: dict[str, Callable[..., Any]] = {
            name: importlib.import_module(f"functions.{name}.handler").handler
            for name in ("serve_api", "ingest_events")
        }
        self.cloud = cloud

    def close(self) -> None:
        """Forget containers and modules that hold this cloud's addresses."""
        self._forget()

    def transport(self, role: str) -> httpx.MockTransport:
        """Carries requests as API Gateway would, for a user with a role."""

        def send(request: httpx.Request) -> httpx.Response:
            path = request.url.path
            name = "ingest_events" if path.startswith("/v1/") else "serve_api"
            claims = {
                "token_use": "access",
                "custom:tenant": TENANT,
                "cognito:groups": f"[{role}]",
                "username": "ann",
            }
            event = {
                "version": "2.0",
                "routeKey": "ANY /api/{proxy+}",
                "rawPath": path,
                "rawQueryString": request.url.query.decode(),
                "queryStringParameters": dict(request.url.params) or None,
                "headers": dict(request.headers),
                "requestContext": {
                    "http": {"method": request.method, "path": path, "sourceIp": "127.0.0.1"},
                    "stage": "$default",
                    "authorizer": {"jwt": {"claims": claims}} if role else None,
                },
                "body": request.content.decode() or None,
                "isBase64Encoded": False,
            }
            # A handler's metrics go to standard output, which is the command's here.
            with contextlib.redirect_stdout(io.StringIO()):
                answer = self._functions[name](event, None)
            body = answer.get("body") or ""
            content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
            return httpx.Response(answer["statusCode"], headers=answer.get("headers"), content=content)

        return httpx.MockTransport(send)

    @staticmethod
    def _forget() -> None:
        # Whatever a process keeps: the next deployment has other addresses.
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] in ("stepwell", "functions", "routes"):
                for kept in list(vars(module).values()):
                    if callable(getattr(kept, "cache_clear", None)):
                        kept.cache_clear()
        management = sys.modules.get("stepwell.management")
        if management is not None:
            management.Management._client.cache_clear()


class Command:
    """The command line.

    Args:
        home: Directory of the config file.
        deployed: What it talks to.
    """

    def __init__(self, home: Path, deployed: Deployed | None = None) -> None:
        self.home = home
        self.deployed = deployed
        self.role = "admin"
        self.meta: dict[str, Any] = {}
        self.session: dict[str, Any] = {}

    @property
    def config(self) -> Path:
        """The config file."""
        return self.home / "stepwell" / "config.toml"

    def __call__(self, *arguments: str | Path, typed: str | None = None, code: int | None = 0) -> Result:
        """Run a command and insist on its exit code (None: any)."""
        environment = {"XDG_CONFIG_HOME": str(self.home)}
        transport = None
        if self.deployed is not None:
            environment |= {"STEPWELL_API_URL": URL, "STEPWELL_TOKEN": "token"}
            transport = self.deployed.transport(self.role)
        made = Session(
            settings=Settings.from_env(environment),
            transport=transport,
            **{"sleep": lambda _: None, **self.session},
        )
        result = CliRunner().invoke(
            app,
            [str(a) for a in arguments],
            obj=made,
            input=typed,
            env={"COLUMNS": "200", "STEPWELL_PROFILE": None},
            terminal_width=200,
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert code is None or result.exit_code == code, (
            f"{result.exit_code}\n{result.output}\n{result.stderr}"
        )
        return result

    def json(self, *arguments: str | Path, typed: str | None = None, code: int = 0) -> Any:
        """Run a command with --json and read its answer."""
        return json.loads(self(*arguments, "--json", typed=typed, code=code).stdout)

    def error(self, *arguments: str | Path, typed: str | None = None, code: int) -> Any:
        """Run a command with --json that fails, and read its error."""
        return json.loads(self(*arguments, "--json", typed=typed, code=code).stderr)["error"]
