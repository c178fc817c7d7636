"""Rules that protect contacts: consent, re-entry, journeys that trigger themselves, channels that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from stepwell.conditions.values import zone_named
from stepwell.contracts.events import EMAIL_EVENTS, PUSH_EVENTS
from stepwell.workflows.checks.base import Drawing, Violation
from stepwell.workflows.model import parse_duration
from stepwell.workflows.nodes._fields import marked
from stepwell.workflows.nodes.time_based_trigger import Config as TimeTrigger

FREQUENT_MINUTES = 60
LONG_WAIT = timedelta(days=365)


def _senders(drawing: Drawing) -> dict[str, str]:
    """Channel by drawn node that sends messages to contacts."""
    return {node: known.type.sends for node, known in drawing.known.items() if known.type.sends}


def check_purpose(drawing: Drawing) -> Iterator[Violation]:
    """Every message has a consent purpose."""
    if drawing.workflow.purpose is not None:
        return
    for node in _senders(drawing):
        if not getattr(drawing.known[node].config, "purpose", ""):
            yield Violation(
                "no_purpose",
                f"`{node}` sends messages, but nothing says on which consent: set the workflow's purpose to "
                "marketing or transactional.",
                node,
                "purpose",
            )


def check_reentry(drawing: Drawing) -> Iterator[Violation]:
    """Contacts cannot come back so fast that they are flooded."""
    reentry = drawing.workflow.settings.reentry
    if reentry.rule != "any_time" or drawing.workflow.settings.entry_key or not _senders(drawing):
        return
    if reentry.interval_minutes == 0:
        yield Violation(
            "unsafe_reentry",
            "Each event starts another journey that sends messages, at any time and without pause: set an "
            "interval or an entry key, or choose re-entry after exit.",
            "",
            "settings.reentry",
        )
    elif reentry.interval_minutes < FREQUENT_MINUTES:
        yield Violation(
            "frequent_reentry",
            f"A contact may get these messages again after {reentry.interval_minutes} minutes: check whether "
            "you want that, or set an entry key.",
            "",
            "settings.reentry.interval_minutes",
            severity="warning",
        )


_CAUSED = {"email": EMAIL_EVENTS, "push": PUSH_EVENTS}
"""Events that follow from what a node sends."""


def check_self_trigger(drawing: Drawing) -> Iterator[Violation]:
    """What a journey does must not enroll into it again."""
    workflow = drawing.workflow
    if workflow.settings.reentry.rule == "never":
        return
    caused: dict[str, str] = {}
    for origin, part in drawing.parts:
        if part.type.sends in _CAUSED:
            caused.update(dict.fromkeys(_CAUSED[part.type.sends], origin))
        emit = getattr(part.config, "emit", "")
        if emit:
            caused[emit] = origin
    caused.update({c.emit: "" for c in workflow.settings.exit_criteria if c.emit})
    for trigger, events in drawing.trigger_events():
        for event in events:
            if event in caused:
                by = f"`{caused[event]}`" if caused[event] else "an exit criterion"
                yield Violation(
                    "self_trigger",
                    f"`{event}` starts this journey and {by} in it causes that event: contacts would go round "
                    "for ever. Choose re-entry `never` or another event.",
                    trigger,
                    "config",
                )


def check_channels(drawing: Drawing) -> Iterator[Violation]:
    """Every node's channel is there; saving and simulating need none."""
    told: set[tuple[str, str]] = set()
    for origin, part in drawing.parts:
        if part.type.function is None and (origin, part.type.missing) not in told:
            told.add((origin, part.type.missing))
            yield Violation(
                "channel_missing",
                f"{part.type.missing} Remove `{origin}` to publish now.",
                origin,
                "type",
                publish_only=True,
            )


def check_waits(drawing: Drawing) -> Iterator[Violation]:
    """Durations can be read; waits over a year are intended."""
    for node, known in drawing.known.items():
        for path, text in marked(known.config, "duration"):
            if known.type.kind == "wait" and parse_duration(text.lstrip("+-")) > LONG_WAIT:
                yield Violation(
                    "long_wait",
                    f"`{text}` is over a year: contacts are kept parked that long. Check whether you want that.",
                    node,
                    f"config.{path}",
                    severity="warning",
                )
    for field, text in _setting_durations(drawing):
        try:
            if text:
                parse_duration(text)
        except (ValueError, OverflowError):
            yield Violation("duration", f"`{text}` is no duration; write e.g. `14_days`.", "", field)


def _setting_durations(drawing: Drawing) -> Iterator[tuple[str, str]]:
    yield "duration", drawing.workflow.duration
    for index, goal in enumerate(drawing.workflow.settings.goals):
        yield f"settings.goals.{index}.within", goal.within


def check_time_zone(drawing: Drawing) -> Iterator[Violation]:
    """The workflow's time zone exists."""
    name = drawing.workflow.settings.time_zone
    if zone_named(name) is None:
        yield Violation(
            "time_zone",
            f"There is no time zone `{name}`: write an IANA name such as `Europe/Berlin`.",
            "",
            "settings.time_zone",
        )


def check_schedule_past(drawing: Drawing) -> Iterator[Violation]:
    """A single date lies ahead."""
    now = drawing.context.now
    if now is None:
        return
    for origin, part in drawing.parts:
        config = part.config
        if not isinstance(config, TimeTrigger) or not config.schedule.at:
            continue
        zone = zone_named(config.time_zone or drawing.workflow.settings.time_zone)
        at = datetime.fromisoformat(config.expression[3:-1]).replace(tzinfo=zone)
        if zone is not None and at <= now:
            yield Violation(
                "schedule_past",
                f"{config.schedule.at} (less the lead time) has passed: choose a later date.",
                origin,
                "config.schedule.at",
                publish_only=True,
            )
