"""What a workflow template of the library needs before it can run, and whether a workspace has it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from stepwell.conditions import referenced
from stepwell.publishing.message_uses import messages_of
from stepwell.publishing.ports import Known
from stepwell.workflows.model import Workflow
from stepwell.workflows.reads import reads


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a template names.

    Attributes:
        kind: What it is.
        name: Its id or name.
        met: Whether the workspace has it.
        comes: Whether it is made together with the workflow.
    """

    kind: Literal["message", "attribute", "segment"]
    name: str
    met: bool
    comes: bool = False


def needs(workflow: Workflow, known: Known, offered: Collection[str]) -> list[Need]:
    """Return what a template needs: messages, then segments, then attributes, each by name.

    Args:
        workflow: The template.
        known: What the workspace has.
        offered: Messages that the library brings.
    """
    read = reads(workflow)
    segments: set[str] = set()
    fields = {path.partition(".")[0] for path in read.fields}
    for condition in read.conditions:
        named = referenced(condition)
        segments |= set(named.segments)
        fields |= {path.partition(".")[0] for path in named.profile_fields}
    return [
        *(
            Need("message", one, _has(known.templates, one), one in offered)
            for one in sorted(messages_of(workflow))
        ),
        *(Need("segment", one, _has(known.segments, one)) for one in sorted(segments)),
        *(Need("attribute", one, _has(known.fields, one)) for one in sorted(fields)),
    ]


def _has(known: Collection[str] | None, name: str) -> bool:
    return known is None or name in known
