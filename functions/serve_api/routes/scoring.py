"""Scoring models with versions and trials; scores of contacts, explained and adjusted."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed
from replies.scoring import (
    ContactScores,
    Rescoring,
    ScoreBreakdown,
    ScoringModel,
    ScoringModelAt,
    ScoringModelDiff,
    ScoringModelDraft,
    ScoringModelSummary,
    ScoringModelVersion,
    ScoringTrial,
    ScoringValidation,
)
from replies.starting import JobState
from stepwell.errors import ValidationFailed
from stepwell.publishing import contacts, score_versions, scoring
from stepwell.publishing import score_looking as looking
from stepwell.publishing.rule_ports import RuleRecord
from stepwell.runtime.jobs import Job

from routes.replies import listed, plain, reply, whole
from routes.routing import Call, decoded, routed, this, topic

router = topic("Scoring")
EXAMPLE = {
    "id": "product",
    "name": "Product use",
    "subject": "product",
    "base_score": 0,
    "rules": [{"id": "report", "event": "report_made", "points": 10, "limit": 100}],
    "bands": [{"id": "active", "threshold": 50, "actions": ["offer_upgrade"]}],
}


class ModelIn(BaseModel):
    """A scoring model."""

    model_config = ConfigDict(extra="forbid")

    model: dict[str, Any] = Field(examples=[EXAMPLE])
    note: str = Field(default="", max_length=500, description="What changes, in a sentence.")


class ModelUpdate(ModelIn):
    """A scoring model, and the revision that it was made from."""

    rev: int = Field(ge=1, description="The model's `rev` as you read it.")


class ModelRollbackIn(BaseModel):
    """The version to go back to."""

    model_config = ConfigDict(extra="forbid")

    to: int = Field(ge=1)
    rev: int = Field(ge=1, description="The model's `rev` as you read it.")
    note: str = Field(default="", max_length=500)


class AdjustIn(BaseModel):
    """Points by hand, and why."""

    model_config = ConfigDict(extra="forbid")

    points: float = Field(ge=-1_000, le=1_000, allow_inf_nan=False, description="Negative: taken.")
    reason: str = Field(min_length=1, max_length=500)


def shown(record: RuleRecord) -> ScoringModelSummary:
    """Return a model as the API shows it."""
    return {
        "id": record.id,
        "name": record.body["name"],
        "subject": record.body["subject"],
        "field": f"{record.id}_score",
        "version": record.version,
        "rev": record.rev,
        "created_at": plain(record.created_at),
        "updated_at": plain(record.updated_at),
        "updated_by": record.updated_by,
        "note": record.note,
        "rolled_back_from": record.rolled_back_from,
    }


def _whole(record: RuleRecord) -> ScoringModelDraft:
    return {**shown(record), "model": plain(record.body)}


def _progress(job: Job) -> Rescoring:
    return {
        "job": job.id,
        "state": cast(JobState, job.state),
        "started_at": plain(job.started_at),
        "actor": job.actor,
        "asked": job.counts.get("asked", 0),
        "told": job.counts.get("told", 0),
        "why": job.details.get("why", ""),
    }


@routed(router, "GET", "/scoring/models", "viewer", "List scoring models")
def list_scoring_models(
    q: Annotated[str, Query(description="Part of id or name.")] = "",
    subject: Annotated[Literal["", "lead", "engagement", "product", "account", "other"], Query()] = "",
    sort: Annotated[Literal["id", "name", "updated_at"], Query()] = "id",
    order: Annotated[Literal["asc", "desc"], Query()] = "asc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[ScoringModelSummary]:
    """List scoring models."""
    call = this()
    page = scoring.search(
        call.wired.rules,
        call.tenant,
        text=q,
        subject=subject,
        sort=sort,
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page, [shown(record) for record in page.items])


@routed(router, "POST", "/scoring/models", "publisher", "Create a scoring model", status=201)
def create_scoring_model(body: Annotated[ModelIn, Body()]) -> ScoringModelDraft:
    """Create a model; it counts events from now on."""
    call = this()
    return _whole(scoring.create(call.wired.rules, call.tenant, body.model, call.actor, body.note))


@routed(router, "POST", "/scoring/models/validate", "viewer", "Check a scoring model without saving it")
def validate_scoring_model(body: Annotated[ModelIn, Body()]) -> ScoringValidation:
    """Return all that is wrong with a model."""
    call = this()
    known = {record.id: record for record in scoring.models(call.wired.rules, call.tenant)}
    try:
        model = scoring.prepared(body.model, known.get(str(body.model.get("id"))))
    except ValidationFailed as error:
        return {"valid": False, "violations": plain(error.violations), "model": None}
    return {"valid": True, "violations": [], "model": plain(model)}


@routed(router, "POST", "/scoring/models/try", "viewer", "Try a scoring model on a sample of contacts")
def try_scoring_model(body: Annotated[ModelIn, Body()]) -> ScoringTrial:
    """Say how scores would be distributed, and how many contacts would cross which threshold."""
    call = this()
    return reply(ScoringTrial, looking.trial(call.wired.rules, call.tenant, body.model))


@routed(router, "GET", "/scoring/models/<model>", "viewer", "Read a scoring model")
def read_scoring_model(model: str) -> ScoringModel:
    """Read a model with what uses it and how far re-scoring is."""
    call = this()
    record = scoring.read(call.wired.rules, call.tenant, model)
    jobs = scoring.rescorings(call.wired.rules, call.tenant, model, 1)
    return {
        **_whole(record),
        "used_by": scoring.users_of(call.wired.rules, call.tenant, model),
        "rescoring": _progress(jobs[0]) if jobs else None,
    }


@routed(
    router, "PUT", "/scoring/models/<model>", "publisher", "Save a model's next version (409 if somebody did)"
)
def update_scoring_model(model: str, body: Annotated[ModelUpdate, Body()]) -> ScoringModelDraft:
    """Save the next version; everybody's score is brought up to it in the background."""
    call = this()
    return _whole(
        scoring.update(call.wired.rules, call.tenant, model, body.model, body.rev, call.actor, body.note)
    )


