"""People of the workspace; who the caller is and what their role may do."""

from __future__ import annotations

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed
from replies.team import Me, RoleRight, TeamMember
from stepwell.errors import InvalidInput
from stepwell.publishing.team import Person, Team

from routes.access import ROLES
from routes.replies import reply, whole
from routes.routing import RIGHTS, Call, decoded, operation_of, routed, this, topic

router = topic("Team")
MAY = ("view", "edit", "publish", "administer")
Role = Literal["viewer", "editor", "publisher", "admin"]


class InviteIn(BaseModel):
    """Whom to invite."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=320, examples=["kim@example.com"])
    role: Role
    name: str = Field(default="", max_length=120)


class MemberIn(BaseModel):
    """What to change of a person; absent fields stay."""

    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    enabled: bool | None = None


def _team(call: Call) -> Team:
    return call.wired.console.team


def _shown(call: Call, person: Person) -> TeamMember:
    return reply(
        TeamMember,
        {
            "id": person.username,
            "email": person.email,
            "name": person.name,
            "role": person.role,
            "state": person.state,
            "second_factor": person.second_factor,
            "federated": person.federated,
            "created_at": person.created_at,
            "you": person.username == call.actor,
        },
    )


@routed(router, "GET", "/me", "viewer", "Who you are and what your role may do")
def read_me() -> Me:
    """Return the caller; an admin without a second factor may call nothing else."""
    call = this()
    person = call.wired.console.directory.person(call.actor)
    role = call.principal.role
    allowed = ROLES[: ROLES.index(role) + 1]
    return reply(
        Me,
        {
            "actor": call.actor,
            "email": person.email if person else "",
            "verified": bool(person and person.verified),
            "name": person.name if person else "",
            "tenant": call.tenant,
            "workspace": call.ports.inventory.workspace(call.tenant).name,
            "role": role,
            "may": MAY[: len(allowed)],
            "operations": sorted(operation_of(right) for right in RIGHTS if right.role in allowed),
            "now": call.ports.clock.now(),
            "mfa": {
                "required": role == "admin" and not (person and person.federated),
                "enrolled": bool(person and person.second_factor),
            },
        },
    )


@routed(router, "GET", "/roles", "viewer", "What can be done, and the least role that may")
def list_role_rights() -> Listed[RoleRight]:
    """List everything that can be done, by topic."""
    items = [
        {"operation": operation_of(right), "topic": right.topic, "summary": right.summary, "role": right.role}
        for right in RIGHTS
    ]
    return whole(sorted(items, key=lambda one: (one["topic"], ROLES.index(one["role"]), one["operation"])))


@routed(router, "GET", "/team", "viewer", "List the people of the workspace")
def list_team() -> Listed[TeamMember]:
    """List people, by address."""
    call = this()
    return whole([_shown(call, person) for person in _team(call).people(call.tenant)])


@routed(router, "POST", "/team", "admin", "Invite somebody by mail", status=201)
def invite_member(body: Annotated[InviteIn, Body()]) -> TeamMember:
    """Invite somebody: they get a mail with a password for once."""
    call = this()
    return _shown(call, _team(call).invite(call.tenant, body.email, body.role, body.name, call.actor))


@routed(router, "PUT", "/team/<person>", "admin", "Give another role, switch on or off")
def update_member(person: str, body: Annotated[MemberIn, Body()]) -> TeamMember:
    """Change a person; their sign-ins that go on end within the hour."""
    call = this()
    if body.role is None and body.enabled is None:
        raise InvalidInput("Send `role`, `enabled`, or both.", code="nothing_to_change")
    changed = _team(call).change(
        call.tenant, decoded(person), call.actor, role=body.role or "", enabled=body.enabled
    )
    return _shown(call, changed)


@routed(router, "DELETE", "/team/<person>", "admin", "Remove somebody for good")
def remove_member(person: str) -> Deleted:
    """Remove a person; what they did stays in the audit log."""
    call = this()
    _team(call).remove(call.tenant, decoded(person), call.actor)
    return {"deleted": decoded(person)}


@routed(router, "POST", "/team/<person>/invite-again", "admin", "Mail a new invitation")
def invite_member_again(person: str) -> TeamMember:
    """Mail a new invitation; the password of the first is void."""
    call = this()
    return _shown(call, _team(call).invite_again(call.tenant, decoded(person), call.actor))


@routed(router, "POST", "/team/<person>/reset-second-factor", "admin", "Forget a lost second factor")
def reset_member_second_factor(person: str) -> TeamMember:
    """Forget a person's second factor; an admin sets up a new one before anything else."""
    call = this()
    return _shown(call, _team(call).reset_second_factor(call.tenant, decoded(person), call.actor))
