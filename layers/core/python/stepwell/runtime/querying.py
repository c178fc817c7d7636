"""Looks each contact of a cohort up in the company's data; equal questions are asked once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from stepwell.errors import StepwellError, Unavailable
from stepwell.runtime.effects import EffectResult, StepContext, Work
from stepwell.runtime.patching import save_fields
from stepwell.runtime.side_by_side import side_by_side
from stepwell.workflows.nodes.base import Member, QueryDatabase


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer: a row, none, or why there is no answer."""

    row: Mapping[str, Any] | None = None
    reason: str = ""
    retry: bool = False


def query_databases(context: StepContext, work: Work) -> EffectResult:
    """Carry out `QueryDatabase` effects; leaves by `found`, `not_found` or `failed`, or is tried again later.

    Raises:
        Unavailable: The profile store did not answer; the Task is tried again.
    """
    asked = [(member, cast(QueryDatabase, effect)) for member, effect in work]
    questions = {_key(effect): effect for _, effect in asked}
    answers = dict(
        zip(
            questions,
            side_by_side(
                lambda effect: _ask(context, effect), list(questions.values()), context.ports.delivery.at_once
            ),
            strict=True,
        )
    )
    outcomes: dict[str, tuple[str, str]] = {}
    later: list[str] = []
    saved: list[tuple[Member, Mapping[str, Any]]] = []
    for member, effect in asked:
        answer = answers[_key(effect)]
        if answer.retry and context.part + 1 < context.retry.max_attempts:
            later.append(member.token.id)
        elif answer.reason:
            outcomes[member.token.id] = ("failed", answer.reason)
        elif answer.row is None:
            outcomes[member.token.id] = ("not_found", "")
        else:
            outcomes[member.token.id] = ("found", "")
            row = answer.row
            saved.append(
                (member, {name: row[column] for name, column in effect.save.items() if column in row})
            )
    failed = save_fields(context, saved)
    for member, _ in saved:
        if member.profile.id in failed:
            outcomes[member.token.id] = ("failed", failed[member.profile.id])
    return EffectResult(outcomes, later, context.retry.wait_s(context.part + 1) if later else 0)


def _key(effect: QueryDatabase) -> str:
    return json.dumps(
        [effect.source, effect.database, effect.statement, effect.parameters], sort_keys=True, default=repr
    )


def _ask(context: StepContext, effect: QueryDatabase) -> _Found:
    runner = context.ports.queries.get(effect.source)
    if runner is None:
        return _Found(reason="unknown_source")
    try:
        return _Found(
            runner.first_row(context.moment.tenant, effect.statement, effect.parameters, effect.database)
        )
    except Unavailable as error:
        return _Found(reason=error.code, retry=True)
    except StepwellError as error:
        return _Found(reason=error.code)
