"""Snippets, blocks and sources of a folder in git."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.content.pieces import BLOCK, SNIPPET, SOURCE
from stepwell.contracts.workspace import GIT, RELEASED
from stepwell.errors import Conflict, ValidationFailed
from stepwell.publishing.deploying import carry_out
from stepwell.publishing.git import Asked
from stepwell.publishing.git_pieces import normal

from tests.fakes.deployments import MemoryKept, deploying_ports
from tests.fakes.publishing import TENANT, Office

DOCUMENTS: dict[str, dict[str, Any]] = {
    "Snippet": {"id": "header", "source": "<h1>{{ workspace.name }}</h1>"},
    "Block": {"id": "hero", "choices": [{"id": "vip", "segment": "vips", "html": "<b>30 %</b>"}]},
    "ContentSource": {
        "id": "weather",
        "url": "https://api.example.com/{city}",
        "params": ["city"],
        "headers": {"authorization": "Bearer secret:weather"},
    },
}
STORED = {"Snippet": SNIPPET, "Block": BLOCK, "ContentSource": SOURCE}
KINDS = pytest.mark.parametrize("kind", DOCUMENTS)


class Folder:
    def __init__(self) -> None:
        self.kept = MemoryKept()
        self.ports = deploying_ports(Office(), self.kept)

    def ask(self, kind: str, *, gone: bool = False, **changes: Any) -> None:
        document = {**DOCUMENTS[kind], **changes}
        asked = Asked(tenant=TENANT, id=str(document["id"]), document=document)
        carry_out(self.ports, f"Custom::Stepwell{kind}", asked, gone=gone)

    def stored(self, kind: str) -> tuple[str, str, int]:
        found = self.kept.piece_document(TENANT, STORED[kind], DOCUMENTS[kind]["id"])
        return str(found.body["name"]), found.by, found.rev


@KINDS
def test_it_is_saved_once_and_again_when_its_file_changes(kind: str) -> None:
    folder = Folder()
    for _ in range(2):
        folder.ask(kind, name="One")
        assert folder.stored(kind) == ("One", GIT, 1)
    folder.ask(kind, name="Two")
    assert folder.stored(kind) == ("Two", GIT, 2)


@KINDS
def test_it_belongs_to_people_when_its_file_is_gone(kind: str) -> None:
    folder = Folder()
    folder.ask(kind, name="One")
    for _ in range(2):
        folder.ask(kind, gone=True)
    assert folder.stored(kind) == ("One", RELEASED, 2), "messages still put it in"
    body = {**normal(kind, DOCUMENTS[kind])[1], "name": "Mine"}
    folder.kept.save_piece(TENANT, STORED[kind], DOCUMENTS[kind]["id"], 2, body, "ann")
    with pytest.raises(Conflict) as caught:
        folder.ask(kind, name="Other")
    assert caught.value.code.endswith("_in_the_way")
    folder.ask(kind, name="Mine")
    assert folder.stored(kind)[:2] == ("Mine", GIT)


@KINDS
def test_mistakes_are_told(kind: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        Folder().ask(kind, nonsense=1)
    assert caught.value.violations


def test_a_credential_in_plain_sight_does_not_come_in() -> None:
    with pytest.raises(ValidationFailed) as caught:
        normal("ContentSource", {**DOCUMENTS["ContentSource"], "headers": {"X-Api-Key": "k1"}})
    assert caught.value.violations[0]["place"] == "headers.X-Api-Key"
