"""What DNS says of a sending domain, record by record: there, missing, wrong, or not to be known now; and what to do.

Rules are those of SPF (RFC 7208; at most ten lookups, 4.6.4; one record, 3.2), DKIM (RFC 6376), DMARC (RFC 7489), BIMI
(the Internet draft "Brand Indicators for Message Identification") and of Gmail's and Yahoo's requirements for bulk
senders: SPF, DKIM, and a DMARC record of any policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from stepwell.errors import Unavailable

State = Literal["ok", "missing", "wrong", "weak", "unknown"]
Kind = Literal["TXT", "MX", "CNAME"]
MAX_LOOKUPS = 10
_DEEPEST = 8
_LOOKING_UP = re.compile(r"^[+?~-]?(?:include|a|mx|ptr|exists)(?:[:/]|$)|^redirect=", re.IGNORECASE)
SPF_OF: Mapping[str, str] = {
    "ses": "amazonses.com",
    "sendgrid": "sendgrid.net",
    "mailgun": "mailgun.org",
}
"""What a domain's SPF record includes for a provider that sends with that domain in MAIL FROM."""
DKIM_AT: Mapping[str, str] = {"ses": "dkim.amazonses.com", "sendgrid": "sendgrid.net"}
"""Where the DKIM names of a provider lead; Mailgun's are keys of their own."""


class Records(Protocol):
    """Looks records up."""

    def lookup(self, name: str, kind: Kind) -> Sequence[str]:
        """Return the values of a name's records; none: there are none.

        Raises:
            Unavailable: DNS did not say in time.
        """
        ...


