"""A step with its ports in memory, for tests of effect executors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stepwell.contracts.messages import Claim
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import Token, TokenState
from stepwell.contracts.workspace import Workspace
from stepwell.errors import NotFound, StepwellError
from stepwell.runtime.effects import Delivery, HttpRequest, HttpResponse, Ports, StepContext
from stepwell.workflows.model import RetryPolicy
from stepwell.workflows.nodes.base import Member, Moment

from tests.fakes.world import World

TENANT = "acme"
TEMPLATE: Mapping[str, Any] = {
    "id": "hello",
    "subject": "Hi {{ first_name | default('there') }}",
    "html": "<p>Hi {{ first_name }}, order {{ event.order_id }}</p>",
}


class Pages:
    """Templates and secrets by id."""

    def __init__(self) -> None:
        self.templates: dict[str, Mapping[str, Any]] = {"hello": TEMPLATE}
        self.secrets: dict[str, str] = {}

    def template(self, tenant: str, template: str) -> Mapping[str, Any]:
        assert tenant == TENANT
        if template not in self.templates:
            raise NotFound("no such template")
        return self.templates[template]

    def secret(self, tenant: str, name: str) -> str:
        assert tenant == TENANT
        if name not in self.secrets:
            raise NotFound("no such secret")
        return self.secrets[name]


@dataclass
class Wire:
    """Answers calls in order; the last answer stays."""

    answers: list[HttpResponse | StepwellError] = field(
        default_factory=lambda: [HttpResponse(200, {}, b"{}")]
    )
    calls: list[HttpRequest] = field(default_factory=list)

    def call(self, request: HttpRequest) -> HttpResponse:
        self.calls.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, StepwellError):
            raise answer
        return answer


@dataclass
class Rows:
    """Answers queries in order; the last answer stays."""

    answers: list[Mapping[str, Any] | StepwellError | None] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)

    def first_row(
        self, tenant: str, statement: str, parameters: Any, database: str
    ) -> Mapping[str, Any] | None:
        self.asked.append((tenant, statement, parameters, database))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, StepwellError):
            raise answer
        return answer


@dataclass
class Board:
    """SNS topics."""

    published: list[tuple[str, str, str]] = field(default_factory=list)
    errors: list[StepwellError] = field(default_factory=list)

    def publish(self, tenant: str, topic: str, subject: str, message: str) -> None:
        assert tenant == TENANT
        if self.errors:
            raise self.errors.pop(0)
        self.published.append((topic, subject, message))


class Kitchen:
    """A world, contacts, and contexts for one node."""

    def __init__(self, **workspace: Any) -> None:
        self.world = World()
        self.pages = Pages()
        self.wire = Wire()
        self.rows = Rows()
        self.board = Board()
        self.settings: dict[str, Any] = {}
        self.at_once = 1
        self.workspace = Workspace(
            TENANT,
            **{
                "name": "Shop",
                "sender": "Shop <shop@example.com>",
                "postal_address": "1 High Street, Springfield",
                **workspace,
            },
        )

    @property
    def ports(self) -> Ports:
        return self.world.ports(
            templates=self.pages,
            secrets=self.pages,
            http=self.wire,
            topics=self.board,
            queries={"athena": self.rows, "dynamodb": self.rows},
            delivery=Delivery("https://mail.example", "main", {"k1": b"key"}, at_once=self.at_once),
        )

    def context(
        self, invocation: str = "first", *, part: int = 0, run: str = "run-1", attempts: int = 3
    ) -> StepContext:
        return StepContext(
            moment=Moment(
                now=self.world.clock.now(),
                tenant=TENANT,
                workflow="welcome",
                version=2,
                node="email_1",
                workspace=self.workspace,
                settings=self.settings,
                purpose="marketing",
            ),
            config=None,
            retry=RetryPolicy(max_attempts=attempts),
            part=part,
            run=run,
            invocation=invocation,
            ports=self.ports,
        )

    def member(self, number: int = 0, *, branch: str = "", **traits: Any) -> Member:
        profile = person(number)
        now = self.world.clock.now()
        token = Token(
            id=f"{profile}.0.1{branch}",
            state=TokenState.RUNNING,
            epoch=1,
            run="run-1",
            node="email_1",
            version=2,
            entered_at=now,
            as_of=now,
            context={"name": "order", "properties": {"order_id": "A-7"}},
        )
        self.world.tokens.create(TENANT, "welcome", [token])
        self.world.writes.clear()
        return Member(
            token,
            Profile(profile, 1, {"email": f"p{number}@example.com", "first_name": f"P{number}", **traits}),
        )

    def store(self, members: Sequence[Member]) -> None:
        """Put the members' profiles where patches find them."""
        self.world.profiles.put(TENANT, [member.profile.evolve(rev=0) for member in members])

    def claims(self, number: int = 0) -> tuple[Claim, ...]:
        profile = person(number)
        return self.world.messaging.records(TENANT, [profile])[profile].claims


def person(number: int) -> str:
    """Return the profile id of a numbered contact."""
    digits = "abcdefghijklmnopqrstuvwxyz234567"
    return "contactid" + "a" * 4 + digits[number // 1024] + digits[number // 32 % 32] + digits[number % 32]
