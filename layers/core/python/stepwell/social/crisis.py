"""Tells a storm of bad mentions from an ordinary bad hour, by the account's own past.

The rule, asked for the hour at hand each time a mention comes in, and once for each hour that is over:

- **Volume**: the bad mentions of an hour are taken for a negative binomial (a Poisson count whose rate itself varies:
  Gamma-Poisson, Greenwood and Yule 1920; the form that Noufaily et al. 2013, "An improved algorithm for outbreak
  detection in multiple surveillance systems", Statistics in Medicine 32(7), use for counts that vary more than
  Poisson). Mean and spread are those of the same hour of the day, an hour more or less, in the 28 days before, one
  made-up mention added, so that an account without a past is not alarmed by its first bad words. The alarm goes when
  so many or more have a chance of at most ``false_alarms / 8,760``.
- **Share**: and only if the bad share of the hour's mentions is above the account's usual one (binomial tail below
  5 %, usual share with half a mention of each sort added), or is 80 % at least: a day on which everybody speaks of
  you is no crisis.
- At least ``at_least`` bad mentions.

Counts of the hour at hand only grow, and the rule's bound for volume is fixed for the hour: asking often alarms no
more often than asking once at its end. Hours of a crisis are left out of later comparisons, else the second storm
would look ordinary.

A crisis is over when three whole hours in a row had no more bad mentions than one hour in twenty has anyway.

What is promised, and tested on drawn series (Poisson and over-dispersed, with the rhythm of a day): no more false
alarms than were asked for. Counts with heavier tails, such as one post of a star that thousands repeat, are no
negative binomial; they are meant to alarm.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, lgamma, log, log1p

PAST_DAYS = 28
NEIGHBOURS = (-1, 0, 1)
SHARE = 0.05
MOSTLY = 0.8
CALM = 0.05
CALM_HOURS = 3
HOURS_A_YEAR = 8_760
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """Mentions of an hour.

    Attributes:
        all: How many.
        bad: How many of them sound bad.
    """

    all: int = 0
    bad: int = 0


Series = Mapping[datetime, Counted]
"""Counts by the hour's beginning (UTC); hours without mentions may be absent."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual at an hour of the day.

    Attributes:
        mean: Bad mentions an hour.
        variance: Of their number.
        share: Bad ones of all.
    """

    mean: float
    variance: float
    share: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rule says of an hour.

    Attributes:
        alarm: Whether it is a crisis.
        bad: Bad mentions.
        all: All mentions.
        expected: How many bad ones are usual.
        chance: How likely so many are in a usual hour.
        share_chance: How likely so high a share is.
    """

    alarm: bool
    bad: int
    all: int
    expected: float
    chance: float
    share_chance: float


def hour_of(at: datetime) -> datetime:
    """Return the beginning of a moment's hour, in UTC."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def usual(series: Series, hour: datetime, leave_out: Collection[datetime] = ()) -> Usual:
    """Return what is usual at an hour, by the days before it.

    Args:
        series: The account's counts.
        hour: The hour's beginning.
        leave_out: Hours of former crises.
    """
    first = min((at for at in series), default=hour)
    bad: list[int] = []
    total = 0
    for day in range(1, PAST_DAYS + 1):
        for step in NEIGHBOURS:
            at = hour - timedelta(days=day) + step * _HOUR
            # Before the account was listened to nothing was counted: that is not nothing said.
            if at < first or at in leave_out:
                continue
            counted = series.get(at, Counted())
            bad.append(counted.bad)
            total += counted.all
    n, said = len(bad), sum(bad)
    mean = (said + 1) / (n + 1)
    # One made-up hour at the mean plus one: few hours know little of how much they vary.
    spread = sum((count - mean) ** 2 for count in bad) + 1 + mean
    variance = max(spread / (n + 1), mean) * (1 + 4 / (n + 1))
    return Usual(mean, variance, (said + 0.5) / (total + 1))


def judge(
    series: Series,
    hour: datetime,
    *,
    false_alarms: float,
    at_least: int,
    leave_out: Collection[datetime] = (),
) -> Verdict:
    """Say whether an hour is a crisis.

    Args:
        series: The account's counts, the hour's own included.
        hour: The hour's beginning.
        false_alarms: How many a year are borne.
        at_least: Bad mentions below which nothing is one.
        leave_out: Hours of former crises.
    """
    counted = series.get(hour, Counted())
    known = usual(series, hour, leave_out)
    chance = tail(counted.bad, known.mean, known.variance)
    share_chance = binomial_tail(counted.bad, counted.all, known.share)
    mostly = counted.all > 0 and counted.bad >= MOSTLY * counted.all
    alarm = (
        counted.bad >= at_least and chance <= false_alarms / HOURS_A_YEAR and (share_chance < SHARE or mostly)
    )
    return Verdict(alarm, counted.bad, counted.all, known.mean, chance, share_chance)


def calm(series: Series, now: datetime, began: datetime, leave_out: Collection[datetime] = ()) -> bool:
    """Tell whether a crisis is over: three whole hours in a row after it began were ordinary."""
    last = hour_of(now)
    hours = [last - step * _HOUR for step in range(1, CALM_HOURS + 1)]
    if hours[-1] < hour_of(began):
        return False
    return all(_ordinary(series, hour, leave_out) for hour in hours)


def _ordinary(series: Series, hour: datetime, leave_out: Collection[datetime]) -> bool:
    known = usual(series, hour, leave_out)
    return tail(series.get(hour, Counted()).bad, known.mean, known.variance) > CALM


def hours_of(spans: Sequence[tuple[datetime, datetime]]) -> frozenset[datetime]:
    """Return the hours that crises touched; spans of more than 28 days count for their end alone."""
    found: set[datetime] = set()
    for began, ended in spans:
        at = max(hour_of(began), hour_of(ended) - timedelta(days=PAST_DAYS))
        while at <= ended:
            found.add(at)
            at += _HOUR
    return frozenset(found)


def tail(count: int, mean: float, variance: float) -> float:
    """Return P(X >= count) of a negative binomial, of a Poisson where the variance is no bigger than the mean."""
    if count <= 0:
        return 1.0
    if variance <= mean * 1.000001:
        return _one_minus(_poisson_terms(count, mean))
    size = mean * mean / (variance - mean)
    success = size / (size + mean)
    return _one_minus(_negative_binomial_terms(count, size, success))


def binomial_tail(hits: int, n: int, p: float) -> float:
    """Return P(X >= hits) of a binomial."""
    if hits <= 0:
        return 1.0
    # A long sum of tiny terms costs time and adds nothing that 5 % would notice.
    if n > 5_000:
        hits, n = round(hits * 5_000 / n), 5_000
    p = min(max(p, 1e-9), 1 - 1e-9)
    total = 0.0
    for k in range(hits, n + 1):
        total += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p))
    return min(1.0, total)


def _poisson_terms(below: int, mean: float) -> list[float]:
    return [exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(below)]


def _negative_binomial_terms(below: int, size: float, success: float) -> list[float]:
    fail = log1p(-success)
    return [
        exp(lgamma(k + size) - lgamma(size) - lgamma(k + 1) + size * log(success) + k * fail)
        for k in range(below)
    ]


def _one_minus(terms: list[float]) -> float:
    return max(0.0, 1.0 - sum(terms))
