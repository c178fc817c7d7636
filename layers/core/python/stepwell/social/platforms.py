"""Which adapter speaks for which platform: by path, so that a process loads only what it uses."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from stepwell.contracts.audiences import Audiences
from stepwell.contracts.leads import LeadForms
from stepwell.contracts.social import Network, OAuth, Platform
from stepwell.errors import NotReady
from stepwell.social.ports import NetworkParts

ADAPTERS: dict[Platform, str] = {
    Platform.TWITTER: "stepwell.adapters.x_network",
    Platform.FACEBOOK: "stepwell.adapters.facebook_pages",
    Platform.LINKEDIN: "stepwell.adapters.linkedin_network",
    Platform.INSTAGRAM: "stepwell.adapters.instagram_network",
}
"""A module of this table has `network(parts)` and `oauth(parts)`."""


def network_of(parts: NetworkParts) -> Network:
    """Make a platform's network."""
    made: Network = _module(parts.platform).network(parts)
    return made


def oauth_of(parts: NetworkParts) -> OAuth:
    """Make what connects a platform's accounts."""
    made: OAuth = _module(parts.platform).oauth(parts)
    return made


def audiences_of(parts: NetworkParts) -> Audiences:
    """Make what keeps a platform's advertising audiences.

    Raises:
        NotReady: It has none that we keep.
    """
    module = _module(parts.platform)
    if not hasattr(module, "audiences"):
        raise NotReady(f"Audiences of {parts.platform.label} are not kept.", code="no_audiences")
    made: Audiences = module.audiences(parts)
    return made


def leads_of(parts: NetworkParts) -> LeadForms:
    """Make what reads a platform's lead forms.

    Raises:
        NotReady: It has none.
    """
    module = _module(parts.platform)
    if not hasattr(module, "leads"):
        raise NotReady(f"{parts.platform.label} has no lead forms.", code="no_lead_forms")
    made: LeadForms = module.leads(parts)
    return made


def _module(platform: Platform) -> Any:
    return import_module(ADAPTERS[platform])
