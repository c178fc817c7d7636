"""Checks what DNS says of a sending domain against what the workspace's providers need of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from stepwell.channels.email_options import MailgunOptions, SendGridOptions
from stepwell.channels.providers import kind_of
from stepwell.channels.settings import ChannelSettings
from stepwell.contracts.workspace import Document
from stepwell.deliverability.records import DKIM_AT, SPF_OF, Checked, Records, Wanted, check
from stepwell.errors import InvalidInput, NotFound
from stepwell.publishing.channels import settings_of
from stepwell.publishing.identities import Identity, Senders, normal


class Documents(Protocol):
    """Documents of a workspace; see `stepwell.adapters.config_store.ConfigStore`."""

    def document(self, tenant: str, kind: str, id_: str) -> Document:
        """Return one, or raise NotFound."""
        ...

    def save_document(self, tenant: str, kind: str, id_: str, rev: int, body: Any, by: str = "") -> Document:
        """Save one over the revision that was read, or raise Conflict."""
        ...


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """Looks domains up.

    Args:
        senders: The workspace's identities at SES.
        documents: Settings of e-mail.
        records: DNS.
    """

    senders: Senders
    documents: Documents
    records: Records

    def check(self, tenant: str, name: str) -> dict[str, Any]:
        """Look at the records of a domain that the workspace sends from.

        Raises:
            InvalidInput: An address, or nothing at all.
            NotFound: The workspace does not send from it.
        """
        domain = normal(name)
        if "@" in domain:
            raise InvalidInput("Only domains have records: name the part after the @.", code="no_domain")
        settings, _ = settings_of(self.documents, tenant, "email")
        identity = self.senders.found(tenant, domain)
        used = _at_providers(domain, settings)
        if identity is None and not used:
            raise NotFound(
                "This workspace does not send from this domain: add it first (`stepwell senders add`, Settings).",
                code="no_identity",
            )
        found = check(self.records, wanted_of(domain, identity, used, self.senders.region))
        needed = [record for record in found if record.required]
        return {
            "domain": domain,
            "ready": all(record.state in ("ok", "weak") for record in needed),
            "records": [shown(record) for record in found],
        }


def _at_providers(domain: str, settings: ChannelSettings) -> list[SendGridOptions | MailgunOptions]:
    found: list[SendGridOptions | MailgunOptions] = []
    for provider in settings.providers:
        options = kind_of("email", provider.kind).options_model().model_validate(provider.options)
        # Mailgun signs with a domain of its account; SendGrid with whatever was authenticated there.
        if isinstance(options, SendGridOptions) or (
            isinstance(options, MailgunOptions)
            and (options.domain == domain or options.domain.endswith("." + domain))
        ):
            found.append(options)
    return found


def wanted_of(
    domain: str, identity: Identity | None, used: list[SendGridOptions | MailgunOptions], region: str
) -> Wanted:
    """Return what must be in DNS for the providers of a domain."""
    dkim: dict[str, str] = {}
    spf: list[str] = []
    mail_from = host = ""
    if identity is not None:
        dkim |= {f"{token}._domainkey.{domain}": f"{token}.{identity.dkim_zone}" for token in identity.tokens}
        if identity.mail_from:
            mail_from, host = identity.mail_from, f"feedback-smtp.{region}.amazonses.com"
            spf.append(SPF_OF["ses"])
    for options in used:
        at = options.domain if isinstance(options, MailgunOptions) else domain
        leads = "" if isinstance(options, MailgunOptions) else DKIM_AT["sendgrid"]
        dkim |= {f"{selector}._domainkey.{at}": leads for selector in options.dkim_selectors}
        if isinstance(options, MailgunOptions) and not mail_from:
            mail_from, spf = at, [*spf, SPF_OF["mailgun"]]
    return Wanted(domain, dkim, mail_from, host, tuple(spf))


def shown(record: Checked) -> dict[str, Any]:
    """Return a record as people see it."""
    return {
        "purpose": record.purpose,
        "type": record.type,
        "name": record.name,
        "state": record.state,
        "found": list(record.found),
        "wanted": record.wanted,
        "advice": record.advice,
        "required": record.required,
    }
