"""CloudFormation over an office: deploys folders by the requests that custom resources get, and rolls back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from stepwell.contracts.parcels import canonical, digest
from stepwell.contracts.workspace import Document
from stepwell.errors import Conflict, NotFound, StepwellError
from stepwell.publishing.deploying import DeployingPorts, carry_out
from stepwell.publishing.git import Asked
from stepwell.workflows.compiler import CompileTargets, compile_workflow
from stepwell.workflows.documents import from_document
from stepwell.workflows.expansion import expand
from stepwell.workflows.graph import Graph

from tests.fakes.publishing import TENANT, Office
from tests.fakes.rules import rule_ports
from tests.fakes.segments import segment_ports


class MemoryKept:
    """Workspaces and message templates."""

    def __init__(self) -> None:
        self.tenants = {TENANT}
        self.messages: dict[tuple[str, str], Document] = {}
        self.pieces: dict[tuple[str, str, str], Document] = {}

    def piece(self, tenant: str, kind: str, piece: str) -> Mapping[str, Any] | None:
        found = self.pieces.get((tenant, kind, piece))
        return found.body if found else None

    def piece_document(self, tenant: str, kind: str, piece: str) -> Document:
        if (tenant, kind, piece) not in self.pieces:
            raise NotFound("There is no such piece.")
        return self.pieces[tenant, kind, piece]

    def save_piece(
        self, tenant: str, kind: str, piece: str, rev: int, body: Mapping[str, Any], by: str
    ) -> Document:
        stored = self.pieces.get((tenant, kind, piece))
        if (stored.rev if stored else 0) != rev:
            raise Conflict("Somebody else changed it first.")
        saved = Document(kind, piece, rev + 1, dict(body), datetime(2026, 3, 2, tzinfo=UTC), by)
        self.pieces[tenant, kind, piece] = saved
        return saved

    def exists(self, tenant: str) -> bool:
        return tenant in self.tenants

    def document(self, tenant: str, message: str) -> Document:
        if (tenant, message) not in self.messages:
            raise NotFound("There is no such message.")
        return self.messages[tenant, message]

    def save(self, tenant: str, message: str, rev: int, body: Mapping[str, Any], by: str) -> Document:
        stored = self.messages.get((tenant, message))
        if (stored.rev if stored else 0) != rev:
            raise Conflict("Somebody else changed it first.")
        saved = Document("TPL", message, rev + 1, dict(body), datetime(2026, 3, 2, tzinfo=UTC), by)
        self.messages[tenant, message] = saved
        return saved


def deploying_ports(office: Office, kept: MemoryKept) -> DeployingPorts:
    """What deployments reach, over an office."""
    ports = office.ports
    return DeployingPorts(ports, kept, segment_ports(ports, office.members), rule_ports(ports))


class Stack:
    """One stack of workflows in git.

    Args:
        office: Publishing.
    """

    def __init__(self, office: Office) -> None:
        self.office = office
        self.kept = MemoryKept()
        self.ports = deploying_ports(office, self.kept)
        self.now: dict[str, Asked] = {}
        self._requests = 0

    def ask(self, type_: str, asked: Asked, *, gone: bool = False) -> dict[str, str]:
        """One request, delivered twice: the answer is the same."""
        self._requests += 1
        asked = replace(asked, request=f"r{self._requests}")
        answer = carry_out(self.ports, f"Custom::Stepwell{type_}", asked, gone=gone)
        assert carry_out(self.ports, f"Custom::Stepwell{type_}", asked, gone=gone) == answer
        return answer

    def deploy(self, *drawn: Mapping[str, Any], fails: bool = False, stops_at: str = "") -> None:
        """Deploy a folder.

        Args:
            drawn: All workflows of the folder.
            fails: Whether another resource fails after all registrations.
            stops_at: ``machine``: the machine cannot be made.

        Raises:
            StepwellError: Why a registration failed; the stack has gone back by then.
        """
        wanted = {str(w["id"]): w for w in drawn}
        tried: dict[str, str] = {}
        made: dict[str, Asked] = {}
        try:
            for id_, document in wanted.items():
                asked = self._asked(id_, document)
                before = self.now.get(id_)
                if before is not None and before.digest == asked.digest:
                    continue
                asked = replace(asked, previous=before.digest if before else "")
                tried[id_] = "Version"
                asked = replace(asked, number=int(self.ask("Version", asked)["Version"]))
                if stops_at == "machine":
                    raise Conflict("The machine cannot be made.", code="elsewhere")
                self._make_machine(asked)
                tried[id_] = "Workflow"
                made[id_] = asked
                self.ask("Workflow", asked)
            if fails:
                raise Conflict("Another resource failed.", code="elsewhere")
        except StepwellError:
            self._go_back(tried, {id_: self._asked(id_, wanted[id_]) for id_ in tried}, made)
            raise
        self.now |= made
        for id_ in set(self.now) - set(wanted):
            gone = self.now.pop(id_)
            self.ask("Workflow", gone, gone=True)
            self.ask("Version", gone, gone=True)

    def _go_back(self, tried: dict[str, str], new: dict[str, Asked], made: dict[str, Asked]) -> None:
        for id_, reached in tried.items():
            before = self.now.get(id_)
            if before is not None:
                back = replace(before, previous=new[id_].digest, rolling_back=True)
                number = int(self.ask("Version", back)["Version"])
                assert number == before.number
                assert (TENANT, id_, number) in self.office.machines.definitions
                if reached == "Workflow":
                    self.ask("Workflow", back)
                continue
            gone = replace(made.get(id_, new[id_]), rolling_back=True)
            if reached == "Workflow":
                self.ask("Workflow", gone, gone=True)
            self.ask("Version", gone, gone=True)

    def _asked(self, id_: str, document: Mapping[str, Any]) -> Asked:
        return Asked(tenant=TENANT, id=id_, document=document, digest=digest(canonical(document)))

    def _make_machine(self, asked: Asked) -> None:
        functions = self.office.machines.functions
        targets = CompileTargets(tenant=TENANT, version=asked.number, functions=functions)
        text = compile_workflow(Graph(expand(from_document(dict(asked.document)))), targets).text()
        key = (TENANT, asked.id, asked.number)
        assert key not in self.office.machines.definitions, "CloudFormation cannot make a machine twice"
        self.office.machines.definitions[key] = text
