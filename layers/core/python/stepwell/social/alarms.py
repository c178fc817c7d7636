"""An account's alarms: at most one at a time, told once, kept with the numbers that spoke for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from stepwell.contracts.clock import from_iso, iso
from stepwell.social.crisis import Series, Verdict, calm, hours_of

KEPT = 50


@dataclass(frozen=True, slots=True)
class Alarm:
    """A crisis.

    Attributes:
        began: When the alarm went.
        bad: Bad mentions of the hour in which it went; grows to the worst hour's.
        all: All mentions of that hour.
        expected: How many bad ones are usual then.
        chance: How likely so many were.
        ended: When it was over; None: it is on.
        ended_by: Who ended it; empty: it was over by itself.
        told: Whether people were told.
    """

    began: datetime
    bad: int
    all: int
    expected: float
    chance: float
    ended: datetime | None = None
    ended_by: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class Alarms:
    """An account's alarms.

    Attributes:
        account: Our id of it; empty: of none that is connected.
        history: Newest last; only the newest may be on.
        rev: For optimistic concurrency; 0: not stored.
    """

    account: str
    history: tuple[Alarm, ...] = ()
    rev: int = 0

    @property
    def on(self) -> Alarm | None:
        """The crisis that is on."""
        last = self.history[-1] if self.history else None
        return last if last is not None and last.ended is None else None

    @property
    def hours(self) -> frozenset[datetime]:
        """Hours of crises that are over: no measure of what is usual."""
        return hours_of([(one.began, one.ended) for one in self.history if one.ended is not None])


def begun(alarms: Alarms, verdict: Verdict, now: datetime) -> Alarms:
    """Return alarms with a crisis that begins now."""
    alarm = Alarm(now, verdict.bad, verdict.all, round(verdict.expected, 2), verdict.chance)
    return replace(alarms, history=(*alarms.history, alarm)[-KEPT:])


def worse(alarms: Alarms, verdict: Verdict) -> Alarms:
    """Return alarms whose crisis has the numbers of its worst hour."""
    on = alarms.on
    if on is None or verdict.bad <= on.bad:
        return alarms
    grown = replace(
        on, bad=verdict.bad, all=verdict.all, expected=round(verdict.expected, 2), chance=verdict.chance
    )
    return replace(alarms, history=(*alarms.history[:-1], grown))


def ended(alarms: Alarms, now: datetime, by: str = "") -> Alarms:
    """Return alarms whose crisis is over."""
    on = alarms.on
    if on is None:
        return alarms
    return replace(alarms, history=(*alarms.history[:-1], replace(on, ended=now, ended_by=by)))


def is_over(alarms: Alarms, series: Series, now: datetime) -> bool:
    """Tell whether the crisis that is on is over by itself."""
    on = alarms.on
    if on is None:
        return False
    # Its own hours are no measure of what is usual either.
    inside = hours_of([(on.began, now)])
    return calm(series, now, on.began, alarms.hours | inside)


def document_of(alarms: Alarms) -> dict[str, Any]:
    """Write alarms as plain JSON."""
    return {
        "history": [
            {**asdict(one), "began": iso(one.began), "ended": iso(one.ended) if one.ended else None}
            for one in alarms.history
        ]
    }


def alarms_of(account: str, document: Mapping[str, Any], rev: int) -> Alarms:
    """Read alarms."""
    history = tuple(
        Alarm(
            **{
                **one,
                "began": from_iso(one["began"]),
                "ended": from_iso(one["ended"]) if one["ended"] else None,
            }
        )
        for one in document["history"]
    )
    return Alarms(account, history, rev)
