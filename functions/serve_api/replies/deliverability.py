"""How mail fares: rates, alarms, DNS records, copies for the seed list."""

from __future__ import annotations

from typing import Literal

from replies.forms import Day, Reply, Time


class MailAlarm(Reply):
    """A rate that is too high.

    Attributes:
        mailbox: The mailbox provider; `all`: of all together.
        rate: As a share: 0.001 is 0.1 %.
        limit: The limit that it passes.
        count: Complaints or bounces.
        of: Messages delivered or sent.
    """

    kind: Literal["complaints", "bounces"]
    mailbox: str
    rate: float
    limit: float
    count: int
    of: int


class MarketingPause(MailAlarm):
    """Why marketing was paused by itself."""

    at: Time


class MailboxRates(Reply):
    """What became of mail to one mailbox provider.

    Attributes:
        mailbox: The mailbox provider; `all`: all together.
        bounced: For good.
        bounced_soft: For now, after the provider had tried for hours.
        complaint_rate: Complaints by deliveries, as a share; null: nothing was delivered.
        bounce_rate: Hard bounces by messages sent, as a share; null: nothing was sent.
    """

    mailbox: str
    sent: int
    delivered: int
    bounced: int
    bounced_soft: int
    complained: int
    delayed: int
    rejected: int
    complaint_rate: float | None
    bounce_rate: float | None


class Deliverability(Reply):
    """How mail fares.

    Attributes:
        since: First day that counts (UTC).
        paused: Whether marketing mail waits.
        pause: Why, if it was paused by itself; null: it was by hand, or is not.
        resumed_at: When somebody last let it go on.
    """

    since: str
    paused: bool
    pause: MarketingPause | None
    resumed_at: Time | None
    mailboxes: list[MailboxRates]
    alarms: list[MailAlarm]


class MailLimits(Reply):
    """From where on a rate is too high.

    Attributes:
        complaint_alarm: Share of complaints that is told to the watchers.
        complaint_limit: Share of complaints that pauses marketing.
        bounce_alarm: Share of hard bounces that is told to the watchers.
        least_delivered: From so many deliveries on a rate of complaints counts …
        least_complaints: … and from so many complaints on.
        least_sent: From so many messages on a rate of bounces counts …
        least_bounces: … and from so many bounces on.
    """

    complaint_alarm: float
    complaint_limit: float
    bounce_alarm: float
    least_delivered: int
    least_complaints: int
    least_sent: int
    least_bounces: int


class MailDay(Reply):
    """One day's mail, by mailbox provider; `all` comes first."""

    day: Day
    mailboxes: list[MailboxRates]


class MailDays(Reply):
    """How mail fared day by day.

    Attributes:
        days: The oldest first (UTC).
    """

    limits: MailLimits
    days: list[MailDay]


class WarmUpProgress(Reply):
    """How far a warm-up is.

    Attributes:
        caps: Messages a day, from the first day on.
        day: Which day it is, from 1; 0: it has not begun; more than there are caps: it is over.
        cap: How many may go today; null: there is no cap any more.
        sent: How many went today.
    """

    stream: Literal["marketing", "transactional"]
    starts: Day
    caps: list[int]
    day: int
    cap: int | None
    sent: int


class CheckedRecord(Reply):
    """A record as DNS has it.

    Attributes:
        state: `weak`: it holds and could do more; `unknown`: DNS did not answer.
        found: What is there.
        wanted: What should be there; empty: no certain value.
        advice: What to do; empty: nothing.
        required: Whether mail suffers without it.
    """

    purpose: Literal["dkim", "spf", "mail_from", "dmarc", "bimi"]
    type: Literal["TXT", "MX", "CNAME"]
    name: str
    state: Literal["ok", "missing", "wrong", "weak", "unknown"]
    found: list[str]
    wanted: str
    advice: str
    required: bool


class CheckedDomain(Reply):
    """A sending domain as DNS has it.

    Attributes:
        ready: Whether all that mail needs is there.
    """

    domain: str
    ready: bool
    records: list[CheckedRecord]


class SeedFault(Reply):
    """A message that the seeds did not get."""

    node: str
    code: str


class SentSeeds(Reply):
    """Copies that went to the seed list.

    Attributes:
        seeds: How many addresses.
        sent: Nodes whose message they got.
    """

    workflow: str
    version: int
    seeds: int
    sent: list[str]
    failed: list[SeedFault]
