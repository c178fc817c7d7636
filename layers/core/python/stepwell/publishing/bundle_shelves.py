"""Where a bundle's documents come from and go to, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Kind = Literal["images", "sources", "snippets", "blocks", "templates", "segments", "sequences", "workflows"]


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as a workspace has it.

    Attributes:
        document: What is compared and written.
        rev: For the write.
        managed_by: ``git`` if people cannot change it, else empty.
    """

    document: Mapping[str, Any]
    rev: int
    managed_by: str = ""


class Shelf(Protocol):
    """Where the documents of a kind are."""

    def get(self, tenant: str, id_: str) -> Stored | None:
        """Return one."""
        ...

    def ids(self, tenant: str) -> list[str]:
        """Return all ids."""
        ...

    def put(self, tenant: str, document: Mapping[str, Any], rev: int, actor: str) -> None:
        """Write one over a revision; 0: it is new.

        Raises:
            ValidationFailed: It breaks rules.
            Conflict: Somebody else was first.
        """
        ...


Shelves = Mapping[Kind, Shelf]
