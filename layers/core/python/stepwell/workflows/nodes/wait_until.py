"""Waits until a condition holds, an event, a time of day or a date comes, or the time limit passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from stepwell.conditions.values import as_instant, is_day
from stepwell.contracts.clock import from_iso
from stepwell.workflows.facts import compiled, member_facts, wake_events
from stepwell.workflows.local_time import clock_time, local_instant, next_local_time
from stepwell.workflows.model import parse_duration
from stepwell.workflows.nodes._fields import (
    ConditionText,
    Duration,
    Mark,
    Offset,
    OptionalEvent,
    OptionalHandle,
    TimeOfDay,
    signed_duration,
    widgets,
)
from stepwell.workflows.nodes.base import (
    Effect,
    Expansion,
    Found,
    Hints,
    Member,
    Moment,
    NodeConfig,
    NodeType,
    Nothing,
    Park,
)
from stepwell.workflows.references import REFERENCE, lookup

TIMED_OUT = "timed_out"
SPREAD_S = 900
"""People who wait for the same time of day are spread over 15 minutes (`semantics.md`)."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Way(NodeConfig):
    """One way on: exactly one of condition, event, time of day and date."""

    name: OptionalHandle = Field("", title="Name", description="Outcome; default: matched, matched_2, …")
    condition: ConditionText = Field("", title="Condition", examples=["score >= 50"])
    event: OptionalEvent = Field("", title="Event", examples=["email_opened", "Order Completed"])
    where: ConditionText = Field("", title="Where", description="Must hold for the event.")
    time_of_day: TimeOfDay = Field(
        "", title="Time of day", description="`HH:MM` on the contact's clock.", examples=["09:00"]
    )
    weekdays: tuple[Weekday, ...] = Field((), title="Weekdays", description="Only on these; empty: any.")
    date: Annotated[str, Mark("date_field")] = Field(
        "",
        title="Date",
        description="A profile field, a reference such as `event.starts_at`, or a date.",
        examples=["renewal_date", "2027-09-01"],
    )
    offset: Offset = Field(
        "", title="Offset", description="Before (-) or after the date.", examples=["-7_days"]
    )

    @model_validator(mode="after")
    def _one(self) -> Way:
        chosen = [bool(self.condition), bool(self.event), bool(self.date), bool(self.time_of_day)]
        # A date may name the time of day at which it counts.
        if sum(chosen) != 1 and chosen != [False, False, True, True]:
            raise ValueError(
                "set exactly one of condition, event, date (with or without time) and time of day"
            )
        if self.where and not self.event:
            raise ValueError("`where` needs an event")
        if self.offset and not self.date:
            raise ValueError("`offset` needs a date")
        if self.weekdays and (self.date or not self.time_of_day):
            raise ValueError("`weekdays` needs a time of day and no date")
        return self

    @property
    def open_ended(self) -> bool:
        """Whether it may never come: only time comes for certain."""
        return bool(self.condition or self.event or self.date)


