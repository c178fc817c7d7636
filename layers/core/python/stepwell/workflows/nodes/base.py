"""What a node type is: one file with a config model, outcomes, checks, behaviour and form hints.

A module `nodes/<type>.py` defines `NODE = NodeType(...)`; its `name` is the type. Adding a file adds a
type: the catalogue finds it by name and no list is kept. Behaviour is pure: a split decides, a wait plans,
an action returns an `Effect` that the runtime of its Lambda carries out for the whole cohort.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import Token
from stepwell.contracts.workspace import Workspace
from stepwell.workflows.nodes import _effects

if TYPE_CHECKING:
    from stepwell.timing.prior import Prior

Kind = Literal["trigger", "action", "split", "wait", "parallel", "merge", "loop", "end", "composite"]
Category = Literal["trigger", "action", "logic", "integration", "content"]

CallHttp = _effects.CallHttp
Effect = _effects.Effect
End = _effects.End
Nothing = _effects.Nothing
NotifyTeam = _effects.NotifyTeam
Park = _effects.Park
PatchProfile = _effects.PatchProfile
QueryDatabase = _effects.QueryDatabase
SendEmail = _effects.SendEmail
SendMessage = _effects.SendMessage
SendPush = _effects.SendPush
SendSms = _effects.SendSms


class NodeConfig(BaseModel):
    """Base of the config models: frozen, unknown fields are errors. Titles and examples feed the form.

    Schemas are built at first use: a cold start needs only those of the types in its graph.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True)
class Hints:
    """How the builder shows a type.

    Attributes:
        label: Name in the node library.
        icon: Tabler icon name.
        description: One sentence: what it does for the contact.
        widgets: Form widget a config field: ``template``, ``duration``, ``condition``, ``schedule``,
            ``field``, ``segment``, ``code``, ``list``; others follow from the JSON Schema.
        summary: One line with ``{field}`` placeholders shown on the canvas.
    """

    label: str
    icon: str
    description: str
    widgets: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A contact standing at a node: what conditions and effects may read."""

    token: Token
    profile: Profile


@dataclass(frozen=True, slots=True)
class Moment:
    """The circumstances of a step, the same for the whole cohort.

    Attributes:
        now: Current time (UTC).
        tenant: Tenant id.
        workflow: Workflow id.
        version: Version.
        node: Node id.
        loop: Loop vector.
        workspace: Tenant settings.
        settings: The workflow's settings as a plain mapping.
        purpose: The workflow's consent purpose.
        prior: When the workspace's contacts are active, where the node's type reads it and it is known.
    """

    now: datetime
    tenant: str
    workflow: str
    version: int
    node: str
    workspace: Workspace
    loop: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    purpose: str = ""
    prior: Prior | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A violation found by a type's own check; node id and severity are added by the checks."""

    code: str
    message: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a composite node becomes: plain nodes and edges; ids are prefixed with the composite's id.

    Attributes:
        nodes: ``(suffix, type, config)`` in order; the first is where edges to the composite lead.
        edges: ``(source suffix, outcome, target suffix)``; a target ``":name"`` is the composite's own
            outcome of that name. The suffix ``""`` keeps the composite's id.
    """

    nodes: Sequence[tuple[str, str, Mapping[str, Any]]]
    edges: Sequence[tuple[str, str, str]]


C = TypeVar("C", bound=NodeConfig)


def _no_checks(config: Any) -> list[Found]:  # noqa: ARG001
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeType(Generic[C]):
    """A node type.

    Attributes:
        name: Its name, the same as its module's.
        kind: How the compiler treats it.
        category: Where the node library shows it.
        config: Config model.
        outcomes: Outcome handles for a config, primary first.
        hints: Form hints.
        function: Lambda that runs it; None: its channel is not built yet and publishing says so; "" for types
            that never reach a machine (triggers, composites).
        missing: What is missing when `function` is None, a sentence.
        falls_through: Outcomes that follow the primary one when not wired (`skipped`, `failed`).
        can_defer: Whether its Task may return `later`.
        reads_profile: Whether its behaviour looks at the profile; False saves a read a contact.
        reads_prior: Whether its behaviour looks at `Moment.prior`.
        sends: Channel it sends on, or empty: a purpose is required.
        checks: Violations beyond the model's own.
        decide: split/loop: the outcome for a member.
        act: action/wait/end: the effect for a member.
        ready: wait: the outcome if the wait is over by now, else None; called with the member as re-read
            and the event that woke it (a mapping with name, properties, occurred_at, machine), or None.
        expand: composite: its expansion. Other kinds may return one without nodes: stay as drawn.
        events: trigger: names of the events that enroll.
    """

    name: str
    kind: Kind
    category: Category
    config: type[C]
    hints: Hints
    outcomes: Callable[[C], Sequence[str]] = field(default=lambda _config: ("next",))
    function: str | None = "step_cohort"
    missing: str = ""
    falls_through: tuple[str, ...] = ()
    can_defer: bool = False
    reads_profile: Callable[[C], bool] = field(default=lambda _config: True)
    reads_prior: bool = False
    sends: str = ""
    checks: Callable[[C], Sequence[Found]] = _no_checks
    decide: Callable[[C, Member, Moment], str] | None = None
    act: Callable[[C, Member, Moment], Effect] | None = None
    ready: Callable[[C, Member, Moment, Mapping[str, Any] | None], str | None] | None = None
    expand: Callable[[C], Expansion] | None = None
    events: Callable[[C], Sequence[str]] | None = None
