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
    """

    kind: PieceKind
    id: str
    rev: int
    name: str
    description: str
    dialect: str
    updated_at: Time
    updated_by: str


class LinkSettings(Reply):
    """How links of e-mails are treated.

    Attributes:
        settings: See the reference of message templates.
        rev: Grows with each change; 0: nobody has changed it.
    """

    settings: Json
    rev: int


class ContentPiece(PieceSummary):
    """A piece with what it says.

    Attributes:
        piece: Its document.
    """

    piece: Json
