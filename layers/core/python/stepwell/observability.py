"""One structured line and one metrics record a batch, and a guard that keeps people and secrets out of logs.

Nothing is logged for a contact: traces hold that, and a line a contact would cost more than the work. Metrics
are CloudWatch's embedded metric format on standard output. The functions of workflow nodes write their line
without Powertools (`Lines`), which loads its metrics and tracing too; the keys of the line are the same.
"""

from __future__ import annotations

import json
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from stepwell.errors import StepwellError

if TYPE_CHECKING:
    from aws_lambda_powertools.logging import Logger

NAMESPACE = "Stepwell"
HIDDEN = "***"
_EMAIL = re.compile(r"[^\s\"'<>,;:=()\[\]{}\\]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"(?<![\w+])(?:\+|00)[1-9](?:[ ().-]{0,2}\d){7,14}(?!\d)")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")
_AWS_KEY = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")
_SIGNED = re.compile(r"(?i)\b((?:x-amz-)?(?:signature|security-token|credential)=)[^&\s\"]+")
_HIDDEN_NAMES = re.compile(
    r"(?i)(secret|passw|authorization|cookie|api_?key|write_?key|access_?key|e-?mail|phone|address|traits"
    r"|first_?name|last_?name|^(to|token|html|body)$)"
)
_MIN_SECRET = 6


class Guard:
    """Hides personal data and secrets in whatever is about to be logged."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def protect(self, secret: str) -> None:
        """Hide this text wherever it turns up from now on."""
        if len(secret) >= _MIN_SECRET:
            self._secrets.add(secret)

    def text(self, text: str) -> str:
        """Hide what is in a text."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern in (_EMAIL, _PHONE, _AWS_KEY):
            text = pattern.sub(HIDDEN, text)
        text = _BEARER.sub(rf"\1 {HIDDEN}", text)
        return _SIGNED.sub(rf"\1{HIDDEN}", text)

    def value(self, value: Any) -> Any:
        """Hide what is in a value, names and all."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {
                    self.text(str(name)): HIDDEN if self._names_it(str(name), part) else self.value(part)
                    for name, part in value.items()
                }
            case list() | tuple() | set() | frozenset():
                return [self.value(part) for part in value]
            case None | bool() | int() | float():
                return value
        return self.text(str(value))

    @staticmethod
    def _names_it(name: str, value: Any) -> bool:
        # A count of e-mails is no e-mail.
        return not isinstance(value, bool | int | float | None) and bool(_HIDDEN_NAMES.search(name))


guard = Guard()


class Log(Protocol):
    """Where the line of a batch goes."""

    def info(self, message: str, /, **fields: Any) -> None:
        """Write a line."""
        ...

    def exception(self, message: str, /, **fields: Any) -> None:
        """Write a line about the exception that is being handled."""
        ...


class Lines:
    """Writes guarded JSON lines like `stepwell.powertools_log`, for where each millisecond of import counts.

    Args:
        service: The function's name.
        write: Where lines go; default: standard output.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        service: str,
        *,
        write: Callable[[str], object] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._service = service
        self._write = write or _print
        self._clock = clock

    def info(self, message: str, /, **fields: Any) -> None:
        """Write a line."""
        self._put("INFO", message, fields)

    def exception(self, message: str, /, **fields: Any) -> None:
        """Write a line about the exception that is being handled."""
        error = sys.exc_info()[1]
        if error is not None:
            fields |= {
                "exception": "".join(traceback.format_exception(error)).rstrip(),
                "exception_name": type(error).__name__,
            }
        self._put("ERROR", message, fields)

    def _put(self, level: str, message: str, fields: Mapping[str, Any]) -> None:
        now = datetime.fromtimestamp(self._clock(), UTC)
        line = {
            "level": level,
            "message": message,
            "timestamp": now.strftime("%Y-%m-%d %H:%M:%S,") + f"{now.microsecond // 1000:03d}+0000",
            "service": self._service,
            **fields,
        }
        self._write(json_line(line))


def json_line(fields: Mapping[str, Any]) -> str:
    """Return a log line, guarded."""
    return json.dumps(guard.value(fields), separators=(",", ":"), ensure_ascii=False)


@cache
def logger(service: str, level: str = "INFO") -> Logger:
    """Return the Powertools logger of a function.

    Args:
        service: The function's name.
        level: Least level that is written.
    """
    from stepwell.powertools_log import powertools_logger

    return powertools_logger(service, level)


@dataclass
class Batch:
    """What one invocation did; filled by the handler, written once at its end.

    Attributes:
        fields: What names the work in the log line: tenant, workflow, node, run. Never personal data.
        counts: Metrics a name.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=dict)

    def note(self, **fields: Any) -> None:
        """Add fields to the log line."""
        self.fields.update(fields)

    def count(self, name: str, number: float = 1) -> None:
        """Add to a metric."""
        self.counts[name] = self.counts.get(name, 0) + number


@contextmanager
def observed(
    service: str,
    *,
    log: Log | None = None,
    write: Callable[[str], object] | None = None,
    clock: Callable[[], float] = time.time,
    quiet: bool = False,
    **fields: Any,
) -> Iterator[Batch]:
    """Write one log line, and one metrics record if anything was counted, for the work inside, however it ends.

    Args:
        service: The function's name, the one dimension of its metrics: each further one is a metric that
            CloudWatch bills.
        log: Where the line goes; default: the function's Powertools logger.
        write: Where the metrics record goes; default: standard output.
        clock: Seconds since 1970.
        quiet: Write no line when all went well and nothing was counted (another log has the call).
        fields: First fields of the line.
    """
    batch = Batch(fields=dict(fields))
    started = clock()
    out = log or logger(service)
    try:
        yield batch
    except Exception as error:
        code = error.code if isinstance(error, StepwellError) else type(error).__name__
        batch.count("Failed")
        out.exception("failed", code=code, **_line(batch, clock() - started))
        raise
    else:
        if not quiet or any(batch.counts.values()):
            out.info("done", **_line(batch, clock() - started))
    finally:
        if record := metrics_record(service, batch.counts, clock()):
            (write or _print)(json.dumps(record, separators=(",", ":")))


def metrics_record(service: str, counts: Mapping[str, float], now: float) -> dict[str, Any]:
    """Return a record of CloudWatch's embedded metric format; empty when nothing was counted.

    A metric costs 30 cents for each month in which it gets data, zeros too, and the duration is one that Lambda
    has for nothing: a deployment at rest writes none.
    """
    values = {name: number for name, number in counts.items() if number}
    if not values:
        return {}
    metrics = [{"Name": name, "Unit": "Count"} for name in sorted(values)]
    return {
        "_aws": {
            "Timestamp": int(now * 1000),
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["Function"]], "Metrics": metrics}],
        },
        "Function": service,
        **values,
    }


def _line(batch: Batch, seconds: float) -> dict[str, Any]:
    return {**batch.fields, "counts": batch.counts, "ms": round(seconds * 1000, 1)}


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
