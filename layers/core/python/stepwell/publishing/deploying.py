"""Carries out what a deployment asks for each of its resources: a table from the resource's type to what is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from stepwell.errors import Conflict, Forbidden, InvalidInput, Unavailable
from stepwell.publishing import git, git_documents, git_messages, git_pieces, social_rules
from stepwell.publishing.git import Asked
from stepwell.publishing.git_documents import Kind, scoring_kind, segment_kind, sequence_kind
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.rule_ports import RulePorts
from stepwell.publishing.segment_ports import SegmentPorts

TRIES = 6


class KeptInGit(git.Workspaces, git_messages.MessageStore, Protocol):
    """What is stored beside workflows."""


@dataclass(frozen=True, slots=True)
class DeployingPorts:
    """What deployments of a folder reach."""

    publishing: PublishingPorts
    kept: KeptInGit
    segments: SegmentPorts
    rules: RulePorts


Put = Callable[[DeployingPorts, Asked], Mapping[str, str]]
Drop = Callable[[DeployingPorts, Asked], None]


def _documents(kind: Callable[[DeployingPorts], Kind]) -> tuple[Put, Drop]:
    return (
        lambda ports, asked: git_documents.keep(kind(ports), asked),
        lambda ports, asked: git_documents.let_go(kind(ports), asked),
    )


def _pieces(kind: str) -> tuple[Put, Drop]:
    return _documents(lambda ports: git_pieces.piece_kind(ports.kept, kind))


# What is done to make or change a resource, and what when it is gone.
ROUTES: dict[str, tuple[Put, Drop]] = {
    "Custom::StepwellVersion": (
        lambda ports, asked: git.reserve(ports.publishing, asked),
        lambda ports, asked: git.give_back(ports.publishing, asked),
    ),
    "Custom::StepwellWorkflow": (
        lambda ports, asked: git.register(ports.publishing, asked),
        lambda ports, asked: git.withdraw(ports.publishing, asked),
    ),
    "Custom::StepwellMessage": (
        lambda ports, asked: git_messages.keep(ports.kept, asked),
        lambda ports, asked: git_messages.let_go(ports.kept, asked),
    ),
    **{f"Custom::Stepwell{name}": _pieces(kind) for name, kind in git_pieces.KINDS.items()},
    "Custom::StepwellSegment": _documents(lambda ports: segment_kind(ports.segments)),
    "Custom::StepwellSequence": _documents(lambda ports: sequence_kind(ports.rules)),
    "Custom::StepwellScoringModel": _documents(lambda ports: scoring_kind(ports.rules)),
    f"Custom::Stepwell{social_rules.NAME}": _documents(
        lambda ports: social_rules.social_rules_kind(ports.kept, ports.publishing.inventory)
    ),
}


def carry_out(ports: DeployingPorts, type_: str, asked: Asked, *, gone: bool) -> dict[str, str]:
    """Make or change what a resource stands for, or take leave of it; return the resource's attributes.

    Args:
        ports: Stores.
        type_: The resource's type.
        asked: What is asked for.
        gone: Whether the resource is no longer part of the deployment.

    Raises:
        StepwellError: Why not, in a sentence for whoever deploys.
    """
    if type_ not in ROUTES:
        raise InvalidInput(f"`{type_}` is no resource of Stepwell.", code="unknown_resource")
    put, drop = ROUTES[type_]
    if not gone:
        git.ensure_workspace(ports.kept, asked.tenant)
        return dict(put(ports, asked))
    if ports.kept.exists(asked.tenant):
        drop(ports, asked)
    return {}


def patiently(work: Callable[[], dict[str, str]], pause: Callable[[], None]) -> dict[str, str]:
    """Try again what a moment may mend: another's write, a service that is away, a new role's rights on their way."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except (Unavailable, Forbidden):
            pause()
        except Conflict as error:
            if error.code != "busy":
                raise
            pause()
    return work()
