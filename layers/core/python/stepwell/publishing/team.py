"""Who works in a workspace: invited, given roles, switched off, removed; and whether admins have a second factor.

People sign in to a user pool that all workspaces of a deployment share; whoever is of another workspace is not
there for this one. Nobody can change their own role or switch themselves off, and one admin always remains.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from stepwell.errors import Conflict, Forbidden, InvalidInput, NotFound
from stepwell.publishing.ports import PublishingPorts

ROLES = ("viewer", "editor", "publisher", "admin")
_ADDRESS = re.compile(r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$")
ENROLLED_S = 300.0
"""How long a second factor that was seen is believed."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in.

    Attributes:
        username: The pool's id of the person, which tokens and the audit log name.
        tenant: Their workspace.
        email: Address.
        verified: Whether the address is known to be theirs.
        name: Display name, may be empty.
        role: The highest of their roles; empty: none.
        enabled: Whether they may sign in.
        status: The pool's word: ``CONFIRMED``, ``FORCE_CHANGE_PASSWORD`` (invited), …
        second_factor: Whether a second factor is asked at each sign-in.
        federated: Whether an identity provider signs them in, with whatever factors it asks for.
        created_at: Since when.
    """

    username: str
    tenant: str
    email: str
    verified: bool = False
    name: str = ""
    role: str = ""
    enabled: bool = True
    status: str = ""
    second_factor: bool = False
    federated: bool = False
    created_at: datetime | None = None

    @property
    def state(self) -> str:
        """Return `invited`, `active` or `disabled`."""
        if not self.enabled:
            return "disabled"
        return "invited" if self.status in ("FORCE_CHANGE_PASSWORD", "UNCONFIRMED") else "active"


class Directory(Protocol):
    """People of all workspaces."""

    def members(self, tenant: str) -> list[Person]:
        """Return a workspace's people."""
        ...

    def person(self, username: str) -> Person | None:
        """Return one, by username or address."""
        ...

    def create(self, tenant: str, email: str, name: str) -> str:
        """Create somebody and mail the invitation; return the username.

        Raises:
            Conflict: There is somebody with this address.
        """
        ...

    def invite_again(self, username: str) -> None:
        """Mail a new invitation."""
        ...

    def set_role(self, username: str, role: str) -> None:
        """Give this role and take all others; sign-ins that go on end."""
        ...

    def set_enabled(self, username: str, enabled: bool) -> None:
        """Let sign in, or not; sign-ins that go on end."""
        ...

    def remove(self, username: str) -> None:
        """Delete for good."""
        ...

    def reset_second_factor(self, username: str) -> None:
        """Forget the second factor; sign-ins that go on end."""
        ...


