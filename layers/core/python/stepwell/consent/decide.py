"""The send decision: one pure function that answers, for one contact and one message, send, skip, hold, or done.

Everything that may stop a message is here and nowhere else, in a fixed order, so that the answer to "why did X
not get this" is always the first rule that held.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal, TypeAlias

from stepwell.consent.addresses import allowed, sendable_address
from stepwell.consent.calendar import QuietWindow, count_in_period, next_open
from stepwell.consent.zones import candidate_zones
from stepwell.contracts.ids import short_hash
from stepwell.contracts.messages import Claim, ClaimState, MessagingRecord, Purpose, SkipReason
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Control, WorkflowStatus, Workspace

# Of addresses that cannot or must not be reached by anything; `unsubscribed` stops marketing only.
_UNSUBSCRIBED = "unsubscribed"
_SPREAD_S = 15 * 60


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `limit` messages of a channel, and tag if given, a calendar day or week of the contact."""

    channel: str
    limit: int
    per: Literal["day", "week"] = "day"
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the workflow asks of its messages.

    Attributes:
        caps: Frequency caps. The record keeps the last 16 sends: higher limits are as 16.
        quiet: Quiet hours.
        time_zone: Zone of contacts whose own is unknown; empty: the workspace's.
    """

    caps: tuple[Cap, ...] = ()
    quiet: QuietWindow | None = None
    time_zone: str = ""

    @classmethod
    def of_settings(cls, settings: Mapping[str, Any]) -> Policy:
        """Read a workflow's settings as plain data (`stepwell.workflows.model.Settings`)."""
        quiet = settings.get("quiet_hours")
        zone = settings.get("time_zone") or ""
        return cls(
            caps=tuple(
                Cap(cap.get("channel", "email"), int(cap["limit"]), cap.get("per", "day"), cap.get("tag", ""))
                for cap in settings.get("frequency_caps") or ()
            ),
            quiet=QuietWindow(
                time.fromisoformat(quiet["start"]),
                time.fromisoformat(quiet["end"]),
                quiet.get("otherwise", "next_open_time"),
            )
            if quiet
            else None,
            # The model's default says nothing about this workflow's contacts.
            time_zone="" if zone == "UTC" else zone,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """One message that wants to go out.

    Attributes:
        workflow: Workflow id.
        channel: ``email``, ``sms``, …
        purpose: What it is for.
        visit: Visit id; the key to send at most once.
        claimant: Who asks (``run.invocation``, hashed).
        tag: Frequency-cap tag.
        ignore_cap: Not held back by caps.
        at_least_once: Repeat a transactional message whose fate is unknown.
        visits: Returns the visits at which other profiles would get this very message; None: they are not known.
    """

    workflow: str
    channel: str
    purpose: Purpose
    visit: str
    claimant: str
    tag: str = ""
    ignore_cap: bool = False
    at_least_once: bool = False
    visits: Callable[[Iterable[str]], Collection[str]] | None = None


@dataclass(frozen=True, slots=True)
class Send:
    """Go.

    Attributes:
        address: Where to, as SMTP carries it.
        claimed: The claim is in place already (an answer to the claimant was lost).
    """

    address: str
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Skip:
    """Not this message to this contact."""

    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now: ask again at this time."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """This visit's message was handed to the provider by an earlier try of this same step.

    Attributes:
        known: Whether that is acknowledged; else its fate is unknown, and it is not repeated.
    """

    known: bool


Decision: TypeAlias = Send | Skip | Hold | Done


def decide(
    request: Request,
    record: MessagingRecord,
    profile: Profile,
    suppressed_reason: str,
    workspace: Workspace,
    control: Control,
    policy: Policy,
    now: datetime,
) -> Decision:
    """Decide about one message.

    Args:
        request: The message.
        record: The contact's messaging record, strongly read.
        profile: The contact.
        suppressed_reason: Why the address is suppressed, empty if it is not.
        workspace: The tenant.
        control: Its switches, at most a second old.
        policy: The workflow's caps and quiet hours.
        now: The time.

    Returns:
        The first that holds of: done before, stopped, no or bad address, not on the allowlist, suppressed,
        consent missing, quiet hours, capped; else send. Transactional messages pass consent, quiet hours and
        caps, and an address suppressed by nothing but an unsubscription.
    """
    claim = _claim_of(record, request.visit)
    done = _done(request, claim)
    if done is not None:
        return done
    if claim is None and _got_as_another(request, record):
        return Skip(SkipReason.DUPLICATE_VISIT)
    if control.status(request.workflow) is not WorkflowStatus.ACTIVE:
        return Skip(SkipReason.TENANT_PAUSED)
    if not profile.email.strip():
        return Skip(SkipReason.NO_ADDRESS)
    address = sendable_address(profile.email)
    if address is None:
        return Skip(SkipReason.INVALID_ADDRESS)
    if not allowed(address, workspace.allowlist):
        return Skip(SkipReason.NOT_ALLOWLISTED)
    marketing = request.purpose is Purpose.MARKETING
    reason = _refused(request, record, suppressed_reason, workspace, marketing)
    if reason is not None:
        return Skip(reason)
    if marketing:
        held = _untimely(request, record, profile, workspace, policy, now)
        if held is not None:
            return held
    return Send(address, claimed=claim is not None and claim.claimant == request.claimant)


def _claim_of(record: MessagingRecord, visit: str) -> Claim | None:
    return next((claim for claim in reversed(record.claims) if claim.visit == visit), None)


def _done(request: Request, claim: Claim | None) -> Decision | None:
    if claim is None or claim.claimant == request.claimant:
        return None
    unknown = claim.state is not ClaimState.SENT
    if unknown and request.at_least_once and request.purpose is Purpose.TRANSACTIONAL:
        return None
    if _run_of(claim.claimant) == _run_of(request.claimant):
        return Done(known=not unknown)
    # Another journey through this very visit, e.g. after a migration to a newer version.
    return Skip(SkipReason.DUPLICATE_VISIT)


def _got_as_another(request: Request, record: MessagingRecord) -> bool:
    """Tell whether the contact got this message under another profile, before or after a merge."""
    if not record.aliases or request.visits is None:
        return False
    visits = request.visits((record.owner, *record.aliases))
    return any(claim.visit in visits for claim in record.claims)


def _run_of(claimant: str) -> str:
    return claimant.partition(".")[0]


def _refused(
    request: Request,
    record: MessagingRecord,
    suppressed_reason: str,
    workspace: Workspace,
    marketing: bool,
) -> SkipReason | None:
    if suppressed_reason == _UNSUBSCRIBED:
        if marketing:
            return SkipReason.UNSUBSCRIBED
    elif suppressed_reason:
        return SkipReason.SUPPRESSED
    if not marketing:
        return None
    consent = record.consent.get(f"{request.channel}:{request.purpose}")
    if consent == "denied":
        return SkipReason.UNSUBSCRIBED
    if consent != "granted" and workspace.marketing_opt_in:
        return SkipReason.NO_CONSENT
    return None


def _untimely(
    request: Request,
    record: MessagingRecord,
    profile: Profile,
    workspace: Workspace,
    policy: Policy,
    now: datetime,
) -> Skip | Hold | None:
    zones = candidate_zones(profile.traits, policy.time_zone or workspace.time_zone)
    if policy.quiet is not None:
        opens = next_open(policy.quiet, now, zones)
        if opens > now:
            if policy.quiet.otherwise == "skip":
                return Skip(SkipReason.QUIET_HOURS)
            # What piled up over night is spread, always the same for one visit.
            spread = timedelta(
                seconds=int.from_bytes(short_hash(request.visit, length=4).encode()) % _SPREAD_S
            )
            later = opens + spread
            return Hold(later if next_open(policy.quiet, later, zones) == later else opens)
    if not request.ignore_cap and _capped(request, record.claims, policy, zones, now):
        return Skip(SkipReason.FREQUENCY_CAPPED)
    return None


def _capped(
    request: Request, claims: Sequence[Claim], policy: Policy, zones: Sequence[Any], now: datetime
) -> bool:
    for cap in policy.caps:
        if cap.channel != request.channel or cap.tag not in ("", request.tag):
            continue
        sent = [
            claim.at
            for claim in claims
            if claim.counted
            and claim.channel == cap.channel
            and cap.tag in ("", claim.tag)
            and claim.visit != request.visit
        ]
        if count_in_period(sent, now, cap.per, zones) >= min(cap.limit, 16):
            return True
    return False
