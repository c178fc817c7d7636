"""Snippets, blocks and sources of connected content that are kept in git beside the messages that put them in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from stepwell.content.pieces import BLOCK, SNIPPET, SOURCE, read_piece
from stepwell.content.render import Renderer
from stepwell.errors import Conflict
from stepwell.publishing.git_documents import Kind, Stored
from stepwell.publishing.git_messages import MessageStore
from stepwell.publishing.pieces import read_checked

KINDS: Mapping[str, str] = {"Snippet": SNIPPET, "Block": BLOCK, "ContentSource": SOURCE}
"""Kind of document by what registers it (``Custom::Stepwell<name>``)."""
_WORDS = {SNIPPET: "snippet", BLOCK: "block", SOURCE: "source"}


@cache
def _renderer() -> Renderer:
    return Renderer()


def normal(kind: str, document: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Read a file as far as it can be without its workspace; return its id and its content.

    Raises:
        ValidationFailed: It is none of its kind; all violations at once.
    """
    # Snippets that it puts in are looked for when it is registered; until then empty ones stand for them.
    dialect = str(document.get("dialect") or "jinja2")
    stand_in = {"dialect": dialect, "source": ""}
    body = read_checked(_renderer(), KINDS[kind], document, lambda _, piece: {"id": piece, **stand_in})
    return str(body["id"]), body


def piece_kind(store: MessageStore, kind: str) -> Kind:
    """Return how pieces of a kind are kept."""

    def find(tenant: str, id_: str) -> Stored:
        found = store.piece_document(tenant, kind, id_)
        return Stored(read_piece(kind, dict(found.body)).model_dump(mode="json"), found.by, found.rev)

    def write(tenant: str, document: Mapping[str, Any], rev: int, by: str) -> None:
        body = read_checked(_renderer(), kind, document, partial(store.piece, tenant))
        try:
            store.save_piece(tenant, kind, str(body["id"]), rev, body, by)
        except Conflict as error:
            raise Conflict(error.message, code="stale_rev") from error

    return Kind(
        what=_WORDS[kind],
        find=find,
        normal=lambda _, document: read_piece(kind, dict(document)).model_dump(mode="json"),
        create=lambda tenant, document, actor: write(tenant, document, 0, actor),
        update=lambda tenant, _, document, edition, actor: write(tenant, document, edition, actor),
    )
