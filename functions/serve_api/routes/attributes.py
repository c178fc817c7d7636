"""What contacts' fields are: the schema registry, attributes computed from events, lifecycle stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.attributes import AttributeRegistry, ComputedAttributes, Lifecycle, Saved, SavedRegistry
from stepwell.contracts.clock import iso
from stepwell.profiles.schema import BUILT_IN, AttributeType, Family, schema_of
from stepwell.publishing.listing import page as page_of
from stepwell.publishing.profile_rules import Part, Stamp, part_of, save_profile_rules
from stepwell.publishing.uses import live_graphs

from routes.replies import listed, plain
from routes.routing import routed, this, topic

router = topic("Attributes")
SCHEMA = {"attributes": [{"name": "tier", "type": "text", "choices": ["free", "paid"]}], "unknown": "accept"}
COMPUTED = [{"name": "spent_90", "kind": "sum", "event": "purchase", "property": "total", "window_days": 90}]
LIFECYCLE = {"stages": [{"name": "subscriber"}, {"name": "customer", "condition": "did(purchase)"}]}


class _Saved(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    rev: int = Field(ge=0, description="The `rev` as you read it; 0: nothing was saved yet.")
    note: str = Field(default="", max_length=500, description="What changes, in a sentence.")


class SchemaIn(_Saved):
    """The workspace's own attributes."""

    registry: dict[str, Any] = Field(
        alias="schema",
        examples=[SCHEMA],
        description="All attributes of your own, and what happens to others. Built-in ones stay without it.",
    )


class ComputedIn(_Saved):
    """All computed attributes."""

    computed: list[dict[str, Any]] = Field(examples=[COMPUTED], description="All of them; empty: none.")


class LifecycleIn(_Saved):
    """Lifecycle stages."""

    lifecycle: dict[str, Any] = Field(examples=[LIFECYCLE], description="No stages: there are none.")


@routed(router, "GET", "/attributes", "viewer", "List attributes of contacts, built-in ones included")
def list_attributes(
    q: Annotated[str, Query(description="Part of the name.")] = "",
    family: Annotated[Literal["", Family], Query()] = "",
    type_: Annotated[Literal["", AttributeType], Query(alias="type")] = "",
    origin: Annotated[
        Literal["", "own", "built_in"], Query(description="Yours, or built-in ones only.")
    ] = "",
    sort: Annotated[Literal["name", "family", "type"], Query()] = "name",
    order: Annotated[Literal["asc", "desc"], Query()] = "asc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> AttributeRegistry:
    """List the schema registry."""
    rules = _rules()
    schema = schema_of(rules.get("schema"))
    own = {one.name for one in schema.attributes}
    items = [
        {**plain(one), "built_in": one.name not in own, "replaces_built_in": one.name in own & set(BUILT_IN)}
        for one in schema.by_name.values()
        if q.casefold() in one.name
        and family in ("", one.family)
        and type_ in ("", one.type)
        and (not origin or (origin == "own") == (one.name in own))
    ]
    page = page_of(
        items,
        by=lambda one: str(one[sort]),
        id_of=lambda one: str(one["name"]),
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return {**listed(page), "unknown": schema.unknown, "region": schema.region, **_stamp(rules, "schema")}


@routed(router, "PUT", "/attributes", "publisher", "Change the attributes (409 if somebody else did)")
def save_attributes(body: Annotated[SchemaIn, Body()]) -> SavedRegistry:
    """Save the schema registry; values told from now on are brought to it."""
    rules = _save("schema", body.registry, body)
    return {"schema": schema_of(rules.get("schema")).model_dump(mode="json"), **_stamp(rules, "schema")}


@routed(router, "GET", "/computed-attributes", "viewer", "Read the attributes computed from events")
def read_computed_attributes() -> ComputedAttributes:
    """Read the computed attributes."""
    return _computed(_rules())


@routed(
    router,
    "PUT",
    "/computed-attributes",
    "publisher",
    "Change computed attributes (409 if somebody else did)",
)
def save_computed_attributes(body: Annotated[ComputedIn, Body()]) -> ComputedAttributes:
    """Save all computed attributes; a changed one begins anew."""
    return _computed(_save("computed", body.computed, body))


@routed(router, "GET", "/lifecycle", "viewer", "Read the lifecycle stages")
def read_lifecycle() -> Lifecycle:
    """Read the lifecycle stages."""
    return _lifecycle(_rules())


@routed(router, "PUT", "/lifecycle", "publisher", "Change the lifecycle stages (409 if somebody else did)")
def save_lifecycle(body: Annotated[LifecycleIn, Body()]) -> Lifecycle:
    """Save the stages; a contact's stage follows with its next event."""
    document = body.lifecycle if body.lifecycle != {"stages": []} else {}
    return _lifecycle(_save("lifecycle", document, body))


def _rules() -> Mapping[str, Any]:
    call = this()
    return call.wired.rules.rules.read(call.tenant)[0]


def _save(part: Part, document: Any, body: _Saved) -> Mapping[str, Any]:
    call = this()
    rules = save_profile_rules(
        call.wired.rules.rules,
        call.tenant,
        schema=document if part == "schema" else None,
        computed=document if part == "computed" else None,
        lifecycle=document if part == "lifecycle" else None,
        revs={part: body.rev},
        stamp=Stamp(iso(call.ports.now()), call.actor, body.note),
        graphs=live_graphs(call.ports, call.tenant),
    )
    name = {"schema": "attributes", "computed": "computed-attributes", "lifecycle": "lifecycle"}[part]
    call.ports.note(
        call.tenant, call.actor, f"{name}.saved", name, rev=part_of(rules, part).rev, note=body.note
    )
    return rules


def _stamp(rules: Mapping[str, Any], part: Part) -> Saved:
    kept = part_of(rules, part)
    stamp = kept.stamp
    return {"rev": kept.rev, "updated_at": stamp.at, "updated_by": stamp.by, "note": stamp.note}


def _computed(rules: Mapping[str, Any]) -> ComputedAttributes:
    return {"computed": plain(part_of(rules, "computed").body or []), **_stamp(rules, "computed")}


def _lifecycle(rules: Mapping[str, Any]) -> Lifecycle:
    kept = part_of(rules, "lifecycle").body or {"stages": []}
    return {"lifecycle": plain(kept), **_stamp(rules, "lifecycle")}
