"""Each record of a sending domain: there, missing, wrong, weak or not to be known, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.deliverability.records import Checked, Kind, Wanted, check, spf_lookups, tags_of
from stepwell.errors import Unavailable

DOMAIN = "shop.example"
SES = Wanted(
    domain=DOMAIN,
    dkim={"t1._domainkey.shop.example": "t1.dkim.amazonses.com"},
    mail_from="bounce.shop.example",
    mail_from_mx="feedback-smtp.eu-west-1.amazonses.com",
    spf=("amazonses.com",),
)
GOOD = {
    ("t1._domainkey.shop.example", "CNAME"): ["t1.dkim.amazonses.com."],
    ("bounce.shop.example", "MX"): ["10 feedback-smtp.eu-west-1.amazonses.com."],
    ("bounce.shop.example", "TXT"): ["v=spf1 include:amazonses.com ~all"],
    ("amazonses.com", "TXT"): ["v=spf1 ip4:199.255.192.0/22 -all"],
    ("_dmarc.shop.example", "TXT"): ["v=DMARC1; p=reject; rua=mailto:d@shop.example"],
    ("default._bimi.shop.example", "TXT"): [
        "v=BIMI1; l=https://shop.example/logo.svg; a=https://shop.example/vmc.pem"
    ],
}


class Zone:
    """Records that a test sets; `silent` names get no answer."""

    def __init__(
        self, *changes: tuple[tuple[str, str], list[str] | None], silent: Sequence[str] = ()
    ) -> None:
        self._found = {**GOOD, **dict(changes)}
        self._silent = silent

    def lookup(self, name: str, kind: Kind) -> Sequence[str]:
        if name in self._silent:
            raise Unavailable("silent")
        return self._found.get((name, kind)) or ()


def found(zone: Zone, wanted: Wanted = SES) -> dict[str, Checked]:
    return {record.purpose: record for record in check(zone, wanted)}


def test_all_is_well() -> None:
    assert {purpose: record.state for purpose, record in found(Zone()).items()} == dict.fromkeys(
        ("dkim", "mail_from", "spf", "dmarc", "bimi"), "ok"
    )
    assert all(record.advice == "" for record in found(Zone()).values())


SPF, DMARC, BIMI = (
    ("bounce.shop.example", "TXT"),
    ("_dmarc.shop.example", "TXT"),
    ("default._bimi.shop.example", "TXT"),
)
DKIM, MX = ("t1._domainkey.shop.example", "CNAME"), ("bounce.shop.example", "MX")


@pytest.mark.parametrize(
    ("key", "values", "purpose", "state", "advice"),
    [
        (DKIM, None, "dkim", "missing", "Add a CNAME"),
        (DKIM, ["elsewhere.example."], "dkim", "wrong", "leads elsewhere"),
        (DKIM, ["evil-t1.dkim.amazonses.com"], "dkim", "wrong", "leads elsewhere"),
        (MX, None, "mail_from", "missing", "Add MX 10 feedback"),
        (MX, ["10 mx.other.example"], "mail_from", "wrong", "only MX"),
        (MX, ["10 feedback-smtp.eu-west-1.amazonses.com", "20 b.example"], "mail_from", "wrong", "only MX"),
        (SPF, None, "spf", "missing", "Add TXT v=spf1 include:amazonses.com ~all"),
        (SPF, ["v=spf1 ~all"], "spf", "wrong", "include:amazonses.com"),
        (SPF, ["v=spf1 include:amazonses.com +all"], "spf", "wrong", "everybody"),
        (SPF, ["v=spf1 include:amazonses.com ~all", "v=spf1 -all"], "spf", "wrong", "one SPF record"),
        (
            SPF,
            ["v=spf1 include:amazonses.com " + " ".join(f"a:h{n}.example" for n in range(10))],
            "spf",
            "wrong",
            "11",
        ),
        (DMARC, None, "dmarc", "missing", "Gmail and Yahoo"),
        (DMARC, ["v=DMARC1; p=none; rua=mailto:a@b.example"], "dmarc", "weak", "quarantine"),
        (DMARC, ["v=DMARC1; p=reject"], "dmarc", "weak", "rua"),
        (DMARC, ["v=DMARC1; p=maybe"], "dmarc", "wrong", "none, quarantine or reject"),
        (DMARC, ["v=DMARC1; p=none", "v=DMARC1; p=reject"], "dmarc", "wrong", "one DMARC"),
        (BIMI, None, "bimi", "missing", "Nothing must be there"),
        (BIMI, ["v=BIMI1; l=http://x.example/a.svg"], "bimi", "wrong", "https"),
        (BIMI, ["v=BIMI1; l=https://x.example/a.svg"], "bimi", "weak", "certificate"),
        (DMARC, ["v=DMARC1; p=none; rua=mailto:a@b.example"], "bimi", "weak", "quarantine or reject"),
    ],
)
def test_each_fault(
    key: tuple[str, str], values: list[str] | None, purpose: str, state: str, advice: str
) -> None:
    record = found(Zone((key, values)))[purpose]
    assert record.state == state
    assert advice in record.advice


def test_a_subdomain_has_its_parents_policy() -> None:
    wanted = Wanted("news.mail.shop.example")
    zone = Zone((("_dmarc.shop.example", "TXT"), ["v=DMARC1; p=reject; sp=none; rua=mailto:a@b.example"]))
    record = found(zone, wanted)["dmarc"]
    assert (record.name, record.state) == ("_dmarc.shop.example", "weak")


def test_keys_of_their_own_are_looked_at() -> None:
    name = "mx._domainkey.mg.shop.example"
    wanted = Wanted("mg.shop.example", dkim={name: ""})
    states = {}
    for text in ("k=rsa; p=MIGf", "k=rsa; p=", ""):
        zone = Zone(((name, "TXT"), [text] if text else None))
        states[text] = found(zone, wanted)["dkim"].state
    assert states == {"k=rsa; p=MIGf": "ok", "k=rsa; p=": "wrong", "": "missing"}


def test_silence_is_no_answer() -> None:
    names = {name for name, _ in GOOD}
    assert {record.state for record in check(Zone(silent=sorted(names)), SES)} == {"unknown"}
    assert found(Zone(silent=["amazonses.com"]))["spf"].state == "unknown"


def test_circles_of_includes_end() -> None:
    zone = Zone((("a.example", "TXT"), ["v=spf1 include:a.example -all"]))
    assert spf_lookups(zone, "v=spf1 include:a.example -all") <= 20


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_stands_in_dns_is_judged(spf: str, dmarc: str) -> None:
    zone = Zone((SPF, ["v=spf1 " + spf]), (DMARC, ["v=DMARC1;" + dmarc]), (BIMI, ["v=BIMI1;" + dmarc]))
    assert len(check(zone, SES)) == 5
    assert isinstance(tags_of(dmarc), dict)
