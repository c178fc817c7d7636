"""Errors as people see them, and the exit codes that scripts may rely on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

from stepwell.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    StepwellError,
    Unauthenticated,
    Unavailable,
    ValidationFailed,
)


class Exit(IntEnum):
    """Exit codes.

    Attributes:
        OK: Done.
        NO: It ran, and the answer is no: violations, a failed check, a refused request.
        USAGE: Wrong options or arguments.
        SIGN_IN: Not signed in, or not allowed.
        NOT_FOUND: What was named does not exist.
        CONFLICT: Somebody else changed it first, or its state forbids it.
        UNAVAILABLE: The API or AWS cannot be reached, or failed; trying again may help.
    """

    OK = 0
    NO = 1
    USAGE = 2
    SIGN_IN = 3
    NOT_FOUND = 4
    CONFLICT = 5
    UNAVAILABLE = 6


MEANINGS: Mapping[Exit, str] = {
    Exit.OK: "Done.",
    Exit.NO: "It ran, and the answer is no: violations, a failed check, a request that was refused.",
    Exit.USAGE: "Wrong options or arguments.",
    Exit.SIGN_IN: "Not signed in, or not allowed.",
    Exit.NOT_FOUND: "What was named does not exist.",
    Exit.CONFLICT: "Somebody else changed it first, or its state forbids it.",
    Exit.UNAVAILABLE: "The API or AWS cannot be reached or failed; trying again may help.",
}


class CliError(Exception):
    """Ends a command.

    Args:
        message: What is wrong and how to mend it.
        code: Stable code.
        exit_code: How the process ends.
        violations: Faults to list one by one.
        details: More for programs.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "error",
        exit_code: Exit = Exit.NO,
        violations: Sequence[Mapping[str, Any]] = (),
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.exit_code = exit_code
        self.violations = list(violations)
        self.details = dict(details or {})

    @classmethod
    def of(cls, error: StepwellError) -> CliError:
        """Translate an error of the domain, as local commands meet it."""
        violations = error.violations if isinstance(error, ValidationFailed) else ()
        return cls(
            error.message,
            code=error.code,
            exit_code=_exit_of(error),
            violations=violations,
            details=error.details,
        )

    def document(self) -> dict[str, Any]:
        """The JSON form, written to standard error with ``--json``."""
        found: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.violations:
            found["violations"] = self.violations
        more = {k: v for k, v in self.details.items() if k != "violations"}
        if more:
            found["details"] = more
        return {"error": found}


def _exit_of(error: StepwellError) -> Exit:
    table: tuple[tuple[type[StepwellError], Exit], ...] = (
        (Unauthenticated, Exit.SIGN_IN),
        (Forbidden, Exit.SIGN_IN),
        (NotFound, Exit.NOT_FOUND),
        (Conflict, Exit.CONFLICT),
        (Unavailable, Exit.UNAVAILABLE),
        (InvalidInput, Exit.NO),
    )
    return next((code for kind, code in table if isinstance(error, kind)), Exit.NO)


def exit_of_status(status: int) -> Exit:
    """Return the exit code of an HTTP status."""
    return {
        401: Exit.SIGN_IN,
        403: Exit.SIGN_IN,
        404: Exit.NOT_FOUND,
        409: Exit.CONFLICT,
        412: Exit.CONFLICT,
        429: Exit.UNAVAILABLE,
    }.get(status, Exit.UNAVAILABLE if status >= 500 else Exit.NO)
