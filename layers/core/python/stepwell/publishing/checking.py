"""Runs the graph rules with what the workspace has: templates, fields, segments, teams."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from stepwell.conditions import FieldSchema, FieldType
from stepwell.contracts.event_catalogue import EVENT_TYPES
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.post_checks import post_violations
from stepwell.workflows.checks import CheckContext, Violation, run_checks
from stepwell.workflows.documents import from_document
from stepwell.workflows.model import Workflow


@cache
def known_events() -> dict[str, dict[str, FieldType] | None]:
    """Return the known events with the types of their properties, as conditions are checked by."""
    return {
        name: {key: FieldType(kind) for key, kind in known.properties.items()}
        for name, known in EVENT_TYPES.items()
    }


def violations(ports: PublishingPorts, tenant: str, workflow: Workflow, version: int = 1) -> list[Violation]:
    """Return all violations of a drawn workflow, as publishing it would find them.

    Args:
        ports: Stores.
        tenant: Tenant id.
        workflow: As drawn.
        version: The number that it would get.
    """
    known, workspace = ports.inventory.known(tenant), ports.inventory.workspace(tenant)
    fields = known.fields
    context = CheckContext(
        templates=known.templates,
        channels=known.channels,
        fields=FieldSchema(
            profile={name: FieldType(kind) for name, kind in fields.items()} if fields is not None else None,
            segments=known.segments,
            events=known_events(),
            open_events=True,
        ),
        open_fields=known.open_fields,
        models=known.models,
        teams=frozenset(workspace.teams),
        machine_prefix=ports.machines.prefix,
        tenant=tenant,
        version=version,
        now=ports.now(),
    )
    found = run_checks(workflow, context)
    if ports.posting is not None:
        found += post_violations(workflow, ports.posting, tenant, workspace.name, ports.now())
    return found


def validate(ports: PublishingPorts, tenant: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Check a drawn workflow and report: `valid` to save and simulate, `publishable` to go live, all violations.

    Raises:
        ValidationFailed: The document has not the form of a workflow.
    """
    found = violations(ports, tenant, from_document(dict(document)))
    errors = [v for v in found if v.severity == "error"]
    return {
        "valid": all(v.publish_only for v in errors),
        "publishable": not errors,
        "violations": [v.document() for v in found],
    }
