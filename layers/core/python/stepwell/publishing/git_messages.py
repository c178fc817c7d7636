"""Message templates that are kept in git beside the workflows that send them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any, Protocol

from stepwell.content.checks import check_template
from stepwell.content.library import parse_template
from stepwell.content.preparing import prepared, template_document
from stepwell.content.render import Renderer
from stepwell.contracts.workspace import GIT, RELEASED, Document
from stepwell.errors import Conflict, NotFound, ValidationFailed
from stepwell.publishing.git import Asked

_TRIES = 5


class MessageStore(Protocol):
    """Message templates of workspaces, strongly read."""

    def document(self, tenant: str, message: str) -> Document:
        """Read one.

        Raises:
            NotFound: There is none of this id.
        """
        ...

    def save(self, tenant: str, message: str, rev: int, body: Mapping[str, Any], by: str) -> Document:
        """Write one over the revision that was read (0: it is new).

        Raises:
            Conflict: Somebody else changed it first.
        """
        ...

    def piece_document(self, tenant: str, kind: str, piece: str) -> Document:
        """Read a snippet, block or source.

        Raises:
            NotFound: There is none of this id.
        """
        ...

    def save_piece(
        self, tenant: str, kind: str, piece: str, rev: int, body: Mapping[str, Any], by: str
    ) -> Document:
        """Write one over the revision that was read (0: it is new).

        Raises:
            Conflict: Somebody else changed it first.
        """
        ...

    def piece(self, tenant: str, kind: str, piece: str) -> Mapping[str, Any] | None:
        """Return a snippet's, block's or source's document; None: there is none."""
        ...


@cache
def _renderer() -> Renderer:
    return Renderer()


def ensure_editable(document: Document) -> None:
    """Refuse to change a message that a deployment registered.

    Raises:
        Conflict: It is kept in git.
    """
    if document.by == GIT:
        raise Conflict(f"`{document.id}` is kept in git: change its file and deploy.", code="managed_by_git")


def keep(messages: MessageStore, asked: Asked) -> dict[str, str]:
    """Write a message as its file has it; the same content is no change.

    Raises:
        ValidationFailed: The template has mistakes; all at once.
        Conflict: Somebody's message of the same id is in the way.
    """
    template = parse_template({**asked.document, "version": 1})
    find = partial(messages.piece, asked.tenant)
    found = check_template(_renderer(), template, find)
    errors = [v for v in found if v["severity"] == "error"]
    if errors:
        raise ValidationFailed(f"The message `{asked.id}` has mistakes.", errors)
    body = template_document(prepared(template)[0])
    for _ in range(_TRIES):
        stored = _stored(messages, asked)
        rev = stored.rev if stored is not None else 0
        if stored is not None:
            same = {**stored.body, "version": 1} == body
            if same and stored.by == GIT:
                break
            if not same and stored.by not in (GIT, RELEASED):
                raise Conflict(
                    f"There is a message `{asked.id}` of {stored.by or 'somebody'} that differs from the file, and "
                    "deploying would lose it: delete it, or give the message in git another id.",
                    code="message_in_the_way",
                )
        try:
            messages.save(asked.tenant, asked.id, rev, {**body, "version": rev + 1}, GIT)
        except Conflict:
            continue
        break
    else:
        raise Conflict(f"`{asked.id}` is being changed by others at this moment: try again.", code="busy")
    return {}


def let_go(messages: MessageStore, asked: Asked) -> None:
    """Leave a message whose file is gone to people."""
    stored = _stored(messages, asked)
    if stored is not None and stored.by == GIT:
        messages.save(asked.tenant, asked.id, stored.rev, stored.body, RELEASED)


def _stored(messages: MessageStore, asked: Asked) -> Document | None:
    try:
        return messages.document(asked.tenant, asked.id)
    except NotFound:
        return None
