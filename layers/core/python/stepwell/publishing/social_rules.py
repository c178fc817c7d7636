"""Rules for mentions as people and deployments save them: the same checks for both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from stepwell.contracts.rule_documents import written
from stepwell.errors import Conflict, InvalidInput, ValidationFailed
from stepwell.publishing.git_documents import Kind, Stored
from stepwell.publishing.git_messages import MessageStore
from stepwell.publishing.ports import Inventory
from stepwell.social.answering import ID, KIND, SocialRules, read_rules

NAME = "SocialRules"
"""What registers them (``Custom::StepwellSocialRules``)."""


def checked(document: Mapping[str, Any], teams: Collection[str]) -> SocialRules:
    """Read rules that somebody wrote.

    Raises:
        ValidationFailed: They have faults, or name teams that the workspace has not.
    """
    rules = read_rules(document)
    named = [target for rule in rules.rules for target in rule.forward] + list(rules.crisis.tell)
    unknown = sorted({one for one in named if "@" not in one and one not in teams})
    if unknown:
        fault = {"code": "unknown_team", "place": "rules", "message": f"There is no team `{unknown[0]}`."}
        raise ValidationFailed(f"There is no team `{unknown[0]}` in this workspace.", [fault])
    return rules


def normal(document: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Read a file as far as it can be without its workspace; return its id, which it need not tell, and content.

    Raises:
        InvalidInput: It tells another id: a workspace has one set of rules.
        ValidationFailed: It has faults; all at once.
    """
    told = dict(document)
    if told.pop("id", ID) != ID:
        raise InvalidInput(
            f"A workspace has one set of rules for mentions, its id is `{ID}`.", code="wrong_id"
        )
    return ID, written(read_rules(told))


def social_rules_kind(store: MessageStore, inventory: Inventory) -> Kind:
    """Return how rules for mentions are kept."""

    def find(tenant: str, id_: str) -> Stored:
        found = store.piece_document(tenant, KIND, id_)
        return Stored(written(read_rules(found.body)), found.by, found.rev)

    def write(tenant: str, document: Mapping[str, Any], rev: int, by: str) -> None:
        rules = checked(normal(document)[1], inventory.workspace(tenant).teams)
        try:
            store.save_piece(tenant, KIND, ID, rev, written(rules), by)
        except Conflict as error:
            raise Conflict(error.message, code="stale_rev") from error

    return Kind(
        what="set of rules for mentions",
        find=find,
        normal=lambda _, document: normal(document)[1],
        create=lambda tenant, document, actor: write(tenant, document, 0, actor),
        update=lambda tenant, _, document, edition, actor: write(tenant, document, edition, actor),
        instead="take them over into the file (`stepwell social rules` prints them)",
    )
