"""DNS as a name server on the loopback answers it: texts in pieces, names without dots, silence."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from stepwell.adapters.dns_records import DnsRecords
from stepwell.adapters.mail_answers import parts_of_sender, without_ses
from stepwell.errors import Unavailable

ZONE = {
    ("shop.example.", "TXT"): ['"v=spf1 include:amazonses.com " "~all"', '"other"'],
    ("bounce.shop.example.", "MX"): ["10 feedback-smtp.eu-west-1.amazonses.com."],
    ("t1._domainkey.shop.example.", "CNAME"): ["t1.dkim.amazonses.com."],
}


class NameServer:
    """Answers from the zone; `broken.example` fails."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                data, whom = self._socket.recvfrom(4096)
            except OSError:
                return
            question = dns.message.from_wire(data)
            answer = dns.message.make_response(question)
            asked = question.question[0]
            name, kind = asked.name.to_text(), dns.rdatatype.to_text(asked.rdtype)
            self.asked.append(name)
            if name == "broken.example.":
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif (name, kind) in ZONE:
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *ZONE[name, kind]))
            elif not any(known == name for known, _ in ZONE):
                answer.set_rcode(dns.rcode.NXDOMAIN)
            self._socket.sendto(answer.to_wire(), whom)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def server() -> Iterator[NameServer]:
    made = NameServer()
    yield made
    made.close()


def records(server: NameServer) -> DnsRecords:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.port
    return DnsRecords(resolver)


def test_values_as_the_checks_read_them(server: NameServer) -> None:
    dns_ = records(server)
    assert sorted(dns_.lookup("shop.example", "TXT")) == ["other", "v=spf1 include:amazonses.com ~all"]
    assert dns_.lookup("bounce.shop.example", "MX") == ["10 feedback-smtp.eu-west-1.amazonses.com"]
    assert dns_.lookup("t1._domainkey.shop.example.", "CNAME") == ["t1.dkim.amazonses.com"]


def test_what_is_not_there_is_no_failure(server: NameServer) -> None:
    dns_ = records(server)
    assert dns_.lookup("nobody.example", "TXT") == ()
    assert dns_.lookup("shop.example", "MX") == ()


def test_each_name_is_asked_once(server: NameServer) -> None:
    dns_ = records(server)
    dns_.lookup("shop.example", "TXT")
    dns_.lookup("SHOP.example.", "TXT")
    assert server.asked == ["shop.example."]


def test_a_failing_server_says_nothing_of_the_record(server: NameServer) -> None:
    with pytest.raises(Unavailable):
        records(server).lookup("broken.example", "TXT")
    with pytest.raises(Unavailable):
        records(server).lookup("x" * 300 + ".example", "TXT")


def test_senders_and_marks() -> None:
    assert parts_of_sender("=?utf-8?q?Gr=C3=BCn?= <a@b.example>") == ("Grün", "a@b.example")
    assert parts_of_sender("a@b.example") == ("", "a@b.example")
    assert parts_of_sender("=?nonsense?q?x?= <a@b.example>") == ("=?nonsense?q?x?=", "a@b.example")
    html = '<a ses:tags="link:x;" ses:no-track href="https://x.example/">x</a>'
    assert without_ses(html) == '<a href="https://x.example/">x</a>'
