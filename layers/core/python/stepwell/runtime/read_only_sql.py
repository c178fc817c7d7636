"""Tells a read-only SQL query from anything else, without trusting how it is written.

The role of `query_database` may only read; this check is the second lock, and it gives a sentence instead of an
access error. It errs on the side of refusing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from stepwell.errors import InvalidInput

_LONGEST = 10_000
_TOKEN = re.compile(
    r"""(?P<text>'(?:[^']|'')*')
      | (?P<name>"(?:[^"]|"")*"|`[^`]*`)
      | (?P<line>--[^\n]*)
      | (?P<block>/\*.*?\*/)
      | (?P<word>[A-Za-z_][A-Za-z0-9_$]*)
      | (?P<mark>\?)
      | (?P<end>;)
      | (?P<open>['"`]|/\*)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_WRITING = frozenset(
    {
        "ALTER", "CALL", "COMMIT", "CREATE", "DEALLOCATE", "DELETE", "DENY", "DROP", "EXECUTE", "EXPLAIN",
        "EXTERNAL", "GRANT", "INSERT", "INTO", "MERGE", "MSCK", "OPTIMIZE", "PREPARE", "REFRESH", "REPAIR",
        "RESET", "REVOKE", "ROLLBACK", "TRUNCATE", "UNLOAD", "UPDATE", "USE", "VACUUM",
    }
)  # fmt: skip


def check_select(statement: str, parameters: int) -> None:
    """Check that a statement is one SELECT with as many placeholders as there are parameters.

    Raises:
        InvalidInput: It is not.
    """
    if len(statement) > _LONGEST:
        raise InvalidInput(f"The query is longer than {_LONGEST} characters.", code="query_too_long")
    words: list[str] = []
    marks = 0
    ended = False
    for token in _TOKEN.finditer(statement):
        kind, text = token.lastgroup, token.group()
        if kind in {"line", "block"} or text.isspace():
            continue
        if ended or kind == "open":
            raise InvalidInput("Write one complete SELECT.", code="query_read_only")
        ended = kind == "end"
        marks += kind == "mark"
        if kind == "word":
            words.append(text.upper())
    if not words or words[0] not in {"SELECT", "WITH"} or "SELECT" not in words:
        raise InvalidInput("Write one SELECT; the node only reads.", code="query_read_only")
    if found := _WRITING.intersection(words):
        raise InvalidInput(f"`{min(found)}` is not allowed: the node only reads.", code="query_read_only")
    if marks != parameters:
        raise InvalidInput(f"The query has {marks} `?` for {parameters} parameters.", code="query_parameters")


def literals(parameters: Sequence[Any]) -> list[str]:
    """Write parameters as Athena's ExecutionParameters take them: SQL literals, texts quoted.

    Raises:
        InvalidInput: A value is neither text, number, boolean, date nor none.
    """
    return [_literal(value) for value in parameters]


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return repr(value)
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d} UTC'"
    if isinstance(value, date):
        return f"DATE '{value:%Y-%m-%d}'"
    if isinstance(value, str) and "\x00" not in value and len(value) <= 1_000:
        return "'" + value.replace("'", "''") + "'"
    raise InvalidInput("A parameter is neither text, number, boolean nor date.", code="query_parameters")
