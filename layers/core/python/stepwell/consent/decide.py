"""The send decision: one pure function that answers, for one contact and one message, send, skip, hold, or done.

Everything that may stop a message is here and nowhere else, in a fixed order, so that the answer to "why did X
not get this" is always the first rule that held.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from stepwell.consent.addresses import allowed
from stepwell.consent.calendar import Window, next_open_of
from stepwell.consent.control_group import held_out
from stepwell.consent.limits import Cap as Cap
from stepwell.consent.limits import capped, wishes
from stepwell.consent.policy import Policy as Policy
from stepwell.consent.proving import enough
from stepwell.consent.reach import Reach, by_email
from stepwell.consent.regions import windows_of
from stepwell.consent.zones import candidate_zones, country_code
from stepwell.contracts.consent_kinds import PROOF, kind_for
from stepwell.contracts.ids import short_hash
from stepwell.contracts.messages import Claim, ClaimState, MessagingRecord, Purpose, SkipReason
from stepwell.contracts.preferences import ALL, TOPIC
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Control, WorkflowStatus, Workspace

# Of addresses that cannot or must not be reached by anything; `unsubscribed` stops marketing only.
_UNSUBSCRIBED = "unsubscribed"
GRANTED, DENIED = "granted", "denied"
_SPREAD_S = 15 * 60
_LOOK_AGAIN = timedelta(hours=1)


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
        topic: Subscription topic; empty: none.
        priority: 1 to 5; see `stepwell.consent.limits`.
        ignore_cap: Not held back by caps of workflow and workspace; the contact's own wish always holds.
        at_least_once: Repeat a transactional message whose fate is unknown.
        visits: Returns the visits at which other profiles would get this very message; None: they are not known.
    """

    workflow: str
    channel: str
    purpose: Purpose
    visit: str
    claimant: str
    tag: str = ""
    topic: str = ""
    priority: int = 3
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
    reach: Reach | None = None,
) -> Decision:
    """Decide about one message.

    Args:
        request: The message.
        record: The contact's messaging record.
        profile: The contact.
        suppressed_reason: Why the address is suppressed, empty if it is not.
        workspace: The tenant.
        control: Its switches, at most a second old.
        policy: Caps and quiet hours.
        now: The time.
        reach: Where the channel would send it; None: to the contact's e-mail address.

    Returns:
        The first that holds of: done before, stopped, no or bad address, not on the allowlist, consent denied,
        missing or not proved, topic declined, suppressed, control group, capped or outranked, quiet hours or closed
        days; else send. Transactional messages pass all that follows the allowlist, but a denial of their own
        purpose and an address that is suppressed by more than an unsubscription.
    """
    claim = _claim_of(record, request.visit)
    done = _done(request, claim)
    if done is not None:
        return done
    if claim is None and _got_as_another(request, record):
        return Skip(SkipReason.DUPLICATE_VISIT)
    if control.status(request.workflow) is not WorkflowStatus.ACTIVE:
        return Skip(SkipReason.TENANT_PAUSED)
    reach = by_email(profile) if reach is None else reach
    if reach.reason is not None:
        return Skip(reach.reason)
    if not _allowed(request, profile, reach, workspace):
        return Skip(SkipReason.NOT_ALLOWLISTED)
    reason = _refused(request, record, profile, suppressed_reason, workspace, reach)
    if reason is not None:
        return Skip(reason)
    if request.purpose is Purpose.MARKETING:
        if control.marketing_paused and request.channel == "email":
            # Too many call it spam: it waits for whoever resumes, looking again now and then.
            return Hold(now + _LOOK_AGAIN + _spread(request.visit))
        held = _untimely(request, record, profile, workspace, policy, reach, now)
        if held is not None:
            return held
    return Send(reach.address, claimed=claim is not None and claim.claimant == request.claimant)


def _allowed(request: Request, profile: Profile, reach: Reach, workspace: Workspace) -> bool:
    """Tell whether the allowlist lets it through; it names people by their e-mail address, or a number."""
    if workspace.allowlist is None or request.channel == "email":
        return allowed(reach.address, workspace.allowlist)
    return allowed(profile.email, workspace.allowlist) or allowed(reach.address, workspace.allowlist)


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
    profile: Profile,
    suppressed_reason: str,
    workspace: Workspace,
    reach: Reach,
) -> SkipReason | None:
    marketing = request.purpose is Purpose.MARKETING
    consent = record.consent
    purpose = request.purpose.value
    answer = consent.get(f"{request.channel}:{purpose}")
    if answer == DENIED or consent.get(f"{ALL}:{purpose}") == DENIED:
        return SkipReason.UNSUBSCRIBED
    # A text message needs the recipient's word, whatever the workspace says (47 CFR 64.1200(a)(2)); a browser's
    # subscription is one.
    asked = workspace.marketing_opt_in or request.channel == "sms"
    if marketing and asked and answer != GRANTED and not reach.granted:
        # Of an address that unsubscribed the better reason is that.
        return SkipReason.UNSUBSCRIBED if suppressed_reason == _UNSUBSCRIBED else SkipReason.NO_CONSENT
    if marketing and asked and not reach.granted:
        kind = kind_for(consent.get(f"{PROOF}{request.channel}", ""), reach.address)
        places = {country_code(profile.traits), reach.country} - {""}
        if not enough(kind, request.channel, places, workspace.sending.text_proof):
            return SkipReason.NO_PROOF
    if marketing and request.topic and consent.get(f"{TOPIC}{request.topic}") == DENIED:
        return SkipReason.TOPIC_DECLINED
    if suppressed_reason == _UNSUBSCRIBED:
        if marketing:
            return SkipReason.UNSUBSCRIBED
    elif suppressed_reason:
        return SkipReason.SUPPRESSED
    if marketing and held_out(workspace.tenant, record.owner, workspace.sending.control_group):
        return SkipReason.CONTROL_GROUP
    return None


def _untimely(
    request: Request,
    record: MessagingRecord,
    profile: Profile,
    workspace: Workspace,
    policy: Policy,
    reach: Reach,
    now: datetime,
) -> Skip | Hold | None:
    traits = profile.traits
    if reach.country and not country_code(traits):
        traits = {**traits, "country": reach.country}
    zones = candidate_zones(traits, policy.time_zone or workspace.time_zone)
    caps = [*wishes(record, request.channel), *(() if request.ignore_cap else policy.caps)]
    if caps:
        reason = capped(
            request.channel, request.tag, request.visit, request.priority, record, caps, zones, now
        )
        if reason is not None:
            return Skip(reason)
    told = [window for window in (policy.quiet, *policy.common) if window is not None]
    if any(w.otherwise == "skip" and any(w.covers(now, zone) for zone in zones) for w in told):
        return Skip(SkipReason.QUIET_HOURS)
    quiet: list[tuple[Window, ZoneInfo]] = []
    if request.channel == "sms":
        # First: where hours never meet, the law's decide.
        quiet += windows_of(traits, country_code(traits), zones)
    quiet += [(window, zone) for window in told for zone in zones]
    opens = next_open_of(quiet, now) if quiet else now
    if opens <= now:
        return None
    # What piled up over night is spread, always the same for one visit.
    later = opens + _spread(request.visit)
    return Hold(later if next_open_of(quiet, later) == later else opens)


def _spread(visit: str) -> timedelta:
    """Return a moment within a quarter of an hour, always the same for one visit."""
    return timedelta(seconds=int.from_bytes(short_hash(visit, length=4).encode()) % _SPREAD_S)
