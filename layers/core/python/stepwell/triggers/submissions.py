"""Checks what a form was filled with when its event is taken in: the event goes on and says which fields are wrong.

A submission is not refused, for it happened; a workflow may ask for `event.invalid_fields is missing`. An address that
is none becomes nobody's identity anyway (`stepwell.profiles.traits`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from stepwell.contracts.events import Event
from stepwell.errors import StepwellError

if TYPE_CHECKING:
    from stepwell.forms.validating import Problem

SUBMISSION = "form_submission"
INVALID = "invalid_fields"
MAX_FIELDS = 100


class Forms(Protocol):
    """Forms of workspaces."""

    def form(self, tenant: str, form: str) -> Mapping[str, Any] | None:
        """Return a form's document, up to a minute old; None: there is none of this id."""
        ...


def checked(
    events: Sequence[Event], tenant: str, forms: Forms | None
) -> tuple[tuple[Event, ...], dict[str, str]]:
    """Return the events with wrong fields named, and for the debugger what is wrong, by message id.

    A store that does not answer holds nothing up: the submission goes on unchecked.
    """
    if not any(event.name == SUBMISSION for event in events):
        return tuple(events), {}
    found: list[Event] = []
    told: dict[str, str] = {}
    for event in events:
        problems = _problems(event, tenant, forms) if event.name == SUBMISSION else []
        # Only the check says so, no client.
        if event.name == SUBMISSION and (problems or INVALID in event.properties):
            rest = {name: value for name, value in event.properties.items() if name != INVALID}
            wrong = list(dict.fromkeys(problem.field for problem in problems))
            event = event.evolve(properties={**rest, **({INVALID: wrong} if wrong else {})})
        if problems:
            told[event.message_id] = ", ".join(f"{problem.field}: {problem.code}" for problem in problems)[
                :500
            ]
        found.append(event)
    return tuple(found), told


def _problems(event: Event, tenant: str, forms: Forms | None) -> Sequence[Problem]:
    fields, name = event.properties.get("fields"), event.properties.get("form_id")
    if forms is None or not isinstance(fields, dict) or not isinstance(name, str) or len(fields) > MAX_FIELDS:
        return []
    try:
        document = forms.form(tenant, name)
    except StepwellError:
        return []
    if document is None:
        return []
    # Its tables are big, and most processes never see a form.
    from stepwell.forms.model import parse_form
    from stepwell.forms.validating import check

    form = parse_form(document)
    filled = event.properties.get("fields_filled")
    known = set(filled) if isinstance(filled, list) and all(isinstance(one, str) for one in filled) else set()
    problems = check(form, fields)
    # A value that is kept back for want of consent was filled in; a progressive form asks some fields only.
    return [
        problem
        for problem in problems
        if problem.code != "required" or (problem.field not in known and form.form_type != "progressive")
    ]
