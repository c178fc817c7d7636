"""Segments, sequences and scoring models of a folder in git: whose they are, and what a deployment does to them."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.contracts.workspace import GIT, RELEASED
from stepwell.errors import Conflict, ValidationFailed
from stepwell.publishing import scoring, segments, sequences
from stepwell.publishing.deploying import carry_out
from stepwell.publishing.git import Asked
from stepwell.publishing.git_documents import normal

from tests.fakes.deployments import MemoryKept, deploying_ports
from tests.fakes.publishing import TENANT, Office

SEGMENT = {"id": "big", "condition": "age >= 18"}
SEQUENCE = {"id": "pair", "within": "1_hours", "steps": [{"event": "a_seen"}, {"event": "b_seen"}]}
MODEL = {
    "id": "warmth",
    "name": "Warmth",
    "subject": "lead",
    "rules": [{"id": "seen", "event": "a_seen", "points": 5}],
}
DOCUMENTS = {"Segment": SEGMENT, "Sequence": SEQUENCE, "ScoringModel": MODEL}
KINDS = pytest.mark.parametrize("kind", DOCUMENTS)


class Folder:
    def __init__(self) -> None:
        self.ports = deploying_ports(Office(), MemoryKept())

    def ask(self, kind: str, *, gone: bool = False, **changes: Any) -> None:
        document = {**DOCUMENTS[kind], **changes}
        asked = Asked(tenant=TENANT, id=str(document["id"]), document=document)
        carry_out(self.ports, f"Custom::Stepwell{kind}", asked, gone=gone)

    def stored(self, kind: str) -> tuple[str, str, int]:
        """Return name, author and edition."""
        id_ = str(DOCUMENTS[kind]["id"])
        if kind == "Segment":
            segment = segments.read(self.ports.segments, TENANT, id_)
            return segment.segment.name, segment.updated_by, segment.edited
        read = sequences.read if kind == "Sequence" else scoring.read
        rule = read(self.ports.rules, TENANT, id_)
        return rule.body.get("name", ""), rule.updated_by, rule.rev

    def save(self, kind: str, actor: str, **changes: Any) -> None:
        document, edition = {**DOCUMENTS[kind], **changes}, self.stored(kind)[2]
        if kind == "Segment":
            segments.update(self.ports.segments, TENANT, "big", document, edition, actor)
        elif kind == "Sequence":
            sequences.update(self.ports.rules, TENANT, "pair", document, edition, actor)
        else:
            scoring.update(self.ports.rules, TENANT, "warmth", document, edition, actor)

    def delete(self, kind: str, actor: str) -> None:
        edition = self.stored(kind)[2]
        if kind == "Segment":
            segments.delete(self.ports.segments, TENANT, "big", edition, actor)
        elif kind == "Sequence":
            sequences.delete(self.ports.rules, TENANT, "pair", edition, actor)
        else:
            scoring.delete(self.ports.rules, TENANT, "warmth", edition, actor)


@KINDS
def test_it_is_saved_once_and_again_when_its_file_changes(kind: str) -> None:
    folder = Folder()
    for _ in range(2):
        folder.ask(kind, name="One")
        assert folder.stored(kind) == ("One", GIT, 1)
    folder.ask(kind, name="Two")
    assert folder.stored(kind) == ("Two", GIT, 2)


@KINDS
def test_people_cannot_change_it_until_its_file_is_gone(kind: str) -> None:
    folder = Folder()
    folder.ask(kind, name="One")
    for refused in (lambda: folder.save(kind, "ann", name="Mine"), lambda: folder.delete(kind, "ann")):
        with pytest.raises(Conflict) as caught:
            refused()
        assert caught.value.code == "managed_by_git"
    for _ in range(2):
        folder.ask(kind, gone=True)
    assert folder.stored(kind) == ("One", RELEASED, 2), "contacts on their way may still need it"
    folder.ask(kind, name="Back")
    assert folder.stored(kind) == ("Back", GIT, 3)
    folder.ask(kind, gone=True)
    folder.delete(kind, "ann")
    folder.ask(kind, gone=True)


@KINDS
def test_somebodys_is_taken_over_only_when_it_is_the_same(kind: str) -> None:
    folder = Folder()
    folder.ask(kind)
    folder.ask(kind, gone=True)
    folder.save(kind, "ann", name="Mine")
    with pytest.raises(Conflict) as caught:
        folder.ask(kind, name="Other")
    assert caught.value.code.endswith("_in_the_way") and "ann" in caught.value.message
    folder.ask(kind, name="Mine")
    assert folder.stored(kind)[:2] == ("Mine", GIT)


@KINDS
def test_mistakes_are_told(kind: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        Folder().ask(kind, nonsense=1)
    assert caught.value.violations


def test_a_saved_segment_asks_everybody_who_belongs() -> None:
    folder = Folder()
    folder.ask("Segment")
    assert not segments.read(folder.ports.segments, TENANT, "big").settled
    assert folder.ports.publishing.jobs.of_workflow(TENANT, segments.job_owner("big"), 5)


def test_a_list_is_not_for_git() -> None:
    with pytest.raises(ValidationFailed, match="list"):
        normal("Segment", {"id": "few", "kind": "static"})


def test_the_default_model_may_be_replaced_by_a_file() -> None:
    folder = Folder()
    default = scoring.models(folder.ports.rules, TENANT)[0]
    asked = Asked(tenant=TENANT, id=default.id, document={**default.body, "name": "Ours"})
    carry_out(folder.ports, "Custom::StepwellScoringModel", asked, gone=False)
    stored = scoring.read(folder.ports.rules, TENANT, default.id)
    assert (stored.body["name"], stored.updated_by) == ("Ours", GIT)