@routed(router, "DELETE", "/scoring/models/<model>", "publisher", "Delete a scoring model that nothing uses")
def delete_scoring_model(
    model: str, rev: Annotated[int, Query(ge=1, description="Its `rev` as you read it.")]
) -> Deleted:
    """Delete a model; contacts lose their points in it."""
    call = this()
    scoring.delete(call.wired.rules, call.tenant, model, rev, call.actor)
    return {"deleted": model}


@routed(router, "GET", "/scoring/models/<model>/versions", "viewer", "List a model's versions")
def list_scoring_model_versions(model: str) -> Listed[ScoringModelVersion]:
    """List versions, newest first."""
    call = this()
    return whole(score_versions.versions(call.wired.rules, call.tenant, model))


@routed(router, "GET", "/scoring/models/<model>/versions/<number>", "viewer", "Read a version of a model")
def read_scoring_model_version(model: str, number: int) -> ScoringModelAt:
    """Read a version."""
    call = this()
    document = score_versions.version(call.wired.rules, call.tenant, model, number)
    return {"id": model, "version": number, "model": plain(document)}


@routed(router, "GET", "/scoring/models/<model>/diff", "viewer", "Compare two versions of a model")
def diff_scoring_model(
    model: str,
    old: Annotated[int, Query(ge=1)],
    new: Annotated[int, Query(ge=0, description="0: the current one.")] = 0,
) -> ScoringModelDiff:
    """Say what differs between two versions."""
    call = this()
    return reply(ScoringModelDiff, score_versions.compare(call.wired.rules, call.tenant, model, old, new))


@routed(
    router, "POST", "/scoring/models/<model>/rollback", "publisher", "Save an earlier version as the next one"
)
def rollback_scoring_model(model: str, body: Annotated[ModelRollbackIn, Body()]) -> ScoringModelDraft:
    """Go back to a version; the versions between stay in the list."""
    call = this()
    return _whole(
        score_versions.rollback(
            call.wired.rules, call.tenant, model, body.to, body.rev, call.actor, body.note
        )
    )


@routed(router, "GET", "/scoring/models/<model>/rescorings", "viewer", "How far re-scoring is")
def list_rescorings(model: str) -> Listed[Rescoring]:
    """List the latest re-scorings: contacts asked, and those who had to be brought up to date."""
    call = this()
    scoring.read(call.wired.rules, call.tenant, model)
    jobs = scoring.rescorings(call.wired.rules, call.tenant, model)
    return whole([_progress(job) for job in jobs])


@routed(router, "GET", "/contacts/<contact>/scores", "viewer", "A contact's scores and what they are made of")
def read_contact_scores(contact: str) -> ContactScores:
    """Explain a contact's score in each model: which events gave what, and what decay has left of it."""
    call = this()
    profile = contacts.find(call.wired.parts.profiles, call.tenant, decoded(contact))
    found = looking.scores_of(call.wired.rules, call.tenant, profile)
    return {"contact": profile.id, "scores": plain(found)}


@routed(
    router,
    "POST",
    "/contacts/<contact>/scores/<model>/adjust",
    "editor",
    "Give a contact points, or take some",
)
def adjust_contact_score(contact: str, model: str, body: Annotated[AdjustIn, Body()]) -> ScoreBreakdown:
    """Adjust a score; the reason goes into the audit log, and thresholds are told of as if by an event."""
    call = this()
    return _adjusted(call, decoded(contact), model, body)


def _adjusted(call: Call, contact: str, model: str, body: AdjustIn) -> ScoreBreakdown:
    profiles = call.wired.parts.profiles
    profile = contacts.find(profiles, call.tenant, contact)
    found = looking.adjust(
        call.wired.rules,
        profiles,
        call.runtime.events,
        call.tenant,
        profile,
        model,
        body.points,
        body.reason,
        call.actor,
    )
    return reply(ScoreBreakdown, found)
