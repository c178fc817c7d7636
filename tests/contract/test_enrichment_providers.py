"""Each provider's adapter against its stand-in, over HTTP and through the guard of outgoing calls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from stepwell.adapters.clearbit import Clearbit
from stepwell.adapters.enrichment_http import LONGEST_WAIT_S, amount, wait_of
from stepwell.adapters.fullcontact import FullContact
from stepwell.adapters.guarded_http import GuardedHttp
from stepwell.adapters.zoominfo import TOKEN_S, ZoomInfo
from stepwell.contracts.enrichment import PROVIDERS
from stepwell.enrichment.model import OFFERED
from stepwell.enrichment.ports import Account, EnrichmentProvider, Query
from stepwell.errors import Forbidden, OutcomeUnknown, ProviderRejected, Throttled, Unavailable
from stepwell.runtime.effects import HttpResponse

from local.enrichment import StandIns

KEYS: Mapping[str, Mapping[str, str]] = {
    "clearbit": {"key": "test-key"},
    "fullcontact": {"key": "test-key"},
    "zoominfo": {"username": "ann", "password": "test-word"},
}


class Server:
    """The stand-ins on a port of the loopback."""

    def __init__(self) -> None:
        self.stand_ins = StandIns()
        stand_ins = self.stand_ins

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def _serve(self) -> None:
                path, _, query = self.path.partition("?")
                _, provider, rest = path.split("/", 2)
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                said = stand_ins.answer(provider, self.command, f"/{rest}", query, headers, body)
                self.send_response(said.status)
                for name, value in {**said.headers, "content-length": str(len(said.data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.data)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


@pytest.fixture
def waits() -> list[float]:
    return []


Made = Callable[..., EnrichmentProvider]


def made(name: str, waits: list[float], **more: Any) -> EnrichmentProvider:
    http = GuardedHttp(local=True)
    kinds: dict[str, Any] = {"clearbit": Clearbit, "fullcontact": FullContact, "zoominfo": ZoomInfo}
    provider: EnrichmentProvider = kinds[name](http, sleep=waits.append, **more)
    return provider


def account(server: Server, name: str, **credentials: str) -> Account:
    return Account(credentials or KEYS[name], f"{server.address}/{name}")


def everything(server: Server, name: str, whom: str, waits: list[float]) -> dict[str, Any]:
    provider = made(name, waits)
    found: dict[str, Any] = {}
    for question in provider.questions(Query(whom, whom.rpartition("@")[2]), OFFERED):
        found |= provider.look_up(question, account(server, name)) or {}
    return found


@pytest.mark.parametrize("name", PROVIDERS)
def test_what_it_knows_comes_by_our_names(server: Server, waits: list[float], name: str) -> None:
    found = everything(server, name, "ann.lee@acme.example", waits)
    assert set(found) <= set(OFFERED)
    assert (found["first_name"], found["last_name"], found["job_title"]) == (
        "Ann",
        "Lee",
        "Head of Marketing",
    )
    assert found["company"] == "Acme"
    assert 100 <= found["employee_count"] < 200
    assert found["industry"]
    if name != "fullcontact":
        assert 10_000_000 <= found["company_revenue"] <= 50_000_000
        assert len(found["technologies"]) == 3
    assert waits == []


@pytest.mark.parametrize("name", PROVIDERS)
def test_nobody_is_nothing(server: Server, waits: list[float], name: str) -> None:
    provider = made(name, waits)
    assert provider.look_up(Query(email="nobody@acme.example"), account(server, name)) is None
    assert provider.look_up(Query(domain="nobody.example"), account(server, name)) is None


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("whom", ["busy@acme.example", "down@acme.example"])
def test_a_second_try_after_the_time_it_asks_for(
    server: Server, waits: list[float], name: str, whom: str
) -> None:
    assert made(name, waits).look_up(Query(email=whom), account(server, name))
    assert waits == [1.0]
    assert server.stand_ins.calls[name, whom] == 2


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(
    ("whom", "error", "calls"),
    [
        ("always-busy@acme.example", Throttled, 2),
        ("broken@acme.example", Unavailable, 2),
        ("refused@acme.example", ProviderRejected, 1),
        ("garbled@acme.example", OutcomeUnknown, 1),
    ],
)
def test_failures_in_our_words(
    server: Server, waits: list[float], name: str, whom: str, error: type[Exception], calls: int
) -> None:
    with pytest.raises(error) as told:
        made(name, waits).look_up(Query(email=whom), account(server, name))
    assert type(told.value) is error
    assert whom not in str(told.value)
    assert server.stand_ins.calls[name, whom] == calls


@pytest.mark.parametrize("name", PROVIDERS)
def test_bad_credentials_are_refused_once(server: Server, waits: list[float], name: str) -> None:
    wrong = dict.fromkeys(KEYS[name], "wrong")
    with pytest.raises(ProviderRejected) as told:
        made(name, waits).look_up(Query(email="ann@acme.example"), account(server, name, **wrong))
    assert told.value.code == "bad_credentials"
    with pytest.raises(ProviderRejected, match="needs"):
        made(name, waits).look_up(Query(email="ann@acme.example"), account(server, name, other="x"))


@pytest.mark.parametrize("name", PROVIDERS)
def test_nobody_there_is_tried_twice(waits: list[float], name: str) -> None:
    closed = Server()
    closed.close()
    with pytest.raises(Unavailable):
        made(name, waits).look_up(Query(email="ann@acme.example"), account(closed, name))
    assert waits == [0.5]


@pytest.mark.parametrize("name", PROVIDERS)
def test_an_address_of_a_workspace_must_be_public(server: Server, waits: list[float], name: str) -> None:
    kinds: dict[str, Any] = {"clearbit": Clearbit, "fullcontact": FullContact, "zoominfo": ZoomInfo}
    provider = kinds[name](GuardedHttp(local=False), sleep=waits.append)
    inside = Account(KEYS[name], "https://169.254.169.254")
    with pytest.raises(Forbidden):
        provider.look_up(Query(email="ann@acme.example"), inside)


def test_only_what_is_wanted_is_asked() -> None:
    whom = Query("ann@acme.example", "acme.example")
    for name in ("fullcontact", "zoominfo"):
        provider = made(name, [])
        assert provider.questions(whom, ["employee_count"]) == [Query(domain="acme.example")]
        assert provider.questions(whom, ["job_title"]) == [Query(email="ann@acme.example")]
        assert provider.questions(Query("ann@gmail.com"), ["employee_count"]) == []
    assert made("clearbit", []).questions(whom, ["employee_count"]) == [Query(email="ann@acme.example")]


def test_a_token_is_kept_for_an_hour_and_asked_for_again_when_it_ended(
    server: Server, waits: list[float]
) -> None:
    clock = [0.0]
    provider = made("zoominfo", waits, now=lambda: clock[0])
    asked = server.stand_ins.calls

    def ask() -> None:
        assert provider.look_up(Query(email="ann@acme.example"), account(server, "zoominfo"))

    ask()
    ask()
    assert asked["zoominfo", "authenticate"] == 1
    clock[0] = TOKEN_S
    ask()
    assert asked["zoominfo", "authenticate"] == 2
    server.stand_ins.end_tokens()
    ask()
    assert asked["zoominfo", "authenticate"] == 3


def test_an_assertion_is_signed_by_the_accounts_key(server: Server, waits: list[float]) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    told = account(server, "zoominfo", username="ann", client_id="test-client", private_key=pem)
    assert made("zoominfo", waits).look_up(Query(domain="acme.example"), told)
    broken = account(server, "zoominfo", username="ann", client_id="test-client", private_key="-----")
    with pytest.raises(ProviderRejected, match="cannot be read"):
        made("zoominfo", waits).look_up(Query(domain="acme.example"), broken)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("", 0.5), ("7", 7.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", 0.5), ("-3", 0.5)],
)
def test_how_long_to_wait(told: str, seconds: float) -> None:
    assert wait_of(HttpResponse(429, {"retry-after": told}, b"")) == seconds
    assert LONGEST_WAIT_S > 7


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("$10M-$50M", 30_000_000),
        ("$1B+", 1_000_000_000),
        ("51-250", 150),
        (1234.4, 1234),
        ("1,200", 1200),
        ("many", None),
        (None, None),
        (True, None),
    ],
)
def test_amounts(told: Any, number: int | None) -> None:
    assert amount(told) == number
