"""How much of the mail bounces or is called spam, by mailbox provider; when to warn, and when to stop marketing.

Limits: Gmail wants a spam rate below 0.1 % and bars senders at 0.3 % ("Email sender guidelines"); Yahoo asks for less
than 0.3 % ("Sender best practices"). SES recommends bounces below 5 %, and 2 % is its mark of a good list ("Sender
reviews"). A rate of few messages says nothing: one complaint of three messages is no reason to stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

WORKFLOW = "_mail"
"""Under which workflow the counts lie; their version is the day as ``20260302``, their node the mailbox provider."""
DAYS = 7
COMPLAINT_ALARM, BOUNCE_ALARM, COMPLAINT_LIMIT = 0.001, 0.02, 0.003
LEAST_DELIVERED, LEAST_COMPLAINTS = 1_000, 5
LEAST_SENT, LEAST_BOUNCES = 500, 10
ALL = "all"
OUTCOMES = ("sent", "delivered", "bounced", "bounced_soft", "complained", "delayed", "rejected")
Counts = Mapping[str, Mapping[str, int]]
Kind = Literal["complaints", "bounces"]


@dataclass(frozen=True, slots=True)
class Rates:
    """What became of mail to one mailbox provider.

    Attributes:
        counts: Messages by outcome.
    """

    counts: Mapping[str, int] = field(default_factory=dict)

    def count(self, outcome: str) -> int:
        """Return how many had an outcome."""
        return max(int(self.counts.get(outcome, 0)), 0)

    @property
    def complaint_rate(self) -> float | None:
        """Complaints by deliveries, as mailbox providers reckon; None: nothing was delivered."""
        delivered = self.count("delivered")
        return self.count("complained") / delivered if delivered else None

    @property
    def tried(self) -> int:
        """Messages sent; where the provider does not tell of them, those whose end is known."""
        ended = self.count("delivered") + self.count("bounced") + self.count("bounced_soft")
        return max(self.count("sent"), ended)

    @property
    def bounce_rate(self) -> float | None:
        """Hard bounces by messages sent; None: nothing was sent."""
        sent = self.tried
        return self.count("bounced") / sent if sent else None


@dataclass(frozen=True, slots=True)
class Alarm:
    """A rate that is too high.

    Attributes:
        kind: Of what.
        mailbox: At which mailbox provider, or `all`.
        rate: The rate.
        limit: The limit that it passes.
        count: Complaints or bounces.
        of: Messages that were delivered or sent.
    """

    kind: Kind
    mailbox: str
    rate: float
    limit: float
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Health:
    """What became of mail lately.

    Attributes:
        mailboxes: By mailbox provider, and of `all`.
        alarms: Rates that are too high, the worst first.
        stop: Why marketing should pause; None: it need not.
    """

    mailboxes: Mapping[str, Rates]
    alarms: tuple[Alarm, ...] = ()
    stop: Alarm | None = None


def day_number(day: date) -> int:
    """Return a day as the version under which its counts lie."""
    return day.year * 10_000 + day.month * 100 + day.day


def window(today: date, since: date | None = None) -> list[date]:
    """Return the days that count: the last week, no earlier than the day on which somebody resumed."""
    days = [today - timedelta(days=back) for back in range(DAYS)]
    return [day for day in days if since is None or day >= since]


def added(parts: Iterable[Counts], less: Counts | None = None) -> dict[str, dict[str, int]]:
    """Add counts up, less those that are forgiven."""
    total: dict[str, dict[str, int]] = {}
    for sign, part in [*((1, part) for part in parts), *((-1, part) for part in (less,) if part)]:
        for mailbox, outcomes in part.items():
            found = total.setdefault(mailbox, {})
            for outcome, number in outcomes.items():
                found[outcome] = found.get(outcome, 0) + sign * number
    return total


def judge(counts: Counts) -> Health:
    """Say how mail fares."""
    whole: dict[str, int] = {}
    for outcomes in counts.values():
        for outcome, number in outcomes.items():
            whole[outcome] = whole.get(outcome, 0) + number
    mailboxes = {ALL: Rates(whole), **{name: Rates(dict(found)) for name, found in sorted(counts.items())}}
    alarms = [alarm for name, rates in mailboxes.items() for alarm in _alarms(name, rates)]
    alarms.sort(key=lambda alarm: -alarm.rate / alarm.limit)
    beyond = [a for a in alarms if a.kind == "complaints" and a.rate >= COMPLAINT_LIMIT]
    return Health(mailboxes, tuple(alarms), beyond[0] if beyond else None)


def _alarms(mailbox: str, rates: Rates) -> Iterable[Alarm]:
    delivered, complaints = rates.count("delivered"), rates.count("complained")
    rate = rates.complaint_rate or 0.0
    if delivered >= LEAST_DELIVERED and complaints >= LEAST_COMPLAINTS and rate >= COMPLAINT_ALARM:
        limit = COMPLAINT_LIMIT if rate >= COMPLAINT_LIMIT else COMPLAINT_ALARM
        yield Alarm("complaints", mailbox, rate, limit, complaints, delivered)
    sent, bounces = rates.tried, rates.count("bounced")
    rate = rates.bounce_rate or 0.0
    if sent >= LEAST_SENT and bounces >= LEAST_BOUNCES and rate >= BOUNCE_ALARM:
        yield Alarm("bounces", mailbox, rate, BOUNCE_ALARM, bounces, sent)
