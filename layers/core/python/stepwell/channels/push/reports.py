"""Report tokens: what a service worker shows to say what became of a notification, and nobody can make.

A write key is public, and conditions, waits and lists go by what was opened; so a report is believed for its token:
``<key id>.<tenant>.<profile>.<workflow>.<version>.<node>.<token tag>.<visit>.<subscription>.<mac>``. It came to the
browser encrypted, and holds no personal data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from stepwell.contracts.ids import NODE_ID, PROFILE_ID, TENANT_ID, WORKFLOW_ID
from stepwell.contracts.signing import said_by, signed
from stepwell.errors import InvalidInput

LONGEST = 500
_KIND = "push-report"
_WORD = re.compile(r"^[A-Za-z0-9_-]{0,256}$")


@dataclass(frozen=True, slots=True)
class Report:
    """Which notification is spoken of.

    Attributes:
        tenant: Tenant id.
        profile: Profile id at the time of the send.
        workflow: Workflow id.
        version: Its version.
        node: Node id.
        enrollment: Token id as tags write it (`channels.email.tag_of_token`).
        visit: Visit id.
        subscription: Id of the subscription that it went to.
    """

    tenant: str
    profile: str
    workflow: str
    version: int
    node: str
    enrollment: str
    visit: str
    subscription: str

    @classmethod
    def of(cls, tags: Mapping[str, str], subscription: str) -> Report:
        """Read a message's tags."""
        version = tags.get("version", "")
        return cls(
            tags.get("tenant", ""),
            tags.get("profile", ""),
            tags.get("workflow", ""),
            int(version) if version.isdecimal() else 0,
            tags.get("node", ""),
            tags.get("enrollment", ""),
            tags.get("visit", ""),
            subscription,
        )


def sign_report(report: Report, keys: Mapping[str, bytes]) -> str:
    """Return a report's token, signed with the newest (last) key.

    Raises:
        NotReady: There is no key.
    """
    says = (
        report.tenant,
        report.profile,
        report.workflow,
        str(report.version),
        report.node,
        report.enrollment,
        report.visit,
        report.subscription,
    )
    return signed(_KIND, ".".join(says), keys)


def read_report(token: str, keys: Mapping[str, bytes]) -> Report:
    """Read a token.

    Raises:
        InvalidInput: Not one that one of the keys signed.
    """
    parts = (said_by(_KIND, token, keys, LONGEST) or "").split(".")
    if len(parts) != 8:
        raise _unknown()
    tenant, profile, workflow, version, node, enrollment, visit, subscription = parts
    well_formed = TENANT_ID.match(tenant) and PROFILE_ID.match(profile) and version.isdecimal()
    # A test message comes from no workflow.
    named = (not workflow or WORKFLOW_ID.match(workflow)) and (not node or NODE_ID.match(node))
    if not (well_formed and named and all(map(_WORD.match, (enrollment, visit, subscription)))):
        raise _unknown()
    return Report(tenant, profile, workflow, int(version), node, enrollment, visit, subscription)


def _unknown() -> InvalidInput:
    return InvalidInput("This report belongs to no notification of ours.", code="bad_report")
