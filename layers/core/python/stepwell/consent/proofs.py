"""Consents that forms ask for, field by field, with their proof: when, where, by which form, in which wording.

A submission comes with a public write key, so what it grants opens nothing that the contact has closed: a denied
purpose (`email:marketing`) stays denied until the contact says otherwise by a signed link or to the customer. What
it denies holds at once. A field's own consent (`field:phone`) is the visitor's word of the moment, either way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from stepwell.contracts.consent_kinds import ProofKind, proof_of
from stepwell.contracts.events import Event
from stepwell.errors import InvalidInput

FORM_SUBMISSION = "form_submission"
GRANTED, DENIED, ASKED = "granted", "denied", "asked"
MAX_CONSENTS = 20
MAX_LOOKED_AT = 100
_FIELD = re.compile(r"^[a-z][a-z0-9_]{0,39}$")


@dataclass(frozen=True, slots=True)
class Proof:
    """One consent that was asked for and answered.

    Attributes:
        profile: Who answered.
        key: What for: `field:<name>`, or a purpose such as `email:marketing`.
        state: `granted`, `denied`; `asked` while a double opt-in waits for its answer; of a limit, what it is.
        at: When, at the source.
        received_at: When the platform took it in.
        message_id: The submission's.
        form: The form's id; empty: no form, such as an import.
        stage: The stage that was asked.
        revision: The form's revision whose wording was seen; 0: the page's own form.
        wording: The text that was seen, if that revision is the stored one; of an import, what it says of itself.
        page: Address of the page.
        source: Source of the write key.
        explicit: Whether the visitor had made a choice on the page about being tracked.
        kept: Whether it changed what holds; a grant of what was denied before did not, nor what was only asked.
        ip: Address of whoever said it, where a page of ours was asked; may be empty.
        how: How it was given (`ProofKind`); empty: of an earlier release, see `kind_of`.
        by: Who recorded it for the contact; empty: the contact said it itself.
        number: The number that texts were agreed to for; empty: none was known, or it is about something else.
    """

    profile: str
    key: str
    state: str
    at: datetime
    received_at: datetime
    message_id: str
    form: str = ""
    stage: str = ""
    revision: int = 0
    wording: str = ""
    page: str = ""
    source: str = ""
    explicit: bool = False
    kept: bool = True
    ip: str = ""
    how: str = ""
    by: str = ""
    number: str = ""


class ConsentProofs(Protocol):
    """Proofs of consents; each is put once and never changes."""

    def put(self, tenant: str, proofs: Sequence[Proof]) -> None:
        """Keep proofs; repeating one changes nothing."""
        ...

    def of(
        self, tenant: str, profile: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[Proof], str | None]:
        """Page through a contact's proofs."""
        ...


def of_contact(
    proofs: ConsentProofs, tenant: str, ids: Sequence[str], limit: int, cursor: str | None = None
) -> tuple[list[Proof], str | None]:
    """Page through the proofs of a contact and of those that were merged into it, each newest first.

    Args:
        proofs: Where they lie: a proof stays with the identity that gave it.
        tenant: Tenant id.
        ids: The contact's id and its aliases.
        limit: Entries at most.
        cursor: Where the page before ended.

    Raises:
        InvalidInput: The cursor is none of ours.
    """
    at, _, inner = (cursor or "0.").partition(".")
    if not at.isdecimal() or int(at) >= len(ids):
        raise InvalidInput("The cursor belongs to another list.", code="bad_cursor")
    found: list[Proof] = []
    for index in range(int(at), len(ids)):
        page, after = proofs.of(tenant, ids[index], limit - len(found), inner or None)
        found += page
        inner = ""
        if after is not None:
            return found, f"{index}.{after}"
        if len(found) >= limit and index + 1 < len(ids):
            return found, f"{index + 1}."
    return found, None


def answered(event: Event) -> Mapping[str, bool]:
    """Return what a submission says of consents, by field; empty for other events."""
    if event.name != FORM_SUBMISSION or event.machine:
        return {}
    told = event.properties.get("consents")
    if not isinstance(told, Mapping):
        return {}
    found = {
        name: value
        for name, value in told.items()
        if isinstance(name, str) and isinstance(value, bool) and _FIELD.match(name)
    }
    return dict(list(found.items())[:MAX_CONSENTS])