class Config(NodeConfig):
    """Ways on, asked in order: the first that is so wins, and one that is so already passes at once."""

    ways: tuple[Way, ...] = Field(title="Ways on", min_length=1, max_length=10)
    time_limit: Duration = Field(
        title="Time limit",
        description="Then the contact goes on by `timed_out`.",
        examples=["7_days"],
        min_length=1,
    )
    wait_first: Duration = Field(
        "", title="Wait first", description="Look only after this time.", examples=["7_days"]
    )

    @model_validator(mode="after")
    def _distinct(self) -> Config:
        if len(set(self.names)) < len(self.names) or TIMED_OUT in self.names:
            raise ValueError("the ways' names must differ from each other and from `timed_out`")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Outcome of each way; a further way never renames those before it."""
        return tuple(
            way.name or ("matched" if index == 0 else f"matched_{index + 1}")
            for index, way in enumerate(self.ways)
        )


def date_value(way: Way, member: Member, moment: Moment) -> datetime | None:
    """Return the instant at which a date way opens; None while the date is unknown."""
    zone = member_facts(member, moment).zone
    braces = REFERENCE.fullmatch(way.date.strip())
    path = braces[1] if braces else way.date.strip()
    value: Any = path if path[:1].isdigit() else lookup(path, member, moment)
    at = as_instant(value, zone)
    if at is None:
        return None
    shift = signed_duration(way.offset)
    if way.time_of_day or is_day(value):
        day: date = at.astimezone(zone).date() + timedelta(days=shift.days)
        clock = clock_time(way.time_of_day or "00:00")
        return local_instant(day, clock, zone) + timedelta(seconds=shift.seconds)
    return (at + shift).astimezone(UTC)


def _openings(config: Config, member: Member, moment: Moment) -> Iterator[tuple[datetime, str]]:
    for way, name in zip(config.ways, config.names, strict=True):
        if way.date:
            at = date_value(way, member, moment)
            if at is not None:
                yield at, name
        elif way.time_of_day:
            zone = member_facts(member, moment).zone
            yield next_local_time(moment.now, clock_time(way.time_of_day), zone, way.weekdays), name


def _ready(config: Config, member: Member, moment: Moment, event: Mapping[str, Any] | None) -> str | None:
    opened = {name: at for at, name in _openings(config, member, moment)}
    for way, name in zip(config.ways, config.names, strict=True):
        if way.condition:
            facts = member_facts(member, moment, None if _by_machine(event) else event)
            if compiled(way.condition).test(facts, moment.now):
                return name
        elif way.event:
            if _happened(way, member, moment, event):
                return name
        elif name in opened and opened[name] <= moment.now:
            return name
    if all(way.date for way in config.ways) and not opened:
        # Without any date nothing can open: waiting out the limit would only lose time.
        return TIMED_OUT
    return None


def _by_machine(event: Mapping[str, Any] | None) -> bool:
    return bool(event is not None and event.get("machine"))


def _happened(way: Way, member: Member, moment: Moment, event: Mapping[str, Any] | None) -> bool:
    if event is not None and not _by_machine(event) and event.get("name") == way.event:
        return not way.where or _passes(way, member, moment, event)
    # Between the check and the parking an event may have come: only what is newer than `as_of` is news.
    since = member.token.as_of.timestamp()
    return any(
        name == way.event
        and at > since
        and (not way.where or _passes(way, member, moment, _recent(name, at, properties)))
        for name, at, properties in member.profile.recent
    )


def _recent(name: str, at: float, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "timestamp": datetime.fromtimestamp(float(at), UTC), "properties": properties}


def _passes(way: Way, member: Member, moment: Moment, event: Mapping[str, Any]) -> bool:
    return compiled(way.where).test(member_facts(member, moment, event), moment.now)


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    over = _ready(config, member, moment, None)
    if over is not None:
        return Nothing(outcome=over)
    limit = moment.now + parse_duration(config.time_limit)
    due, outcome = min(
        [*_openings(config, member, moment), (limit, TIMED_OUT)], key=lambda opening: opening[0]
    )
    by_clock = any(
        way.time_of_day and not way.date and name == outcome
        for way, name in zip(config.ways, config.names, strict=True)
    )
    return Park(
        due=due,
        events=tuple(sorted(_waking(config))),
        timeout=outcome,
        spread_s=SPREAD_S if by_clock else 0,
    )


def _waking(config: Config) -> set[str]:
    names: set[str] = set()
    for way in config.ways:
        if way.event:
            names.add(way.event)
        elif way.condition:
            names |= wake_events(way.condition)
    return {"*"} if "*" in names else names


def _checks(config: Config) -> list[Found]:
    found = []
    for index, way in enumerate(config.ways):
        if way.date[:1].isdigit():
            try:
                from_iso(way.date)
            except ValueError:
                found.append(
                    Found("date", f"`{way.date}` is no date; write e.g. 2027-09-01.", f"ways.{index}.date")
                )
    return found


def _expand(config: Config) -> Expansion:
    if not config.wait_first:
        return Expansion(nodes=[], edges=[])
    rest = config.model_dump(exclude={"wait_first"}, exclude_defaults=True, mode="json")
    own = [("until", name, f":{name}") for name in (*config.names, TIMED_OUT)]
    return Expansion(
        nodes=[("", "delay_action", {"duration": config.wait_first}), ("until", "wait_until", rest)],
        edges=[("", "next", "until"), *own],
    )


NODE = NodeType(
    name="wait_until",
    kind="wait",
    category="logic",
    config=Config,
    outcomes=lambda config: (*config.names, TIMED_OUT),
    # With ways that come for certain the limit may be left unwired; a check insists otherwise.
    falls_through=(TIMED_OUT,),
    checks=_checks,
    act=_act,
    ready=_ready,
    expand=_expand,
    hints=Hints(
        label="Wait until",
        icon="clock-pause",
        description="Lets the contact wait until something happens or is so, within a time limit.",
        widgets=widgets(Config) | {"ways": "list"},
        summary="up to {time_limit}",
    ),
)
