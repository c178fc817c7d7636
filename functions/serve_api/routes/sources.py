"""Sources of events: who calls us, how a call is checked, what it means; and mappings tried on samples."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed
from replies.sources import MappingTrial, SourcePreset
from replies.sources import Source as SourceReply
from stepwell.contracts.workspace import KeyRecord
from stepwell.errors import Conflict, InvalidInput, NotFound
from stepwell.publishing.listing import page as page_of
from stepwell.sources import managing
from stepwell.sources.models import SOURCE_KIND, Source, Webhook
from stepwell.sources.presets import PRESETS, mapping_of
from stepwell.sources.trying import sample_of, tried
from stepwell.triggers.mapping import names_somebody

from routes.replies import listed, reply, whole
from routes.routing import Call, routed, this, topic

router = topic("Sources")


class SourceIn(BaseModel):
    """A source."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", examples=["billing"])
    name: str = Field(default="", max_length=120)
    description: str = Field(default="", max_length=500)
    webhook: Webhook | None = Field(default=None, description="Null: it has write keys only.")
    secret: str = Field(default="", max_length=4_096, description="Never shown again.")


class SourceUpdate(BaseModel):
    """A changed source; its secrets stay."""

    model_config = ConfigDict(extra="forbid")

    rev: int = Field(ge=0, description="The source's `rev` as you read it; 0: it has write keys only so far.")
    name: str = Field(default="", max_length=120)
    description: str = Field(default="", max_length=500)
    webhook: Webhook | None = None


class SecretIn(BaseModel):
    """A new secret."""

    model_config = ConfigDict(extra="forbid")

    secret: str = Field(min_length=1, max_length=4_096)
    keep_previous_hours: int = Field(
        default=24, ge=0, le=720, description="How long the previous one stays valid."
    )


class SampleIn(BaseModel):
    """A sample, and a mapping if it is not to be the source's."""

    model_config = ConfigDict(extra="forbid")

    sample: Any = Field(description="The body: JSON, or a text to be read by its content type.")
    content_type: str = Field(default="application/json", max_length=200)
    headers: dict[str, str] = Field(default={}, max_length=30)
    mapping: str = Field(default="", max_length=16_384, description="JSONata.")


class NewSampleIn(SampleIn):
    """A sample and a mapping that is not saved."""

    preset: str = Field(default="", max_length=40, description="A ready-made mapping, instead of `mapping`.")
    callback: bool = False


def _keys(call: Call) -> list[KeyRecord]:
    return call.wired.parts.keys.of_tenant(call.tenant)


def _shown(call: Call, source: Source) -> SourceReply:
    now, base = call.ports.now(), call.wired.parts.settings.public_url
    return reply(SourceReply, managing.shown(source, call.tenant, _keys(call), now, base))


def _found(call: Call, id_: str) -> Source:
    try:
        document = call.wired.parts.config.document(call.tenant, SOURCE_KIND, id_)
    except NotFound:
        for source in managing.listed((), _keys(call)):
            if source.id == id_:
                return source
        raise NotFound(f"There is no source `{id_}`.", code="no_source") from None
    return Source.of(id_, document.rev, document.body)


def _save(call: Call, source: Source, rev: int) -> Source:
    store = call.wired.parts.config
    saved = store.save_document(call.tenant, SOURCE_KIND, source.id, rev, source.document(), call.actor)
    return source.model_copy(update={"rev": saved.rev})


