"""Snippets, blocks and connected content as people manage them; a save reaches messages within a minute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from stepwell.content.blocks import Blocks
from stepwell.content.connected import Connected
from stepwell.content.dialects import DialectFault
from stepwell.content.faults import TemplateFault
from stepwell.content.including import names_in, snippets_of
from stepwell.content.languages import localized
from stepwell.content.models import Dialect, Template
from stepwell.content.pieces import BLOCK, SNIPPET, SOURCE, Block, Piece, Snippet, Source, read_piece
from stepwell.content.render import Renderer, Snippets
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import GIT, Document
from stepwell.errors import Conflict, InvalidInput, NotFound, ValidationFailed
from stepwell.workflows.facts import profile_facts

KINDS: Mapping[str, str] = {"snippets": SNIPPET, "blocks": BLOCK, "sources": SOURCE}
_CREDENTIAL = re.compile(
    r"authorization|cookie|token|secret|passw|api.?key|access.?key|credential", re.IGNORECASE
)


class Documents(Protocol):
    """Documents of a workspace; see `stepwell.adapters.config_store.ConfigStore`."""

    def document(self, tenant: str, kind: str, id_: str) -> Document:
        """Return one, or raise NotFound."""
        ...

    def documents(
        self, tenant: str, kind: str, limit: int, cursor: str | None
    ) -> tuple[list[Document], str | None]:
        """Return a page."""
        ...

    def save_document(
        self, tenant: str, kind: str, id_: str, rev: int, body: Mapping[str, Any], by: str = ""
    ) -> Document:
        """Save one over the revision that was read, or raise Conflict."""
        ...

    def delete_document(self, tenant: str, kind: str, id_: str, rev: int) -> None:
        """Delete one at the revision that was read, or raise Conflict."""
        ...


def kind_of(shelf: str) -> str:
    """Return the kind of documents that a part of the address names.

    Raises:
        NotFound: None.
    """
    if shelf not in KINDS:
        raise NotFound(
            f"There are snippets, blocks and sources, no `{shelf[:40]}`.", code="unknown_piece_kind"
        )
    return KINDS[shelf]


def every(documents: Documents, tenant: str, kind: str) -> list[Document]:
    """Return all pieces of a kind."""
    found: list[Document] = []
    cursor: str | None = None
    while True:
        page, cursor = documents.documents(tenant, kind, 100, cursor)
        found += page
        if cursor is None:
            return found


def finder(documents: Documents, tenant: str) -> Callable[[str, str], Mapping[str, Any] | None]:
    """Return what finds pieces as they are now; each is read once."""
    known: dict[tuple[str, str], Mapping[str, Any] | None] = {}

    def find(kind: str, piece: str) -> Mapping[str, Any] | None:
        if (kind, piece) not in known:
            try:
                known[kind, piece] = documents.document(tenant, kind, piece).body
            except NotFound:
                known[kind, piece] = None
        return known[kind, piece]

    return find


def check_piece(renderer: Renderer, piece: Piece, snippets: Callable[[Template], Snippets]) -> None:
    """Compile what a piece says.

    Raises:
        ValidationFailed: Some of it is no template; with all violations.
    """
    sources: list[tuple[str, str, bool]] = []
    dialect: Dialect = "jinja2"
    if isinstance(piece, Snippet):
        dialect, sources = piece.dialect, [("source", piece.source, True)]
    elif isinstance(piece, Block):
        dialect = piece.dialect
        for choice in (*piece.choices, *((piece.default,) if piece.default else ())):
            sources += [(f"{choice.id}.html", choice.html, True), (f"{choice.id}.text", choice.text, False)]
    found = []
    for place, source, escape in sources:
        written = Template.model_construct(id=piece.id, subject="", html=source, dialect=dialect)
        try:
            renderer.compile(place, source, escape=escape, dialect=dialect, snippets=snippets(written))
        except (TemplateFault, DialectFault) as fault:
            line = fault.line
            found.append({"code": fault.code, "message": str(fault), "place": place, "line": line})
    if found:
        raise ValidationFailed(f"This has mistakes: {found[0]['message']}", found)


def read_checked(
    renderer: Renderer,
    kind: str,
    told: Mapping[str, Any],
    find: Callable[[str, str], Mapping[str, Any] | None],
) -> dict[str, Any]:
    """Return a piece's document as it is kept.

    Raises:
        ValidationFailed: It has mistakes.
    """
    piece: Piece = read_piece(kind, dict(told))
    check_piece(renderer, piece, lambda template: snippets_of(template, find))
    if isinstance(piece, Source):
        _ensure_no_credentials(piece)
    return piece.model_dump(mode="json")


def _ensure_no_credentials(source: Source) -> None:
    # A source is read by everybody of the workspace, and travels in bundles and in git.
    found = [
        {
            "code": "credential_in_header",
            "place": f"headers.{name}",
            "message": "Keep it as a secret of the workspace and write `secret:NAME` here.",
        }
        for name, value in source.headers.items()
        if _CREDENTIAL.search(name) and value and "secret:" not in value
    ]
    if found:
        raise ValidationFailed("A header holds a credential in plain sight.", found)


def ensure_editable(document: Document) -> None:
    """Refuse to change a piece that a deployment registered.

    Raises:
        Conflict: It is kept in git.
    """
    if document.by == GIT:
        raise Conflict(f"`{document.id}` is kept in git: change its file and deploy.", code="managed_by_git")


def sources_of(document: Mapping[str, Any]) -> list[str]:
    """Return all that is written in the template language: of a message, with its translations, or of a piece."""
    parts = ("subject", "preheader", "mjml", "html", "text", "source")
    choices = [*(document.get("choices") or ()), document.get("default") or {}]
    versions = [document, *(document.get("translations") or {}).values(), *choices]
    return [str(one[part]) for one in versions for part in parts if one.get(part)]


def names_of(document: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return which pieces a message or a piece names, as kind and id."""
    dialect = str(document.get("dialect") or "jinja2")
    return set().union(*(names_in(text, dialect) for text in sources_of(document)))


