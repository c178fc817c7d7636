"""A local cloud of its own for a test: free port, throw-away state, boto3 clients."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local import daemon
from local.faults import SesFaults
from local.settings import REGION, LocalSettings


class LocalCloud:
    """Starts, stops and kills a server; ``home`` survives, so that it can be started again.

    Args:
        home: Directory of its state, e.g. ``tmp_path``.
        port: Port, or a free one; kept over restarts.
    """

    def __init__(self, home: Path, port: int | None = None) -> None:
        self.settings = LocalSettings(home=home, port=port or free_port())
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> LocalCloud:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        """Base address."""
        return self.settings.endpoint

    @property
    def environment(self) -> dict[str, str]:
        """What cdk, the CLI or a script needs to reach this cloud."""
        return self.settings.client_environment()

    def enforce_roles(self) -> None:
        """From the next start on, Lambdas may do only what their roles allow (a deployment needs it off)."""
        self.settings = self.settings.with_overrides(enforce_iam=True)

    def start(self) -> LocalCloud:
        """Starts and waits until it serves."""
        self._process = daemon.spawn(self.settings)
        daemon.wait_until_healthy(self.settings, self._process)
        return self

    def stop(self) -> str:
        """Stops cleanly: the state is written."""
        outcome = daemon.down(self.settings, timeout_s=60)
        if self._process is not None:
            self._process.wait(10)
        return outcome

    def kill(self) -> None:
        """Kills the process: what changed since the last save is lost, but for the outbox."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
        self.settings.pid_file.unlink(missing_ok=True)

    def client(self, service: str, *, attempts: int = 1) -> Any:
        """A boto3 client. It tries once by default, so that a test sees each failure."""
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": attempts}, s3={"addressing_style": "path"}),
        )

    def get(self, path: str) -> Any:
        """GET of a JSON page, e.g. ``/_stepwell/inbox.json``."""
        return self._call("GET", path, None)

    def post(self, path: str, body: Any = None, timeout_s: float = 120.0) -> Any:
        """POST of a JSON page, e.g. ``/_stepwell/clock/run``."""
        return self._call("POST", path, body if body is not None else {}, timeout_s)

    def delete(self, path: str) -> Any:
        """DELETE of a JSON page, e.g. ``/_stepwell/inbox.json``."""
        return self._call("DELETE", path, None)

    def save(self) -> None:
        """Writes the state now, as a clean stop would."""
        self.post("/_stepwell/save")

    def reset_controls(self) -> None:
        """Real time, no faults, an empty inbox and counters at zero; deployed resources stay."""
        self.post("/_stepwell/clock", {"mode": "real", "auto": True, "offset_s": 0})
        nothing: dict[str, Any] = {kind: {} for kind in ("fail_before", "fail_after", "throttle")}
        calls: dict[str, Any] = {kind: {} for kind in ("drop_before", "drop_after", "fail")}
        self.post("/_stepwell/faults", {"ses": SesFaults.DEFAULTS, "functions": nothing, "api": calls})
        self.post("/_stepwell/counters")
        self.delete("/_stepwell/inbox.json")

    def _call(self, method: str, path: str, body: Any, timeout_s: float = 30.0) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.endpoint + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:
            return json.load(answer)


def free_port() -> int:
    """A loopback port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


ROLE = "arn:aws:iam::000000000000:role/local"


def make_function(cloud: LocalCloud, name: str, code: str, **more: Any) -> str:
    """Creates a Lambda function from the source of a module with ``handler``; returns its ARN."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("main.py", code)
    made = cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=ROLE,
        Handler="main.handler",
        Code={"ZipFile": file.getvalue()},
        Timeout=20,
        **more,
    )
    return str(made["FunctionArn"])


def make_machine(cloud: LocalCloud, name: str, states: dict[str, Any], start: str) -> str:
    """Creates a JSONata state machine; returns its ARN."""
    definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": start, "States": states})
    made = cloud.client("stepfunctions").create_state_machine(name=name, roleArn=ROLE, definition=definition)
    return str(made["stateMachineArn"])


def eventually(check: Callable[[], Any], timeout_s: float = 10.0) -> Any:
    """The first truthy answer of ``check``.

    Raises:
        AssertionError: When there is none in time.
    """
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.05)
    raise AssertionError("did not happen in time")
