"""Waits, by their documented meaning: delays, and the ways on of `wait_until`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from stepwell.conditions import Facts, explain, from_json
from stepwell.conditions.values import as_instant, is_day
from stepwell.contracts.clock import from_iso, iso
from stepwell.timing import hours
from stepwell.timing.choosing import choose
from stepwell.timing.prior import Prior
from stepwell.timing.shrinking import shrunk
from stepwell.workflows.interpreter_moves import Here, Hold, Leave, Move
from stepwell.workflows.model import parse_duration

_ACTIVE = hours.ENGAGED | {"page_view", "screen_view"}


def at_clock(now: datetime, rest: timedelta, text: str, zone: tzinfo, days: Sequence[str] = ()) -> datetime:
    """Find the next moment at which clocks in a zone show a time, on one of some weekdays, after a rest.

    People are woken up to 18 minutes after the time that they waited for. They count as standing at that time:
    it is over for them, and a rest of a day ends at the same time of the next day.
    """
    at = time.fromisoformat(text)
    day = now.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, at, zone).astimezone(UTC)
        if (
            moment > now
            and moment + timedelta(minutes=18) > now + rest
            and (not days or day.strftime("%a").lower() in days)
        ):
            return moment
        day = date.fromordinal(day.toordinal() + 1)


def delay(config: Any, here: Here) -> Move:
    """A time from now, or a time of day or date not before it."""
    rest = parse_duration(config.duration) if config.duration else timedelta()
    due = here.now + rest
    if len(config.until) == 5:
        due = at_clock(here.now, rest, config.until, here.facts.zone)
    elif config.until:
        due = max(due, from_iso(config.until))
    return Hold(due, f"waits until {iso(due)}")


def wait_until(config: Any, here: Here) -> Move:
    """Go on by the first way that is so already; else wait for a way, or for the time limit."""
    names = [way.name or ("matched" if i == 0 else f"matched_{i + 1}") for i, way in enumerate(config.ways)]
    ways = list(zip(names, config.ways, strict=True))
    opens = {name: _opens(way, here) for name, way in ways}
    if all(way.date for way in config.ways) and not any(opens.values()):
        return Leave("timed_out", "no date is known, so none can come")
    for name, way in ways:
        at = opens[name]
        if at is not None and at <= here.now:
            return Leave(name, f"it is already past {iso(at)}")
        if way.condition:
            holds, why = here.asks(way.condition)
            if holds:
                return Leave(name, f"already: {why}")
    limit = here.now + parse_duration(config.time_limit)
    coming = [(at, name) for name, at in opens.items() if at is not None]
    due, outcome = min([*coming, (limit, "timed_out")], key=lambda found: found[0])

    def wake(event: str, facts: Facts, now: datetime) -> Leave | None:
        for name, way in ways:
            at = opens[name]
            if at is not None and at <= now:
                return Leave(name, f"it is past {iso(at)}")
            if way.condition and (told := explain(from_json(way.condition), facts, now)).result:
                return Leave(name, f"at `{event}`: {told.sentence}", told=(told,))
            if way.event and way.event == event:
                if not way.where:
                    return Leave(name, f"`{event}` happened")
                if (told := explain(from_json(way.where), facts, now)).result:
                    return Leave(name, f"`{event}` happened and {told.sentence}", told=(told,))
        return None

    return Hold(due, f"waits for {' or '.join(names)}, until {iso(due)} at most", outcome, wake)


def best_time(config: Any, here: Here) -> Move:
    """Wait for the best time of a contact whose past is all that is known: nobody else's hours weigh in.

    How a time is chosen is the slice's (`stepwell.timing`); what is told here is from which of the past, and when.
    """
    zone, state = here.facts.zone, hours.EMPTY
    for name, at, _ in here.person.past:
        if name in _ACTIVE:
            stamp = int(at.timestamp() * 1000)
            state = hours.noted(state, stamp, hours.offset_ms(zone, stamp))
    prior = Prior()
    shares = shrunk(hours.totals(state, int(here.now.timestamp() * 1000)), prior.hours, prior.strength)
    found = choose(
        here.now,
        parse_duration(config.within),
        zone,
        shares,
        prior,
        control=config.control,
        control_at=config.control_at,
        seed=(here.tenant, here.workflow.id, here.node, here.contact.profile),
        allowed=lambda at: _open(here, at, zone),
    )
    if found.arm == "control":
        said = "is in the control group"
    else:
        said = (
            "is likeliest to be active"
            if found.at > here.now
            else "is as likely to be active as at any later time"
        )
    if found.at <= here.now:
        return Leave("next", f"the contact {said}: it goes on at once")
    return Hold(found.at, f"waits until {iso(found.at)}, when the contact {said}")


def _open(here: Here, at: datetime, zone: tzinfo) -> bool:
    quiet = here.workflow.settings.quiet_hours
    if quiet is None or here.workflow.purpose == "transactional" or quiet.start == quiet.end:
        return True
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    wall = at.astimezone(zone).time()
    return not (start <= wall < end if start < end else wall >= start or wall < end)


def _opens(way: Any, here: Here) -> datetime | None:
    """When a way by date or time of day opens; None: another kind of way, or no date known."""
    zone = here.facts.zone
    if way.time_of_day and not way.date:
        return at_clock(here.now, timedelta(), way.time_of_day, zone, way.weekdays)
    if not way.date:
        return None
    name = way.date.strip().removeprefix("{{").removesuffix("}}").strip()
    value = name if name[:1].isdigit() else _named(name, here.facts)
    at = as_instant(value, zone)
    if at is None:
        return None
    back = way.offset.startswith("-")
    shift = parse_duration(way.offset.lstrip("+-")) if way.offset else timedelta()
    shift = -shift if back else shift
    if not way.time_of_day and not is_day(value):
        return (at + shift).astimezone(UTC)
    # A day begins at midnight of the contact's clock, or at the time given with it; whole days count as days.
    day = date.fromordinal(at.astimezone(zone).date().toordinal() + shift.days)
    begins = datetime.combine(day, time.fromisoformat(way.time_of_day or "00:00"), zone).astimezone(UTC)
    return begins + timedelta(seconds=shift.seconds)


def _named(name: str, facts: Facts) -> Any:
    root, _, rest = name.partition(".")
    if root == "event" and rest:
        return ((facts.event or {}).get("properties") or {}).get(rest)
    return facts.profile.get(rest if root in ("profile", "contact") else name)
