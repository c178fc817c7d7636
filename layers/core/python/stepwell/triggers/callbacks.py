"""What a message of the mail-events queue holds: an SES event, as SNS passed it on, or one about text messages.

The subscription delivers raw messages; SNS's envelope is understood as well, so that a queue that was subscribed
by hand or filled before the switch loses nothing.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from stepwell.contracts.events import Event
from stepwell.errors import InvalidInput
from stepwell.triggers import text_reports
from stepwell.triggers.engagement import events_of

# SES writes this to a topic when a configuration set is pointed at it.
_GREETING = "Successfully validated SNS topic"
_HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def events_in(body: str, received_at: datetime) -> list[tuple[str, Event]]:
    """Read one message into (tenant, event).

    Returns:
        Nothing for what is right and means nothing here. A text that came in has no tenant yet.

    Raises:
        InvalidInput: No SES event; it can never be processed.
    """
    text = body
    document = _json(text)
    if document.get("Type") == "Notification" and isinstance(document.get("Message"), str):
        text = document["Message"]
        document = _json(text)
    if not document and text.startswith(_GREETING):
        return []
    if text_reports.concerns(document):
        return text_reports.events_of(document, received_at)
    try:
        if _HALF_A_CHARACTER.search(text):
            # JSON may hold half a character, the stream may not: found there, it would stop the whole batch.
            json.dumps(document, ensure_ascii=False).encode()
        return events_of(document, received_at)
    except (AttributeError, TypeError, ValueError) as error:
        # SES's own events have the documented shape; whatever is not shaped so cannot be read tomorrow either.
        raise InvalidInput("Not shaped as an SES event.", code="not_ses_event") from error


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
