"""Scoring models as people work on them: versions, optimistic concurrency, the pass's rules, re-scoring.

A workspace that never saved or deleted a model has the default one (`stepwell.scoring.defaults`); the first change
of any model stores it, so that it stays when others come beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stepwell.contracts.ids import short_hash
from stepwell.errors import Conflict, LimitExceeded, NotFound
from stepwell.publishing import versioned
from stepwell.publishing.listing import Page
from stepwell.publishing.moves import queue
from stepwell.publishing.records import Move
from stepwell.publishing.rule_ports import RulePorts, RuleRecord
from stepwell.publishing.rules import rebuild
from stepwell.runtime.jobs import Job
from stepwell.scoring.compiled import weights
from stepwell.scoring.defaults import EPOCH, default_models
from stepwell.scoring.model import CODES, MAX_MODELS, ScoringModel, read_model

WHAT = "scoring model"
KEPT_WEIGHTS = 20
"""How many versions back a contact's points may be and still be brought up to date."""
SYSTEM = "stepwell"


def model_of(record: RuleRecord) -> ScoringModel:
    """Return a record's model."""
    return ScoringModel.model_validate(dict(record.body))


def models(ports: RulePorts, tenant: str) -> list[RuleRecord]:
    """Return all models of a workspace, by id."""
    stored = ports.models.all(tenant)
    if stored or "scores" in ports.rules.read(tenant)[0]:
        return stored
    return [
        RuleRecord(model.id, model.model_dump(mode="json"), 1, EPOCH, EPOCH, SYSTEM, "The default.", rev=1)
        for model in default_models()
    ]


def read(ports: RulePorts, tenant: str, model: str) -> RuleRecord:
    """Return a model.

    Raises:
        NotFound: There is none of this id.
    """
    for record in models(ports, tenant):
        if record.id == model:
            return record
    raise NotFound(f"There is no scoring model `{model}`.", code="no_scoring_model")


