"""Sequences of events: "A then B within an hour, without C"."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed
from replies.scoring import Sequence, SequenceExamples, SequenceInUse, SequenceValidation
from stepwell.errors import ValidationFailed
from stepwell.publishing import sequences
from stepwell.publishing.rule_ports import RuleRecord
from stepwell.triggers.sequence_library import load_examples
from stepwell.triggers.sequence_model import read_sequence as parsed

from routes.library import folder
from routes.replies import listed, plain, whole
from routes.routing import routed, this, topic

router = topic("Sequences")
EXAMPLE = {
    "id": "cart_abandonment",
    "steps": [{"event": "product_carted"}],
    "absent": [{"event": "purchase"}],
    "for": "1_hours",
    "emit": "cart_abandoned",
}


class SequenceIn(BaseModel):
    """A sequence."""

    model_config = ConfigDict(extra="forbid")

    sequence: dict[str, Any] = Field(examples=[EXAMPLE])
    note: str = Field(default="", max_length=500, description="What changes, in a sentence.")


class SequenceUpdate(SequenceIn):
    """A sequence, and the revision that it was made from."""

    rev: int = Field(ge=1, description="The sequence's `rev` as you read it.")


def shown(record: RuleRecord) -> Sequence:
    """Return a sequence as the API shows it."""
    return {
        "id": record.id,
        "name": record.body.get("name", ""),
        "emit": record.body["emit"],
        "events": sorted(sequences.events_of(record.body)),
        "rev": record.rev,
        "created_at": plain(record.created_at),
        "updated_at": plain(record.updated_at),
        "updated_by": record.updated_by,
        "note": record.note,
        "sequence": plain(record.body),
    }


@routed(router, "GET", "/sequences", "viewer", "List sequences of events")
def list_sequences(
    q: Annotated[str, Query(description="Part of id or name.")] = "",
    event: Annotated[str, Query(description="Those only that ask for this event.")] = "",
    sort: Annotated[Literal["id", "name", "updated_at"], Query()] = "id",
    order: Annotated[Literal["asc", "desc"], Query()] = "asc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[Sequence]:
    """List sequences."""
    call = this()
    page = sequences.search(
        call.wired.rules,
        call.tenant,
        text=q,
        event=event,
        sort=sort,
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page, [shown(record) for record in page.items])


@routed(router, "POST", "/sequences", "editor", "Create a sequence", status=201)
def create_sequence(body: Annotated[SequenceIn, Body()]) -> Sequence:
    """Create a sequence; it counts from now on."""
    call = this()
    return shown(sequences.create(call.wired.rules, call.tenant, body.sequence, call.actor, body.note))


@routed(router, "GET", "/sequences/examples", "viewer", "Ready-made sequences to start from")
def list_sequence_examples() -> SequenceExamples:
    """Return the ready-made sequences as documents."""
    items = [sequences.body(sequence) for sequence in load_examples(folder()).values()]
    return whole(items)


@routed(router, "POST", "/sequences/validate", "viewer", "Check a sequence without saving it")
def validate_sequence(body: Annotated[SequenceIn, Body()]) -> SequenceValidation:
    """Return all that is wrong with a sequence."""
    try:
        sequence = parsed(body.sequence)
    except ValidationFailed as error:
        return {"valid": False, "violations": plain(error.violations), "sequence": None}
    return {"valid": True, "violations": [], "sequence": sequences.body(sequence)}


@routed(router, "GET", "/sequences/<sequence>", "viewer", "Read a sequence")
def read_sequence(sequence: str) -> SequenceInUse:
    """Read a sequence and which live workflows wait for it."""
    call = this()
    record = sequences.read(call.wired.rules, call.tenant, sequence)
    return {**shown(record), "used_by": sequences.users_of(call.wired.rules, call.tenant, record)}


@routed(router, "PUT", "/sequences/<sequence>", "editor", "Change a sequence (409 if somebody else did)")
def update_sequence(sequence: str, body: Annotated[SequenceUpdate, Body()]) -> Sequence:
    """Change a sequence."""
    call = this()
    return shown(
        sequences.update(
            call.wired.rules, call.tenant, sequence, body.sequence, body.rev, call.actor, body.note
        )
    )


@routed(router, "DELETE", "/sequences/<sequence>", "editor", "Delete a sequence that nothing waits for")
def delete_sequence(
    sequence: str, rev: Annotated[int, Query(ge=1, description="Its `rev` as you read it.")]
) -> Deleted:
    """Delete a sequence; what contacts have half done of it is forgotten."""
    call = this()
    sequences.delete(call.wired.rules, call.tenant, sequence, rev, call.actor)
    return {"deleted": sequence}
