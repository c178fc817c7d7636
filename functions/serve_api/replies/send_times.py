"""When contacts are active, and what sending at the best time gains."""

from __future__ import annotations

from replies.forms import Reply, Time


class ActiveHour(Reply):
    """An hour of the day, on the contact's clock.

    Attributes:
        hour: 0 to 23.
        counted: Days on which the contact was active in it; older ones count less.
        share: Part of the contact's activity that is expected in it: its own, shrunk to its group's.
        group: The same of its segments, or of everybody.
    """

    hour: int
    counted: float
    share: float
    group: float


class ContactHours(Reply):
    """When a contact is active.

    Attributes:
        time_zone: The contact's; empty: the workspace's holds.
        counted: Hours in which it was active.
        own_share: How much of the estimate is the contact's own, 0 to 1; the rest is its group's.
        best_hour: When it is likeliest to be active; null: nothing is known of anybody.
        hours: All hours of the day.
    """

    time_zone: str
    counted: float
    own_share: float
    best_hour: int | None
    hours: list[ActiveHour]


class SegmentHours(Reply):
    """When those who are in a segment are active.

    Attributes:
        segment: Its id.
        hours: Shares of the hours of the day, midnight first.
    """

    segment: str
    hours: list[float]


class WorkspaceHours(Reply):
    """When a workspace's contacts are active.

    Attributes:
        at: When it was estimated; null: not yet.
        contacts: From how many contacts with any activity.
        strength: How many counted hours of its own outweigh the group for a contact.
        hours: Shares of the hours of the day, midnight first.
        weekdays: Shares of the weekdays, Monday first.
        segments: The same of segments.
    """

    at: Time | None
    contacts: int
    strength: float
    hours: list[float]
    weekdays: list[float]
    segments: list[SegmentHours]


class TimeArm(Reply):
    """A group of contacts that got a message.

    Attributes:
        sent: How many got it.
        opened: How many of them opened it.
        clicked: How many of them clicked in it.
    """

    sent: int
    opened: int
    clicked: int


class TimeGain(Reply):
    """By how much a rate is above that of the control group.

    Attributes:
        difference: 0.02 for two percentage points.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    difference: float
    low: float
    high: float


class MessageTimes(Reply):
    """What the best time gains for a message.

    Attributes:
        node: Node id of the message.
        wait: Node id of the wait before it.
        control: Percent of contacts that were drawn into the control group.
        best_time: Those whom it reached at their best time.
        control_group: Those whom it reached without.
        open_gain: Of the open rate; null: one of the groups is empty.
        click_gain: Of the click rate.
    """

    node: str
    wait: str
    control: float
    best_time: TimeArm
    control_group: TimeArm
    open_gain: TimeGain | None
    click_gain: TimeGain | None
