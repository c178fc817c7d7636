"""Published versions: read, list, compare."""

from __future__ import annotations

from typing import Any

from stepwell.errors import NotFound
from stepwell.publishing import drafts
from stepwell.publishing.listing import Page, page
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import Version
from stepwell.workflows.diff import diff
from stepwell.workflows.documents import from_document
from stepwell.workflows.model import Workflow


def read_version(ports: PublishingPorts, tenant: str, workflow: str, number: int) -> Version:
    """Return a published version.

    Raises:
        NotFound: There is none of this number.
    """
    found = ports.versions.get(tenant, workflow, number)
    if found is None:
        raise NotFound(f"`{workflow}` has no version {number}.", code="no_version")
    return found


def list_versions(
    ports: PublishingPorts,
    tenant: str,
    workflow: str,
    *,
    limit: int = 50,
    cursor: str | None = None,
    descending: bool = True,
) -> Page[Version]:
    """List a workflow's versions by number.

    Raises:
        NotFound: There is no such workflow.
    """
    drafts.read(ports, tenant, workflow)
    return page(
        ports.versions.all(tenant, workflow),
        by=lambda v: v.number,
        id_of=lambda v: str(v.number),
        descending=descending,
        limit=limit,
        cursor=cursor,
    )


def compare(ports: PublishingPorts, tenant: str, workflow: str, old: int, new: int) -> dict[str, Any]:
    """Compare two versions as they were drawn; 0 is the draft.

    Raises:
        NotFound: No such workflow or version.
    """
    before = _drawn(ports, tenant, workflow, old)
    after = _drawn(ports, tenant, workflow, new)
    found = diff(before, after)
    return {"old": old, "new": new, **found.document(), "lines": found.lines()}


def _drawn(ports: PublishingPorts, tenant: str, workflow: str, number: int) -> Workflow:
    if number == 0:
        return from_document(dict(drafts.read(ports, tenant, workflow).document))
    return from_document(dict(read_version(ports, tenant, workflow, number).drawn))
