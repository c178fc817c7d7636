"""Soft bounces: an address that cannot be reached again and again rests ever longer, and for good in the end.

SES, SendGrid and Mailgun each try a message for hours before they call it bounced, so one soft bounce here is a whole
message lost. None of them stops at soft bounces; Mailchimp gives an address up at the seventh ("Soft vs. hard
bounces"), and so does this. From the third on the address rests, so that the seventh comes weeks later, not within a
busy day: M3AAWG's "Sender best common practices" asks for several bounces over a period of time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SOFT_BOUNCE = "soft_bounces"
"""Reason of the suppression, while it rests and for good."""
FINAL = 7
RESTS = {3: timedelta(days=1), 4: timedelta(days=3), 5: timedelta(days=7), 6: timedelta(days=14)}
"""How long an address rests after so many soft bounces in a row."""
IN_A_ROW = timedelta(days=90)
"""Bounces further apart are no row any more."""
_MARKS = 8
# These speak of the message, not of the mailbox (SES, "Bounce types"; the others use SMTP's words).
_OF_THE_MESSAGE = frozenset({"ContentRejected", "AttachmentRejected", "MessageTooLarge"})


@dataclass(frozen=True, slots=True)
class Bounces:
    """Soft bounces of an address since its last delivery.

    Attributes:
        count: How many.
        last: When the latest happened.
        until: Until when the address rests; None: not at all, or for good when `final`.
        final: Whether it is given up.
        marks: Marks of the latest events, so that none counts twice.
    """

    count: int = 0
    last: datetime | None = None
    until: datetime | None = None
    final: bool = False
    marks: tuple[str, ...] = ()

    def after(self, mark: str, at: datetime) -> Bounces:
        """Return it after one more; the same for an event that was counted."""
        if self.final or mark in self.marks:
            return self
        again = self.last is not None and at - self.last <= IN_A_ROW
        count = self.count + 1 if again else 1
        rest = RESTS.get(count)
        return replace(
            self,
            count=count,
            last=at if self.last is None else max(at, self.last),
            until=at + rest if rest else None,
            final=count >= FINAL,
            marks=(*self.marks, mark)[-_MARKS:],
        )

    def rests(self, now: datetime) -> bool:
        """Tell whether nothing may be sent there now."""
        return self.final or (self.until is not None and now < self.until)


def counts(bounce_type: str, bounce_sub_type: str) -> bool:
    """Tell whether a bounce is a soft one of the mailbox."""
    return bounce_type != "Permanent" and bounce_sub_type not in _OF_THE_MESSAGE
