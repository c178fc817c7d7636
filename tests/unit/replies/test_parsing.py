from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.errors import LimitExceeded
from stepwell.replies.automatic import judge
from stepwell.replies.parsing import MAX_MESSAGE, MAX_TEXT, parse
from stepwell.replies.quotes import own_words
from stepwell.replies.sentiment import sentiment
from stepwell.replies.wishes import wants_out


def raw(text: str = "Yes, please.", html: str = "", attachment: bytes = b"", **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in {"From": "Ann <Ann@People.example>", "Subject": "Re: Hello", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    if attachment:
        message.add_attachment(attachment, maintype="application", subtype="pdf", filename="x.pdf")
    return message.as_bytes()


def test_what_somebody_wrote() -> None:
    found = parse(raw("Grüße, ich komme!\r\n", Subject="Re: Grüße", attachment=b"%PDF"))
    assert (found.sender, found.sender_name, found.subject) == ("ann@people.example", "Ann", "Re: Grüße")
    assert found.text.strip() == "Grüße, ich komme!"
    assert found.attachments == 1


def test_html_alone_is_read_and_its_quote_is_one() -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    page = "<style>x</style><p>I <b>love</b> it</p><div>Bye</div><blockquote><p>Our offer</p></blockquote>"
    message.set_content(page, subtype="html")
    found = parse(message.as_bytes())
    assert own_words(found.text).split("\n") == ["I love it", "Bye"]


def test_an_attached_text_is_not_read() -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("Seen")
    message.add_attachment("unsubscribe", filename="x.txt")
    found = parse(message.as_bytes())
    assert found.text.strip() == "Seen"
    assert found.attachments == 1


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\x00\xff" * 100,
        b"Content-Type: text/plain; charset=no-such\r\nFrom: a@b.c\r\n\r\nhi",
        b'Content-Type: text/plain; charset="\xff"\r\n\r\nhi',
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * 5_000,
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(300)
        ),
        b"From: " + b"<" * 5_000 + b"\r\nSubject: =?utf-8?B?////?= =?x?q?" + b"a" * 5_000 + b"?=\r\n\r\nhi",
        b"From: a@b.c\r\nDate: nonsense\r\nTo: ;;;,,@@\r\nMessage-ID: <<>>\r\n\r\nhi",
        b"Content-Type: text/html\r\n\r\n" + b"<div><blockquote>" * 20_000,
        b"Subject: =?utf-8?q?=ED=A0=80?=\r\n\r\n\xed\xa0\x80",
    ],
)
def test_hostile_messages_are_read_as_far_as_they_go(hostile: bytes) -> None:
    found = parse(hostile)
    assert len(found.text) <= MAX_TEXT
    for text in (found.text, found.subject, found.sender_name):
        text.encode()
    judge(found)
    wants_out(found, own_words(found.text))


def test_too_much_is_refused() -> None:
    with pytest.raises(LimitExceeded):
        parse(b"a" * (MAX_MESSAGE + 1))


_LINES = st.sampled_from(
    [b"From: a@b.example", b"Subject: Re: x", b"Content-Type: multipart/alternative; boundary=q", b"--q", b"--q--",
     b"Content-Type: text/html", b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: quoted-printable",
     b"Content-Transfer-Encoding: base64", b"", b"", b"> quoted", b"On Monday, a@b.example wrote:", b"=ED=A0=80 =",
     b"aGk=",      b"<p>hi<blockquote>", b"Auto-Submitted: auto-replied", b"--", b"STOP"]
)  # fmt: skip


@given(st.lists(_LINES | st.binary(max_size=40), max_size=25))
def test_nothing_that_comes_breaks_anything(lines: list[bytes]) -> None:
    found = parse(b"\r\n".join(lines))
    words = own_words(found.text)
    assert set(words.split("\n")) <= {line.strip() for line in found.text.split("\n")} | {""}
    judge(found)
    assert -1 <= sentiment(words).score <= 1
    (found.sender + found.subject + words).encode()
