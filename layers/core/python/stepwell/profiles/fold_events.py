"""Folds events into a profile when there is nothing else to be done with them: no rules, no derived events."""

from __future__ import annotations

from collections.abc import Iterable

from stepwell.contracts.events import Event
from stepwell.contracts.profiles import Profile
from stepwell.profiles.fold import Fold


def ordered(events: Iterable[Event]) -> list[Event]:
    """Return events in order of when they happened; ties by message id, so that any delivery order ends alike."""
    return sorted(events, key=lambda event: (event.when, event.message_id))


def fold(profile: Profile, events: Iterable[Event]) -> Profile:
    """Fold events into a profile; the same profile object comes back when all were seen before."""
    folding = Fold(profile)
    for event in ordered(events):
        folding.apply(event)
    return folding.result() if folding.changed else profile
