"""The rights of one person: what is kept about him, and erasing it."""

from __future__ import annotations

from replies.privacy import ErasurePreview, ErasureStarted, PersonalData
from stepwell.contracts.profiles import Profile
from stepwell.publishing import contacts, erasing
from stepwell.publishing.access_request import data_of

from routes.replies import reply
from routes.routing import Call, decoded, routed, this, topic

router = topic("Contacts")
REMAINS = (
    {"what": "Hashes of addresses, so that they get no mail", "until": "until their suppression is lifted"},
    {
        "what": "Raw events in the lake, shown to nobody",
        "until": "until the lake's rule ends them (`keep_raw_days`)",
    },
    {"what": "Snapshots of contacts, and query results", "until": "7 and 90 days"},
    {"what": "Files of imports, exports and broadcasts", "until": "90 days after they were written"},
    {"what": "Histories of executions (ids alone)", "until": "90 days after the execution"},
    {"what": "Backups of the tables", "until": "35 days, the window of point-in-time recovery"},
)


def _find(call: Call, contact: str) -> Profile:
    return contacts.find(call.wired.parts.profiles, call.tenant, decoded(contact))


@routed(router, "GET", "/contacts/<contact>/erasure", "admin", "What erasing a contact would delete")
def preview_erasure(contact: str) -> ErasurePreview:
    """Count what lies at known keys; nothing is changed."""
    call = this()
    profile = _find(call, contact)
    found = erasing.preview(call.wired.erasing, call.tenant, profile)
    channels = [
        name for name, known in (("email", profile.email), ("sms", profile.traits.get("phone"))) if known
    ]
    told = {"contact": profile.id, "deleted": dict(found), "suppressed": channels, "remains": list(REMAINS)}
    return reply(ErasurePreview, told)


@routed(router, "POST", "/contacts/<contact>/erasure", "admin", "Erase a contact", status=202)
def erase_contact(contact: str) -> ErasureStarted:
    """Erase a contact for good; his addresses are suppressed at once, all else follows within half an hour."""
    call = this()
    begun = erasing.start(call.wired.erasing, call.tenant, _find(call, contact), call.actor)
    return reply(ErasureStarted, {"erasure": begun.id, "job": begun.job, "state": "running"})


@routed(router, "GET", "/contacts/<contact>/data", "admin", "Everything that is kept about a contact")
def read_personal_data(contact: str) -> PersonalData:
    """Answer a request for access; who asked is noted in the audit log."""
    call = this()
    profile = _find(call, contact)
    parts = call.wired.parts
    found = data_of(call.wired.erasing, parts.proofs, parts.subscriptions, call.tenant, profile)
    call.ports.note(call.tenant, call.actor, "contact.data_read", f"contact/{profile.id}")
    return reply(PersonalData, found)
