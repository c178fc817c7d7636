"""Segments, sequences and scoring models that are kept in git beside the workflows that ask for them.

A deployment saves them as people do: with the same checks, versions, settling and re-scoring. Who saved one last says
whose it is (`versioned.ensure_editable`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stepwell.contracts.workspace import GIT, RELEASED
from stepwell.errors import Conflict, NotFound, ValidationFailed
from stepwell.publishing import scoring, segments, sequences
from stepwell.publishing.git import Asked
from stepwell.publishing.rule_ports import RulePorts
from stepwell.publishing.segment_ports import SegmentPorts
from stepwell.scoring.model import read_model
from stepwell.segments.model import parse_segment
from stepwell.triggers.sequence_model import read_sequence

_OWN = (GIT, RELEASED, scoring.SYSTEM)


@dataclass(frozen=True, slots=True)
class Stored:
    """One that a workspace has.

    Attributes:
        content: As it is kept.
        by: Who saved it last.
        edition: What a save must name.
    """

    content: Mapping[str, Any]
    by: str
    edition: int


@dataclass(frozen=True, slots=True)
class Kind:
    """What a deployment needs of one kind of document.

    Attributes:
        what: Its name in messages.
        find: Reads one; `NotFound` where there is none.
        normal: Returns a file's content as it would be kept over what is stored.
        create: Makes one.
        update: Saves one over the edition that was read.
        instead: What whoever deploys can do about one in the way; empty: delete it, or choose another id.
    """

    what: str
    find: Callable[[str, str], Stored]
    normal: Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
    create: Callable[[str, Mapping[str, Any], str], Any]
    update: Callable[[str, str, Mapping[str, Any], int, str], Any]
    instead: str = ""


def normal(kind: str, document: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Read a file as far as it can be without its workspace; return its id and its content.

    Raises:
        ValidationFailed: It is none of its kind; all violations at once.
    """
    if kind == "Segment":
        segment = parse_segment(document)
        if segment.condition is None:
            raise ValidationFailed(
                f"`{segment.id}` is a list: who is on it is not said by a file. Keep lists in the workspace.",
                [{"code": "list_in_git", "place": "kind", "message": "Only segments with a condition."}],
            )
        return segment.id, segment.document()
    if kind == "Sequence":
        sequence = read_sequence(dict(document))
        return sequence.id, sequences.body(sequence)
    return read_model(dict(document)).id, dict(document)


def segment_kind(ports: SegmentPorts) -> Kind:
    """Return how segments are kept."""

    def find(tenant: str, id_: str) -> Stored:
        record = segments.read(ports, tenant, id_)
        return Stored(record.segment.document(), record.updated_by, record.edited)

    return Kind(
        what="segment",
        find=find,
        normal=lambda _, document: normal("Segment", document)[1],
        create=lambda tenant, document, actor: segments.create(ports, tenant, document, actor),
        update=lambda tenant, id_, document, edition, actor: segments.update(
            ports, tenant, id_, document, edition, actor
        ),
    )


def sequence_kind(ports: RulePorts) -> Kind:
    """Return how sequences are kept."""

    def find(tenant: str, id_: str) -> Stored:
        record = sequences.read(ports, tenant, id_)
        return Stored(record.body, record.updated_by, record.rev)

    return Kind(
        what="sequence",
        find=find,
        normal=lambda _, document: normal("Sequence", document)[1],
        create=lambda tenant, document, actor: sequences.create(ports, tenant, document, actor),
        update=lambda tenant, id_, document, edition, actor: sequences.update(
            ports, tenant, id_, document, edition, actor
        ),
    )


def scoring_kind(ports: RulePorts) -> Kind:
    """Return how scoring models are kept."""

    def find(tenant: str, id_: str) -> Stored:
        record = scoring.read(ports, tenant, id_)
        return Stored(record.body, record.updated_by, record.rev)

    def content(tenant: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
        stored = scoring.read(ports, tenant, str(document["id"]))
        return scoring.prepared(document, stored).model_dump(mode="json")

    return Kind(
        what="scoring model",
        find=find,
        normal=content,
        create=lambda tenant, document, actor: scoring.create(ports, tenant, document, actor),
        update=lambda tenant, id_, document, edition, actor: scoring.update(
            ports, tenant, id_, document, edition, actor
        ),
    )


def keep(kind: Kind, asked: Asked) -> dict[str, str]:
    """Save a document as its file has it; the same content is no change.

    Raises:
        ValidationFailed: It has mistakes; all at once.
        Conflict: Somebody's document of the same id is in the way, or is being changed at this moment.
    """
    try:
        stored = kind.find(asked.tenant, asked.id)
    except NotFound:
        kind.create(asked.tenant, asked.document, GIT)
        return {}
    same = kind.normal(asked.tenant, asked.document) == stored.content
    if same and stored.by == GIT:
        return {}
    if not same and stored.by not in _OWN:
        raise Conflict(
            f"There is a {kind.what} `{asked.id}` of {stored.by or 'somebody'} that differs from the file, and "
            f"deploying would lose it: {kind.instead or f'delete it, or give the {kind.what} in git another id'}.",
            code=f"{kind.what.replace(' ', '_')}_in_the_way",
        )
    _save(kind, asked, asked.document, stored.edition, GIT)
    return {}


def let_go(kind: Kind, asked: Asked) -> None:
    """Leave a document whose file is gone to people: workflows on their way may still ask for it."""
    try:
        stored = kind.find(asked.tenant, asked.id)
    except NotFound:
        return
    if stored.by == GIT:
        _save(kind, asked, stored.content, stored.edition, RELEASED)


def _save(kind: Kind, asked: Asked, document: Mapping[str, Any], edition: int, actor: str) -> None:
    try:
        kind.update(asked.tenant, asked.id, document, edition, actor)
    except Conflict as error:
        if error.code != "stale_rev":
            raise
        # What somebody saved meanwhile is seen by the next try.
        raise Conflict(error.message, code="busy") from error
