"""Enrolls contacts: re-entry rules, a conditional put that names the run, a cohort a batch (engine rules 2, 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from stepwell.contracts.ids import TokenId, enrollment_id, entry_hash, member, short_hash
from stepwell.contracts.node_io import MAX_COHORT
from stepwell.contracts.tokens import Move, Run, Token, TokenState, Via
from stepwell.runtime.effects import Ports
from stepwell.runtime.published import published
from stepwell.runtime.starting import LOOK_AGAIN, start
from stepwell.workflows.model import Reentry

ENROLLED = "enrolled"
ALREADY = "already"


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact that shall enter a workflow.

    Attributes:
        profile: Profile id.
        key: What makes it repeatable: the same key enrolls once (pending key, broadcast id and contact).
        at: Event time; conditions see events from here on.
        entry_key: Value of the workflow's entry key, if it has one.
        context: The triggering event's name, message id and properties.
        aliases: Ids under which the contact may have entered before it was merged: re-entry rules ask of them too.
    """

    profile: str
    key: str
    at: datetime
    entry_key: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


class Enroller:
    """Enrolls contacts into published workflows.

    Args:
        ports: Stores and machines.
    """

    def __init__(self, ports: Ports) -> None:
        self.ports = ports

    def known(self, tenant: str, workflow: str, entries: Sequence[Entry]) -> set[tuple[str, str]]:
        """Find entries that need not be enrolled again, by reads alone.

        Who is enrolled but in no recorded run yet is not among them: `enroll` has that run recorded.

        Args:
            tenant: Tenant id.
            workflow: Workflow id.
            entries: Who is asked for.

        Returns:
            Profile id and key of each entry found.
        """
        tokens = self.ports.tokens
        # A read that lags behind can only miss somebody; the query after it does not.
        ids = {enrollment_id(e.profile, entry_hash(e.entry_key), 1): None for e in entries}
        first = {
            (t.id[:16], t.context.get("key")): t
            for t in tokens.get(tenant, workflow, list(ids), strong=False).values()
        }
        recorded: dict[str, bool] = {}
        known: set[tuple[str, str]] = set()
        for entry in entries:
            token = first.get((entry.profile, entry.key))
            if token is None:
                mine = _tokens_of(self.ports, tenant, workflow, entry)
                token = next((t for t in mine if t.context.get("key") == entry.key), None)
            if token is None:
                continue
            if _fresh(token):
                if token.run not in recorded:
                    recorded[token.run] = self.ports.runs.attempt(tenant, token.run) > 0
                if not recorded[token.run]:
                    continue
            known.add((entry.profile, entry.key))
        return known

    def enroll(
        self, tenant: str, workflow: str, version: int, trigger: str, entries: Sequence[Entry]
    ) -> dict[str, str]:
        """Enroll contacts as cohorts that enter at a trigger's target.

        Args:
            tenant: Tenant id.
            workflow: Workflow id.
            version: Version to enter.
            trigger: The trigger node through which they come.
            entries: Who; repeated keys of one call count once.

        Returns:
            What became of each entry by key: ``enrolled``, ``already`` (this very entry is enrolled), or why the
            re-entry rule refused it: ``reentry_never``, ``reentry_active``, ``reentry_interval``, ``reentry_cap``.
        """
        graph = published(self.ports.versions, tenant, workflow, version).graph
        target = graph.target(trigger, graph[trigger].outcomes[0])
        unique = list({entry.key: entry for entry in entries}.values())
        results: dict[str, str] = {}
        if target is None:
            return dict.fromkeys((e.key for e in unique), "nothing_to_do")
        for index in range(0, len(unique), MAX_COHORT):
            chunk = unique[index : index + MAX_COHORT]
            results |= _enroll_cohort(
                self.ports, tenant, workflow, version, trigger, target, chunk, graph.workflow.settings.reentry
            )
        return results


