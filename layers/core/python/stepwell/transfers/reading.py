"""Rows become events: identify events of contacts, or tracked events with the time they happened at.

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
from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.events import PLATFORM_EVENTS, Event, EventKind
from stepwell.contracts.imports import BACKFILL, CONSENT_TOLD, FILL_GAPS, IMPORT_SOURCE
from stepwell.profiles.converting import UnusableError, as_number, normal_email, normal_phone
from stepwell.profiles.traits import Attributes
from stepwell.segments.model import LIST_ADDED
from stepwell.transfers.csv_files import undecodable
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
            who: Whom it is about: `user_id`, `email`, `anonymous_id`.
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
        return Event(kind=kind, name=name, received_at=self.began, source=IMPORT_SOURCE, **who, **told)

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
            "proof": f"import {self.file}"[:120],
        }
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


class TableReader:
    """Reads rows of mapped columns, of contacts or of events.

    Args:
        about: What all rows share.
        columns: (place in the row, column's name, target) of each column that is taken in.
        events: Whether rows are events.
        width: How many columns a CSV row has; 0: rows are objects.
    """

    def __init__(
        self, about: About, columns: Sequence[tuple[int, str, str]], *, events: bool, width: int = 0
    ) -> None:
        self._about = about
        self._columns = tuple(columns)
        self._events = events
        self._width = width
        self._source = {target: name for _, name, target in columns}

    def read(self, number: int, row: Row) -> Taken:
        """Return what a row gives."""
        taken = Taken()
        if row is None:
            taken.faults.append(Fault(number, "bad_row", "", "The row is no JSON object of at most 256 KB."))
            return taken
        if self._width and not isinstance(row, Mapping) and len(row) > self._width:
            taken.faults.append(
                Fault(number, "bad_row", "", f"The row has {len(row)} columns, the header has {self._width}.")
            )
            return taken
        values: dict[str, Any] = {}
        for place, name, target in self._columns:
            value = _value(row, place, name)
            if value is None or value == "":
                continue
            if isinstance(value, str) and undecodable(value):
                taken.faults.append(
                    Fault(number, "bad_encoding", name, "Letters here are not of the encoding.")
                )
                continue
            values[target] = value
        if not values and not taken.faults:
            taken.empty = True
            return taken
        who = self._who(number, values, taken)
        if who is not None:
            (self._event if self._events else self._profile)(number, values, who, taken)
        return taken

    def _fault(self, taken: Taken, number: int, code: str, target: str, message: str) -> None:
        taken.faults.append(Fault(number, code, self._source.get(target, ""), message))

    def _who(self, number: int, values: Mapping[str, Any], taken: Taken) -> dict[str, Any] | None:
        who: dict[str, Any] = {}
        for name in ("user_id", "anonymous_id"):
            text = _id(values.get(name))
            if len(text) > MAX_ID:
                self._fault(taken, number, "invalid_id", name, f"An id has at most {MAX_ID} characters.")
            elif text:
                who[name] = text
        if "email" in values:
            address = normal_email(values["email"])
            if address:
                who["email"] = address
            else:
                self._fault(taken, number, "invalid_email", "email", "This is no e-mail address.")
        by = self._about.options.identify_by
        if by == "phone":
            phone = self._phone(values)
            if phone:
                # A contact known by the number alone is known by it again in the next import.
                who.setdefault("anonymous_id", f"phone:{phone}")
            elif "phone" not in values:
                self._fault(taken, number, "no_identity", "phone", "The row has no phone number.")
                return None
        elif by is not None and by not in who:
            self._fault(taken, number, "no_identity", by, f"The row has no `{by}`.")
            return None
        if not who:
            if not taken.faults:
                self._fault(taken, number, "no_identity", "", "The row names nobody.")
            return None
        return who

    def _phone(self, values: Mapping[str, Any]) -> str:
        changed = (
            self._about.attributes.changes({"phone": values["phone"]}, values.get("country"))
            if ("phone" in values)
            else {}
        )
        return normal_phone(changed.get("phone"), None)

    def _profile(self, number: int, values: Mapping[str, Any], who: dict[str, Any], taken: Taken) -> None:
        about = self._about
        told = {
            target: value
            for target, value in values.items()
            if target not in ("user_id", "anonymous_id", "timestamp", "email")
            and not target.startswith("consent.")
        }
        if "email" in who:
            told["email"] = who["email"]
        unusable: list[str] = []
        traits = about.attributes.changes(told, values.get("country"), unusable)
        for name in unusable:
            self._fault(taken, number, "invalid_value", name, f"This is no value for `{name}`.")
        more: dict[str, Any] = {}
        if "timestamp" in values:
            at = moment(values["timestamp"])
            if at is None:
                self._fault(
                    taken, number, "invalid_timestamp", "timestamp", "This is no date that can be read."
                )
            else:
                more["occurred_at"] = at
        events = taken.events
        events.append(
            about.event(
                number, "", who, "identify", "identify", traits=traits, properties=about.marks(), **more
            )
        )
        consents = self._consents(number, values, taken)
        events.extend(
            about.consent(number, f"-c{nth}", who, key, state)
            for nth, (key, state) in enumerate(sorted(consents.items()))
        )
        listed = about.listed(number, who)
        if listed is not None:
            events.append(listed)
        taken.shown = {**{k: v for k, v in who.items() if k != "email"}, **traits}
        taken.shown |= {f"consent.{key}": state for key, state in consents.items()}

    def _consents(self, number: int, values: Mapping[str, Any], taken: Taken) -> dict[str, str]:
        found: dict[str, str] = {}
        for target, value in values.items():
            if target.startswith("consent."):
                state = consent_of(value)
                if state:
                    found[target.removeprefix("consent.")] = state
                else:
                    self._fault(taken, number, "unclear_consent", target, "This is neither a yes nor a no.")
        return found

    def _event(self, number: int, values: Mapping[str, Any], who: dict[str, Any], taken: Taken) -> None:
        about = self._about
        name = canonical_event(str(values.get("event") or about.options.event).strip())
        at = moment(values.get("timestamp"))
        if not name or len(name) > 200:
            self._fault(taken, number, "no_event", "event", "The row names no event of at most 200 letters.")
        elif name in PLATFORM_EVENTS:
            self._fault(
                taken, number, "reserved_event", "event", "Only the platform itself tells of this event."
            )
        elif at is None:
            self._fault(
                taken, number, "invalid_timestamp", "timestamp", "The row has no date that can be read."
            )
        else:
            properties = {
                target.removeprefix("properties."): told(value)
                for target, value in values.items()
                if target.startswith("properties.")
            }
            more: dict[str, Any] = {}
            given = _id(values.get("message_id"))
            if given and len(given) <= 100:
                more["message_id"] = given
            taken.events.append(
                about.event(
                    number,
                    "",
                    who,
                    "track",
                    name,
                    properties={**properties, **({} if about.options.trigger else {BACKFILL: True})},
                    occurred_at=min(at, about.began),
                    **more,
                )
            )
            taken.shown = {**who, "event": name, "timestamp": at.isoformat(), **properties}


def _value(row: Sequence[str] | Mapping[str, Any], place: int, name: str) -> Any:
    if not isinstance(row, Mapping):
        return row[place].strip() if place < len(row) else None
    value: Any = row.get(name)
    if value is None and "." in name:
        value = row
        for step in name.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
    return value.strip() if isinstance(value, str) else value


def _id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


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
