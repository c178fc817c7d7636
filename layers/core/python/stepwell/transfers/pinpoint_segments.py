"""Segments of Amazon Pinpoint as segments of ours; what has no equal is told with its place, never dropped in silence.

Shapes as the service model of botocore has them (`SegmentResponse`). Pinpoint's attributes are lists and ours are
what they hold, so that a comparison asks both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stepwell.errors import InvalidInput
from stepwell.transfers.reading import moment

_EVERYBODY = "(profile.email exists or profile.email is missing)"
_METRICS = {
    "GREATER_THAN": ">",
    "LESS_THAN": "<",
    "GREATER_THAN_OR_EQUAL": ">=",
    "LESS_THAN_OR_EQUAL": "<=",
    "EQUAL": "=",
}
_DURATIONS = {"HR_24": "24 hours", "DAY_7": "7 days", "DAY_14": "14 days", "DAY_30": "30 days"}
_CHANNELS = {"EMAIL": "profile.email exists", "SMS": "profile.phone exists", "VOICE": "profile.phone exists"}
_DATES = {"BEFORE": "before", "AFTER": "after"}


@dataclass(frozen=True, slots=True)
class Gap:
    """What a segment says and ours cannot.

    Attributes:
        place: Where it stands: `SegmentGroups.Groups[0].Dimensions[1].Location.GPSPoint`.
        message: Why, for a person.
    """

    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Translated:
    """A segment of ours.

    Attributes:
        source: Its id in Pinpoint.
        document: The segment; its condition is text. A list where its members came from a file.
        gaps: What is missing in it.
        notes: What means nearly the same, not quite.
    """

    source: str
    document: Mapping[str, Any]
    gaps: tuple[Gap, ...]
    notes: tuple[Gap, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether it means all that the original means."""
        return not self.gaps


def saved_segments(document: Any) -> Iterator[Mapping[str, Any]]:
    """Return the segments of a saved answer of GetSegment or GetSegments, or of a list of them."""
    if isinstance(document, list):
        for one in document:
            yield from saved_segments(one)
    elif isinstance(document, Mapping):
        for name in ("SegmentResponse", "SegmentsResponse", "Item"):
            if name in document:
                yield from saved_segments(document[name])
                return
        if "SegmentType" in document or "SegmentGroups" in document or "Dimensions" in document:
            yield document


def translate(documents: Iterable[Mapping[str, Any]], taken: Iterable[str] = ()) -> list[Translated]:
    """Translate segments, those first that others refer to.

    Args:
        documents: `SegmentResponse` each; of several versions of one the last one counts.
        taken: Ids that segments of the workspace have.

    Raises:
        InvalidInput: A document has no id.
    """
    by_id: dict[str, Mapping[str, Any]] = {}
    for document in documents:
        key = str(document.get("Id") or "")
        if not key:
            raise InvalidInput("A segment has no `Id`.", code="bad_segment")
        if int(document.get("Version") or 0) >= int(by_id.get(key, {}).get("Version") or 0):
            by_id[key] = document
    used = set(taken)
    names: dict[str, str] = {}
    for key, document in by_id.items():
        names[key] = _name(str(document.get("Name") or key), used)
        used.add(names[key])
    done = {key: _Segment(document, names).translated() for key, document in by_id.items()}
    ordered: dict[str, Translated] = {}

    def add(key: str, above: tuple[str, ...]) -> None:
        if key in ordered or key in above:
            return
        for reference in sorted(_references(by_id[key])):
            if reference in by_id:
                add(reference, (*above, key))
        ordered[key] = done[key]

    for key in by_id:
        add(key, ())
    return list(ordered.values())


def _references(document: Mapping[str, Any]) -> set[str]:
    groups = (document.get("SegmentGroups") or {}).get("Groups") or []
    return {str(source.get("Id")) for group in groups for source in group.get("SourceSegments") or []}


