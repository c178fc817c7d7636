"""Who would get this now: a trigger's audience, the entry filter and the re-entry rule over all profiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from stepwell.contracts.clock import Clock
from stepwell.contracts.ids import TokenId
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import TokenState
from stepwell.contracts.workspace import Workspace
from stepwell.errors import InvalidInput
from stepwell.publishing.ports import ProfilePages
from stepwell.runtime.ports import TokenStore
from stepwell.workflows.facts import compiled, profile_facts
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Reentry
from stepwell.workflows.nodes._fields import marked
from stepwell.workflows.nodes.time_based_trigger import Config as TimeTrigger

PAGE = 500


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would enter if everybody were tried now.

    Attributes:
        trigger: The trigger node that was looked at.
        looked_at: Profiles looked at.
        complete: Whether these were all.
        would_enter: How many would enter.
        refused: Profiles a reason: `audience`, `filter`, `reentry_never`, `reentry_active`, `reentry_interval`,
            `reentry_cap`, `no_address`.
        sample: Some who would enter: profile id, e-mail address, name.
        note: What the answer cannot know, in a sentence.
    """

    trigger: str
    looked_at: int
    complete: bool
    would_enter: int
    refused: Mapping[str, int]
    sample: Sequence[Mapping[str, Any]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides on entry through one trigger.

    Attributes:
        trigger: Trigger node id.
        conditions: (reason when it does not hold, condition text).
        only: Profile ids that the trigger names; None: anybody.
        events: Events that enroll; empty for schedules and manual starts.
        reentry: Re-entry rule.
        keyed: Whether each entry key counts for itself.
    """

    trigger: str
    conditions: tuple[tuple[str, str], ...]
    reentry: Reentry
    only: frozenset[str] | None = None
    events: tuple[str, ...] = ()
    keyed: bool = False
    _tests: dict[str, Any] = field(default_factory=dict, compare=False)

    def refusal(self, profile: Profile, now: datetime, workspace: Workspace) -> str:
        """Return why a contact would not enter before re-entry is asked; empty: nothing against it."""
        if self.only is not None and profile.id not in self.only:
            return "audience"
        if not self.conditions:
            return ""
        facts = profile_facts(profile, ZoneInfo(workspace.time_zone or "UTC"), now=now)
        for reason, text in self.conditions:
            if not compiled(text).test(facts, now):
                return reason
        return ""


def pick_trigger(graph: Graph, trigger: str = "") -> str:
    """Return the trigger node to start through: the named one, else the manual one, else the first.

    Raises:
        InvalidInput: The named node is no trigger of this workflow, or there is none.
    """
    if trigger:
        if trigger not in graph.triggers:
            raise InvalidInput(f"`{trigger}` is no trigger of `{graph.workflow.id}`.", code="no_trigger")
        return trigger
    manual = [t for t in graph.triggers if graph[t].type.name == "manual_trigger"]
    found = [*manual, *graph.triggers]
    if not found:
        raise InvalidInput(f"`{graph.workflow.id}` has no trigger.", code="no_trigger")
    return found[0]


def entry_rules(
    graph: Graph, trigger: str, named: Callable[[Sequence[str]], frozenset[str]] | None = None
) -> Rules:
    """Return what decides on entry through a trigger.

    Args:
        graph: The expanded graph.
        trigger: Trigger node id.
        named: Finds the profile ids of the contacts that a time trigger names.
    """
    this = graph[trigger]
    settings = graph.workflow.settings
    conditions: list[tuple[str, str]] = []
    only: frozenset[str] | None = None
    if isinstance(this.config, TimeTrigger):
        if not this.config.everybody:
            conditions.append(("audience", this.config.audience))
        if this.config.contacts and named is not None:
            only = named(this.config.contacts)
    elif this.type.events is None:
        conditions += [("audience", text) for _, text in marked(this.config, "condition")]
    if settings.filter:
        conditions.append(("filter", settings.filter))
    return Rules(
        trigger=trigger,
        conditions=tuple(conditions),
        reentry=settings.reentry,
        only=only,
        events=tuple(this.type.events(this.config)) if this.type.events else (),
        keyed=bool(settings.entry_key),
    )


def preview(
    tenant: str,
    workflow: str,
    rules: Rules,
    *,
    profiles: ProfilePages,
    tokens: TokenStore,
    clock: Clock,
    workspace: Workspace,
    cap: int = 20_000,
    sample: int = 20,
    reentry_cap: int = 2_000,
) -> Preview:
    """Count who would enter now, over at most ``cap`` profiles.

    Re-entry costs one query a contact, so only the first ``reentry_cap`` candidates are asked; the note says so.
    """
    now = clock.now()
    refused: Counter[str] = Counter()
    looked = entering = asked = 0
    shown: list[Mapping[str, Any]] = []
    cursor: str | None = None
    complete = False
    while looked < cap:
        page, cursor = profiles.page(tenant, min(PAGE, cap - looked), cursor)
        looked += len(page)
        for profile in page:
            reason = rules.refusal(profile, now, workspace)
            if not reason and asked < reentry_cap and not rules.keyed:
                asked += 1
                reason = reentry_refusal(tenant, workflow, profile, rules.reentry, tokens, now)
            if reason:
                refused[reason] += 1
                continue
            entering += 1
            if len(shown) < sample:
                shown.append(
                    {
                        "profile": profile.id,
                        "email": profile.email,
                        "name": profile.traits.get("first_name") or profile.traits.get("name") or "",
                    }
                )
        if cursor is None:
            complete = True
            break
    return Preview(
        trigger=rules.trigger,
        looked_at=looked,
        complete=complete,
        would_enter=entering,
        refused=dict(refused),
        sample=shown,
        note=_note(rules, complete, entering, asked, reentry_cap),
    )


def _note(rules: Rules, complete: bool, entering: int, asked: int, reentry_cap: int) -> str:
    notes = []
    if rules.events:
        events = " or ".join(f"`{e}`" for e in rules.events)
        notes.append(f"Counted are those who would enter if {events} happened now.")
    if not complete:
        notes.append("Not all profiles were looked at: the numbers are of those that were.")
    if rules.keyed:
        notes.append("Each entry key counts for itself, so the re-entry rule was not asked.")
    elif asked >= reentry_cap and entering:
        notes.append(f"The re-entry rule was asked for the first {reentry_cap} candidates only.")
    return " ".join(notes)


def reentry_refusal(
    tenant: str, workflow: str, profile: Profile, rule: Reentry, tokens: TokenStore, now: datetime
) -> str:
    """Return why the re-entry rule would refuse a contact without entry key now; empty: it would not."""
    before = [
        t
        for one in profile.ids
        for t in tokens.of_profile(tenant, workflow, one)
        if not (parsed := TokenId.parse(t.id)).branches and parsed.entry == "0"
    ]
    if not before:
        return ""
    if rule.rule == "never":
        return "reentry_never"
    if rule.max_entries is not None and len(before) >= rule.max_entries:
        return "reentry_cap"
    if rule.rule == "after_exit" and any(t.state is not TokenState.ENDED for t in before):
        return "reentry_active"
    last = max(t.entered_at for t in before)
    return "reentry_interval" if (now - last).total_seconds() < rule.interval_minutes * 60 else ""
