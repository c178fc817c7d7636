"""Snippets, blocks and connected content."""

from __future__ import annotations

from typing import Literal

from replies.forms import Json, Reply, Time

PieceKind = Literal["snippets", "blocks", "sources"]


class PieceSummary(Reply):
    """A piece as lists show it.

    Attributes:
        kind: What it is.
        rev: Grows with each change; send it back with the next one.
        dialect: The language of its tags; empty: it has none.
        managed_by: `git`: deployments register it and nobody edits it here; empty: people do.
    """

    kind: PieceKind
    id: str
    rev: int
    name: str
    description: str
    dialect: str
    updated_at: Time
    updated_by: str
    managed_by: Literal["", "git"]


class LinkSettings(Reply):
    """How links of e-mails are treated.

    Attributes:
        settings: See the reference of message templates.
        rev: Grows with each change; 0: nobody has changed it.
    """

    settings: Json
    rev: int


class PieceUser(Reply):
    """What names a piece.

    Attributes:
        kind: `templates`: a message; else another piece.
    """

    kind: Literal["templates", "snippets", "blocks"]
    id: str
    name: str


class ContentPiece(PieceSummary):
    """A piece with what it says.

    Attributes:
        piece: Its document.
        used_by: Messages and pieces that name it themselves.
    """

    piece: Json
    used_by: list[PieceUser]


class TriedSource(Reply):
    """What a source of connected content answers now.

    Attributes:
        url: The address that was asked.
        ok: Whether there is an answer that messages can use.
        status: Status code; 0: there was no answer.
        milliseconds: How long it took.
        bytes: Of the answer.
        answer: The JSON; null: there is none.
        fault: Why not, in a sentence; empty: it is well.
        left_out: Headers that were not sent: their secrets are read only where messages are sent.
    """

    url: str
    ok: bool
    status: int
    milliseconds: int
    bytes: int
    answer: Json | list[Json] | str | float | bool | None
    fault: str
    left_out: list[str]
