"""Wires the pages behind signed links: unsubscribing, the preference centre, double opt-in, data requests."""

from __future__ import annotations

from functools import cache

from stepwell.adapters.data_requests import DynamoDataRequests
from stepwell.adapters.kept_documents import KeptDocuments
from stepwell.bootstrap import container
from stepwell.consent.centre import ID, KIND, read_centre
from stepwell.consent.choice_ports import ChoicePorts
from stepwell.consent.preference_pages import theme_of
from stepwell.consent.unsubscribe import Subscriptions


@cache
def _documents() -> KeptDocuments:
    return KeptDocuments(container()._config_table)


def choice_ports() -> ChoicePorts:
    """Return what the pages reach; the keys are read anew, as they may have changed hands."""
    wired = container()
    return ChoicePorts(
        clock=wired.clock,
        profiles=wired.profiles,
        consents=wired.messaging,
        stream=wired.sink,
        workspaces=wired.workspaces,
        proofs=wired.proofs,
        requests=DynamoDataRequests(wired._profiles_table),
        centre=lambda tenant: read_centre(_documents().body(tenant, KIND, ID)),
        keys=wired.secrets.link_keys(),
    )


def subscriptions(ports: ChoicePorts) -> Subscriptions:
    """Return what unsubscribe links stand for."""
    return Subscriptions(
        ports.clock,
        ports.profiles,
        ports.consents,
        ports.stream,
        ports.workspaces,
        ports.keys,
        ports.proofs,
        lambda tenant: theme_of(ports.centre(tenant)),
    )
