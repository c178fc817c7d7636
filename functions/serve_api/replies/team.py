"""People of a workspace, and what the caller may do."""

from __future__ import annotations

from typing import Literal, TypeAlias

from replies.forms import Reply, Time

Role: TypeAlias = Literal["viewer", "editor", "publisher", "admin"]


class TeamMember(Reply):
    """Somebody who signs in to this workspace.

    Attributes:
        id: What the audit log and `updated_by` name.
        role: Empty: none yet.
        state: An `invited` person has not signed in yet.
        second_factor: Whether a second factor is asked at each sign-in.
        federated: Whether an identity provider signs them in.
        you: Whether it is the caller.
    """

    id: str
    email: str
    name: str
    role: Literal["", "viewer", "editor", "publisher", "admin"]
    state: Literal["invited", "active", "disabled"]
    second_factor: bool
    federated: bool
    created_at: Time | None
    you: bool


class RoleRight(Reply):
    """Something that can be done.

    Attributes:
        operation: Its id in the OpenAPI document.
        topic: What it belongs to.
        summary: What it is, in English.
        role: The least role that may.
    """

    operation: str
    topic: str
    summary: str
    role: Role


class SecondFactor(Reply):
    """The second factor of the caller.

    Attributes:
        required: Whether the role needs one: without it, all other routes answer 403 `second_factor_needed`.
        enrolled: Whether there is one.
    """

    required: bool
    enrolled: bool


class Me(Reply):
    """The caller.

    Attributes:
        actor: What the audit log and `updated_by` name.
        tenant: The workspace's id.
        workspace: Its name.
        may: What the role may do: `view`, `edit`, `publish`, `administer`.
        operations: Ids of all operations that the role may call.
        verified: Whether the address is known to be theirs; test messages go to no other.
        now: The platform's time; locally it may run ahead, and a browser's clock may be wrong.
    """

    actor: str
    email: str
    verified: bool
    name: str
    tenant: str
    workspace: str
    role: Role
    may: list[Literal["view", "edit", "publish", "administer"]]
    operations: list[str]
    now: Time
    mfa: SecondFactor
