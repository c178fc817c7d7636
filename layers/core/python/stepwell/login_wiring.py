"""Wires the pages on which contacts sign in with a network."""

from __future__ import annotations

import secrets
from functools import cache
from importlib import import_module
from typing import Any

from stepwell.adapters.kept_documents import KeptDocuments
from stepwell.bootstrap import container
from stepwell.consent import centre
from stepwell.contracts.social import OAuthClient, Platform
from stepwell.social import login
from stepwell.social.platforms import ADAPTERS
from stepwell.social.ports import NetworkParts
from stepwell.social_wiring import SocialParts
from stepwell.triggers.social_login import SocialLogin
from stepwell.triggers.social_login_ports import LoginPorts


@cache
def social_login() -> SocialLogin:
    """Return what answers the pages' requests."""
    wired = container()
    social = SocialParts(wired)
    documents = KeptDocuments(wired._config_table)

    def client(tenant: str, platform: Platform) -> OAuthClient:
        return social.apps.app(tenant, platform).client

    def network(tenant: str, platform: Platform) -> Any:
        local = wired.settings.local
        parts = NetworkParts(
            platform=platform,
            clock=wired.clock,
            http=wired.http,
            local=local,
            public_url=wired.settings.public_url,
            # Only the local cloud may ask another address, so only there it is looked up.
            address=social.apps.address(tenant, platform) if local else "",
        )
        return import_module(ADAPTERS[platform]).login(parts)

    return SocialLogin(
        LoginPorts(
            clock=wired.clock,
            stream=wired.sink,
            used=wired.sources,
            settings=lambda tenant: login.read_settings(documents.body(tenant, login.KIND, login.ID)),
            centre=lambda tenant: centre.read_centre(documents.body(tenant, centre.KIND, centre.ID)),
            sender=lambda tenant: wired.workspaces.workspace(tenant).name,
            client=client,
            login=network,
            keys=lambda: wired.secrets.link_keys(),
            random=lambda: secrets.token_urlsafe(48),
            public_url=wired.settings.public_url,
            local=wired.settings.local,
        )
    )
