"""Looks each contact of a cohort up in the company's data; equal questions are asked once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from stepwell.errors import StepwellError, Unavailable
from stepwell.runtime.effects import EffectResult, StepContext, Work
from stepwell.runtime.isolating import Faulty, Ledger, alone
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
    outcomes = Ledger()
    asked: list[tuple[Member, QueryDatabase, str]] = []
    for member, effect in work:
        question = cast(QueryDatabase, effect)
        key = outcomes.alone(member.token.id, partial(_key, question))
        if key is not None:
            asked.append((member, question, key))
    questions = {key: question for _, question, key in asked}
    at_once = context.ports.delivery.at_once
    found = side_by_side(lambda q: alone(partial(_ask, context, q)), list(questions.values()), at_once)
    answers = dict(zip(questions, found, strict=True))
    later: list[str] = []
    saved: list[tuple[Member, Mapping[str, Any]]] = []
    for member, question, key in asked:
        answer = answers[key]
        if isinstance(answer, Faulty):
            outcomes[member.token.id] = answer.outcome
        elif answer.retry and context.part + 1 < context.retry.max_attempts:
            later.append(member.token.id)
        elif answer.reason:
            outcomes[member.token.id] = ("failed", answer.reason)
        elif answer.row is None:
            outcomes[member.token.id] = ("not_found", "")
        else:
            outcomes[member.token.id] = ("found", "")
            fields = outcomes.alone(member.token.id, partial(_fields, answer.row, question))
            saved.append((member, fields or {}))
    outcomes.update(save_fields(context, saved))
    return EffectResult(outcomes, later, context.retry.wait_s(context.part + 1) if later else 0)


def _fields(row: Mapping[str, Any], effect: QueryDatabase) -> dict[str, Any]:
    return {name: row[column] for name, column in effect.save.items() if column in row}


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