@dataclass(frozen=True, slots=True)
class Team:
    """Manages people.

    Args:
        directory: Where they are.
        publishing: For the audit log.
    """

    directory: Directory
    publishing: PublishingPorts

    def people(self, tenant: str) -> list[Person]:
        """Return the workspace's people, by address."""
        return sorted(self.directory.members(tenant), key=lambda p: p.email)

    def find(self, tenant: str, username: str) -> Person:
        """Return one of the workspace's people.

        Raises:
            NotFound: There is none of this name here.
        """
        person = self.directory.person(username)
        if person is None or person.tenant != tenant:
            raise NotFound("There is nobody of this name in this workspace.", code="no_person")
        return person

    def invite(self, tenant: str, email: str, role: str, name: str, actor: str) -> Person:
        """Invite somebody by mail; whoever was invited without getting a role gets it now.

        Raises:
            InvalidInput: No address, or no role.
            Conflict: They are here already, or in another workspace.
        """
        address = email.strip().lower()
        if not _ADDRESS.match(address):
            raise InvalidInput(
                f"`{email}` is no e-mail address.", code="bad_address", details={"field": "email"}
            )
        _known_role(role)
        known = self.directory.person(address)
        if known is not None and (known.tenant != tenant or known.role):
            here = known.tenant == tenant
            raise Conflict(
                "This person is in the workspace already."
                if here
                else "This address signs in elsewhere: invite another one (such as name+team@…).",
                code="person_exists" if here else "person_elsewhere",
            )
        username = known.username if known else self.directory.create(tenant, address, name)
        self.directory.set_role(username, role)
        self.publishing.note(tenant, actor, "team.invited", f"person/{username}", role=role)
        return self.find(tenant, username)

    def invite_again(self, tenant: str, username: str, actor: str) -> Person:
        """Mail a new invitation to somebody who did not take the first.

        Raises:
            NotFound: There is nobody of this name here.
            Conflict: They have signed in already.
        """
        person = self.find(tenant, username)
        if person.state != "invited":
            raise Conflict("They have signed in already.", code="not_invited")
        self.directory.invite_again(person.username)
        self.publishing.note(tenant, actor, "team.invited_again", f"person/{person.username}")
        return person

    def change(
        self, tenant: str, username: str, actor: str, *, role: str = "", enabled: bool | None = None
    ) -> Person:
        """Give another role, switch on or off.

        Raises:
            NotFound: There is nobody of this name here.
            InvalidInput: No role.
            Conflict: It is the caller, or the last admin.
        """
        person = self._other(tenant, username, actor)
        if role:
            _known_role(role)
        if (role and role != "admin") or enabled is False:
            self._one_admin_remains(tenant, person)
        if role and role != person.role:
            self.directory.set_role(person.username, role)
            self.publishing.note(
                tenant, actor, "team.role", f"person/{person.username}", before=person.role, role=role
            )
        if enabled is not None and enabled != person.enabled:
            self.directory.set_enabled(person.username, enabled)
            action = "team.enabled" if enabled else "team.disabled"
            self.publishing.note(tenant, actor, action, f"person/{person.username}")
        return self.find(tenant, person.username)

    def remove(self, tenant: str, username: str, actor: str) -> None:
        """Delete somebody for good.

        Raises:
            NotFound: There is nobody of this name here.
            Conflict: It is the caller, or the last admin.
        """
        person = self._other(tenant, username, actor)
        self._one_admin_remains(tenant, person)
        self.directory.remove(person.username)
        self.publishing.note(tenant, actor, "team.removed", f"person/{person.username}", role=person.role)

    def reset_second_factor(self, tenant: str, username: str, actor: str) -> Person:
        """Forget the second factor of somebody who lost it; they set up a new one at the next sign-in.

        Raises:
            NotFound: There is nobody of this name here.
            Conflict: It is the caller: a thief of their session could lock them out so.
        """
        person = self._other(tenant, username, actor)
        self.directory.reset_second_factor(person.username)
        self.publishing.note(tenant, actor, "team.second_factor_reset", f"person/{person.username}")
        return self.find(tenant, person.username)

    def _other(self, tenant: str, username: str, actor: str) -> Person:
        person = self.find(tenant, username)
        if person.username == actor:
            raise Conflict("Nobody can do this to themselves: ask another admin.", code="yourself")
        return person

    def _one_admin_remains(self, tenant: str, person: Person) -> None:
        if person.role != "admin":
            return
        others = (p for p in self.directory.members(tenant) if p.role == "admin" and p.enabled)
        if all(p.username == person.username for p in others):
            raise Conflict("A workspace needs an admin: make somebody else one first.", code="last_admin")


def _known_role(role: str) -> None:
    if role not in ROLES:
        raise InvalidInput(
            f"`{role}` is no role: {', '.join(ROLES)}.", code="bad_role", details={"field": "role"}
        )


@dataclass(slots=True)
class SecondFactors:
    """Says whether an admin may manage: only with a second factor (ADR 15).

    Args:
        directory: Where people are.
        monotonic: Seconds.
    """

    directory: Directory
    monotonic: Callable[[], float] = time.monotonic
    _seen: dict[str, float] = field(default_factory=dict)

    def require(self, username: str) -> None:
        """Insist that a person's sign-ins have a second factor.

        Raises:
            Forbidden: They have none set up.
        """
        now = self.monotonic()
        # Only what was good is remembered: who enrols goes on at once.
        if now - self._seen.get(username, now - ENROLLED_S) < ENROLLED_S:
            return
        person = self.directory.person(username)
        if person is None or not (person.second_factor or person.federated):
            raise Forbidden(
                "Admins need a second factor: set up an authenticator app (in the console, or by `stepwell login`).",
                code="second_factor_needed",
            )
        self._seen[username] = now