@dataclass(frozen=True, slots=True)
class Checked:
    """A record as it is.

    Attributes:
        purpose: ``dkim``, ``spf``, ``mail_from``, ``dmarc`` or ``bimi``.
        type: ``TXT``, ``MX`` or ``CNAME``.
        name: Its name in DNS.
        state: What is to be said of it; ``weak``: it holds, and could do more.
        found: What is there.
        wanted: What should be there; empty: no certain value.
        advice: What to do, in a sentence; empty: nothing.
        required: Whether mail suffers without it.
    """

    purpose: str
    type: Kind
    name: str
    state: State
    found: tuple[str, ...] = ()
    wanted: str = ""
    advice: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a domain's providers need.

    Attributes:
        domain: The domain in From.
        dkim: Names of DKIM records and where they lead; an empty value: a key stands there.
        mail_from: Domain of MAIL FROM; empty: the provider's own.
        mail_from_mx: Host that MAIL FROM's MX names; empty: not asked.
        spf: What MAIL FROM's SPF record includes; empty: not asked.
    """

    domain: str
    dkim: Mapping[str, str] = field(default_factory=dict)
    mail_from: str = ""
    mail_from_mx: str = ""
    spf: tuple[str, ...] = ()


def check(records: Records, wanted: Wanted) -> list[Checked]:
    """Look at all records of a domain."""
    found = [_dkim(records, name, value) for name, value in wanted.dkim.items()]
    if wanted.mail_from and wanted.mail_from_mx:
        found.append(_mail_from(records, wanted.mail_from, wanted.mail_from_mx))
    if wanted.spf:
        found.append(_spf(records, wanted.mail_from or wanted.domain, wanted.spf))
    dmarc = _dmarc(records, wanted.domain)
    return [*found, dmarc, _bimi(records, wanted.domain, dmarc)]


def _look(records: Records, name: str, kind: Kind) -> Sequence[str] | None:
    try:
        return records.lookup(name, kind)
    except Unavailable:
        return None


def _unknown(purpose: str, kind: Kind, name: str, *, required: bool = True) -> Checked:
    return Checked(
        purpose, kind, name, "unknown", advice="DNS did not answer: look again later.", required=required
    )


def _dkim(records: Records, name: str, value: str) -> Checked:
    kind: Kind = "CNAME" if value else "TXT"
    found = _look(records, name, kind)
    if found is None:
        return _unknown("dkim", kind, name)
    if not value:
        if any("p=" in text.replace(" ", "") for text in found):
            empty = all(re.search(r"p=\s*(;|$)", text) for text in found)
            advice = "The key is revoked (p= is empty): take the provider's new one." if empty else ""
            return Checked("dkim", kind, name, "wrong" if empty else "ok", tuple(found), advice=advice)
        return Checked(
            "dkim", kind, name, "missing", tuple(found), advice="Put the provider's DKIM key there."
        )
    if not found:
        return Checked("dkim", kind, name, "missing", (), value, f"Add a CNAME to {value}.")
    at = [text.rstrip(".").lower() for text in found]
    right = any(text == value or text.endswith("." + value) for text in at)
    advice = "" if right else f"It leads elsewhere: let it lead to {value}."
    return Checked("dkim", kind, name, "ok" if right else "wrong", tuple(found), value, advice)


def _mail_from(records: Records, name: str, host: str) -> Checked:
    found = _look(records, name, "MX")
    if found is None:
        return _unknown("mail_from", "MX", name, required=False)
    hosts = [text.split()[-1].rstrip(".").lower() for text in found if text.split()]
    wanted = f"10 {host}"
    if hosts == [host]:
        return Checked("mail_from", "MX", name, "ok", tuple(found), wanted, required=False)
    if not hosts:
        advice = f"Add MX {wanted}; until then SES uses a domain of its own and SPF does not align."
        return Checked("mail_from", "MX", name, "missing", (), wanted, advice, required=False)
    # SES: exactly one MX record, or the setup fails.
    advice = f"It must be the only MX record, {wanted}: remove the others."
    return Checked("mail_from", "MX", name, "wrong", tuple(found), wanted, advice, required=False)


def _spf(records: Records, name: str, includes: Iterable[str]) -> Checked:
    parts = " ".join(f"include:{one}" for one in includes)
    wanted = f"v=spf1 {parts} ~all"
    found = _look(records, name, "TXT")
    if found is None:
        return _unknown("spf", "TXT", name)
    policies = [text for text in found if text.lower().split(" ")[0] == "v=spf1"]
    if not policies:
        return Checked("spf", "TXT", name, "missing", (), wanted, f"Add TXT {wanted}")
    if len(policies) > 1:
        return Checked(
            "spf", "TXT", name, "wrong", tuple(policies), wanted, "There may be one SPF record: join them."
        )
    terms = policies[0].lower().split()
    absent = [one for one in includes if f"include:{one}" not in terms]
    if absent:
        advice = "Add " + " ".join(f"include:{one}" for one in absent) + " to it."
        return Checked("spf", "TXT", name, "wrong", tuple(policies), wanted, advice)
    if any(term in ("+all", "all") for term in terms):
        return Checked(
            "spf", "TXT", name, "wrong", tuple(policies), wanted, "It lets everybody send: end it with ~all."
        )
    try:
        lookups = spf_lookups(records, policies[0])
    except Unavailable:
        return _unknown("spf", "TXT", name)
    if lookups > MAX_LOOKUPS:
        advice = f"It takes {lookups} DNS lookups, and ten are allowed: remove what no longer sends."
        return Checked("spf", "TXT", name, "wrong", tuple(policies), wanted, advice)
    return Checked("spf", "TXT", name, "ok", tuple(policies), wanted)


def spf_lookups(records: Records, policy: str, depth: int = 0) -> int:
    """Count the lookups that an SPF record takes, those of included ones too; it stops counting past the limit.

    Raises:
        Unavailable: DNS did not say in time.
    """
    count = 0
    for term in policy.split()[1:]:
        if not _LOOKING_UP.match(term):
            continue
        count += 1
        kind, _, name = term.lstrip("+?~-").replace("=", ":", 1).partition(":")
        if kind.lower() in ("include", "redirect") and name and depth < _DEEPEST and count <= MAX_LOOKUPS:
            inner = [t for t in records.lookup(name, "TXT") if t.lower().startswith("v=spf1")]
            count += spf_lookups(records, inner[0], depth + 1) if inner else 0
    return count


def _dmarc(records: Records, domain: str) -> Checked:
    for name in _parents(domain):
        at = f"_dmarc.{name}"
        found = _look(records, at, "TXT")
        if found is None:
            return _unknown("dmarc", "TXT", at)
        policies = [text for text in found if text.replace(" ", "").upper().startswith("V=DMARC1")]
        if len(policies) > 1:
            return Checked(
                "dmarc",
                "TXT",
                at,
                "wrong",
                tuple(policies),
                advice="There may be one DMARC record: join them.",
            )
        if policies:
            return _judged_dmarc(at, policies[0], inherited=name != domain)
    wanted = f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"
    advice = "Add it: Gmail and Yahoo refuse bulk mail of domains without a DMARC record."
    return Checked("dmarc", "TXT", f"_dmarc.{domain}", "missing", (), wanted, advice)


def _judged_dmarc(at: str, text: str, *, inherited: bool) -> Checked:
    tags = tags_of(text)
    policy = (tags.get("sp") if inherited else None) or tags.get("p", "")
    if policy.lower() not in ("none", "quarantine", "reject"):
        advice = "p= must be none, quarantine or reject."
        return Checked("dmarc", "TXT", at, "wrong", (text,), advice=advice)
    advice = ""
    if "rua" not in tags:
        advice = "Add rua=mailto:… to get reports."
    if policy.lower() == "none":
        advice = "It only watches. Once reports show that your mail passes, move to p=quarantine. " + advice
    return Checked("dmarc", "TXT", at, "weak" if advice else "ok", (text,), advice=advice.strip())


def _bimi(records: Records, domain: str, dmarc: Checked) -> Checked:
    name = f"default._bimi.{domain}"
    found = _look(records, name, "TXT")
    if found is None:
        return _unknown("bimi", "TXT", name, required=False)
    texts = [text for text in found if text.replace(" ", "").upper().startswith("V=BIMI1")]
    if not texts:
        advice = "Nothing must be there. With it and a certificate mailbox providers show your logo."
        return Checked(
            "bimi", "TXT", name, "missing", (), "v=BIMI1; l=https://…; a=https://…", advice, required=False
        )
    tags = tags_of(texts[0])
    logo = tags.get("l", "")
    enforced = (
        tags_of(dmarc.found[0]).get("p", "").lower() in ("quarantine", "reject") if dmarc.found else False
    )
    state: State = "ok"
    advice = ""
    if not logo.startswith("https://") or not logo.lower().endswith(".svg"):
        state, advice = "wrong", "l= must be the https address of an SVG file (SVG Tiny PS)."
    elif not enforced:
        state, advice = "weak", "Logos are shown only with a DMARC policy of quarantine or reject."
    elif not tags.get("a"):
        state, advice = "weak", "Gmail and Apple ask for a mark certificate: put its address into a=."
    return Checked("bimi", "TXT", name, state, (texts[0],), advice=advice, required=False)


def _parents(domain: str) -> Iterator[str]:
    """Yield the domain and those above it, down to two labels."""
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        yield ".".join(labels[start:])


def tags_of(text: str) -> dict[str, str]:
    """Read ``v=DMARC1; p=none``."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, found, value in pairs if found}
