"""How mail fared day by day, and how far a warm-up is: what a page draws; the judgement is `mail_health`'s."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from stepwell.channels.email_settings import EmailSettings
from stepwell.deliverability.monitor import (
    BOUNCE_ALARM,
    COMPLAINT_ALARM,
    COMPLAINT_LIMIT,
    LEAST_BOUNCES,
    LEAST_COMPLAINTS,
    LEAST_DELIVERED,
    LEAST_SENT,
    OUTCOMES,
    WORKFLOW,
    day_number,
    judge,
)
from stepwell.deliverability.warming import SCHEDULE, cap_on

MOST_DAYS = 90
LIMITS = {
    "complaint_alarm": COMPLAINT_ALARM,
    "complaint_limit": COMPLAINT_LIMIT,
    "bounce_alarm": BOUNCE_ALARM,
    "least_delivered": LEAST_DELIVERED,
    "least_complaints": LEAST_COMPLAINTS,
    "least_sent": LEAST_SENT,
    "least_bounces": LEAST_BOUNCES,
}
"""The limits as shares, and from how many messages on a rate counts; see `stepwell.deliverability.monitor`."""


class Counters(Protocol):
    """Counts of outcomes; see `stepwell.triggers.ports.Counters`."""

    def read(self, tenant: str, workflow: str, version: int) -> dict[str, dict[str, int]]:
        """Return ``{node: {outcome: n}}``."""
        ...


def mail_days(counters: Counters, tenant: str, today: date, back: int) -> dict[str, Any]:
    """Return the rates of each of the last days by mailbox provider, the oldest first, and the limits.

    Args:
        counters: What the pass counted.
        tenant: Tenant id.
        today: The last day, UTC.
        back: How many days.
    """
    days = [today - timedelta(days=before) for before in reversed(range(min(back, MOST_DAYS)))]
    return {
        "limits": LIMITS,
        "days": [
            {
                "day": day.isoformat(),
                "mailboxes": [
                    {
                        "mailbox": name,
                        **{outcome: rates.count(outcome) for outcome in OUTCOMES},
                        "complaint_rate": rates.complaint_rate,
                        "bounce_rate": rates.bounce_rate,
                    }
                    for name, rates in judge(
                        counters.read(tenant, WORKFLOW, day_number(day))
                    ).mailboxes.items()
                ],
            }
            for day in days
        ],
    }


def warm_ups(settings: EmailSettings, sent: Callable[[str], int], now: datetime) -> list[dict[str, Any]]:
    """Return how far each warm-up is.

    Args:
        settings: The workspace's e-mail.
        sent: Tells how many messages of a stream went today.
        now: The time.
    """
    today = now.astimezone(UTC).date()
    found = []
    for plan in settings.warm_up:
        caps = plan.caps or SCHEDULE
        cap = cap_on(plan.starts, caps, today)
        found.append(
            {
                "stream": plan.stream,
                "starts": plan.starts.isoformat(),
                "caps": list(caps),
                "day": min(max((today - plan.starts).days + 1, 0), len(caps) + 1),
                "cap": cap,
                "sent": sent(plan.stream) if cap is not None else 0,
            }
        )
    return found
