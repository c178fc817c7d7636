"""Which messages a workflow sends, and so which workflows use a message."""

from __future__ import annotations

from collections.abc import Iterable

from stepwell.publishing.records import WorkflowRecord
from stepwell.workflows.checks.base import CheckContext, Drawing
from stepwell.workflows.documents import from_document
from stepwell.workflows.model import Workflow
from stepwell.workflows.nodes._fields import marked


def messages_of(workflow: Workflow) -> frozenset[str]:
    """Return the ids of the message templates that a workflow names, those of its composites too."""
    drawing = Drawing(workflow, CheckContext())
    return frozenset(name for _, part in drawing.parts for _, name in marked(part.config, "template"))


def users_of_messages(records: Iterable[WorkflowRecord]) -> dict[str, list[WorkflowRecord]]:
    """Return the workflows whose drafts name a message, by message; a workflow's name decides their order."""
    found: dict[str, list[WorkflowRecord]] = {}
    for record in sorted(records, key=lambda one: one.name.casefold()):
        for message in messages_of(from_document(dict(record.document))):
            found.setdefault(message, []).append(record)
    return found
