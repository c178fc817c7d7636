"""Which fields a progressive form shows next: those that are not known, or known for too long, a few at a time.

Names alone leave the platform: no value of a contact is in the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from stepwell.forms.model import FieldType, Form, FormField, Option, Stage

Stamps = Mapping[str, tuple[int, str]]
_TYPES: Mapping[str, FieldType] = {
    "email": "email",
    "phone": "tel",
    "url": "url",
    "number": "number",
    "date": "date",
    "boolean": "checkbox",
}


class Described(Protocol):
    """What asking needs of an attribute of the schema; see `stepwell.profiles.schema.Attribute`."""

    @property
    def type(self) -> str:
        """Type of its values."""
        ...

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that it may have; none: any."""
        ...

    @property
    def retention_days(self) -> int | None:
        """How long a value holds; None: for good."""
        ...


Describe = Callable[[str], Described]


@dataclass(frozen=True, slots=True)
class Next:
    """What a form shows.

    Attributes:
        fields: Fields, the required ones first.
        done: Whether nothing is left to ask.
        stage: The stage that is asked; the last one when done.
    """

    fields: tuple[FormField, ...]
    done: bool
    stage: str


def known(name: str, fields: Mapping[str, Any], stamps: Stamps, describe: Describe, now: datetime) -> bool:
    """Tell whether a field has a value that still holds: younger than its attribute's retention.

    Args:
        name: The field.
        fields: Fields of the contact.
        stamps: When each was told (epoch milliseconds; negative: mentioned), and by which source.
        describe: Returns the attribute of a field.
        now: The moment.
    """
    value = fields.get(name)
    if value is None or value == "" or value == []:
        return False
    days = describe(name).retention_days
    stamp = stamps.get(name)
    if days is None or stamp is None:
        return True
    return now.timestamp() * 1000 - abs(stamp[0]) < timedelta(days=days).total_seconds() * 1000


def next_fields(
    form: Form,
    stages: Iterable[Stage],
    profile_fields: Mapping[str, Any],
    now: datetime,
    *,
    stamps: Stamps | None = None,
    describe: Describe,
    declined: Collection[str] = (),
) -> Next:
    """Return what a form shows a contact.

    Args:
        form: The form.
        stages: The workspace's, in order.
        profile_fields: Fields of the contact; empty for a stranger.
        now: The moment.
        stamps: When each field was told, by field; see `known`.
        describe: Returns the attribute of a field.
        declined: Fields whose consent was denied: not asked again unless they are required.
    """
    last = ""
    for stage, required, optional in _asked(form, stages):
        last = stage
        missing = [
            (name, name in required)
            for name in dict.fromkeys((*required, *optional))
            if not known(name, profile_fields, stamps or {}, describe, now)
            and (name in required or name not in declined)
        ]
        if missing:
            chosen = missing[: form.at_most]
            fields = tuple(described(form, name, must, describe) for name, must in chosen)
            return Next(fields, False, stage)
    return Next((), True, last)


def _asked(form: Form, stages: Iterable[Stage]) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Return (stage, required, optional) for each stage that the form asks, and what it alone asks at the end."""
    by_id = {stage.id: stage for stage in stages if stage.enrichment_method == "form_progressive_disclosure"}
    chosen = [by_id[name] for name in form.stages if name in by_id] if form.stages else list(by_id.values())
    hidden = {field.name for field in form.fields if not field.ask}
    found = []
    named: set[str] = set(hidden)
    for stage in chosen:
        forced = [f.name for f in form.fields if f.required and f.name in stage.optional_fields]
        required = tuple(n for n in dict.fromkeys((*stage.required_fields, *forced)) if n not in hidden)
        optional = tuple(n for n in stage.optional_fields if n not in hidden and n not in required)
        named.update(stage.wanted)
        found.append((stage.id, required, optional))
    own = [field for field in form.fields if field.name not in named]
    if own:
        found.append(
            (
                form.id,
                tuple(field.name for field in own if field.required),
                tuple(field.name for field in own if not field.required),
            )
        )
    return found


def described(form: Form, name: str, required: bool, describe: Describe) -> FormField:
    """Return how a field is shown: as the form says, else as the schema has it."""
    own = form.field(name)
    if own is not None:
        return own.model_copy(update={"required": required, "label": own.label or label_of(name)})
    attribute = describe(name)
    type_: FieldType = "select" if attribute.choices else _TYPES.get(attribute.type, "text")
    return FormField(
        name=name, label=label_of(name), type=type_, required=required, options=attribute.choices
    )


def label_of(name: str) -> str:
    """Make a label of a name: `job_title` becomes `Job title`."""
    return name.replace("_", " ").capitalize()


def answer(shown: Next, revision: int) -> dict[str, Any]:
    """Return what the browser client is told (`sdk/js/README.md`).

    Args:
        shown: What the form shows.
        revision: Revision of the form: it comes back with the submission as ``<stage>@<revision>``, and says which
            wording of a consent was seen.
    """
    return {
        "fields": [_told(field) for field in shown.fields],
        "done": shown.done,
        "stage": f"{shown.stage}@{revision}",
    }


def _told(field: FormField) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "required": field.required,
    }
    if field.options:
        told["options"] = [
            one.model_dump(mode="json") if isinstance(one, Option) else one for one in field.options
        ]
    if field.consent:
        told["consent"] = field.consent
    return told


def stage_of(told: object) -> tuple[str, int]:
    """Return the stage and the form's revision that a submission names; a stage alone has revision 0."""
    stage, _, revision = (told if isinstance(told, str) else "").partition("@")
    return stage[:64], int(revision) if revision.isdecimal() and len(revision) < 10 else 0
