"""The DNS of sending domains: DKIM, SPF of the MAIL FROM domain, DMARC and its alignment."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from stepwell_cli.doctor.report import Finding, Level
from stepwell_cli.doctor.resolver import LookupFailed, Resolver

AREA = "dns"


def check_domain(identity: dict[str, Any], dns: Resolver, region: str) -> Iterator[Finding]:
    """Look at one domain's records.

    Args:
        identity: A domain identity as SES describes it, with its ``Name``.
        dns: Looks records up.
        region: Region that SES sends from.
    """
    domain = identity["Name"]
    yield from _dkim(domain, identity.get("DkimAttributes") or {}, dns)
    yield from _mail_from(domain, identity.get("MailFromAttributes") or {}, dns, region)
    yield from _dmarc(domain, dns)


def _dkim(domain: str, dkim: dict[str, Any], dns: Resolver) -> Iterator[Finding]:
    status = dkim.get("Status", "NOT_STARTED")
    if not dkim.get("SigningEnabled", status == "SUCCESS"):
        yield Finding(
            AREA,
            Level.FAIL,
            f"{domain}: DKIM signing is off.",
            "Turn it on: aws sesv2 put-email-identity-dkim-attributes.",
        )
        return
    missing = []
    if dkim.get("SigningAttributesOrigin", "AWS_SES") != "EXTERNAL":
        for token in dkim.get("Tokens") or []:
            name = f"{token}._domainkey.{domain}"
            found = yield from _lookup(dns, name, "CNAME")
            if found is not None and not any(v.lower().startswith(f"{token}.".lower()) for v in found):
                missing.append(f"{name} CNAME {token}.{dkim.get('SigningHostedZone', 'dkim.amazonses.com')}")
    if missing:
        yield Finding(
            AREA,
            Level.FAIL,
            f"{domain}: {len(missing)} DKIM records are missing.",
            "Add: " + "; ".join(missing),
        )
    elif status == "SUCCESS":
        yield Finding(AREA, Level.OK, f"{domain}: DKIM signs as {domain}.")
    else:
        yield Finding(
            AREA,
            Level.WARN,
            f"{domain}: SES has not seen the DKIM records yet ({status}).",
            "Wait; it takes up to 72 hours.",
        )


def _mail_from(domain: str, mail_from: dict[str, Any], dns: Resolver, region: str) -> Iterator[Finding]:
    name = mail_from.get("MailFromDomain")
    if not name:
        yield Finding(
            AREA,
            Level.WARN,
            f"{domain}: no MAIL FROM domain, so SPF passes for amazonses.com and aligns with nothing.",
            f"Set bounce.{domain}: aws sesv2 put-email-identity-mail-from-attributes (DKIM alone can pass DMARC).",
        )
        return
    wanted = f"feedback-smtp.{region}.amazonses.com"
    servers = yield from _lookup(dns, name, "MX")
    if servers is not None and not any(v.lower().rstrip(".").endswith(wanted) for v in servers):
        yield Finding(AREA, Level.FAIL, f"{name}: its MX is not SES.", f"Add: {name} MX 10 {wanted}")
    texts = yield from _lookup(dns, name, "TXT")
    if texts is None:
        return
    policies = [t for t in texts if t.lower().startswith("v=spf1")]
    if len(policies) != 1:
        said = (
            "no SPF record" if not policies else f"{len(policies)} SPF records, which receivers take for none"
        )
        yield Finding(
            AREA, Level.FAIL, f"{name}: {said}.", f'Keep one: {name} TXT "v=spf1 include:amazonses.com ~all"'
        )
    elif "include:amazonses.com" not in policies[0].lower():
        yield Finding(
            AREA, Level.FAIL, f"{name}: SPF does not name SES.", "Add include:amazonses.com to the record."
        )
    else:
        yield Finding(AREA, Level.OK, f"{domain}: SPF passes and aligns by {name}.")


def _dmarc(domain: str, dns: Resolver) -> Iterator[Finding]:
    parts = domain.split(".")
    # A subdomain without a record of its own inherits its organisation's (RFC 7489, 6.6.3).
    for name in (".".join(parts[n:]) for n in range(max(1, len(parts) - 1))):
        texts = yield from _lookup(dns, f"_dmarc.{name}", "TXT")
        if texts is None:
            return
        found = [t for t in texts if t.lower().replace(" ", "").startswith("v=dmarc1")]
        if not found:
            continue
        tags = dict(t.strip().split("=", 1) for t in found[0].split(";") if "=" in t)
        policy = tags.get("p", "").strip().lower()
        if policy == "none":
            yield Finding(
                AREA,
                Level.INFO,
                f"{domain}: DMARC watches only (p=none).",
                "Move to p=quarantine once the reports show that all your mail passes.",
            )
        else:
            yield Finding(AREA, Level.OK, f"{domain}: DMARC is p={policy or 'unset'}.")
        if "rua" not in tags:
            yield Finding(
                AREA, Level.INFO, f"{domain}: nobody gets DMARC reports.", "Add rua=mailto:… to the record."
            )
        return
    yield Finding(
        AREA,
        Level.FAIL,
        f"{domain}: no DMARC record; Gmail and Yahoo refuse bulk mail without one.",
        f'Add: _dmarc.{domain} TXT "v=DMARC1; p=none; rua=mailto:dmarc@{domain}"',
    )


def _lookup(dns: Resolver, name: str, kind: str) -> Generator[Finding, None, list[str] | None]:
    try:
        return dns.lookup(name, kind)
    except LookupFailed as error:
        yield Finding(
            AREA, Level.WARN, f"{name} {kind} cannot be looked up ({error}).", "Run the doctor again later."
        )
        return None
