"""What a template can read: the contact's fields at top level, the triggering event, links, the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.content.lookups import Lookup
from stepwell.contracts.workspace import Workspace

_NO_CATALOG = Lookup()

RESERVED = frozenset(
    {
        "event",
        "unsubscribe_url",
        "preferences_url",
        "confirm_url",
        "workspace",
        "profile_id",
        "subject",
        "preheader",
        "catalog",
        "block",
        "connected",
    }
)


def personalization(
    *,
    traits: Mapping[str, Any],
    workspace: Workspace,
    profile_id: str = "",
    event: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    unsubscribe_url: str = "",
    preferences_url: str = "",
    confirm_url: str = "",
    catalog: Lookup | None = None,
) -> dict[str, Any]:
    """Compose the context. A node's variables beat profile fields; reserved names beat both.

    Args:
        traits: Profile fields.
        workspace: The tenant's settings.
        profile_id: Profile id.
        event: The triggering event's context (its properties are also reachable as ``event.<property>``).
        variables: Extra variables of the node.
        unsubscribe_url: Signed link of this contact.
        preferences_url: Signed link of this contact.
        confirm_url: Signed link by which this contact confirms that it wants the channel's marketing.
        catalog: Looks items of catalogs up; None: there are none.
    """
    happened = dict(event or {})
    properties = happened.get("properties")
    flat = {**properties, **happened} if isinstance(properties, Mapping) else happened
    return {
        **{name: value for name, value in traits.items() if name not in RESERVED},
        **{name: value for name, value in (variables or {}).items() if name not in RESERVED},
        "profile_id": profile_id,
        "event": flat,
        "catalog": catalog or _NO_CATALOG,
        "unsubscribe_url": unsubscribe_url,
        "preferences_url": preferences_url,
        "confirm_url": confirm_url,
        "workspace": {
            "name": workspace.name,
            "postal_address": workspace.postal_address,
            "time_zone": workspace.time_zone,
        },
    }
