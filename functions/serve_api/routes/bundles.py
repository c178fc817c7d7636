"""Promotion between environments: a workflow with all that it names, out of one workspace and into another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import yaml
from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.bundles import Bundle, BundleDifference
from replies.forms import Listed
from stepwell.adapters.items.config import TEMPLATE
from stepwell.content.library import parse_template
from stepwell.content.pieces import BLOCK, SNIPPET, SOURCE, read_piece
from stepwell.content.preparing import template_document
from stepwell.contracts.workspace import GIT
from stepwell.errors import InvalidInput, NotFound
from stepwell.publishing import bundles, drafts, images, pieces, segments, sequences
from stepwell.publishing.bundle_shelves import Shelves, Stored
from stepwell.publishing.drafts import read as read_draft
from stepwell.workflows.documents import from_document, to_document

from routes.replies import plain, whole
from routes.routing import Call, routed, this, topic
from routes.templates import checked, renderer

router = topic("Promotion")


class BundleIn(BaseModel):
    """A bundle, as YAML or as JSON."""

    model_config = ConfigDict(extra="forbid")

    yaml: str | None = Field(default=None, max_length=4_000_000)
    bundle: dict[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        """Return the bundle.

        Raises:
            InvalidInput: None or both forms are given, or it is no YAML.
        """
        if (self.yaml is None) == (self.bundle is None):
            raise InvalidInput("Send the bundle as `yaml` or as `bundle` (JSON).", code="no_bundle")
        if self.yaml is None:
            return dict(self.bundle or {})
        try:
            found = yaml.safe_load(self.yaml)
        except yaml.YAMLError as error:
            raise InvalidInput("The bundle is no valid YAML.", code="bad_yaml") from error
        if not isinstance(found, dict):
            raise InvalidInput("This is no bundle of workflows.", code="no_bundle")
        return found


class TakeOverIn(BundleIn):
    """A bundle, and what of it may replace what is here."""

    replace: list[str] = Field(
        default_factory=list, max_length=500, examples=[["templates/welcome_email", "workflows/welcome"]]
    )


@dataclass(frozen=True, slots=True)
class _Templates:
    call: Call

    def get(self, tenant: str, id_: str) -> Stored | None:
        try:
            found = self.call.wired.parts.config.document(tenant, TEMPLATE, id_)
        except NotFound:
            return None
        document = template_document(parse_template(dict(found.body)))
        return Stored(document, found.rev, GIT if found.by == GIT else "")

    def ids(self, tenant: str) -> list[str]:
        return sorted(self.call.ports.inventory.known(tenant).templates or ())

    def put(self, tenant: str, document: Mapping[str, Any], rev: int, actor: str) -> None:
        template, _ = checked(self.call, {**document, "version": rev + 1})
        self.call.wired.parts.config.save_document(
            tenant, TEMPLATE, template.id, rev, template.model_dump(mode="json"), actor
        )


@dataclass(frozen=True, slots=True)
class _Pieces:
    call: Call
    kind: str

    def get(self, tenant: str, id_: str) -> Stored | None:
        try:
            found = self.call.wired.parts.config.document(tenant, self.kind, id_)
        except NotFound:
            return None
        # As the model of today writes it: a field that is newer than the document is no difference.
        document = read_piece(self.kind, dict(found.body)).model_dump(mode="json")
        return Stored(document, found.rev, GIT if found.by == GIT else "")

    def ids(self, tenant: str) -> list[str]:
        return [one.id for one in pieces.every(self.call.wired.parts.config, tenant, self.kind)]

    def put(self, tenant: str, document: Mapping[str, Any], rev: int, actor: str) -> None:
        pieces.save(self.call.wired.parts.config, renderer(), tenant, self.kind, document, rev, actor)


@dataclass(frozen=True, slots=True)
class _Pictures:
    call: Call

    def get(self, tenant: str, id_: str) -> Stored | None:
        try:
            return Stored(*images.packed(self.call.wired.console.images, tenant, id_))
        except NotFound:
            return None

    def ids(self, tenant: str) -> list[str]:
        return [one["id"] for one in images.listed(self.call.wired.console.images, tenant)]

    def put(self, tenant: str, document: Mapping[str, Any], rev: int, actor: str) -> None:
        del rev
        images.restore(self.call.wired.console.images, tenant, document, actor)


@dataclass(frozen=True, slots=True)
class _Segments:
    call: Call

    def get(self, tenant: str, id_: str) -> Stored | None:
        found = self.call.wired.segments.store.get(tenant, id_)
        if found is None:
            return None
        managed = GIT if found.updated_by == GIT else ""
        return Stored(found.segment.document(), found.edited, managed)

    def ids(self, tenant: str) -> list[str]:
        return [record.segment.id for record in self.call.wired.segments.store.all(tenant)]

    def put(self, tenant: str, document: Mapping[str, Any], rev: int, actor: str) -> None:
        if rev:
            segments.update(self.call.wired.segments, tenant, str(document["id"]), document, rev, actor)
        else:
            segments.create(self.call.wired.segments, tenant, document, actor)


@dataclass(frozen=True, slots=True)
class _Sequences:
    call: Call

    def get(self, tenant: str, id_: str) -> Stored | None:
        try:
            found = sequences.read(self.call.wired.rules, tenant, id_)
        except NotFound:
            return None
        return Stored(dict(found.body), found.rev, GIT if found.updated_by == GIT else "")

    def ids(self, tenant: str) -> list[str]:
        return [record.id for record in self.call.wired.rules.sequences.all(tenant)]

    def put(self, tenant: str, document: Mapping[str, Any], rev: int, actor: str) -> None:
        if rev:
            sequences.update(self.call.wired.rules, tenant, str(document["id"]), document, rev, actor)
        else:
            sequences.create(self.call.wired.rules, tenant, document, actor)


@dataclass(frozen=True, slots=True)
class _Workflows:
    call: Call

    def get(self, tenant: str, id_: str) -> Stored | None:
        try:
            found = read_draft(self.call.ports, tenant, id_)
        except NotFound:
            return None
        return Stored(to_document(from_document(dict(found.document))), found.edited, found.managed_by)

    def ids(self, tenant: str) -> list[str]:
        return [record.id for record in self.call.ports.workflows.all(tenant)]

    def put(self, tenant: str, document: Mapping[str, Any], rev: int, actor: str) -> None:
        if rev:
            drafts.update(self.call.ports, tenant, str(document["id"]), document, rev, actor)
        else:
            drafts.create(self.call.ports, tenant, document, actor)


def _shelves(call: Call) -> Shelves:
    return {
        "images": _Pictures(call),
        "sources": _Pieces(call, SOURCE),
        "snippets": _Pieces(call, SNIPPET),
        "blocks": _Pieces(call, BLOCK),
        "templates": _Templates(call),
        "segments": _Segments(call),
        "sequences": _Sequences(call),
        "workflows": _Workflows(call),
    }


@routed(router, "GET", "/workflows/<workflow>/bundle", "viewer", "Export a workflow with all that it names")
def export_workflow(workflow: str) -> Bundle:
    """Return the draft with its messages and what these put in, its segments and sequences, as JSON and as YAML."""
    call = this()
    at = images.address_of(call.wired.console.images, call.tenant)
    found = plain(bundles.export(call.ports, _shelves(call), call.tenant, workflow, at))
    return {"bundle": found, "yaml": yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=100)}


@routed(router, "POST", "/bundles/preview", "viewer", "What taking a bundle over would change here")
def preview_bundle(body: Annotated[BundleIn, Body()]) -> Listed[BundleDifference]:
    """Compare a bundle with what is here, document by document."""
    call = this()
    at = images.address_of(call.wired.console.images, call.tenant)
    return whole(bundles.preview(_shelves(call), call.tenant, body.document(), at))


@routed(router, "POST", "/bundles", "editor", "Take a bundle over, as drafts")
def import_bundle(body: Annotated[TakeOverIn, Body()]) -> Listed[BundleDifference]:
    """Write what differs; nothing is published. What is here and differs must be named in `replace`."""
    call = this()
    found = bundles.take_over(
        call.ports,
        _shelves(call),
        call.tenant,
        body.document(),
        call.actor,
        replace=body.replace,
        pictures_at=images.address_of(call.wired.console.images, call.tenant),
    )
    return whole(found)
