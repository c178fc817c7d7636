"""Rows become events: identify events of contacts, or tracked events with the time they happened at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.events import PLATFORM_EVENTS
from stepwell.contracts.imports import BACKFILL
from stepwell.profiles.converting import normal_email, normal_phone
from stepwell.transfers.csv_files import undecodable
from stepwell.transfers.reading import MAX_ID, About, Fault, Row, Taken, consent_of, moment, told


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
                who["traits"] = {"phone": phone}
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
        taken.shown = {**{k: v for k, v in who.items() if k not in ("email", "traits")}, **traits}
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