def _enroll_cohort(
    ports: Ports,
    tenant: str,
    workflow: str,
    version: int,
    trigger: str,
    target: str,
    entries: Sequence[Entry],
    rule: Reentry,
) -> dict[str, str]:
    now = ports.clock.now()
    run_id = short_hash(tenant, workflow, str(version), target, *sorted(e.key for e in entries))
    tokens = {e.key: _token(e, 1, run_id, target, version, now) for e in entries}
    results: dict[str, str] = {}
    # Two entries of one contact under one entry key: the first enters, the others meet the re-entry rule. So does
    # whoever may have entered under another id.
    first: dict[str, str] = {}
    for entry in entries:
        if not entry.aliases:
            first.setdefault(tokens[entry.key].id, entry.key)
    created = ports.tokens.create(tenant, workflow, [tokens[key] for key in first.values()])
    again: dict[str, Token] = {}
    for entry in entries:
        token = tokens[entry.key]
        if token.id in created and first.get(token.id) == entry.key:
            results[entry.key] = ENROLLED
            continue
        verdict, ordinal = _reenter(ports, tenant, workflow, entry, rule, now)
        results[entry.key] = verdict
        if verdict == ENROLLED:
            again[entry.key] = _token(entry, ordinal, run_id, target, version, now)
            if not ports.tokens.create(tenant, workflow, [again[entry.key]]):
                results[entry.key] = "reentry_active"  # somebody else entered at this very moment
                del again[entry.key]
    owned = [
        *(tokens[e.key] for e in entries if results[e.key] == ENROLLED and e.key not in again),
        *again.values(),
        *_unfinished(ports, tenant, workflow, run_id, entries, results),
    ]
    if owned:
        run = _entry_run(run_id, workflow, version, target, trigger, owned, now)
        start(ports, tenant, ports.runs.record(tenant, run), [member(t.id, t.epoch) for t in owned])
    return results


def _entry_run(
    run_id: str,
    workflow: str,
    version: int,
    target: str,
    trigger: str,
    tokens: Sequence[Token],
    now: datetime,
) -> Run:
    return Run(
        id=run_id,
        workflow=workflow,
        version=version,
        entry=target,
        via=Via(trigger, "enrolled"),
        started_at=now,
        expected_by=now + LOOK_AGAIN,
        cohort=tuple(member(t.id, t.epoch) for t in tokens),
    )


def _unfinished(
    ports: Ports,
    tenant: str,
    workflow: str,
    run_id: str,
    entries: Sequence[Entry],
    results: Mapping[str, str],
) -> list[Token]:
    """Find tokens that an earlier, interrupted call created but whose run it did not record."""
    already = [e for e in entries if results[e.key] == ALREADY]
    if not already:
        return []
    missing: dict[str, list[Token]] = {}
    for entry in already:
        for token in _tokens_of(ports, tenant, workflow, entry):
            if _fresh(token) and token.context.get("key") == entry.key:
                missing.setdefault(token.run, []).append(token)
    found: list[Token] = []
    for run, its_tokens in missing.items():
        if run == run_id:
            found += its_tokens
        elif ports.runs.attempt(tenant, run) == 0:
            found += _adopt(ports, tenant, workflow, run_id, its_tokens)
    return found


def _fresh(token: Token) -> bool:
    """Whether nobody moved it since it was created: its run may not be recorded."""
    return token.state is TokenState.RUNNING and token.epoch == 1 and len(token.runs) == 1


def _adopt(ports: Ports, tenant: str, workflow: str, run_id: str, tokens: Sequence[Token]) -> list[Token]:
    """Move tokens of a run that was never recorded into this one."""
    moves = [Move(t, t.evolve(run=run_id, epoch=t.epoch + 1, runs=(run_id,))) for t in tokens]
    moved = ports.tokens.move(tenant, workflow, moves)
    return [m.after for m in moves if m.after.id in moved]


def _token(entry: Entry, ordinal: int, run: str, node: str, version: int, now: datetime) -> Token:
    return Token(
        id=enrollment_id(entry.profile, entry_hash(entry.entry_key), ordinal),
        state=TokenState.RUNNING,
        epoch=1,
        run=run,
        node=node,
        version=version,
        entered_at=now,
        as_of=entry.at,
        runs=(run,),
        context={**entry.context, "key": entry.key},
    )


def _reenter(
    ports: Ports, tenant: str, workflow: str, entry: Entry, rule: Reentry, now: datetime
) -> tuple[str, int]:
    """Apply the re-entry rule to a contact that has been here, across versions."""
    mine = entry_hash(entry.entry_key)
    before = [
        t
        for t in _tokens_of(ports, tenant, workflow, entry)
        if not (parsed := TokenId.parse(t.id)).branches and parsed.entry == mine
    ]
    if any(t.context.get("key") == entry.key for t in before):
        return ALREADY, 0
    if not before:
        return ENROLLED, 1
    if rule.rule == "never":
        return "reentry_never", 0
    if rule.max_entries is not None and len(before) >= rule.max_entries:
        return "reentry_cap", 0
    if rule.rule == "after_exit" and any(t.state is not TokenState.ENDED for t in before):
        return "reentry_active", 0
    if max(t.entered_at for t in before) + timedelta(minutes=rule.interval_minutes) > now:
        return "reentry_interval", 0
    return ENROLLED, max(TokenId.parse(t.id).ordinal for t in before) + 1


def _tokens_of(ports: Ports, tenant: str, workflow: str, entry: Entry) -> list[Token]:
    """Return the tokens of a contact under all its ids."""
    of_profile = ports.tokens.of_profile
    return [t for one in (entry.profile, *entry.aliases) for t in of_profile(tenant, workflow, one)]