@routed(router, "GET", "/sources", "editor", "List sources, those with write keys only too")
def list_sources(
    q: Annotated[str, Query()] = "",
    kind: Annotated[str, Query(description="`tracking`, or a scheme such as `github`.")] = "",
    sort: Annotated[Literal["id", "name", "kind"], Query()] = "id",
    order: Annotated[Literal["asc", "desc"], Query()] = "asc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[SourceReply]:
    """List sources."""
    call = this()
    documents: list[Source] = []
    after: str | None = None
    while True:
        found, after = call.wired.parts.config.documents(call.tenant, SOURCE_KIND, 100, after)
        documents += [Source.of(d.id, d.rev, d.body) for d in found]
        if after is None:
            break
    keys, now, base = _keys(call), call.ports.now(), call.wired.parts.settings.public_url
    items = [managing.shown(s, call.tenant, keys, now, base) for s in managing.listed(documents, keys)]
    wanted = q.casefold()
    page = page_of(
        [
            s
            for s in items
            if (not kind or s["kind"] == kind)
            and wanted in f"{s['id']}\n{s['name']}\n{s['description']}".casefold()
        ],
        by=lambda s: str(s[sort]).casefold(),
        id_of=lambda s: str(s["id"]),
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page)


@routed(router, "GET", "/source-presets", "viewer", "Ready-made mappings")
def list_source_presets() -> Listed[SourcePreset]:
    """Return the ready-made mappings."""
    items = [
        {
            "name": p.name,
            "title": p.title,
            "schemes": list(p.schemes),
            "callback": p.callback,
            "mapping": p.mapping,
        }
        for p in PRESETS.values()
    ]
    return whole(items)


@routed(router, "POST", "/sources", "admin", "Create a source with its webhook", status=201)
def create_source(body: Annotated[SourceIn, Body()]) -> SourceReply:
    """Create a source."""
    call = this()
    source = managing.checked(
        Source(id=body.id, name=body.name, description=body.description, webhook=body.webhook)
    )
    if body.secret:
        source = managing.with_secret(
            call.tenant, source, body.secret, call.wired.parts.secret_box, call.ports.now()
        )
    elif body.webhook is not None and body.webhook.needs_secret:
        raise InvalidInput("Give the provider's `secret`.", code="no_secret", details={"place": "secret"})
    try:
        saved = _save(call, source, 0)
    except Conflict:
        raise Conflict(f"There is a source `{body.id}` already.", code="source_exists") from None
    call.ports.note(call.tenant, call.actor, "source.created", f"source/{body.id}", kind=_kind(saved))
    return _shown(call, saved)


@routed(router, "POST", "/sources/try", "viewer", "Try a mapping on a sample before it is saved")
def try_mapping(body: Annotated[NewSampleIn, Body()]) -> MappingTrial:
    """Try a mapping."""
    preset = PRESETS.get(body.preset)
    if not body.mapping.strip() and preset is None:
        raise InvalidInput("Give a `mapping`, or the name of a ready-made one.", details={"place": "mapping"})
    mapping = body.mapping if body.mapping.strip() or preset is None else preset.mapping
    return _tried(body, mapping, "trial", body.callback)


@routed(router, "GET", "/sources/<source>", "editor", "Read a source (never its secrets)")
def read_source(source: str) -> SourceReply:
    """Read a source."""
    call = this()
    return _shown(call, _found(call, source))


@routed(
    router, "PUT", "/sources/<source>", "admin", "Change a source (409 if somebody else did); secrets stay"
)
def update_source(source: str, body: Annotated[SourceUpdate, Body()]) -> SourceReply:
    """Change a source."""
    call = this()
    before = _found(call, source)
    changed = managing.checked(
        before.model_copy(
            update={"name": body.name, "description": body.description, "webhook": body.webhook}
        ),
        before,
    )
    if _kind(changed) != _kind(before):
        # A secret of one provider is none of another.
        changed = changed.model_copy(update={"secrets": ()})
    try:
        saved = _save(call, changed, body.rev)
    except Conflict:
        raise Conflict(
            f"`{source}` was changed since you read it: read it again.", code="stale_rev"
        ) from None
    call.ports.note(call.tenant, call.actor, "source.updated", f"source/{source}", rev=saved.rev)
    return _shown(call, saved)


@routed(router, "DELETE", "/sources/<source>", "admin", "Delete a source's webhook; its write keys stay")
def delete_source(source: str) -> Deleted:
    """Delete a source."""
    call = this()
    found = _found(call, source)
    if not found.rev:
        raise Conflict(
            f"`{source}` has write keys only: revoke them (`/write-keys`).", code="write_keys_only"
        )
    call.wired.parts.config.delete_document(call.tenant, SOURCE_KIND, source, found.rev)
    call.ports.note(call.tenant, call.actor, "source.deleted", f"source/{source}")
    return {"deleted": source}


@routed(
    router,
    "POST",
    "/sources/<source>/secrets",
    "admin",
    "Set a new secret; the previous one stays valid a while",
)
def set_source_secret(source: str, body: Annotated[SecretIn, Body()]) -> SourceReply:
    """Rotate a secret."""
    call = this()
    found = _found(call, source)
    changed = managing.with_secret(
        call.tenant,
        found,
        body.secret,
        call.wired.parts.secret_box,
        call.ports.now(),
        timedelta(hours=body.keep_previous_hours),
    )
    saved = _save(call, changed, found.rev)
    call.ports.note(call.tenant, call.actor, "source.secret_set", f"source/{source}")
    return _shown(call, saved)


@routed(router, "DELETE", "/sources/<source>/secrets/previous", "admin", "End the previous secret now")
def end_previous_source_secret(source: str) -> SourceReply:
    """End the previous secret."""
    call = this()
    found = _found(call, source)
    saved = _save(call, managing.without_previous(found, call.ports.now()), found.rev)
    call.ports.note(call.tenant, call.actor, "source.secret_ended", f"source/{source}")
    return _shown(call, saved)


@routed(router, "POST", "/sources/<source>/try", "viewer", "Try a source's mapping, or another, on a sample")
def try_source(source: str, body: Annotated[SampleIn, Body()]) -> MappingTrial:
    """Try a mapping on a sample."""
    found = _found(this(), source)
    if found.webhook is None:
        raise InvalidInput(f"`{source}` has no webhook.", code="no_webhook")
    return _tried(body, body.mapping.strip() or mapping_of(found.webhook), source, found.webhook.callback)


def _tried(body: SampleIn, mapping: str, source: str, callback: bool) -> MappingTrial:
    headers = {name.lower(): value for name, value in body.headers.items()}
    sample = sample_of(body.sample, body.content_type)
    found = tried(mapping, sample, headers, source, this().ports.now(), names_somebody, callback)
    return reply(MappingTrial, found)


def _kind(source: Source) -> str:
    return source.webhook.scheme if source.webhook else "tracking"
