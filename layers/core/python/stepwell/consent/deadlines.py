"""Until when a contact's request about its data must be answered."""

from __future__ import annotations

import calendar
from datetime import datetime


def due_after(asked: datetime) -> datetime:
    """Return a month after a request: Article 12(3) of the GDPR, counted as Regulation 1182/71, article 3 counts.

    The same day of the next month, or its last where there is no such day.
    """
    year, month = (asked.year, asked.month + 1) if asked.month < 12 else (asked.year + 1, 1)
    day = min(asked.day, calendar.monthrange(year, month)[1])
    return asked.replace(year=year, month=month, day=day)
