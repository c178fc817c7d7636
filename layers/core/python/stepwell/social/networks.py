"""The social networks there are: one table, from which connecting, posting, listening and settings take what exists.

A row names its adapters by path, so that the table costs no import: a process loads the one network that it calls.
Each function is called with `stepwell.adapters.social_http.NetworkParts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from stepwell.contracts.social import Platform


@dataclass(frozen=True, slots=True)
class PlatformKind:
    """A network's adapters, each ``module:function``.

    Attributes:
        network: Makes its `Network`.
        oauth: Makes its `OAuth`.
        login: Makes the `OAuth` that contacts sign in by; empty: the network has no sign-in for people.
        audiences: Makes its `Audiences`; empty: its advertising audiences are not kept.
        leads: Makes its `LeadForms`; empty: it has none.
        pkce: Whether its OAuth takes PKCE.
        stand_in: Name of its stand-in in the local cloud.
    """

    network: str
    oauth: str
    login: str = ""
    audiences: str = ""
    leads: str = ""
    pkce: bool = False
    stand_in: str = ""


_HERE = "stepwell.adapters"
PLATFORMS: Mapping[Platform, PlatformKind] = {
    Platform.TWITTER: PlatformKind(
        f"{_HERE}.x_network:network",
        f"{_HERE}.x_oauth:oauth",
        f"{_HERE}.x_oauth:login",
        pkce=True,
        stand_in="x",
    ),
    Platform.FACEBOOK: PlatformKind(
        f"{_HERE}.facebook_pages:network",
        f"{_HERE}.meta_oauth:facebook",
        f"{_HERE}.meta_oauth:login",
        f"{_HERE}.facebook_audiences:audiences",
        f"{_HERE}.lead_forms:facebook",
        stand_in="graph",
    ),
    Platform.INSTAGRAM: PlatformKind(
        f"{_HERE}.instagram_network:network",
        f"{_HERE}.meta_oauth:instagram",
        stand_in="graph",
    ),
    Platform.LINKEDIN: PlatformKind(
        f"{_HERE}.linkedin_network:network",
        f"{_HERE}.linkedin_oauth:oauth",
        f"{_HERE}.linkedin_oauth:login",
        leads=f"{_HERE}.lead_forms:linkedin",
        stand_in="linkedin",
    ),
}


@cache
def loaded(path: str) -> Any:
    """Load ``module:name``."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
