"""What taking answers reaches, and which message an answer is one to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from stepwell.contracts.clock import Clock
from stepwell.contracts.ids import visit_id
from stepwell.contracts.profiles import Profile
from stepwell.contracts.reply_addresses import ReplyTo, place_of
from stepwell.contracts.tokens import Token
from stepwell.errors import InvalidInput, NotFound
from stepwell.replies.routing import ReplyRules
from stepwell.runtime.ports import (
    EventSink,
    Mailer,
    MessagingStore,
    ProfileStore,
    TokenStore,
    VersionStore,
    WorkspaceStore,
)
from stepwell.runtime.published import published

_VERSIONS_BACK = 10


class Live(Protocol):
    """Which workflows a tenant has."""

    def triggers(self, tenant: str) -> Mapping[str, Any]:
        """Return the tenant's compiled triggers: ``{"workflows": {id: {"version": n, …}}}``."""
        ...


class RulesOfReplies(Protocol):
    """What workspaces want done with answers."""

    def reply_rules(self, tenant: str) -> ReplyRules:
        """Return a workspace's rules."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPorts:
    """All that taking an answer reaches."""

    clock: Clock
    profiles: ProfileStore
    messaging: MessagingStore
    tokens: TokenStore
    versions: VersionStore
    workspaces: WorkspaceStore
    live: Live
    rules: RulesOfReplies
    events: EventSink
    mailer: Mailer
    configuration_set: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that was answered, as far as it is found.

    Attributes:
        workflow: Workflow id, empty: it is gone.
        version: The version that the contact was in, 0: unknown.
        node: Node id.
        enrollment: Enrollment (token) id.
        visit: Visit id.
    """

    workflow: str = ""
    version: int = 0
    node: str = ""
    enrollment: str = ""
    visit: str = ""


def find_origin(ports: ReplyPorts, to: ReplyTo, profile: Profile) -> Origin:
    """Find the workflow, the node and the passage that a reply address stands for."""
    found = _place(ports, to)
    if found is None:
        return Origin()
    workflow, node = found
    own = {profile.id, to.profile, *profile.aliases}
    tokens = [token for id_ in sorted(own) for token in ports.tokens.of_profile(to.tenant, workflow, id_)]
    for token in sorted(tokens, key=_age, reverse=True):
        visit = visit_id(to.tenant, workflow, token.id, node, dict(token.loop))
        plain = visit_id(to.tenant, workflow, token.id, node, {})
        for one in (visit, plain):
            if one.startswith(to.visit):
                return Origin(workflow, token.version, node, token.id, one)
    newest = max(tokens, key=_age, default=None)
    # The loop has gone on since, or the enrollment has expired: the newest passage is the best guess there is.
    return Origin(workflow, newest.version if newest else 0, node, newest.id if newest else "")


def _age(token: Token) -> tuple[Any, str]:
    return token.entered_at, token.id


def _place(ports: ReplyPorts, to: ReplyTo) -> tuple[str, str] | None:
    for workflow, part in sorted((ports.live.triggers(to.tenant).get("workflows") or {}).items()):
        newest = int(part["version"])
        for version in range(newest, max(0, newest - _VERSIONS_BACK), -1):
            try:
                graph = published(ports.versions, to.tenant, workflow, version).graph
            except (NotFound, InvalidInput):
                continue
            for node in graph.nodes:
                if place_of(to.tenant, workflow, node) == to.place:
                    return workflow, node
    return None