def proofs_of(
    event: Event, profile: str, form: Mapping[str, Any], consent: Mapping[str, str], number: str = ""
) -> list[Proof]:
    """Return the proofs of a submission.

    Args:
        event: The submission.
        profile: The contact.
        form: The form's document with its `rev`; empty: the page's own.
        consent: What holds (`MessagingRecord.consent`).
        number: The contact's.
    """
    stage, revision = _stage(event.properties.get("stage"))
    fields = {str(one.get("name")): one for one in form.get("fields") or ()}
    page = event.context.get("page")
    said = event.context.get("consent")
    found = []
    for name, agreed in answered(event).items():
        described = fields.get(name, {})
        state = GRANTED if agreed else DENIED
        purpose = str(described.get("purpose") or "")
        for key in (f"field:{name}", *([purpose] if purpose else ())):
            closed = key == purpose and agreed and consent.get(key) == DENIED
            waits = key == purpose and agreed and bool(form.get("double_opt_in"))
            found.append(
                Proof(
                    profile=profile,
                    key=key,
                    state=ASKED if waits else state,
                    at=event.when,
                    received_at=event.received_at,
                    message_id=event.message_id,
                    form=str(event.properties.get("form_id") or "")[:64],
                    stage=stage,
                    revision=revision,
                    wording=str(described.get("consent") or "") if revision == form.get("rev") else "",
                    page=str(page.get("url") or "")[:500] if isinstance(page, Mapping) else "",
                    source=event.source,
                    explicit=bool(said.get("explicit")) if isinstance(said, Mapping) else False,
                    kept=not closed and not waits,
                    how=ProofKind.FORM.value,
                    number=number_of(key, number),
                )
            )
    return found


def changes(proofs: Sequence[Proof]) -> dict[str, str]:
    """Return what holds after proofs, by key: the changes to a messaging record, how it was granted included."""
    held: dict[str, str] = {}
    for proof in proofs:
        if proof.kept:
            held[proof.key] = proof.state
            held |= proof_of(proof.key, kind_of(proof), proof.number) if proof.state == GRANTED else {}
    return held


def number_of(key: str, number: str) -> str:
    """Return the number that a consent is about; empty: it is about no texts."""
    return number if key.startswith("sms:") else ""


def given(opened: Mapping[str, str], how: ProofKind, number: str = "") -> dict[str, str]:
    """Return changes to a messaging record that open something, with how it was granted and for which number."""
    found = dict(opened)
    for key in (key for key, value in opened.items() if value == GRANTED):
        found |= proof_of(key, how, number)
    return found


def kind_of(proof: Proof) -> ProofKind:
    """Return how a consent was given; of proofs from before that was noted, what their source tells."""
    if proof.how:
        return ProofKind(proof.how)
    if proof.source == "double_opt_in":
        return ProofKind.DOUBLE
    if proof.source == "preference_centre" or proof.source.startswith("unsubscribe_link"):
        return ProofKind.PAGE
    if proof.form:
        return ProofKind.FORM
    if proof.message_id.startswith("sms-"):
        return ProofKind.KEYWORD
    return ProofKind.BROWSER if proof.key.startswith("push:") else ProofKind.TOLD


def proved_before(proofs: ConsentProofs, tenant: str, ids: Sequence[str], key: str) -> dict[str, str]:
    """Return what the record lacks of a consent that was proved before records said how; empty: nothing proves it.

    Args:
        proofs: Where they lie.
        tenant: Tenant id.
        ids: The contact's id and its aliases.
        key: A purpose, such as `sms:marketing`.
    """
    found, _ = of_contact(proofs, tenant, ids, MAX_LOOKED_AT)
    told = [proof for proof in found if proof.key == key and proof.kept and proof.state in (GRANTED, DENIED)]
    newest = max(told, key=lambda proof: proof.received_at, default=None)
    return {} if newest is None or newest.state != GRANTED else proof_of(key, kind_of(newest), newest.number)


def _stage(told: object) -> tuple[str, int]:
    # As `stepwell.forms.asking.stage_of` reads what it wrote: slices do not import each other.
    stage, _, revision = (told if isinstance(told, str) else "").partition("@")
    return stage[:64], int(revision) if revision.isdecimal() and len(revision) < 10 else 0
