"""What happened to a contact."""

from __future__ import annotations

from typing import Literal

from replies.forms import Day, Json, Reply, Time


class TimelineEntry(Reply):
    """Something that happened.

    Attributes:
        source: Who told it; of what the profile keeps that is not known.
        kept_in: `profile`: one of the newest; `lake`: older.
    """

    at: Time
    name: str
    properties: Json
    source: str
    kept_in: Literal["profile", "lake"]
    id: str


class Timeline(Reply):
    """A page of a contact's timeline, newest first.

    Attributes:
        state: `still_running`: the lake has not answered yet: ask again with `query` and the same `before`.
        query: The lake's query; empty: it was not asked.
        before: Send it as `before` for older entries; null: nothing older was found in the days that were asked.
    """

    contact: str
    items: list[TimelineEntry]
    state: Literal["done", "still_running"]
    query: str
    before: Time | None


class DaysStarted(Reply):
    """Days of events that are being made readable.

    Attributes:
        jobs: A job a day.
    """

    first: Day
    last: Day
    jobs: list[str]
