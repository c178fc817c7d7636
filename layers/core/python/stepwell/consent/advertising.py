"""Whether a contact may be put in an advertising audience: only with their own word for it, whatever a workspace says.

Passing somebody's address to an advertising network, hashed or not, needs consent (EDPB Guidelines 8/2020, 5.3.2). It
is `ads:marketing` of the messaging record; a refusal of all marketing counts as one of this. Taking out asks nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from stepwell.consent.control_group import held_out
from stepwell.contracts.messages import MessagingRecord, SkipReason
from stepwell.contracts.preferences import ALL
from stepwell.contracts.workspace import Workspace

ADS = "ads:marketing"


def refused(record: MessagingRecord, suppressed: Collection[str], workspace: Workspace) -> SkipReason | None:
    """Return why a contact must not be advertised to; None: nothing speaks against it.

    Args:
        record: The contact's.
        suppressed: Reasons for which their addresses are suppressed.
        workspace: Settings; contacts of the control group see no advertising either.
    """
    consent = record.consent
    if "denied" in (consent.get(ADS), consent.get(f"{ALL}:marketing")):
        return SkipReason.UNSUBSCRIBED
    if consent.get(ADS) != "granted":
        return SkipReason.NO_CONSENT
    if "complaint" in suppressed or "manual" in suppressed:
        return SkipReason.SUPPRESSED
    if held_out(workspace.tenant, record.owner, workspace.sending.control_group):
        return SkipReason.CONTROL_GROUP
    return None
