"""Contacts that are one person: previews, merges, undoing, and pairs to look at."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Listed
from replies.people import DecisionsTaken, MatchReview, Merged, MergePreview, ReviewAnswer, Unmerged
from replies.people import Merge as MergeReply
from stepwell.contracts.merges import Merge
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput
from stepwell.profiles.matching.reviews import Verdict
from stepwell.publishing import contacts
from stepwell.publishing.merging import decision_of, told

from routes.people import shown
from routes.replies import plain, reply, stored, whole
from routes.routing import Call, decoded, routed, this, topic

router = topic("Contacts")


class MergeIn(BaseModel):
    """The other contact."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    other: str = Field(alias="with", min_length=1, max_length=320, description="Id, address or user id.")


class VerdictIn(BaseModel):
    """What somebody said of a pair."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["same", "different", "unsure"] = Field(
        description="`same` merges them, `different` keeps them apart for good."
    )


class DecisionsIn(BaseModel):
    """What matching decided: rows of `pairs.parquet`."""

    model_config = ConfigDict(extra="forbid")

    decisions: list[dict[str, Any]] = Field(min_length=1, max_length=100)


def _find(call: Call, contact: str) -> Profile:
    return contacts.find(call.wired.parts.profiles, call.tenant, contact)


def _merge(merge: Merge) -> MergeReply:
    return reply(MergeReply, {**plain(merge), "undone": merge.undone_at is not None})


@routed(router, "GET", "/contacts/<contact>/merge-preview", "viewer", "What merging two contacts would do")
def preview_merge(
    contact: str, with_: Annotated[str, Query(alias="with", min_length=1, max_length=320)]
) -> MergePreview:
    """Show both, the result, and what would be replaced or dropped; nothing is changed."""
    call = this()
    found = call.wired.merging.preview(call.tenant, _find(call, decoded(contact)).id, _find(call, with_).id)
    return {
        "winner": shown(found.winner),
        "loser": shown(found.loser),
        "result": shown(found.result),
        "consent": plain(found.record.consent),
        "against": [str(reason) for reason in found.against],
        "replaced": list(found.replaced),
        "dropped": list(found.dropped),
    }


@routed(router, "POST", "/contacts/<contact>/merge", "editor", "Merge two contacts")
def merge_contacts(contact: str, body: Annotated[MergeIn, Body()]) -> Merged:
    """Make one contact of two, whatever speaks against it; it can be undone."""
    call = this()
    one, other = _find(call, decoded(contact)), _find(call, body.other)
    # Told once more what was done: nothing is left to do.
    done = one if one.id == other.id else call.wired.merging.merge(call.tenant, one.id, other.id, call.actor)
    merges = call.wired.merging.merges_of(call.tenant, done)
    return {"contact": shown(done), "merge": _merge(merges[0]) if merges else None}


@routed(router, "GET", "/merges", "viewer", "List merges of contacts")
def list_merges(
    contact: Annotated[str, Query(description="Only of this contact: id, address or user id.")] = "",
    reason: Annotated[Literal["", "event", "match", "review", "manual"], Query()] = "",
    undone: Annotated[Literal["", "true", "false"], Query()] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[MergeReply]:
    """List merges, newest first."""
    call = this()
    by_hand = call.wired.merging
    if contact:
        found = by_hand.merges_of(call.tenant, _find(call, contact))
        return whole([_merge(m) for m in found if not reason or m.reason == reason])
    page, after = by_hand.merges(
        call.tenant,
        reason=reason,
        undone=None if not undone else undone == "true",
        limit=limit,
        cursor=cursor or None,
    )
    return stored([_merge(merge) for merge in page], after)


@routed(router, "POST", "/merges/<merge>/undo", "editor", "Undo a merge")
def undo_merge(merge: str) -> Unmerged:
    """Make two contacts of one again; what came in since stays with the one that stayed."""
    call = this()
    parted = call.wired.merging.undo(call.tenant, decoded(merge), call.actor)
    return {
        "winner": shown(parted.winner.profile),
        "loser": shown(parted.loser.profile),
        "kept": list(parted.kept),
    }


@routed(router, "GET", "/merge-reviews", "viewer", "List pairs of contacts that somebody must look at")
def list_merge_reviews(
    limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: Annotated[str, Query()] = ""
) -> Listed[MatchReview]:
    """List pairs that are probably one person, and why they were not merged."""
    call = this()
    page, after = call.wired.merging.merging.ports.reviews.page(call.tenant, limit, cursor or None)
    return stored([told(decision) for decision in page], after)


@routed(router, "POST", "/merge-reviews/<pair>", "editor", "Say whether two contacts are one person")
def answer_merge_review(pair: str, body: Annotated[VerdictIn, Body()]) -> ReviewAnswer:
    """Note a verdict; it holds for events and for matching."""
    call = this()
    left, dot, right = decoded(pair).partition(".")
    if not dot:
        raise InvalidInput("A pair is two contact ids with a dot between them.", code="bad_pair")
    done = call.wired.merging.answer(call.tenant, left, right, Verdict(body.verdict), call.actor)
    return {"verdict": body.verdict, "contact": None if done is None else shown(done)}


@routed(router, "POST", "/merge-decisions", "admin", "Carry out what matching decided")
def take_merge_decisions(body: Annotated[DecisionsIn, Body()]) -> DecisionsTaken:
    """Merge pairs that matching is sure of, and put the others before people; may be repeated."""
    call = this()
    decisions = [decision_of(row) for row in body.decisions]
    return {"taken": call.wired.merging.take(call.tenant, decisions, call.actor)}
