"""Findings: one line each, with what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        area: ``account``, ``mail``, ``dns``, ``quotas``, ``permissions`` or ``deployment``.
        level: How bad it is.
        message: What was found.
        remedy: What to do; empty when nothing is.
    """

    area: str
    level: Level
    message: str
    remedy: str = ""

    def document(self) -> dict[str, str]:
        """The JSON form."""
        found = {"area": self.area, "level": str(self.level), "message": self.message}
        return found | ({"remedy": self.remedy} if self.remedy else {})


@dataclass(frozen=True)
class Refusal:
    """A call that AWS, or an emulator, did not answer.

    Attributes:
        operation: E.g. ``ses:GetAccount``.
        code: Error code.
        message: What it said.
        denied: Whether a permission is missing.
    """

    operation: str
    code: str
    message: str
    denied: bool = False

    def finding(self, area: str, what: str, *, local: bool) -> Finding:
        """Say what could not be looked at, and why."""
        if local:
            return Finding(area, Level.INFO, f"{what}: the local cloud does not have {self.operation}.")
        if self.denied:
            return Finding(
                area,
                Level.WARN,
                f"{what}: not allowed to look.",
                f"Allow {self.operation} to run this check.",
            )
        return Finding(
            area, Level.WARN, f"{what}: {self.code} ({self.message}).", "Run the doctor again later."
        )


_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")


def ask(operation: str, call: Callable[[], Any]) -> Any:
    """Make a call; a failure is returned as `Refusal`, for one blind spot must not hide the rest."""
    try:
        return call()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "error"))
        said = str(error.response.get("Error", {}).get("Message", ""))[:200]
        return Refusal(operation, code, said, code in _DENIED)
    except (BotoCoreError, NotImplementedError) as error:
        return Refusal(operation, type(error).__name__, str(error)[:200])
