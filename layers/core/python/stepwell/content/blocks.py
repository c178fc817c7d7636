"""`block("hero")`: content that differs by contact. The first choice that fits a contact is shown, else the default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol, final

from markupsafe import Markup

from stepwell.conditions import Facts, Test, compile_condition, parse
from stepwell.content.budget import OverBudget, budget
from stepwell.content.including import Find, snippets_in
from stepwell.content.lookups import Function
from stepwell.content.missing import Missing
from stepwell.content.pieces import BLOCK, Block, Choice, read_piece
from stepwell.content.plain import plain_text

_COST = 10
_DEEPEST = 3
_MAX_ID = 64

Snippets = tuple[tuple[str, str], ...]


class Pieces(Protocol):
    """Renders pieces; see `stepwell.content.render.Renderer`."""

    def piece(
        self,
        source: str,
        values: Mapping[str, Any],
        *,
        dialect: str = ...,
        escape: bool = ...,
        snippets: Snippets = ...,
    ) -> str:
        """Render a piece of a message that is being rendered."""


@lru_cache(maxsize=1_024)
def _test(text: str) -> Test:
    return compile_condition(parse(text))


def chosen(block: Block, facts: Facts, now: datetime) -> Choice | None:
    """Return what a contact gets; None: nothing."""
    for choice in block.choices:
        if choice.segment and choice.segment not in facts.segments:
            continue
        if not choice.when or _test(choice.when)(facts, now):
            return choice
    return block.default


@final
class Blocks(Function):
    """The function `block` of templates.

    Attributes:
        shown: Which choice of which block this contact got.

    Args:
        pieces: Renders.
        find: Finds blocks.
        facts: Returns what is known of the contact; asked only when there is a block.
        now: The moment.
        values: What the message's template reads.
    """

    __slots__ = ("_depth", "_facts", "_find", "_known", "_now", "_pieces", "_values", "shown")

    def __init__(
        self,
        pieces: Pieces,
        find: Find,
        facts: Callable[[], Facts],
        now: datetime,
        values: Mapping[str, Any],
    ) -> None:
        self._pieces = pieces
        self._find = find
        self._facts = facts
        self._known: Facts | None = None
        self._now = now
        self._values = values
        self._depth = 0
        self.shown: dict[str, str] = {}

    def __call__(self, name: object = "", *_: object) -> Any:
        """Return a block's content for this contact.

        Raises:
            OverBudget: Blocks in each other, too deep.
        """
        work = budget()
        work.spend(_COST)
        document = self._find(BLOCK, name) if isinstance(name, str) and 0 < len(name) <= _MAX_ID else None
        if document is None:
            return Missing(name=f"block.{str(name)[:_MAX_ID]}" if isinstance(name, str) else "block")
        if self._depth >= _DEEPEST:
            raise OverBudget(f"blocks in each other deeper than {_DEEPEST}")
        self._depth += 1
        try:
            return self._content(read_piece(BLOCK, document))
        finally:
            self._depth -= 1

    def _content(self, block: Block) -> str:
        if self._known is None:
            self._known = self._facts()
        choice = chosen(block, self._known, self._now)
        if choice is None:
            return ""
        self.shown[block.id] = choice.id
        work = budget()
        escape = work.escape
        source = choice.html if escape or not choice.text else choice.text
        made = self._pieces.piece(
            source,
            self._values,
            dialect=block.dialect,
            escape=escape or not choice.text,
            snippets=snippets_in((source,), block.dialect, self._find) if "{" in source else (),
        )
        work.measure(len(made))
        if escape:
            return Markup(made)  # noqa: S704 - rendered with escaping
        return made if choice.text else plain_text(made).strip()
