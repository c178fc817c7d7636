"""Wires listening to social networks: for webhooks, and for the function that opens accounts."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from stepwell.adapters.kept_documents import KeptDocuments
from stepwell.adapters.social_alarms import DynamoAlarms
from stepwell.adapters.social_inbox import DynamoInbox
from stepwell.adapters.social_tracking import DynamoTracked
from stepwell.contracts.social import Account
from stepwell.social.answering import ID, KIND, SocialRules, read_rules
from stepwell.triggers import social_polling, social_routing
from stepwell.triggers.mentions import Hearing
from stepwell.triggers.social_ports import HearPorts, SocialPorts

if TYPE_CHECKING:
    from stepwell.bootstrap import Container
    from stepwell.social_wiring import SocialParts

_KEPT_S = 60.0


class _KeptAccounts:
    def __init__(self, social: SocialParts) -> None:
        self._social = social
        self._known: dict[str, tuple[float, Sequence[Account]]] = {}

    def __call__(self, tenant: str) -> Sequence[Account]:
        now = time.monotonic()
        known = self._known.get(tenant)
        if known is None or now - known[0] >= _KEPT_S:
            found = [stored.account for stored in self._social.accounts.all(tenant)]
            known = self._known[tenant] = (now, found)
        return known[1]


def hearing(container: Container) -> Hearing:
    """Return what takes mentions that webhooks bring."""
    from stepwell.social_wiring import SocialParts

    social = SocialParts(container)
    return Hearing(
        HearPorts(
            clock=container.clock,
            inbox=DynamoInbox(container._config_table),
            stream=container.sink,
            accounts=_KeptAccounts(social),
            work=social.work,
        )
    )


def ports_of(container: Container, social: SocialParts) -> SocialPorts:
    """Return what rules, answers, alarms, polling and measuring reach."""
    from stepwell.adapters.social_letters import SocialLetters

    table = container._config_table
    documents = KeptDocuments(table)

    def rules(tenant: str) -> SocialRules:
        return read_rules(documents.body(tenant, KIND, ID) or {})

    return SocialPorts(
        clock=container.clock,
        inbox=DynamoInbox(table),
        stream=container.sink,
        work=social.work,
        alarms=DynamoAlarms(table),
        posts=DynamoTracked(table),
        connected=social.connected,
        rules=rules,
        profiles=container.profiles,
        workspaces=container.workspaces,
        leases=social.leases,
        timer=social.timer,
        letters=SocialLetters(
            container.workspaces, lambda: container.mailer, container.settings.configuration_set
        ),
        audit=container.logs,
    )


@cache
def _ports() -> SocialPorts:
    from stepwell.bootstrap import container
    from stepwell.social_work import parts

    return ports_of(container(), parts())


def listen(tenant: str, one: Mapping[str, Any], invocation: str) -> None:
    """Read an account's mentions."""
    del invocation
    social_polling.listen(_ports(), tenant, str(one.get("listen") or one["account"]))


def measure(tenant: str, one: Mapping[str, Any], invocation: str) -> None:
    """Ask what became of posts, and look at alarms."""
    del one, invocation
    social_polling.measure(_ports(), tenant)


def heard(tenant: str, one: Mapping[str, Any], invocation: str) -> None:
    """Ask the rules about mentions."""
    del invocation
    social_routing.heard(_ports(), tenant, [str(id_) for id_ in one["mentions"]])


def answer(tenant: str, one: Mapping[str, Any], invocation: str) -> None:
    """Send the answer that a mention waits for."""
    del invocation
    social_routing.answer(_ports(), tenant, str(one.get("answer") or one["mention"]))
