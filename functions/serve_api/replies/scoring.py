"""Scoring models, their versions, contacts' scores; sequences of events."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from stepwell.scoring.model import ScoringModel as ModelDocument
from stepwell.triggers.sequence_model import Sequence as SequenceDocument
from typing_extensions import TypedDict

from replies.forms import DocumentOf, Json, Reply, Time
from replies.starting import JobState

ScoringDocument: TypeAlias = Annotated[Json, DocumentOf(ModelDocument)]
SequenceBody: TypeAlias = Annotated[Json, DocumentOf(SequenceDocument)]


class Fault(Reply):
    """Something that is wrong with a document.

    Attributes:
        place: Where in it, a dotted path; empty: the whole of it.
    """

    code: str
    place: str
    message: str


class ScoringModelSummary(Reply):
    """A scoring model as lists show it.

    Attributes:
        subject: What it measures.
        field: The field of contacts that holds the score.
        rev: Grows with each change; send it back with the next one.
        note: What the author said about the change.
        rolled_back_from: The version whose document this one repeats; 0: none.
    """

    id: str
    name: str
    subject: str
    field: str
    version: int
    rev: int
    created_at: Time
    updated_at: Time
    updated_by: str
    note: str
    rolled_back_from: int


class ScoringModelDraft(ScoringModelSummary):
    """A scoring model with its document."""

    model: ScoringDocument


class Rescoring(Reply):
    """How far everybody's score is brought up to a version.

    Attributes:
        asked: Contacts looked at.
        told: Contacts who had to be brought up to date.
        why: Why it ended early, such as `superseded`; may be empty.
    """

    job: str
    state: JobState
    started_at: Time
    actor: str
    asked: int
    told: int
    why: str


class ScoringModel(ScoringModelDraft):
    """A scoring model, what uses it, and how far re-scoring is.

    Attributes:
        used_by: Live workflows and segments that read its score.
        rescoring: The latest one; null: there was none.
    """

    used_by: list[str]
    rescoring: Rescoring | None


class ScoringValidation(Reply):
    """What the checks say of a scoring model.

    Attributes:
        model: The document with what was filled in; null: it has faults.
    """

    valid: bool
    violations: list[Fault]
    model: ScoringDocument | None


# `from` is a word of Python.
ScoreBar = TypedDict("ScoreBar", {"from": float, "to": float, "contacts": int})
ScoreBar.__doc__ = "Contacts whose score is at least `from` and less than `to`."
ScoreBar.__pydantic_config__ = Reply.__pydantic_config__  # type: ignore[attr-defined]


class BandChange(Reply):
    """Contacts in a band, before and after."""

    band: str
    before: int
    after: int


class BandCrossing(Reply):
    """Contacts who would cross from one band to another."""

    from_band: str
    band: str
    contacts: int


class ScoringTrial(Reply):
    """What a scoring model would do, by a random sample of contacts; numbers are of the whole workspace.

    Attributes:
        model: Its id.
        sampled: Contacts that were asked.
        counted_from_recent_events: Rules that were counted over recent events only.
        distribution: Contacts by score: at least `from`, less than `to`.
    """

    model: str
    sampled: int
    contacts: int
    counted_from_recent_events: list[str]
    distribution: list[ScoreBar]
    median: float
    bands: list[BandChange]
    crossings: list[BandCrossing]


class ScoringModelVersion(Reply):
    """A version of a scoring model as lists show it."""

    version: int
    at: Time
    by: str
    note: str
    live: bool


class ScoringModelAt(Reply):
    """A scoring model as a version had it."""

    id: str
    version: int
    model: ScoringDocument


class DocumentChange(Reply):
    """A value that differs; null: it is not there.

    Attributes:
        path: Dotted path; entries of lists are named by their id.
    """

    path: str
    old: Any
    new: Any


class ScoringModelDiff(Reply):
    """What differs between two versions of a scoring model."""

    old: int
    new: int
    changes: list[DocumentChange]


class ScoreLine(Reply):
    """What one rule gives.

    Attributes:
        rule: The rule's id; `adjusted`: points that a workflow or a person gave; `retired`: the model has it no more.
        group: Its heading.
        times: How often it applied, ever.
        weight: Points a time.
        points: What is left of them now.
        limited: Whether its limit holds it down.
    """

    rule: str
    group: str
    event: str
    times: int
    weight: float
    points: float
    limited: bool


class ScoreBreakdown(Reply):
    """A contact's score in a model.

    Attributes:
        version: The version that the points were counted by.
        base: Where everybody begins.
        band: The band that the contact is in; empty: below all.
        lines: Most points first.
        clipped: Points that maximum or minimum cut off; positive: above the maximum.
        last_at: When the latest points were earned; null: never.
        in_a_month: The score in 30 days without any event.
    """

    model: str
    version: int
    score: int
    base: float
    band: str
    lines: list[ScoreLine]
    clipped: float
    last_at: Time | None
    in_a_month: int


class ContactScores(Reply):
    """A contact's scores.

    Attributes:
        contact: Profile id.
    """

    contact: str
    scores: list[ScoreBreakdown]


class Sequence(Reply):
    """A sequence of events.

    Attributes:
        emit: The event that tells that it happened.
        events: Events that it asks for.
        rev: Grows with each change; send it back with the next one.
    """

    id: str
    name: str
    emit: str
    events: list[str]
    rev: int
    created_at: Time
    updated_at: Time
    updated_by: str
    note: str
    sequence: SequenceBody


class SequenceInUse(Sequence):
    """A sequence and what waits for it.

    Attributes:
        used_by: Live workflows that wait for its event.
    """

    used_by: list[str]


class SequenceExamples(Reply):
    """Ready-made sequences to start from."""

    items: list[SequenceBody]
    cursor: str | None
    total: int | None


class SequenceValidation(Reply):
    """What the checks say of a sequence.

    Attributes:
        sequence: The document; null: it has faults.
    """

    valid: bool
    violations: list[Fault]
    sequence: SequenceBody | None
