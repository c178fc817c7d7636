"""All settings of the local cloud, read from the environment once.

Kept in one frozen dataclass so that the launcher, the server and the tests agree on ports and
paths; nothing else in ``local`` reads ``os.environ`` for its own configuration.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

#: The account of the test credentials. MiniStack uses it for every other access key as well.
ACCOUNT = "000000000000"
REGION = "us-east-1"


@dataclass(frozen=True)
class LocalSettings:
    """Where the local cloud listens, where it keeps its state, and its limits.

    Attributes:
        home: Directory of everything that is kept (git-ignored ``.local/`` of the project).
        port: Loopback port of the cloud and of the pages under ``/_stepwell/``.
        max_send_rate: E-mails a second that SES takes before it throttles.
        lambda_processes: Processes kept for one function; further invocations queue.
        recurring_min_s: In stepped time, recurring schedules with a shorter period do not stop the clock.
        log_level: Level of the server's log file.
        persist: Whether a clean stop writes the state to disk.
        outbox_limit: Messages kept in the outbox before the oldest are dropped.
        enforce_iam: Whether Lambdas may do only what their roles allow. A deployment needs it off.
    """

    home: Path
    port: int = 4566
    max_send_rate: float = 200.0
    lambda_processes: int = 4
    recurring_min_s: float = 6 * 3600.0
    log_level: str = "WARNING"
    persist: bool = True
    outbox_limit: int = 200_000
    enforce_iam: bool = False

    @classmethod
    def from_env(cls, environ: dict[str, str] | None = None) -> LocalSettings:
        """Reads ``STEPWELL_HOME``, ``STEPWELL_PORT`` and the other ``STEPWELL_*`` variables."""
        env = dict(os.environ) if environ is None else environ
        home = env.get("STEPWELL_HOME") or str(Path(__file__).resolve().parent.parent / ".local")
        return cls(
            home=Path(home).resolve(),
            port=int(env.get("STEPWELL_PORT", "4566")),
            max_send_rate=float(env.get("STEPWELL_SES_RATE", "200")),
            lambda_processes=int(
                env.get("STEPWELL_LAMBDA_PROCESSES", str(max(4, (os.cpu_count() or 2) * 2)))
            ),
            recurring_min_s=float(env.get("STEPWELL_RECURRING_MIN_S", str(6 * 3600))),
            log_level=env.get("STEPWELL_LOCAL_LOG", "WARNING"),
            persist=env.get("STEPWELL_LOCAL_PERSIST", "1") == "1",
            outbox_limit=int(env.get("STEPWELL_OUTBOX_LIMIT", "200000")),
            enforce_iam=env.get("STEPWELL_ENFORCE_IAM") == "1",
        )

    def with_overrides(
        self, *, home: Path | None = None, port: int | None = None, enforce_iam: bool = False
    ) -> LocalSettings:
        """A copy with another home or port (command-line flags), or with roles enforced."""
        enforce = enforce_iam or self.enforce_iam
        return replace(self, home=home or self.home, port=port or self.port, enforce_iam=enforce)

    @property
    def endpoint(self) -> str:
        """Base address of the cloud. An IP address, because Python does not resolve ``*.localhost``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def clock_file(self) -> Path:
        """The file Lambdas read their clock offset from."""
        return self.home / "clock.json"

    @property
    def outbox_file(self) -> Path:
        """The SQLite file of every e-mail that SES accepted."""
        return self.home / "outbox.sqlite"

    @property
    def pid_file(self) -> Path:
        """Process id of the running server, one a port."""
        return self.home / f"cloud-{self.port}.pid"

    @property
    def log_file(self) -> Path:
        """Output of the server started by ``up``."""
        return self.home / "cloud.log"

    def client_environment(self) -> dict[str, str]:
        """What CDK, boto3 and the Lambdas need to reach this cloud. Holds no secret."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "STEPWELL_LOCAL": "1",
            "STEPWELL_CLOCK_FILE": str(self.clock_file),
        }

    def server_environment(self) -> dict[str, str]:
        """Environment the MiniStack process needs; Lambdas inherit it."""
        return {
            **self.client_environment(),
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1" if self.persist else "0",
            "STATE_DIR": str(self.home / "state"),
            "S3_PERSIST": "1" if self.persist else "0",
            "S3_DATA_DIR": str(self.home / "s3"),
            "LAMBDA_ACCOUNT_CONCURRENCY": "100000",
            "LAMBDA_WARM_TTL_SECONDS": "120",
            "IOT_MTLS_ENABLED": "0",
            "AUTH": "true" if self.enforce_iam else "false",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": self.log_level,
            "PYTHONDONTWRITEBYTECODE": "",
        }
