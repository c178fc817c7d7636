"""What deployments of workflows in git need of table `config` beside publishing's stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.items.config import TEMPLATE
from stepwell.contracts.workspace import Document
from stepwell.errors import NotFound


class ConfigMessages:
    """See `stepwell.publishing.git_messages.MessageStore` and `stepwell.publishing.git.Workspaces`.

    Args:
        store: Table `config`.
    """

    def __init__(self, store: ConfigStore) -> None:
        self._store = store

    def exists(self, tenant: str) -> bool:
        """Tell whether a workspace was founded."""
        try:
            self._store.workspace(tenant)
        except NotFound:
            return False
        return True

    def document(self, tenant: str, message: str) -> Document:
        """Read one.

        Raises:
            NotFound: There is none of this id.
        """
        return self._store.document(tenant, TEMPLATE, message)

    def save(self, tenant: str, message: str, rev: int, body: Mapping[str, Any], by: str) -> Document:
        """Write one over the revision that was read (0: it is new).

        Raises:
            Conflict: Somebody else changed it first.
        """
        return self._store.save_document(tenant, TEMPLATE, message, rev, body, by)

    def piece_document(self, tenant: str, kind: str, piece: str) -> Document:
        """Read a snippet, block or source.

        Raises:
            NotFound: There is none of this id.
        """
        return self._store.document(tenant, kind, piece)

    def save_piece(
        self, tenant: str, kind: str, piece: str, rev: int, body: Mapping[str, Any], by: str
    ) -> Document:
        """Write one over the revision that was read (0: it is new).

        Raises:
            Conflict: Somebody else changed it first.
        """
        return self._store.save_document(tenant, kind, piece, rev, body, by)

    def piece(self, tenant: str, kind: str, piece: str) -> Mapping[str, Any] | None:
        """Return a snippet's, block's or source's document; None: there is none."""
        try:
            return self._store.document(tenant, kind, piece).body
        except NotFound:
            return None
