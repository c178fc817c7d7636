"""What the rows of an import share, and what each gives: events, faults, and what a preview shows.

A row's events carry ids made from the import and the row's number, so that a row that is read twice counts once.
All rows of an import bear times a millisecond apart in the file's order: of two rows of one contact the later one
stands, whichever part was faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from stepwell.conditions.values import as_time
from stepwell.contracts.events import Event, EventKind
from stepwell.contracts.imports import BACKFILL, CONSENT_TOLD, FILL_GAPS, IMPORT_SOURCE
from stepwell.profiles.converting import UnusableError, as_number
from stepwell.profiles.traits import Attributes
from stepwell.segments.model import LIST_ADDED
from stepwell.transfers.model import Options

Row = Sequence[str] | Mapping[str, Any] | None
MAX_ID = 250
_GRANTED = frozenset(
    [
        "granted",
        "yes",
        "y",
        "true",
        "t",
        "1",
        "on",
        "subscribed",
        "optedin",
        "opted_in",
        "opted-in",
        "opt_in",
        "active",
        "explicit",
        "implicit",
    ]
)
_DENIED = frozenset(
    [
        "denied",
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "unsubscribed",
        "optedout",
        "opted_out",
        "opted-out",
        "opt_out",
        "cleaned",
        "bounced",
    ]
)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row or one of its cells; it holds no value, for values are personal.

    Attributes:
        row: Number of the row; a CSV file's header is row 1.
        code: Stable code.
        column: The column's name; empty: the row as a whole.
        message: A sentence for a person.
    """

    row: int
    code: str
    column: str
    message: str


@dataclass(slots=True)
class Taken:
    """What a row gives.

    Attributes:
        events: Its events; none: the row is refused.
        faults: What is wrong with it.
        shown: What it becomes, for a preview.
        empty: Whether there is nothing in it.
    """

    events: list[Event] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    shown: dict[str, Any] = field(default_factory=dict)
    empty: bool = False


class Reader(Protocol):
    """Reads rows."""

    def read(self, number: int, row: Row) -> Taken:
        """Return what a row gives."""
        ...


@dataclass(frozen=True, slots=True)
class About:
    """What all rows of an import share.

    Attributes:
        id: The import's id.
        file: Name of the file, for proofs.
        began: When the import began.
        rows: Rows of the whole file, for their times.
        options: How rows are taken in.
        attributes: The workspace's schema.
    """

    id: str
    file: str
    began: datetime
    rows: int
    options: Options
    attributes: Attributes

    def at(self, number: int) -> datetime:
        """Return a row's time: before the import began, in the order of the file."""
        return self.began - _MILLISECOND * max(self.rows + 1 - number, 0)

    def event(
        self, number: int, mark: str, who: Mapping[str, Any], kind: EventKind, name: str, **more: Any
    ) -> Event:
        """Make an event of a row.

        Args:
            number: The row.
            mark: Tells the events of a row from each other.
            who: Whom it is about: `user_id`, `email`, `anonymous_id`; `traits` with a phone number alone.
            kind: Kind of event.
            name: Name of the event.
            more: What differs from an import's usual events.
        """
        told: dict[str, Any] = {
            "message_id": f"imp-{self.id}-{number}{mark}",
            "occurred_at": self.at(number),
            "context": {"import": self.id},
            **more,
        }
        return Event(kind=kind, name=name, received_at=self.began, source=IMPORT_SOURCE, **{**who, **told})

    def marks(self) -> dict[str, Any]:
        """Return the properties by which the pass knows how to take an event."""
        marks: dict[str, Any] = {} if self.options.trigger else {BACKFILL: True}
        return marks | ({FILL_GAPS: True} if self.options.update == "fill_gaps" else {})

    def consent(self, number: int, mark: str, who: Mapping[str, Any], key: str, state: str) -> Event:
        """Make the event that tells a consent, with its proof."""
        channel, _, purpose = key.partition(".")
        told: dict[str, Any] = {
            "channel": channel,
            "purpose": purpose or "marketing",
            "consent": state,
            "proof": ": ".join(
                part for part in (f"import {self.file}"[:120], self.options.consent_source) if part
            ),
        }
        if state == "granted":
            told["how"] = self.options.consent_how
        if self.options.force_consent and state == "granted":
            told |= {"forced": True, "reason": self.options.reason}
        if not self.options.trigger:
            told[BACKFILL] = True
        return self.event(number, mark, who, "engagement", CONSENT_TOLD, properties=told)

    def listed(self, number: int, who: Mapping[str, Any]) -> Event | None:
        """Make the event that puts a contact on the list, if there is one."""
        if not self.options.segment:
            return None
        told: dict[str, Any] = {"segment": self.options.segment}
        if not self.options.trigger:
            told[BACKFILL] = True
        return self.event(number, "-l", who, "engagement", LIST_ADDED, properties=told)


def consent_of(value: Any) -> str:
    """Return `granted` or `denied`, empty when a value is neither."""
    text = str(value).strip().casefold().replace(" ", "_")
    return "granted" if text in _GRANTED else "denied" if text in _DENIED else ""


def moment(value: Any) -> datetime | None:
    """Read a moment; without a zone it is in UTC."""
    if isinstance(value, str) and value.strip().isdigit() and len(value.strip()) > 8:
        value = int(value)
    found = as_time(value)
    if found is None:
        return None
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def told(value: Any) -> Any:
    """Bring a cell to what it most probably is: a number, true or false, else the text."""
    if not isinstance(value, str):
        return value
    if value in ("true", "false"):
        return value == "true"
    if value[:1] == "0" and value[1:2] not in ("", "."):
        return value  # an article number, not a number
    try:
        return as_number(value) if len(value) < 16 else value
    except UnusableError:
        return value
