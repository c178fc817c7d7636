"""The schema registry, computed attributes and lifecycle stages of a workspace, saved into the pass's rules.

All three lie in one document with what others save. So each has a revision of its own in the part `changes`: whoever
saves a segment is in nobody's way here, and two who edit the attributes are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from stepwell.conditions.names import RESERVED as CONDITION_WORDS
from stepwell.content.personalization import RESERVED as TEMPLATE_WORDS
from stepwell.contracts.computed import LIFECYCLE_STAGE
from stepwell.errors import Conflict, ValidationFailed
from stepwell.profiles.schema import BUILT_IN, Computed, Lifecycle, Schema
from stepwell.publishing.rules import RulesStore, amend
from stepwell.publishing.uses import ensure_unused

Part = Literal["schema", "computed", "lifecycle"]
Violation = dict[str, str]
MAX_ATTRIBUTES = 300
MAX_COMPUTED = 30
_SCORE = "_score"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who saves a part, when and why.

    Attributes:
        at: When, ISO 8601; empty: not known.
        by: By whom.
        note: What changes, in a sentence.
    """

    at: str = ""
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeptPart:
    """A part as it is kept.

    Attributes:
        body: The document; None: nothing was saved.
        rev: Grows with each save; 0: none yet.
        stamp: Of the last save.
    """

    body: Any
    rev: int
    stamp: Stamp


def part_of(rules: Mapping[str, Any], part: Part) -> KeptPart:
    """Return a part of a workspace's rules with its revision."""
    change = (rules.get("changes") or {}).get(part) or {}
    stamp = Stamp(change.get("at", ""), change.get("by", ""), change.get("note", ""))
    return KeptPart(rules.get(part), int(change.get("rev", 0)), stamp)


def stamped(rules: Mapping[str, Any], parts: Collection[str], stamp: Stamp) -> dict[str, Any]:
    """Return the part `changes` of rules some of whose parts are saved."""
    before: Mapping[str, Any] = rules.get("changes") or {}
    told = {"at": stamp.at, "by": stamp.by, "note": stamp.note}
    return {
        **before,
        **{part: {"rev": int((before.get(part) or {}).get("rev", 0)) + 1, **told} for part in sorted(parts)},
    }


def save_profile_rules(
    store: RulesStore,
    tenant: str,
    *,
    schema: Mapping[str, Any] | None = None,
    computed: Sequence[Mapping[str, Any]] | None = None,
    lifecycle: Mapping[str, Any] | None = None,
    revs: Mapping[str, int] | None = None,
    stamp: Stamp | None = None,
    graphs: Mapping[str, Mapping[str, Any]] | None = None,
) -> Mapping[str, Any]:
    """Check and save what is given; None leaves a part as it is, an empty one takes it out.

    Args:
        store: Where the rules lie.
        tenant: Tenant id.
        schema: See `stepwell.profiles.schema.Schema`.
        computed: All computed attributes, see `Computed`.
        lifecycle: See `Lifecycle`.
        revs: The revision at which a part was read, by part; parts that are not in it are written over.
        stamp: Who saves it, when and why.
        graphs: The graphs of live workflows, by id; what one of them or another rule uses cannot be taken away.

    Returns:
        The rules as saved.

    Raises:
        ValidationFailed: Something is wrong; the violations name all of it with code and place.
        Conflict: Something uses what shall go (`used_by`), somebody else changed a part since it was read, or others
            change the rules at this moment.
    """
    faults: list[Violation] = []
    parts: dict[str, Any] = {}
    if schema is not None:
        parts["schema"] = _schema(schema, faults) if schema else None
    if computed is not None:
        parts["computed"] = _computed(computed, faults) or None
    if lifecycle is not None:
        parts["lifecycle"] = _lifecycle(lifecycle, faults) if lifecycle else None

    names = schema is not None or computed is not None

    def change(before: Mapping[str, Any]) -> Mapping[str, Any]:
        for part, rev in (revs or {}).items():
            if int(((before.get("changes") or {}).get(part) or {}).get("rev", 0)) != rev:
                raise Conflict("It was changed since you read it: read it again.", code="stale_rev")
        found = [*faults, *(_hidden({**before, **parts}, computed is not None) if names else ())]
        if found:
            raise ValidationFailed("These rules of profiles are not valid.", found)
        ensure_unused(before, {**before, **parts}, graphs or {})
        return {**parts, "changes": stamped(before, parts, stamp or Stamp())}

    return amend(store, tenant, change)