def _name(text: str, used: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")[:36]
    base = base if base[:1].isalpha() else f"s_{base}"[:36].rstrip("_")
    name, nth = base, 2
    while name in used:
        name, nth = f"{base}_{nth}", nth + 1
    return name


@dataclass
class _Segment:
    source: Mapping[str, Any]
    names: Mapping[str, str]
    gaps: list[Gap] = field(default_factory=list)
    notes: list[Gap] = field(default_factory=list)

    def translated(self) -> Translated:
        key = str(self.source["Id"])
        document: dict[str, Any] = {"id": self.names[key], "name": str(self.source.get("Name") or "")[:120]}
        if self.source.get("SegmentType") == "IMPORT":
            self.gaps.append(
                Gap("ImportDefinition", "Its members are in a file: import it and name this list.")
            )
            document |= {"kind": "static"}
        else:
            parts = []
            groups = self.source.get("SegmentGroups")
            if groups:
                parts.append(self._groups(groups))
            elif self.source.get("Dimensions") is not None:
                parts.append(self._dimensions(self.source["Dimensions"], "Dimensions"))
            condition = _all([part for part in parts if part])
            document |= {"kind": "dynamic", "condition": condition or (_EVERYBODY if not self.gaps else "")}
        document["description"] = f"From Amazon Pinpoint, segment {key}."
        return Translated(key, document, tuple(self.gaps), tuple(self.notes))

    def _groups(self, groups: Mapping[str, Any]) -> str:
        texts = [
            self._group(group, f"SegmentGroups.Groups[{n}]")
            for n, group in enumerate(groups.get("Groups") or [])
        ]
        return _joined([t for t in texts if t], str(groups.get("Include") or "ALL"))

    def _group(self, group: Mapping[str, Any], place: str) -> str:
        sources = []
        for n, source in enumerate(group.get("SourceSegments") or []):
            name = self.names.get(str(source.get("Id")))
            if name is None:
                where = f"{place}.SourceSegments[{n}]"
                self.gaps.append(Gap(where, f"The segment {source.get('Id')} was not given: import it too."))
            else:
                sources.append(f"in segment {_text(name)}")
        dimensions = [
            self._dimensions(one, f"{place}.Dimensions[{n}]")
            for n, one in enumerate(group.get("Dimensions") or [])
        ]
        found = [
            _joined(sources, str(group.get("SourceType") or "ALL")),
            _joined([d for d in dimensions if d], str(group.get("Type") or "ALL")),
        ]
        return _all([text for text in found if text])

    def _dimensions(self, dimensions: Mapping[str, Any], place: str) -> str:
        found: list[str] = []
        known = ("Attributes", "UserAttributes", "Metrics", "Behavior", "Demographic", "Location")
        for name in dimensions.keys() - set(known):
            self.gaps.append(Gap(f"{place}.{name}", "This is not known."))
        for name in ("Attributes", "UserAttributes"):
            for key, one in (dimensions.get(name) or {}).items():
                found.append(self._attribute(key, one, f"{place}.{name}.{key}"))
        for key, one in (dimensions.get("Metrics") or {}).items():
            sign = _METRICS.get(str(one.get("ComparisonOperator")))
            if sign is None:
                self._gap(
                    f"{place}.Metrics.{key}", f"The comparison {one.get('ComparisonOperator')} is not known."
                )
            else:
                found.append(f"{_field(key)} {sign} {_number(one['Value'])}")
        recency = (dimensions.get("Behavior") or {}).get("Recency")
        if recency:
            found.append(self._recency(recency, f"{place}.Behavior.Recency"))
        for name, one in (dimensions.get("Demographic") or {}).items():
            found.append(self._demographic(name, one, f"{place}.Demographic.{name}"))
        for name, one in (dimensions.get("Location") or {}).items():
            if name == "Country":
                found.append(_set("country", one.get("Values") or [], one.get("DimensionType")))
            else:
                self._gap(f"{place}.Location.{name}", "Distances are not computed.")
        return _all([text for text in found if text])

    def _gap(self, place: str, message: str) -> str:
        self.gaps.append(Gap(place, message))
        return ""

    def _attribute(self, key: str, one: Mapping[str, Any], place: str) -> str:
        kind, values = str(one.get("AttributeType") or "INCLUSIVE"), [str(v) for v in one.get("Values") or []]
        name = _field(key)
        if kind in ("INCLUSIVE", "EXCLUSIVE"):
            return _set(key, values, kind)
        if kind == "CONTAINS":
            return _any([f"{name} contains {_text(value)}" for value in values])
        moments = [moment(value) for value in values]
        if None in moments or not moments:
            return self._gap(place, f"`{kind}` compares with something that is no date.")
        dates = [at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in moments if at is not None]
        if kind in _DATES:
            return _any([f"{name} {_DATES[kind]} {date}" for date in dates])
        if kind == "ON":
            return _any([f"{name} on {date[:10]}" for date in dates])
        if kind == "BETWEEN" and len(dates) == 2:
            return f"{name} between {min(dates)} and {max(dates)}"
        return self._gap(place, f"The comparison {kind} of {len(values)} values is not known.")

    def _recency(self, recency: Mapping[str, Any], place: str) -> str:
        duration = _DURATIONS.get(str(recency.get("Duration")))
        if duration is None:
            return self._gap(place, f"The duration {recency.get('Duration')} is not known.")
        self.notes.append(Gap(place, "Active means any sign of life here, in Pinpoint use of the app."))
        active = f"engagement.last_at > {duration} ago"
        return active if recency.get("RecencyType") == "ACTIVE" else f"not {active}"

    def _demographic(self, name: str, one: Mapping[str, Any], place: str) -> str:
        values = [str(value) for value in one.get("Values") or []]
        if name != "Channel":
            return self._gap(place, "Devices of contacts are not kept.")
        unknown = [value for value in values if value not in _CHANNELS]
        if unknown:
            self._gap(place, f"There is no channel {', '.join(unknown)} yet.")
        reached = _any(list(dict.fromkeys(_CHANNELS[value] for value in values if value in _CHANNELS)))
        return f"not {reached}" if reached and one.get("DimensionType") == "EXCLUSIVE" else reached


def _set(key: str, values: Sequence[Any], kind: object) -> str:
    if not values:
        return ""
    name, given = _field(key), f"[{', '.join(_text(str(value)) for value in values)}]"
    text = f"({name} in {given} or {name} contains any {given})"
    return f"not {text}" if kind == "EXCLUSIVE" else text


def _joined(texts: Sequence[str], kind: str) -> str:
    if not texts:
        return ""
    if kind == "NONE":
        return f"not {_any(texts)}" if len(texts) > 1 else f"not ({texts[0]})"
    return _any(texts) if kind == "ANY" else _all(texts)


def _all(texts: Sequence[str]) -> str:
    return f"({' and '.join(texts)})" if len(texts) > 1 else (texts[0] if texts else "")


def _any(texts: Sequence[str]) -> str:
    return f"({' or '.join(texts)})" if len(texts) > 1 else (texts[0] if texts else "")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(value: Any) -> str:
    number = float(value)
    return str(int(number)) if number.is_integer() else repr(number)


def _field(name: str) -> str:
    return f"profile.{name}" if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else f"profile.`{name}`"
