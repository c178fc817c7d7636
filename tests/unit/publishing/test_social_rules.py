"""Rules for mentions of a folder in git: whose they are, and what a deployment does to them."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.contracts.workspace import GIT, RELEASED
from stepwell.errors import Conflict, InvalidInput, ValidationFailed
from stepwell.publishing.deploying import DeployingPorts, carry_out
from stepwell.publishing.git import Asked
from stepwell.publishing.social_rules import normal
from stepwell.social.answering import ID, KIND

from tests.fakes.deployments import MemoryKept, deploying_ports
from tests.fakes.publishing import TENANT, Office

ANGRY = {"rules": [{"id": "angry", "when": 'event.sentiment = "negative"', "escalate": True}]}


def deploy(ports: DeployingPorts, document: dict[str, Any], *, gone: bool = False) -> tuple[str, int]:
    """Return who has them afterwards, and their edition."""
    id_, content = normal(document)
    asked = Asked(tenant=TENANT, id=id_, document=content)
    carry_out(ports, "Custom::StepwellSocialRules", asked, gone=gone)
    found = ports.kept.piece_document(TENANT, KIND, ID)
    return found.by, found.rev


def test_they_are_saved_once_again_when_the_file_changes_and_left_to_people() -> None:
    ports = deploying_ports(Office(), MemoryKept())
    for _ in range(2):
        assert deploy(ports, ANGRY) == (GIT, 1)
    assert deploy(ports, {"id": "rules", **ANGRY, "answers_per_hour": 3}) == (GIT, 2)
    assert deploy(ports, ANGRY, gone=True) == (RELEASED, 3)


def test_those_of_people_are_taken_over_where_they_say_the_same() -> None:
    ports = deploying_ports(Office(), MemoryKept())
    ports.kept.save_piece(TENANT, KIND, ID, 0, normal(ANGRY)[1], "ann")
    with pytest.raises(Conflict) as caught:
        deploy(ports, {"answers_per_hour": 3})
    assert caught.value.code == "set_of_rules_for_mentions_in_the_way"
    assert "stepwell social rules" in caught.value.message
    assert deploy(ports, ANGRY) == (GIT, 2)


def test_a_file_with_another_id_or_an_unknown_team_is_refused() -> None:
    with pytest.raises(InvalidInput):
        normal({"id": "mine"})
    with pytest.raises(ValidationFailed) as caught:
        deploy(deploying_ports(Office(), MemoryKept()), {"rules": [{"id": "a", "forward": ["nobody"]}]})
    assert [one["code"] for one in caught.value.violations] == ["unknown_team"]
