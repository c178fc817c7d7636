from dataclasses import replace
from typing import Any

import pytest
from stepwell.contracts.workspace import GIT, RELEASED
from stepwell.errors import Conflict, ValidationFailed
from stepwell.publishing.deploying import carry_out
from stepwell.publishing.git import Asked
from stepwell.publishing.git_messages import ensure_editable

from tests.fakes.deployments import MemoryKept, deploying_ports
from tests.fakes.publishing import TENANT, Office

HELLO = {"id": "hello", "purpose": "transactional", "subject": "Hello", "html": "<p>Hello</p>"}


class Messages:
    def __init__(self) -> None:
        self.kept = MemoryKept()
        self.ports = deploying_ports(Office(), self.kept)

    def ask(self, *, gone: bool = False, **changes: Any) -> None:
        asked = Asked(tenant=TENANT, id="hello", document={**HELLO, **changes})
        carry_out(self.ports, "Custom::StepwellMessage", asked, gone=gone)

    @property
    def stored(self) -> tuple[int, str, str]:
        found = self.kept.document(TENANT, "hello")
        return found.rev, str(found.body["subject"]), found.by


def test_a_message_is_written_once_and_again_when_it_changes() -> None:
    messages = Messages()
    for _ in range(2):
        messages.ask()
        assert messages.stored == (1, "Hello", GIT)
    messages.ask(subject="Welcome")
    assert messages.stored == (2, "Welcome", GIT)
    assert messages.kept.document(TENANT, "hello").body["version"] == 2


def test_people_cannot_edit_it_until_its_file_is_gone() -> None:
    messages = Messages()
    messages.ask()
    with pytest.raises(Conflict) as caught:
        ensure_editable(messages.kept.document(TENANT, "hello"))
    assert caught.value.code == "managed_by_git"
    for _ in range(2):
        messages.ask(gone=True)
    assert messages.stored == (2, "Hello", RELEASED), "contacts on their way may still be sent it"
    ensure_editable(messages.kept.document(TENANT, "hello"))
    messages.ask(subject="Back")
    assert messages.stored == (3, "Back", GIT)


def test_a_message_of_somebody_is_taken_over_only_when_it_is_the_same() -> None:
    messages = Messages()
    messages.ask()
    key = (TENANT, "hello")
    messages.kept.messages[key] = replace(messages.kept.messages[key], by="ann")
    with pytest.raises(Conflict) as caught:
        messages.ask(subject="Other")
    assert caught.value.code == "message_in_the_way" and "ann" in caught.value.message
    messages.ask()
    assert messages.stored == (2, "Hello", GIT)
    messages.kept.messages[key] = replace(messages.kept.messages[key], by="ann")
    messages.ask(gone=True)
    assert messages.stored == (2, "Hello", "ann")


def test_mistakes_are_told_at_once() -> None:
    with pytest.raises(ValidationFailed) as caught:
        Messages().ask(html="<p>{{ nobody.closes </p>", subject="{% if %}")
    assert caught.value.violations


def test_snippets_of_the_workspace_can_be_put_in() -> None:
    deployed = Messages()
    html = f"{{% include 'header' %}}{HELLO['html']}"
    with pytest.raises(ValidationFailed):
        deployed.ask(html=html)
    header = {"id": "header", "source": "<h1>Hi</h1>"}
    deployed.kept.save_piece(TENANT, "SNIPPET", "header", 0, header, "ann")
    deployed.ask(html=html)


def test_a_message_that_others_keep_changing_is_tried_again_later() -> None:
    messages = Messages()
    messages.ask()

    class Busy(MemoryKept):
        def save(self, *_: Any, **__: Any) -> Any:
            raise Conflict("Somebody else changed it first.")

    busy = Busy()
    busy.messages = messages.kept.messages
    messages.ports = replace(messages.ports, kept=busy)
    with pytest.raises(Conflict) as caught:
        messages.ask(subject="Other")
    assert caught.value.code == "busy"
