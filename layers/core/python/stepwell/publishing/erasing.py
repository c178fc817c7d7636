"""Erases a contact: by known keys at once, by a sweep of the tables after, and once more for news that came late.

A job of the moves queue, page by page; each page may be repeated. `docs/reference/privacy.md` says what is deleted,
what stays and why.

| round | what |
|---|---|
| 1 | addresses are suppressed, enrollments end, everything at known keys is deleted |
| 2, 3 | tables `profiles` and `config` are read from end to end: old pointers, merges, reviews, audit entries, … |
| 4 | a quarter of an hour later: what events of before have made again is deleted, the erasure is forgotten |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from stepwell.contracts.ids import base36, profile_id, short_hash
from stepwell.contracts.profiles import Profile
from stepwell.contracts.segments import SegmentMove
from stepwell.contracts.tokens import EndReason
from stepwell.profiles.converting import normal_phone
from stepwell.publishing.erasing_ports import ErasingPorts, Erasure, Sweep
from stepwell.publishing.moves import queue
from stepwell.publishing.records import Move
from stepwell.runtime.ending import Exiter

AGAIN_S = 900
"""What was on the stream when a contact was erased is through it by then: SQS waits no longer."""
REASON = "erased"
"""Why an address is suppressed whose owner was erased."""
SUBJECT = "contact/erased"
"""What audit entries say instead of a contact's id."""
_SWEEPS: dict[int, Sweep] = {2: "profiles", 3: "config"}
_LAST = 4
_PHONES = ("phone", "phoneNumber", "mobile")


def erasure_id(tenant: str, profile: str) -> str:
    """Return the erasure's id: equal for the same contact, and no way back to his id."""
    return short_hash("erasure", tenant, profile)


def erasure_of(ports: ErasingPorts, tenant: str, profile: Profile) -> Erasure:
    """Collect the ids and names of a contact; nothing is changed."""
    now = ports.publishing.now()
    traits = profile.traits
    phones = {normal_phone(str(traits[name]), None) for name in _PHONES if traits.get(name)} - {""}
    emails = {profile.email.strip().lower()} - {""}
    named = [
        *(("user", value) for value in (profile.user_id,) if value),
        *(("email", value) for value in sorted(emails)),
        *(("phone", value) for value in sorted(phones)),
        *((kind, value) for value in profile.anonymous_ids for kind in ("anonymous", "device")),
    ]
    identities = {profile_id(tenant, kind, value) for kind, value in named} - set(profile.ids)
    # A device or address that is somebody else's too stays that one's.
    found = ports.runtime.profiles.get(tenant, sorted(identities))
    identities -= {one for one, owner in found.items() if owner.id != profile.id}
    id_ = erasure_id(tenant, profile.id)
    return Erasure(
        id=id_,
        job=f"erase-{id_}-{base36(int(now.timestamp() * 1000))}",
        at=now,
        people=profile.ids,
        identities=tuple(sorted(identities)),
        values=tuple(dict.fromkeys(value for _, value in named)),
        emails=tuple(sorted(emails)),
        phones=tuple(sorted(phones)),
        due=profile.due,
    )


def preview(ports: ErasingPorts, tenant: str, profile: Profile) -> Mapping[str, int]:
    """Count what would be deleted at known keys, a kind; the sweep may find more."""
    found = Counter(ports.data.count(tenant, erasure_of(ports, tenant, profile), workflows(ports, tenant)))
    found["segments"] = len(profile.segments)
    return found


def start(ports: ErasingPorts, tenant: str, profile: Profile, actor: str) -> Erasure:
    """Begin an erasure, or push on the one that is under way: its addresses are suppressed from now on."""
    made = erasure_of(ports, tenant, profile)
    known = None if ports.erasures.put(tenant, made) else ports.erasures.get(tenant, made.id)
    erasure = known or made
    silence(ports, tenant, erasure)
    if known is None:
        ports.publishing.note(tenant, actor, "contact.erasure_started", SUBJECT, erasure=erasure.id)
    queue(ports.publishing, Move("erase", tenant, f"erasure/{erasure.id}", job=erasure.job, actor=actor))
    # One that failed and is pushed on.
    ports.publishing.jobs.update(tenant, erasure.job, "running")
    return erasure


def silence(ports: ErasingPorts, tenant: str, erasure: Erasure) -> None:
    """Suppress his addresses; only their hashes are kept, so that he is never written to again."""
    for channel, addresses in (("email", erasure.emails), ("sms", erasure.phones)):
        known = ports.runtime.messaging.suppressed(tenant, channel, list(addresses))
        for address in addresses:
            if address not in known:
                ports.runtime.messaging.suppress(tenant, channel, address, REASON, erasure.at, "erasure")


def erase(ports: ErasingPorts, move: Move) -> Move | None:
    """Carry out one message of an erasure.

    Returns:
        The command that was queued to go on; None: done.
    """
    tenant = move.tenant
    erasure = ports.erasures.get(tenant, move.workflow.partition("/")[2])
    if erasure is None:
        ports.publishing.jobs.update(tenant, move.job, "done")
        return None
    returned = has_returned(ports, tenant, erasure)
    cursor = None
    counts: Mapping[str, int]
    if move.round in _SWEEPS:
        counts, cursor = ports.data.sweep(
            tenant, erasure, _SWEEPS[move.round], move.cursor, returned=returned
        )
    else:
        counts = {} if returned else _at_once(ports, tenant, erasure)
    part = f"{move.round}:{short_hash(move.cursor or '')}"
    ports.publishing.jobs.add(tenant, move.job, part, counts)
    if cursor is None and move.round >= _LAST:
        ports.erasures.close(tenant, erasure)
        ports.publishing.note(tenant, move.actor, "contact.erased", SUBJECT, erasure=erasure.id)
        ports.publishing.jobs.update(tenant, move.job, "done")
        return None
    following = replace(move, cursor=cursor, round=move.round + (cursor is None))
    ports.publishing.moves.send(following, AGAIN_S if following.round == _LAST else 0)
    return following


def has_returned(ports: ErasingPorts, tenant: str, erasure: Erasure) -> bool:
    """Tell whether a new contact has taken his id: one that knows of something later than the erasure."""
    profile = ports.profile(tenant, erasure)
    return profile is not None and profile.first_seen is not None and profile.first_seen > erasure.at


def _at_once(ports: ErasingPorts, tenant: str, erasure: Erasure) -> Mapping[str, int]:
    silence(ports, tenant, erasure)
    ports.erasures.remember(tenant, erasure)
    found: Counter[str] = Counter()
    exiter = Exiter(ports.runtime)
    known = workflows(ports, tenant)
    for workflow in known:
        for person in erasure.people:
            found["ended"] += len(exiter.end(tenant, workflow, person, EndReason.ERASED))
    profile = ports.profile(tenant, erasure)
    if profile is not None and profile.segments:
        left = [SegmentMove(segment, profile.id, False, 0) for segment in profile.segments]
        ports.publishing.members.move(tenant, left)
        found["segments"] += len(left)
    if profile is not None and profile.due:
        erasure = replace(erasure, due=profile.due)
    return found + Counter(ports.data.purge(tenant, erasure, known))


def workflows(ports: ErasingPorts, tenant: str) -> list[str]:
    """Return the workflows in which a contact may be."""
    return [record.id for record in ports.publishing.workflows.all(tenant)]