def users_of(kind: str, piece: str, documents: Iterable[Document]) -> list[Document]:
    """Return the messages and pieces among documents that name a piece themselves."""
    return [one for one in documents if (kind, piece) in names_of(one.body)]


def save(
    documents: Documents,
    renderer: Renderer,
    tenant: str,
    kind: str,
    told: Mapping[str, Any],
    rev: int,
    by: str,
) -> Document:
    """Save a piece over the revision that was read; 0: there is none yet.

    Raises:
        ValidationFailed: It has mistakes.
        Conflict: Somebody else changed it, or there is one already.
    """
    find = finder(documents, tenant)
    body = read_checked(renderer, kind, told, find)
    piece = body["id"]
    if by != GIT and find(kind, piece) is not None:
        ensure_editable(documents.document(tenant, kind, piece))
    try:
        return documents.save_document(tenant, kind, piece, rev, body, by)
    except Conflict:
        if rev:
            raise Conflict(
                f"`{piece}` was changed since you read it: read it again.", code="stale_rev"
            ) from None
        raise Conflict(f"There is `{piece}` already.", code="piece_exists") from None


def renamed(piece: str, told: Mapping[str, Any]) -> None:
    """Refuse a change of the id.

    Raises:
        InvalidInput: It differs.
    """
    if told.get("id") != piece:
        raise InvalidInput("The id of a piece cannot change: templates name it.", code="id_changed")


def composed(
    renderer: Renderer,
    template: Template,
    values: dict[str, Any],
    find: Callable[[str, str], Mapping[str, Any] | None],
    now: datetime,
    *,
    language: str = "",
    segments: frozenset[str] = frozenset(),
    traits: Mapping[str, Any] | None = None,
) -> tuple[Template, Snippets]:
    """Make a template and its values ready for a preview or test; connected content shows its samples.

    Args:
        renderer: Renders blocks.
        template: The template.
        values: What it reads; gets `block` and `connected`.
        find: Finds pieces.
        now: The moment.
        language: The contact's language; empty: the template's.
        segments: Segments of a made-up contact.
        traits: The contact's fields, for conditions.

    Raises:
        TemplateFault: A snippet is written in another language.
    """
    known = dict.fromkeys(segments, 0)
    profile = Profile("sample", traits=dict(traits or {}), segments=known)
    values["block"] = Blocks(renderer, find, lambda: profile_facts(profile), now, values)
    values["connected"] = Connected(find)
    version = localized(template, language)
    return version, snippets_of(version, find)