def search(
    ports: RulePorts,
    tenant: str,
    *,
    text: str = "",
    subject: str = "",
    sort: str = "id",
    descending: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[RuleRecord]:
    """List models.

    Raises:
        InvalidInput: Bad limit or cursor.
    """
    found = (one for one in models(ports, tenant) if not subject or one.body["subject"] == subject)
    return versioned.search(found, text=text, sort=sort, descending=descending, limit=limit, cursor=cursor)


def create(
    ports: RulePorts, tenant: str, document: Mapping[str, Any], actor: str, note: str = ""
) -> RuleRecord:
    """Create a model; nobody has points in it yet, so nobody is re-scored.

    Raises:
        ValidationFailed: It has faults.
        Conflict: The id is taken.
        LimitExceeded: There are as many as there may be.
    """
    model = read_model(dict(document))
    _store_defaults(ports, tenant)
    if len(ports.models.all(tenant)) >= MAX_MODELS:
        raise LimitExceeded(f"A workspace has at most {MAX_MODELS} scoring models.", code="too_many_models")
    record = versioned.add(
        ports.models,
        tenant,
        model.id,
        model.model_dump(mode="json"),
        what=WHAT,
        now=ports.publishing.now(),
        actor=actor,
        note=note,
    )
    write_rules(ports, tenant)
    ports.publishing.note(
        tenant, actor, "scoring.created", f"scoring/{model.id}", version=record.version, note=note
    )
    return record


def update(
    ports: RulePorts,
    tenant: str,
    model: str,
    document: Mapping[str, Any],
    rev: int,
    actor: str,
    note: str = "",
    rolled_back_from: int = 0,
) -> RuleRecord:
    """Save the next version of a model that nobody changed since it was read, and have contacts re-scored.

    Raises:
        NotFound: There is none of this id.
        ValidationFailed: It has faults.
        Conflict: Somebody else changed it first, or it has another id.
    """
    stored = read(ports, tenant, model)
    versioned.ensure_editable(model, stored.updated_by, actor)
    changed = prepared(document, stored)
    if changed.id != model:
        raise Conflict("A model's id cannot change: copy it under another id.", code="id_changed")
    _store_defaults(ports, tenant)
    before = {**stored.before, str(stored.version): weights(model_of(stored))}
    recent = sorted(before, key=int)[-KEPT_WEIGHTS:]
    record = stored.evolve(
        body=changed.model_dump(mode="json"),
        updated_at=ports.publishing.now(),
        updated_by=actor,
        note=note,
        rolled_back_from=rolled_back_from,
        before={number: before[number] for number in recent},
    )
    saved = versioned.change(ports.models, tenant, stored, rev, record, WHAT)
    write_rules(ports, tenant)
    details = {"rolled_back_from": rolled_back_from} if rolled_back_from else {}
    ports.publishing.note(
        tenant, actor, "scoring.updated", f"scoring/{model}", version=saved.version, note=note, **details
    )
    start_rescoring(ports, tenant, saved, actor)
    return saved


def delete(ports: RulePorts, tenant: str, model: str, rev: int, actor: str) -> None:
    """Delete a model that nothing uses; contacts lose their points in it with their next event.

    Raises:
        NotFound: There is none of this id.
        Conflict: Something uses it, or somebody changed it.
    """
    stored = read(ports, tenant, model)
    versioned.ensure_editable(model, stored.updated_by, actor)
    users = users_of(ports, tenant, model)
    if users:
        raise Conflict(
            f"`{model}` is used by {', '.join(f'`{user}`' for user in users)}.",
            code="model_used",
            details={"used_by": users},
        )
    _store_defaults(ports, tenant)
    versioned.remove(ports.models, tenant, stored, rev, WHAT)
    write_rules(ports, tenant)
    ports.publishing.note(tenant, actor, "scoring.deleted", f"scoring/{model}", version=stored.version)


def users_of(ports: RulePorts, tenant: str, model: str) -> list[str]:
    """Return the segments (`segment/x`) and live workflows (`workflow/x`) that ask for a model's score."""
    field = f"{model}_score"
    segments: Mapping[str, Any] = ports.rules.read(tenant)[0].get("segments") or {}
    found = [f"segment/{name}" for name, form in segments.items() if f"'{field}'" in str(form)]
    for workflow in ports.publishing.workflows.all(tenant):
        stored = ports.publishing.versions.get(tenant, workflow.id, workflow.live) if workflow.live else None
        if stored is not None and any(_uses(node, model) for node in stored.graph.get("nodes", ())):
            found.append(f"workflow/{workflow.id}")
    return sorted(found)


def _uses(node: Mapping[str, Any], model: str) -> bool:
    config = node.get("config") or {}
    return f"{model}_score" in str(config) or (
        node.get("type") == "scoring_update" and config.get("model") == model
    )


def prepared(document: Mapping[str, Any], stored: RuleRecord | None) -> ScoringModel:
    """Read a changed model: a rule without a code keeps the one that its id had, new ones get codes never used.

    Raises:
        ValidationFailed: It has faults.
    """
    rules = document.get("rules")
    if stored is None or not isinstance(rules, list | tuple):
        return read_model(dict(document))
    codes = {rule["id"]: rule["code"] for rule in stored.body["rules"]}
    given = {str(rule.get("code")) for rule in rules if isinstance(rule, Mapping) and rule.get("code")}
    used = {*codes.values(), *given, *(code for old in stored.before.values() for code in old)}
    free = iter([code for code in (*CODES, *(a + b for a in CODES for b in CODES)) if code not in used])
    filled = [
        {**rule, "code": codes.get(str(rule.get("id"))) or next(free, "")}
        if isinstance(rule, Mapping) and not rule.get("code")
        else rule
        for rule in rules
    ]
    return read_model({**document, "rules": filled})


def write_rules(ports: RulePorts, tenant: str) -> None:
    """Write all models into the pass's rules."""
    rebuild(ports.rules, tenant, scores=lambda: form(ports.models.all(tenant)))


def form(records: Sequence[RuleRecord]) -> dict[str, Any]:
    """Return models as the pass compiles them."""
    return {
        record.id: {"version": record.version, "model": dict(record.body), "before": dict(record.before)}
        for record in records
    }


def _store_defaults(ports: RulePorts, tenant: str) -> None:
    if "scores" in ports.rules.read(tenant)[0]:
        return
    for record in models(ports, tenant):
        # Somebody else may store it at the same moment: the same.
        ports.models.save(tenant, record.evolve(rev=0))
    write_rules(ports, tenant)


def start_rescoring(ports: RulePorts, tenant: str, record: RuleRecord, actor: str) -> str:
    """Have everybody's score brought up to a version; return the job's id."""
    job = short_hash(tenant, "scoring", record.id, str(record.version), str(record.rev), length=20)
    move = Move(
        kind="rescore",
        tenant=tenant,
        workflow=job_owner(record.id),
        new=record.version,
        job=job,
        actor=actor,
    )
    return queue(ports.publishing, move)


def job_owner(model: str) -> str:
    """Return under which name the jobs of a model are listed."""
    return f"scoring/{model}"


def rescorings(ports: RulePorts, tenant: str, model: str, limit: int = 5) -> list[Job]:
    """Return the latest re-scorings of a model, newest first."""
    return ports.publishing.jobs.of_workflow(tenant, job_owner(model), limit)
