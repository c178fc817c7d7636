"""Mail of the local SES is signed, and dkimpy finds both List-Unsubscribe headers under the signature."""

from __future__ import annotations

import re
from typing import Any

import dkim
import pytest
from stepwell.adapters.ses_bulk import bulk_request, data_of
from stepwell.adapters.ses_mailer import request_of
from stepwell.channels.email import Origin, compose
from stepwell.contracts.messages import Email, Purpose
from stepwell.contracts.workspace import Workspace

from local.ses_mime import build
from local.ses_signing import SELECTOR, dns_record, signed

AT = 1_772_442_000.0
LINK = "https://mail.example.com/u/k1.acme." + "x" * 80


def email(purpose: Purpose = Purpose.MARKETING) -> Email:
    """A message as the send gate composes it."""
    return compose(
        to="ada@example.com",
        subject="Grüße aus dem Laden, und noch ein paar Worte mehr, damit die Zeile lang wird",
        html="<p>Hallo  €</p>\n\n",
        text="Hallo  €\n\n\n",
        origin=Origin("acme", "welcome", 1, "mail", "p" * 16 + ".0.1", "v1", "p" * 16),
        purpose=purpose,
        workspace=Workspace("acme", sender="Grüner Shop <hi@shop.example>"),
        unsubscribe_url=LINK,
        configuration_set="main",
    )


def mime(sent: Email) -> bytes:
    """The message as SES builds it from our request, signed."""
    request: dict[str, Any] = request_of(sent)
    simple = request["Content"]["Simple"]
    raw = build(
        sender=request["FromEmailAddress"],
        destination=request["Destination"],
        reply_to=request.get("ReplyToAddresses", []),
        subject=simple["Subject"]["Data"],
        text=simple["Body"]["Text"]["Data"],
        html=simple["Body"]["Html"]["Data"],
        headers=simple.get("Headers", []),
        attachments=[],
        message_id="0100-1",
        region="eu-west-1",
        at=AT,
    )
    return signed(raw, "shop.example", AT)


def lookup(name: bytes, timeout: int = 5) -> bytes:
    del timeout
    assert name == f"{SELECTOR}._domainkey.shop.example.".encode()
    return dns_record().encode()


def covered(raw: bytes) -> list[str]:
    found = re.search(rb"\bh=([^;]+);", raw.replace(b"\r\n ", b" "))
    assert found is not None
    return found[1].decode().replace(" ", "").split(":")


def test_dkimpy_verifies_both_list_unsubscribe_headers() -> None:
    raw = mime(email())
    assert dkim.verify(raw, dnsfunc=lookup)
    assert {"list-unsubscribe", "list-unsubscribe-post", "from", "subject", "to"} <= set(covered(raw))
    assert f"List-Unsubscribe: <{LINK}>".encode() in raw.replace(b"\r\n ", b" ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Clicks"),
        (LINK.encode(), LINK.replace("acme", "evil").encode()),
        (b"Subject: ", b"Subject: Re: "),
        (b"ada@example.com", b"eve@example.com"),
    ],
)
def test_a_changed_message_fails(before: bytes, after: bytes) -> None:
    raw = mime(email())
    assert before in raw
    assert not dkim.verify(raw.replace(before, after), dnsfunc=lookup)


def test_a_removed_header_fails() -> None:
    raw = mime(email())
    without = re.sub(rb"List-Unsubscribe-Post:[^\r]*\r\n", b"", raw)
    assert without != raw
    assert not dkim.verify(without, dnsfunc=lookup)


def test_transactional_mail_is_signed_without_them() -> None:
    raw = mime(email(Purpose.TRANSACTIONAL))
    assert dkim.verify(raw, dnsfunc=lookup)
    assert not {"list-unsubscribe", "list-unsubscribe-post"} & set(covered(raw))


def test_the_bulk_call_carries_the_same_headers() -> None:
    sent = email()
    (entry,) = bulk_request([sent], [data_of(sent)])["BulkEmailEntries"]
    assert entry["ReplacementHeaders"] == request_of(sent)["Content"]["Simple"]["Headers"]
