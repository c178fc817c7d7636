"""The Powertools logger, guarded; apart from `stepwell.observability` because its import is slow."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from stepwell.observability import json_line


class LineFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON line, guarded: messages, fields, exceptions and stack traces."""

    def serialize(self, log: Any) -> str:
        """Write the line."""
        return json_line(log)


def powertools_logger(service: str, level: str) -> Logger:
    """Return a new logger.

    Args:
        service: The function's name.
        level: Least level that is written.
    """
    return Logger(service=service, level=level, logger_formatter=LineFormatter(), utc=True)
