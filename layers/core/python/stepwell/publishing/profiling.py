"""Forms, stages, retention and enrichment as people manage them; what the pass needs of each goes into its rules."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pydantic import ValidationError

from stepwell.contracts.faults import violations_of
from stepwell.contracts.profiles import Profile
from stepwell.contracts.refreshing import refreshing
from stepwell.contracts.workspace import Document
from stepwell.enrichment.model import KIND, SETTINGS, Enrichment, Sealed, shown, with_secrets_of
from stepwell.enrichment.ports import Documents, EnrichmentPorts
from stepwell.enrichment.reviewing import settings_of
from stepwell.errors import Conflict, InvalidInput, NotFound, ValidationFailed
from stepwell.forms.asking import known
from stepwell.forms.model import FORM_KIND, Form, Stage, Stages, default_stages, parse_form, read
from stepwell.profiles.retention import Retention
from stepwell.profiles.schema import Attribute, Schema, schema_of
from stepwell.publishing.profile_rules import Stamp, stamped
from stepwell.publishing.rules import RulesStore, amend, rebuild

STAGES_KIND, STAGES_ID = "STAGES", "stages"
MAX_FORMS = 200
CREDENTIALS: Mapping[str, tuple[frozenset[str], ...]] = {
    "clearbit": (frozenset({"key"}),),
    "fullcontact": (frozenset({"key"}),),
    "zoominfo": (
        frozenset({"username", "password"}),
        frozenset({"username", "client_id", "private_key"}),
    ),
}
"""What credentials a provider takes."""


class Revisions(Documents, Protocol):
    """Documents whose earlier states are kept; see `stepwell.adapters.config_store.ConfigStore`."""

    def put_revision(
        self,
        tenant: str,
        kind: str,
        id_: str,
        number: int,
        body: Mapping[str, Any],
        by: str = "",
        note: str = "",
    ) -> object:
        """Put an immutable state."""
        ...


@dataclass(frozen=True, slots=True)
class FormPorts:
    """What managing forms reaches."""

    documents: Revisions
    rules: RulesStore


def form_of(ports: FormPorts, tenant: str, form: str) -> tuple[Form, int]:
    """Return a form and its revision.

    Raises:
        NotFound: There is none.
    """
    try:
        document = ports.documents.document(tenant, FORM_KIND, form)
    except NotFound:
        raise NotFound(f"There is no form `{form}`.", code="no_form") from None
    return parse_form({**document.body, "id": form}), document.rev


def all_forms(ports: FormPorts, tenant: str) -> list[Document]:
    """Return all forms, by id."""
    found: list[Document] = []
    cursor: str | None = None
    while True:
        page, cursor = ports.documents.documents(tenant, FORM_KIND, 100, cursor)
        found += page
        if cursor is None:
            return found


def save_form(ports: FormPorts, tenant: str, document: Mapping[str, Any], rev: int, actor: str) -> int:
    """Save a form over the revision that was read (0: it is new); return its revision.

    Each revision is kept for good: it holds the wording that somebody agreed to.

    Raises:
        ValidationFailed: It is none.
        Conflict: Somebody else changed it first.
    """
    form = parse_form(document)
    if rev == 0 and len(all_forms(ports, tenant)) >= MAX_FORMS:
        raise InvalidInput(f"A workspace has {MAX_FORMS} forms at most.", code="too_many_forms")
    try:
        saved = ports.documents.save_document(tenant, FORM_KIND, form.id, rev, form.document(), actor)
    except Conflict:
        raise Conflict(
            f"`{form.id}` was changed since you read it: read it again.", code="stale_rev"
        ) from None
    ports.documents.put_revision(tenant, FORM_KIND, form.id, saved.rev, form.document(), actor)
    write_forms(ports, tenant)
    return saved.rev


def delete_form(ports: FormPorts, tenant: str, form: str) -> None:
    """Delete a form; the wordings that were agreed to stay.

    Raises:
        NotFound: There is none.
    """
    _, rev = form_of(ports, tenant, form)
    ports.documents.delete_document(tenant, FORM_KIND, form, rev)
    write_forms(ports, tenant)


def write_forms(ports: FormPorts, tenant: str) -> None:
    """Write all forms into the pass's rules."""
    forms = {one.id: {**one.body, "id": one.id, "rev": one.rev} for one in all_forms(ports, tenant)}
    rebuild(ports.rules, tenant, forms=forms or None)


def stages_of(documents: Documents, tenant: str) -> tuple[Stages, int]:
    """Return a workspace's stages and their revision; the specification's have 0."""
    try:
        document = documents.document(tenant, STAGES_KIND, STAGES_ID)
    except NotFound:
        return default_stages(), 0
    return Stages.model_validate(dict(document.body)), document.rev


def save_stages(documents: Documents, tenant: str, told: Mapping[str, Any], rev: int, actor: str) -> int:
    """Save stages over the revision that was read; return the new one.

    Raises:
        ValidationFailed: They are none.
        Conflict: Somebody else changed them first.
    """
    stages = read(Stages, told, "list of stages")
    body = stages.model_dump(mode="json", exclude_defaults=True)
    return documents.save_document(tenant, STAGES_KIND, STAGES_ID, rev, body, actor).rev


_EVENTS: Mapping[str, frozenset[str]] = {
    "website_behavior": frozenset({"page_view", "search", "button_click", "cta_click"}),
    "email_engagement": frozenset({"email_opened", "email_clicked", "email_replied", "email_forwarded"}),
    "content_consumption": frozenset({"download", "content_download", "video_play", "video_complete"}),
}
"""What a data source of a behavioural stage has told when it has told anything."""


