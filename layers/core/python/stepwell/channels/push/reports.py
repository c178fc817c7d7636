"""Report tokens: what a service worker shows to say what became of a notification, and nobody can make.

A write key is public, and conditions, waits and lists go by what was opened; so a report is believed for its token:
``<key id>.<tenant>.<profile>.<workflow>.<version>.<node>.<token tag>.<visit>.<subscription>.<mac>``. It came to the
browser encrypted, and holds no personal data.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from stepwell.contracts.ids import NODE_ID, PROFILE_ID, TENANT_ID, WORKFLOW_ID
from stepwell.errors import InvalidInput, NotReady

LONGEST = 500
_MAC_BYTES = 16
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
    if not keys:
        raise NotReady("No key to sign reports with: is the deployment complete?")
    key_id = list(keys)[-1]
    said = ".".join(
        (
            key_id,
            report.tenant,
            report.profile,
            report.workflow,
            str(report.version),
            report.node,
            report.enrollment,
            report.visit,
            report.subscription,
        )
    )
    return f"{said}.{_mac(keys[key_id], said)}"


def read_report(token: str, keys: Mapping[str, bytes]) -> Report:
    """Read a token.

    Raises:
        InvalidInput: Not one that one of the keys signed.
    """
    said, _, mac = token.rpartition(".")
    parts = said.split(".")
    key = keys.get(parts[0])
    if len(token) > LONGEST or not token.isascii() or key is None or len(parts) != 9:
        raise _unknown()
    if not hmac.compare_digest(mac, _mac(key, said)):
        raise _unknown()
    _, tenant, profile, workflow, version, node, enrollment, visit, subscription = parts
    well_formed = TENANT_ID.match(tenant) and PROFILE_ID.match(profile) and version.isdecimal()
    # A test message comes from no workflow.
    named = (not workflow or WORKFLOW_ID.match(workflow)) and (not node or NODE_ID.match(node))
    if not (well_formed and named and all(map(_WORD.match, (enrollment, visit, subscription)))):
        raise _unknown()
    return Report(tenant, profile, workflow, int(version), node, enrollment, visit, subscription)


def _mac(key: bytes, said: str) -> str:
    digest = hmac.new(key, b"push-report\x1f" + said.encode(), hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _unknown() -> InvalidInput:
    return InvalidInput("This report belongs to no notification of ours.", code="bad_report")
