"""The one document that the pass compiles (`RULES`, ADR 9): what people save is written into it, part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from stepwell.errors import Conflict

_TRIES = 8


class RulesStore(Protocol):
    """The rules of a tenant: schema, computed attributes, scoring models, segments, sequences."""

    def read(self, tenant: str) -> tuple[Mapping[str, Any], int]:
        """Return the document and its rev (0: none yet), strongly read."""
        ...

    def write(self, tenant: str, document: Mapping[str, Any], rev: int) -> bool:
        """Write it if the stored rev still is ``rev``."""
        ...


def rebuild(store: RulesStore, tenant: str, **parts: Any) -> Mapping[str, Any]:
    """Replace parts of a tenant's rules, whatever others replace at the same time; return the document.

    Args:
        store: Where it lies.
        tenant: Tenant id.
        **parts: By name, as JSON, or what returns it; None takes a part out. What is asked for it at each try, after
            the document was read, cannot put back what another has replaced meanwhile.

    Raises:
        Conflict: Too many others change it at this moment.
    """
    return amend(
        store,
        tenant,
        lambda _: {name: part() if callable(part) else part for name, part in parts.items()},
    )


def amend(
    store: RulesStore, tenant: str, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Replace parts of a tenant's rules by what follows from the document as it is; return the document.

    Args:
        store: Where it lies.
        tenant: Tenant id.
        change: Gets the document and returns the parts to replace, None takes one out; called again at each try.

    Raises:
        Conflict: Too many others change it at this moment.
    """
    for _ in range(_TRIES):
        before, rev = store.read(tenant)
        asked = change(before)
        after = {
            "v": 1,
            **{name: part for name, part in {**before, **asked}.items() if part is not None and name != "v"},
        }
        if after == before or store.write(tenant, after, rev):
            return after
    raise Conflict("The rules are being changed by others at this moment: try again.", code="busy")
