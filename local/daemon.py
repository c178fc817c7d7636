"""Starts and stops the server as a background process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from local.settings import LocalSettings

STOP_TIMEOUT_S = 120.0
START_TIMEOUT_S = 90.0


class LocalCloudError(Exception):
    """The local cloud could not be started or stopped."""


def health(settings: LocalSettings, timeout_s: float = 2.0) -> dict[str, Any] | None:
    """The server's answer to a health check, or None when nothing answers."""
    try:
        with urllib.request.urlopen(f"{settings.endpoint}/_stepwell/health", timeout=timeout_s) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except (urllib.error.URLError, OSError, ValueError):
        return None


def running_pid(settings: LocalSettings) -> int | None:
    """Process id of the running server, or None."""
    try:
        pid = int(settings.pid_file.read_text())
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return None
    return pid


def up(settings: LocalSettings) -> str:
    """Starts the server unless it runs, and waits until it serves.

    Returns:
        ``started`` or ``running``.

    Raises:
        LocalCloudError: When it does not come up, or something else holds the port.
    """
    if (found := health(settings)) is not None:
        if Path(found["home"]) != settings.home.resolve() and Path(found["home"]) != settings.home:
            raise LocalCloudError(f"port {settings.port} serves another local cloud, of {found['home']}")
        return "running"
    process = spawn(settings)
    wait_until_healthy(settings, process)
    return "started"


def spawn(settings: LocalSettings) -> subprocess.Popen[bytes]:
    """Starts the server process; its output goes to the log file."""
    settings.home.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "STEPWELL_HOME": str(settings.home),
        "STEPWELL_PORT": str(settings.port),
        "STEPWELL_ENFORCE_IAM": "1" if settings.enforce_iam else "0",
        "PYTHONPATH": os.pathsep.join(p for p in (str(_root()), os.environ.get("PYTHONPATH", "")) if p),
    }
    with settings.log_file.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "local", "serve"],
            cwd=_root(),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_until_healthy(settings: LocalSettings, process: subprocess.Popen[bytes]) -> None:
    """Waits for the health check.

    Raises:
        LocalCloudError: When the process ends or the time is over.
    """
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise LocalCloudError(
                f"the local cloud ended at start; see {settings.log_file}\n{_tail(settings.log_file)}"
            )
        if health(settings) is not None:
            return
        time.sleep(0.1)
    raise LocalCloudError(
        f"the local cloud did not answer in {START_TIMEOUT_S:.0f} s; see {settings.log_file}"
    )


def down(settings: LocalSettings, timeout_s: float = STOP_TIMEOUT_S) -> str:
    """Stops the server and waits until its state is written.

    Returns:
        ``stopped``, ``killed`` (not in time: what changed since the last save is lost) or ``absent``.
    """
    pid = running_pid(settings)
    if pid is None:
        settings.pid_file.unlink(missing_ok=True)
        return "absent"
    os.kill(pid, signal.SIGTERM)
    if _wait_gone(pid, timeout_s):
        return "stopped"
    os.kill(pid, signal.SIGKILL)
    _wait_gone(pid, 10.0)
    settings.pid_file.unlink(missing_ok=True)
    return "killed"


def _wait_gone(pid: int, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        # A child of ours stays a zombie until it is waited for; others are none of our business.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def _root() -> Path:
    return Path(__file__).resolve().parent.parent


def _tail(file: Path, size: int = 2000) -> str:
    return file.read_text(errors="replace")[-size:] if file.exists() else ""
