"""Keeps advertising audiences for cohorts: one call a cohort and audience, after each contact's consent was asked.

A network hears of hashes only, and of the same contact twice without effect, so a repeated Task does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from stepwell.consent.advertising import refused
from stepwell.consent.reach import by_email, by_phone
from stepwell.contracts.audiences import AudienceChange, Person
from stepwell.contracts.messages import SkipReason
from stepwell.errors import NotReady, OutcomeUnknown, StepwellError, Throttled, Unavailable
from stepwell.runtime.effects import EffectResult, StepContext, Work
from stepwell.workflows.nodes._effects import KeepAudience
from stepwell.workflows.nodes.base import Member

_LONGEST_S = 900


def keep_audiences(context: StepContext, work: Work) -> EffectResult:
    """Carry out `KeepAudience` effects; leaves by `next`, `skipped` or `failed`, or comes back when asked to wait.

    Raises:
        Unavailable: A store did not answer; the Task is tried again.
        NotReady: The deployment has no social networks.
    """
    if context.ports.audiences is None:
        raise NotReady("This function reaches no social networks.", code="no_social")
    outcomes: dict[str, tuple[str, str]] = {}
    later: list[str] = []
    wait_s = 0
    groups: dict[KeepAudience, list[Member]] = {}
    for member, effect in work:
        groups.setdefault(cast(KeepAudience, effect), []).append(member)
    for effect, members in groups.items():
        people, skipped = _people(context, effect, members)
        outcomes |= {token: ("skipped", reason.value) for token, reason in skipped.items()}
        if not people:
            continue
        wanted = AudienceChange(effect.platform, effect.account, effect.audience, effect.remove)
        try:
            context.ports.audiences.keep(context.moment.tenant, wanted, list(people.values()))
        except (Unavailable, OutcomeUnknown) as error:
            if context.part + 1 < context.retry.max_attempts:
                asked = error.retry_after_s if isinstance(error, Throttled) else None
                later += people
                wait_s = max(wait_s, min(int(asked or context.retry.wait_s(context.part + 1)), _LONGEST_S))
                continue
            outcomes |= dict.fromkeys(people, ("failed", error.code))
        except StepwellError as error:
            outcomes |= dict.fromkeys(people, ("failed", error.code))
        else:
            outcomes |= dict.fromkeys(people, ("next", ""))
    return EffectResult(outcomes, later, wait_s)


def _people(
    context: StepContext, effect: KeepAudience, members: Sequence[Member]
) -> tuple[dict[str, Person], dict[str, SkipReason]]:
    """Return whom the network is told of, by token, and why others are not."""
    found: dict[str, Person] = {}
    skipped: dict[str, SkipReason] = {}
    for member in members:
        person = Person(by_email(member.profile).address, by_phone(member.profile).address)
        if person.email or person.phone:
            found[member.token.id] = person
        else:
            skipped[member.token.id] = SkipReason.NO_ADDRESS
    if effect.remove:
        return found, skipped
    tenant, messaging = context.moment.tenant, context.ports.messaging
    mine = {member.token.id: member.profile.id for member in members if member.token.id in found}
    records = messaging.records(tenant, list(dict.fromkeys(mine.values())))
    mails = messaging.suppressed(tenant, "email", list({p.email for p in found.values()} - {""}))
    phones = messaging.suppressed(tenant, "sms", list({p.phone for p in found.values()} - {""}))
    for token, person in list(found.items()):
        reasons = {mails.get(person.email, ""), phones.get(person.phone, "")} - {""}
        reason = refused(records[mine[token]], reasons, context.moment.workspace)
        if reason is not None:
            skipped[token] = reason
            del found[token]
    return found, skipped
