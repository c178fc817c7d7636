"""Registers routes with the role that each needs, so that the table of rights and the routes cannot differ.

Rights are checked before anything else of a request is read: who may not call a route learns nothing of its form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from aws_lambda_powertools.event_handler.api_gateway import Router
from stepwell.errors import NotFound

from routes.access import Principal
from routes.comparing import compared

if TYPE_CHECKING:
    from stepwell.management import Management
    from stepwell.publishing.ports import PublishingPorts
    from stepwell.runtime.effects import Ports

F = TypeVar("F", bound=Callable[..., Any])
BASE = "/api/v1"
_PART = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Right:
    """Who may call a route.

    Attributes:
        method: HTTP method.
        path: Path with `<parts>`.
        role: The least role.
        pattern: The path as a regular expression.
        function: The route's function.
        topic: What it belongs to.
        summary: What it does, in a line.
    """

    method: str
    path: str
    role: str
    pattern: re.Pattern[str] = field(repr=False)
    function: str = ""
    topic: str = ""
    summary: str = ""


RIGHTS: list[Right] = []
"""All routes below `/api`, filled as route modules are imported."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        principal: Who calls.
        wired: What the API reaches.
    """

    principal: Principal
    wired: Management

    @property
    def tenant(self) -> str:
        """The caller's tenant."""
        return self.principal.tenant

    @property
    def actor(self) -> str:
        """The caller's name."""
        return self.principal.actor

    @property
    def ports(self) -> PublishingPorts:
        """Publishing's ports."""
        return self.wired.publishing

    @property
    def runtime(self) -> Ports:
        """The runtime's ports."""
        return self.wired.runtime


_current: ContextVar[Call] = ContextVar("call")


def begin(call: Call) -> None:
    """Make a call the current one."""
    _current.set(call)


def this() -> Call:
    """Return the current call."""
    return _current.get()


def routed(
    router: Router, method: str, path: str, role: str, summary: str, *, status: int = 200
) -> Callable[[F], F]:
    """Register a route below `/api/v1`.

    Args:
        router: The topic's router; its `tag` attribute names the topic.
        method: HTTP method.
        path: Path below the base.
        role: The least role that may call it.
        summary: One line for the OpenAPI document.
        status: Status code of success.
    """
    whole = BASE + path
    pattern = re.compile("^" + _PART.sub(r"(?P<\1>[^/]+)", whole) + "/?$")

    def register(function: F) -> F:
        tag = getattr(router, "tag", "Other")
        RIGHTS.append(Right(method, whole, role, pattern, function.__name__, tag, summary))
        router.route(
            whole,
            method,
            summary=summary,
            description=f"{summary}. Needs the role `{role}`.",
            tags=[tag],
            operation_id=_operation(function.__name__),
            status_code=status,
            security=[{"accessToken": []}],
            middlewares=[compared],
        )(function)
        return function

    return register


def _operation(function: str) -> str:
    """Return `listWorkflows` of `list_workflows`: clients are generated from these names, so they stay."""
    first, *rest = function.split("_")
    return first + "".join(word.capitalize() for word in rest)


def operation_of(right: Right) -> str:
    """Return the id of a route's operation in the OpenAPI document."""
    return _operation(right.function)


def topic(tag: str) -> Router:
    """Return the router of a topic."""
    router = Router()  # type: ignore[no-untyped-call]
    router.tag = tag  # type: ignore[attr-defined]
    return router


def decoded(part: str) -> str:
    """Return a part of the path as it was meant: gateways differ in whether they leave `%40` encoded."""
    return unquote(part)


def authorize(method: str, path: str, caller: Principal) -> Right:
    """Find a route and insist on its role.

    Raises:
        NotFound: There is no such route.
        Forbidden: The caller's role is too low.
    """
    # A fixed part beats a placeholder, as in the resolver: static routes have no group.
    found = [r for r in RIGHTS if r.method == method and r.pattern.match(path)]
    if not found:
        raise NotFound(f"There is no {method} {path}.", code="no_route")
    right = min(found, key=lambda r: r.pattern.groups)
    for one in found:
        # Where two routes fit, the resolver's choice must not matter: all their roles are asked.
        caller.require(one.role)
    return right