def progress(
    stages: Sequence[Stage], profile: Profile, schema: Schema, now: datetime
) -> list[dict[str, Any]]:
    """Return how far a contact has come: for each stage what is known, what is missing, whether it is complete."""

    def describe(name: str) -> Attribute:
        return schema.by_name.get(name) or Attribute(name="any")

    happened = {*profile.history, *(name for name, *_ in profile.recent)}
    found = []
    for stage in stages:
        have = [n for n in stage.wanted if known(n, profile.traits, profile.stamps, describe, now)]
        needed = stage.required_fields or stage.enrichment_fields
        silent = [source for source in stage.data_sources if not happened & _EVENTS[source]]
        found.append(
            {
                "stage": stage.id,
                "method": stage.enrichment_method,
                "known": have,
                "missing": [name for name in stage.wanted if name not in have],
                "silent_sources": silent,
                "complete": all(name in have for name in needed) and not silent,
            }
        )
    return found


def retention_of(rules: RulesStore, tenant: str) -> dict[str, Any]:
    """Return the retention of a workspace: of inactive contacts, and by attribute."""
    document, _ = rules.read(tenant)
    schema = schema_of(document.get("schema"))
    policy = Retention.model_validate(document.get("retention") or {})
    return {
        **policy.model_dump(mode="json"),
        "attributes": {
            name: one.retention_days for name, one in sorted(schema.by_name.items()) if one.retention_days
        },
    }


def save_retention(
    rules: RulesStore, tenant: str, policy: Retention, attributes: Mapping[str, int | None]
) -> dict[str, Any]:
    """Save the retention; attributes that are named keep their values so many days (None: for good).

    Raises:
        ValidationFailed: An attribute's name or number is none.
    """

    def change(before: Mapping[str, Any]) -> Mapping[str, Any]:
        schema = schema_of(before.get("schema"))
        counted = sorted({one["name"] for one in before.get("computed") or ()} & attributes.keys())
        if counted:
            told = {"code": "bad_retention", "message": "It is computed from events."}
            problems = [{**told, "place": name} for name in counted]
            raise ValidationFailed("Computed attributes are not kept: they have windows.", problems)
        changed = schema.model_copy(update={"attributes": _kept_so(schema, attributes)})
        return {
            "schema": changed.model_dump(mode="json"),
            "retention": policy.model_dump(mode="json"),
            # Whoever read the attributes before must not write this retention over.
            "changes": stamped(before, {"schema"}, Stamp(note="Retention.")),
        }

    amend(rules, tenant, change)
    return retention_of(rules, tenant)


def _kept_so(schema: Schema, days_of: Mapping[str, int | None]) -> tuple[Attribute, ...]:
    own = {one.name: one for one in schema.attributes}
    for name, days in days_of.items():
        try:
            base = schema.by_name.get(name) or Attribute(name=name)
            own[name] = Attribute.model_validate({**base.model_dump(), "retention_days": days})
        except ValidationError as error:
            problem = {"code": "bad_retention", "place": name, "message": str(error.errors()[0]["msg"])}
            raise ValidationFailed(f"`{name}` cannot be kept so.", [problem]) from error
    return tuple(own.values())


def walk(profiles: Sequence[Profile], now: datetime) -> list[dict[str, Any]]:
    """Return the events that have the pass look at contacts that it has not seen since the retention was saved."""
    return refreshing((profile.id for profile in profiles), f"retention:{now.isoformat()}", now)


def save_enrichment(
    ports: EnrichmentPorts, rules: RulesStore, tenant: str, told: Mapping[str, Any], rev: int, actor: str
) -> dict[str, Any]:
    """Save the settings over the revision that was read; credentials stay.

    Raises:
        ValidationFailed: They do not fit.
        Conflict: Somebody else changed them first.
    """
    before, _ = settings_of(ports, tenant)
    try:
        settings = with_secrets_of(told, before)
    except ValidationError as error:
        violations = violations_of(error)
        message = f"These are no settings: {violations[0]['place']}: {violations[0]['message']}"
        raise ValidationFailed(message, violations) from error
    saved = _save(ports, tenant, settings, rev, actor)
    rebuild(rules, tenant, wanted=settings.rules())
    return shown(settings, saved)


def set_credentials(
    ports: EnrichmentPorts, tenant: str, provider: str, credentials: Mapping[str, str], actor: str
) -> dict[str, Any]:
    """Set a provider's credentials, encrypted; they are never shown.

    Raises:
        NotFound: There is no such provider.
        InvalidInput: It takes others.
    """
    if provider not in CREDENTIALS:
        raise NotFound(f"There is no provider `{provider}`.", code="no_provider")
    given = {name: text for name, text in credentials.items() if text.strip()}
    if frozenset(given) not in CREDENTIALS[provider]:
        takes = " or ".join(", ".join(sorted(names)) for names in CREDENTIALS[provider])
        raise InvalidInput(f"`{provider}` takes {takes}.", code="bad_credentials")
    settings, rev = settings_of(ports, tenant)
    sealed = Sealed(sealed=ports.vault.seal(tenant, provider, json.dumps(given)), at=ports.now())
    one = settings.provider(provider).model_copy(update={"credentials": sealed})
    changed = settings.with_provider(provider, one)
    return shown(changed, _save(ports, tenant, changed, rev, actor))


def _save(ports: EnrichmentPorts, tenant: str, settings: Enrichment, rev: int, actor: str) -> int:
    try:
        return ports.documents.save_document(tenant, KIND, SETTINGS, rev, settings.document(), actor).rev
    except Conflict:
        raise Conflict(
            "The settings were changed since you read them: read them again.", code="stale_rev"
        ) from None
