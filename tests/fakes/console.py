"""What the console's routes reach, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from stepwell.errors import Conflict
from stepwell.publishing.domain_check import DomainCheck
from stepwell.publishing.identities import Identity, Senders
from stepwell.publishing.mail_health import MailHealth
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.send_times import SendTimes
from stepwell.publishing.team import Person, SecondFactors, Team

from tests.fakes.publishing import TENANT
from tests.fakes.segments import MemorySample


class MemoryDirectory:
    """People in memory."""

    def __init__(self, *people: Person) -> None:
        self.people = {p.username: p for p in people}
        self.invited: list[str] = []

    def members(self, tenant: str) -> list[Person]:
        return [p for p in self.people.values() if p.tenant == tenant]

    def person(self, username: str) -> Person | None:
        by_address = (p for p in self.people.values() if p.email == username)
        return self.people.get(username) or next(by_address, None)

    def create(self, tenant: str, email: str, name: str) -> str:
        if self.person(email) is not None:
            raise Conflict("There is somebody with this address.", code="person_exists")
        made = Person(
            f"id-{email.partition('@')[0]}",
            tenant,
            email,
            verified=True,
            name=name,
            status="FORCE_CHANGE_PASSWORD",
            created_at=datetime(2026, 3, 2, tzinfo=UTC),
        )
        self.people[made.username] = made
        self.invited.append(email)
        return made.username

    def invite_again(self, username: str) -> None:
        self.invited.append(self.people[username].email)

    def _change(self, username: str, **changes: object) -> None:
        self.people[username] = replace(self.people[username], **changes)  # type: ignore[arg-type]

    def set_role(self, username: str, role: str) -> None:
        self._change(username, role=role)

    def set_enabled(self, username: str, enabled: bool) -> None:
        self._change(username, enabled=enabled)

    def remove(self, username: str) -> None:
        del self.people[username]

    def reset_second_factor(self, username: str) -> None:
        self._change(username, second_factor=False)


class MemoryMailer:
    """Messages that went out."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, message: Any) -> str:
        self.sent.append(message)
        return f"m{len(self.sent)}"


class MemoryIdentities:
    """Sending identities in memory."""

    def __init__(self) -> None:
        self.known: dict[str, Identity] = {}

    def names(self) -> list[str]:
        return list(self.known)

    def get(self, name: str) -> Identity | None:
        return self.known.get(name)

    def create(self, name: str, tenant: str) -> None:
        self.known[name] = Identity(
            name, tenant, dkim="pending", tokens=("t1", "t2") if "@" not in name else ()
        )

    def delete(self, name: str) -> None:
        del self.known[name]

    def set_mail_from(self, name: str, mail_from: str) -> None:
        self.known[name] = replace(self.known[name], mail_from=mail_from, mail_from_state="pending")


class MemoryRecords:
    """Records of DNS in memory."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], list[str]] = {}

    def lookup(self, name: str, kind: str) -> list[str]:
        return self.found.get((name, kind), [])


class ConsoleWorld:
    """See `stepwell.console.Console`; Ann of the tests is an admin with a second factor."""

    def __init__(self, ports: PublishingPorts, documents: Any, counters: Any) -> None:
        ann = Person("ann", TENANT, "ann@acme.example", True, "Ann", "admin", second_factor=True)
        self.images: Any = None
        self.directory = MemoryDirectory(ann)
        self.team = Team(self.directory, ports)
        self.second_factors = SecondFactors(self.directory)
        self.mailer, self.texts, self.pushes = MemoryMailer(), MemoryMailer(), MemoryMailer()
        self.identities = MemoryIdentities()
        self.senders = Senders(self.identities, ports, "eu-central-1")
        self.dns = MemoryRecords()
        self.domain_check = DomainCheck(self.senders, documents, self.dns)
        self.mail_health = MailHealth(documents, counters, self.mailer, ports)
        self.send_times = SendTimes(documents, MemorySample(ports.profiles), counters, ports)
