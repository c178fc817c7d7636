"""What explain says, as plain sentences: of reasons, outcomes, ends and waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from stepwell.contracts.tokens import EndReason, Token, TokenState

REASONS: Mapping[str, str] = {
    "no_consent": "the contact never agreed to messages of this purpose",
    "no_proof": "nothing proves, as the contact's country asks it, that the contact agreed",
    "unsubscribed": "the contact unsubscribed",
    "suppressed": "the address is suppressed (it bounced for good, its owner complained, or it was listed)",
    "no_address": "the contact has no address on this channel",
    "invalid_address": "the address is not valid",
    "frequency_capped": "the contact already got as many messages as the frequency cap allows",
    "quiet_hours": "it were quiet hours and the workflow skips then",
    "control_group": "the contact is in the control group",
    "exited": "the contact had left the workflow",
    "duplicate_visit": "this step was done before for this contact",
    "content_unavailable": "content from outside was not to be had, and the message shall not go without it",
    "render_error": "the template could not be rendered for this contact",
    "provider_rejected": "the provider refused the message for good",
    "tenant_paused": "sending was stopped in this workspace",
    "topic_declined": "the contact declined this topic",
    "confirmation_limited": "the address was asked to confirm within 10 minutes, or three times within a day",
    "outranked": "the last place under the frequency cap is kept for a message of higher priority",
    "not_allowlisted": "the address is not on the allowlist of this deployment",
    "goal_met": "the goal was reached",
    "goal_missed": "the goal was not reached in time",
}
ENDS: Mapping[str, str] = {
    EndReason.COMPLETED: "It went through to the end",
    EndReason.EXIT_NODE: "It ended at an exit",
    EndReason.EXIT_CRITERIA: "It ended at once because an exit criterion was met",
    EndReason.UNSUBSCRIBED: "It ended at once because the contact unsubscribed",
    EndReason.GOAL: "It ended because the goal was reached",
    EndReason.EJECTED: "It was taken out, by hand or when a new version was published",
    EndReason.STOPPED: "It was ended when the workflow was stopped",
    EndReason.ERASED: "It was ended because the contact was erased",
    EndReason.ERROR: "It was set aside because a step could not be carried out for this contact",
    EndReason.MERGED: "The branch arrived at its merge",
    EndReason.MERGE_TIMEOUT: "It ended because the other branches did not arrive in time",
    EndReason.DISCARDED: "It came due while the workflow was paused with `discard`",
}
_VIA: Mapping[str, str] = {
    "enrolled": "Entered through `{name}`.",
    "resumed": "Went on at `{name}` when the pause was lifted.",
    "continued": "Went on at `{name}` in a fresh execution.",
    "held": "Came back to `{name}`.",
    "migrated": "Was moved to version {version}.",
    "timed_out": "The time limit at `{name}` passed.",
    "next": "`{name}` was over; went on.",
}
_LEFT: Mapping[str, str] = {
    "sent": "`{name}` was sent.",
    "skipped": "`{name}` was not sent: {why}.",
    "failed": "`{name}` failed: {why}.",
    "ended": "The journey ended at `{name}`{because}.",
    "completed": "The journey was complete.",
    "set_aside": "Set aside at `{name}`: {why}.",
    "branches": "`{name}` split into its branches.",
    "later": "`{name}` was put off for a moment: {why}.",
    "body": "`{name}` began another round.",
    "done": "`{name}` was done with its rounds.",
    "found": "`{name}` found a row.",
    "not_found": "`{name}` found nothing.",
    "success": "`{name}` succeeded.",
}
_LOST_ANSWERS: Mapping[str, str] = {
    "unknown": "Whether the provider took `{name}` is not known yet: its answer was lost. It is not sent again.",
    "unknown_confirmed": "`{name}` was sent: its answer was lost, but the provider's event confirms it.",
    "unknown_closed": "`{name}` counts as not received: its answer was lost and no event came within 24 hours. "
    "It is not sent again.",
}


def why(reason: str) -> str:
    """Say a reason code in words; unknown ones as they are."""
    if not reason:
        return "no reason was noted"
    if reason.startswith("node_error:"):
        return f"the step could not work with this contact's data ({reason.partition(':')[2]})"
    return REASONS.get(reason, reason.replace("_", " "))


def via(name: str, outcome: str, version: int) -> str:
    """Say how a contact came into a run."""
    key = "migrated" if outcome.startswith("migrated") else outcome
    text = _VIA.get(key, "Left `{name}` by `" + outcome + "`.")
    return text.format(name=name or "the workflow", version=version)


def left(name: str, outcome: str, reason: str, due: datetime | None) -> str:
    """Say what happened at a node."""
    if outcome == "parked":
        return f"`{name}` began to wait." if not reason else f"`{name}` holds the contact: {why(reason)}."
    if due is not None:
        return f"`{name}` waits until {moment(due)}."
    if outcome == "sent" and reason in _LOST_ANSWERS:
        return _LOST_ANSWERS[reason].format(name=name)
    text = _LEFT.get(outcome)
    if outcome == "later" and not reason:
        return f"`{name}` was put off for a moment: the provider's rate was used up, or it is tried again."
    if text is None:
        because = f" ({why(reason)})" if reason else ""
        if outcome == "next":
            return f"`{name}` was done{because}."
        return f"`{name}` decided `{outcome}`{because}."
    because = f": {why(reason)}" if reason and reason not in ENDS else ""
    return text.format(name=name, why=why(reason), because=because)


def standing(token: Token, name: str, stopped: bool, joining: bool) -> str:
    """Say where an enrollment stands now."""
    if token.state is TokenState.ENDED:
        told = ENDS.get(token.end_reason, f"It ended ({token.end_reason.replace('_', ' ')})")
        return f"{told}."
    if token.hold:
        because = "everything is stopped in this workspace" if stopped else "the workflow was paused"
        return f"It is held at `{name}` because {because}."
    if token.state is TokenState.RUNNING:
        return f"It is on its way, last seen at `{name}`."
    if joining:
        return f"It waits at `{name}` for its parallel branches."
    events = " or ".join(f"`{e}`" for e in token.wait_events if e != "*")
    if token.wait_events and token.due is not None:
        return f"It waits at `{name}` for {events or 'a change'}, at most until {moment(token.due)}."
    if token.due is not None:
        return f"It waits at `{name}` until {moment(token.due)}."
    return f"It waits at `{name}`."


def standing_code(token: Token, stopped: bool, joining: bool) -> str:
    """Say as a code what `standing` says, for whoever has sentences in other languages."""
    if token.state is TokenState.ENDED:
        return "ended"
    if token.hold:
        return "held_stopped" if stopped else "held_paused"
    if token.state is TokenState.RUNNING:
        return "running"
    if joining:
        return "joining"
    if token.wait_events and token.due is not None:
        return "waits_events"
    return "waits_until" if token.due is not None else "waits"


def moment(at: datetime) -> str:
    """Write a time for people, in UTC."""
    return at.strftime("%Y-%m-%d %H:%M UTC")
