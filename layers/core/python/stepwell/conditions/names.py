"""The words of the language that models, parser, printer and checker share."""

from __future__ import annotations

from typing import Literal

Scope = Literal["profile", "event", "enrollment", "engagement"]
Unit = Literal["seconds", "minutes", "hours", "days", "weeks"]
SECONDS: dict[Unit, int] = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400, "weeks": 604_800}

SCOPES = frozenset({"profile", "event", "enrollment", "engagement"})

EVENT_KEYS = frozenset({"name", "type", "timestamp", "message_id", "context", "properties"})
"""Keys of an event itself; any other `event.x` is its property x."""

ENROLLMENT_KEYS = frozenset({"entered_at", "event", "loop"})

ENGAGEMENT_KEYS = frozenset({"score", "delivered", "opens", "clicks", "visits", "last_at"})

UNITS: dict[str, Unit] = {
    "s": "seconds", "sec": "seconds", "second": "seconds", "seconds": "seconds",
    "m": "minutes", "min": "minutes", "minute": "minutes", "minutes": "minutes",
    "h": "hours", "hour": "hours", "hours": "hours",
    "d": "days", "day": "days", "days": "days",
    "w": "weeks", "week": "weeks", "weeks": "weeks",
}  # fmt: skip

KEYWORDS = frozenset(
    {"and", "or", "not", "in", "is", "true", "false", "now", "today", "tomorrow", "yesterday"}
)
RESERVED = KEYWORDS | SCOPES | {"engagement_score"}
"""Words that cannot open a bare field; write `profile.now` for a trait of that name."""