def _schema(document: Mapping[str, Any], faults: list[Violation]) -> dict[str, Any]:
    given = _named(document.get("attributes"))
    faults += _names(given, "schema.attributes", MAX_ATTRIBUTES, BUILT_IN)
    return _checked(Schema, document, "schema", faults)


def _computed(definitions: Sequence[Mapping[str, Any]], faults: list[Violation]) -> list[dict[str, Any]]:
    given = _named(definitions)
    faults += _names(given, "computed", MAX_COMPUTED, ())
    faults += [
        _fault("reserved_name", f"computed[{at}].name", f"`{name}` is what lifecycle stages write.")
        for at, name in given
        if name == LIFECYCLE_STAGE
    ]
    return [_checked(Computed, one, f"computed[{at}]", faults) for at, one in enumerate(definitions)]


def _lifecycle(document: Mapping[str, Any], faults: list[Violation]) -> dict[str, Any]:
    faults += _twice(_named(document.get("stages")), "lifecycle.stages")
    return _checked(Lifecycle, document, "lifecycle", faults)


def _checked(
    model: type[Schema | Computed | Lifecycle],
    document: Mapping[str, Any],
    place: str,
    faults: list[Violation],
) -> dict[str, Any]:
    try:
        read = model.model_validate(dict(document))
    except ValidationError as error:
        for one in error.errors(include_input=False, include_url=False):
            where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in one["loc"])
            faults.append(_fault("invalid_rule", place + where, one["msg"].removeprefix("Value error, ")))
        return {}
    return read.model_dump(mode="json", exclude_none=True)


def _named(entries: Any) -> list[tuple[int, str]]:
    """Return the names that entries have, with their places; what has no form is told of by its model."""
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        return []
    return [
        (at, one["name"])
        for at, one in enumerate(entries)
        if isinstance(one, Mapping) and isinstance(one.get("name"), str)
    ]


def _names(
    given: Sequence[tuple[int, str]], place: str, most: int, allowed: Collection[str]
) -> list[Violation]:
    found = _twice(given, place)
    for at, name in given:
        if name.endswith(_SCORE):
            why = f"`{name}`: names in `{_SCORE}` are those of scores."
        elif name in CONDITION_WORDS:
            why = f"`{name}` is a word of conditions."
        elif name in TEMPLATE_WORDS and name not in allowed:
            why = f"`{name}` means something else in templates."
        else:
            continue
        found.append(_fault("reserved_name", f"{place}[{at}].name", why))
    if len(given) > most:
        found.append(_fault("too_many", place, f"At most {most}."))
    return found


def _twice(given: Sequence[tuple[int, str]], place: str) -> list[Violation]:
    count, seen, found = Counter(name for _, name in given), set[str](), []
    for at, name in given:
        if count[name] > 1 and name in seen:
            found.append(_fault("duplicate_name", f"{place}[{at}].name", f"`{name}` is there twice."))
        seen.add(name)
    return found


def _hidden(rules: Mapping[str, Any], blame_computed: bool) -> list[Violation]:
    """Tell which attributes a computed one would hide; it is a fault of the part that is being saved."""
    own = _named((rules.get("schema") or {}).get("attributes"))
    told, computed = {name for _, name in own} | set(BUILT_IN), _named(rules.get("computed"))
    if blame_computed:
        return [
            _fault("name_taken", f"computed[{at}].name", f"`{name}` is an attribute that sources tell.")
            for at, name in computed
            if name in told and name != LIFECYCLE_STAGE
        ]
    names = {name for _, name in computed}
    return [
        _fault("name_taken", f"schema.attributes[{at}].name", f"`{name}` is a computed attribute.")
        for at, name in own
        if name in names
    ]


def _fault(code: str, place: str, message: str) -> Violation:
    return {"code": code, "place": place, "message": message}
