"""The guard of outgoing calls: attack URLs, addresses behind names, slow, big and lying servers."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from stepwell.adapters.guarded_http import MAX_BODY, GuardedHttp, is_public, resolve
from stepwell.errors import Forbidden, InvalidInput, LimitExceeded, OutcomeUnknown, StepwellError, Unavailable
from stepwell.runtime.effects import HttpRequest

PUBLIC = "93.184.215.14"

# Each must be refused before a byte leaves, the names resolving as the operating system does for numbers.
ATTACKS = [
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "javascript:alert(1)",
    "//example.com/",
    "example.com",
    "",
    "https://",
    "https:///path",
    "https://user@example.com/",
    "https://user:pass@example.com/",
    "https://example.com@127.0.0.1/",
    "https://127.0.0.1\\@example.com/",
    "https://example.com\\.evil/",
    "https://exa mple.com/",
    "https://example.com/\r\nHost: evil",
    "https://example.com/\x00",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com:6379/",
    "https://example.com:80/",
    "https://example.com:99999/",
    "https://example.com:port/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.255.255.254/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://0/",
    "https://0.0.0.0/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://10.0.0.1/",
    "https://10.255.255.255/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://169.254.170.2/v2/credentials",
    "https://2852039166/",
    "https://0xa9fea9fe/",
    "https://100.64.0.1/",
    "https://100.100.100.200/latest/meta-data/",
    "https://168.63.129.16/",
    "https://192.0.0.192/",
    "https://192.0.2.1/",
    "https://198.18.0.1/",
    "https://198.51.100.1/",
    "https://203.0.113.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://①②⑦.⓪.⓪.①/",
    "https://example.com/" + "a" * 5_000,
]


class Never:
    """A resolver for names; numbers go to the operating system. Nothing may be connected to."""

    def __call__(self, host: str, port: int) -> Sequence[str]:
        return [PUBLIC] if host.endswith("example.com") else resolve(host, port)


@pytest.mark.parametrize("url", ATTACKS, ids=lambda url: repr(url[:50]))
def test_attack_urls_are_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises((Forbidden, InvalidInput, Unavailable)) as caught:
        GuardedHttp(resolver=Never()).call(HttpRequest("GET", url))
    if isinstance(caught.value, Unavailable):
        assert caught.value.code == "unresolved"


@pytest.mark.parametrize(
    "addresses",
    [
        ["10.0.0.1"],
        [PUBLIC, "10.0.0.1"],
        ["::1", PUBLIC],
        ["169.254.169.254"],
        ["nonsense"],
        ["::ffff:10.0.0.1"],
    ],
)
def test_a_name_that_leads_inside_is_refused(addresses: list[str]) -> None:
    with pytest.raises(Forbidden) as caught:
        GuardedHttp(resolver=lambda *_: addresses).call(HttpRequest("GET", "https://rebound.example.com/"))
    assert caught.value.code == "private_address"


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_pass(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "hosts", "code"),
    [
        ("https://api.example.com/", ("api.example.com",), ""),
        ("https://API.example.com./", ("api.example.com",), ""),
        ("https://a.b.example.com/", (".example.com",), ""),
        ("https://example.com/", (".example.com",), "host_not_listed"),
        ("https://evilexample.com/", (".example.com",), "host_not_listed"),
        ("https://example.com.evil/", ("example.com",), "host_not_listed"),
        ("https://api.example.com:9443/", ("api.example.com",), ""),
        ("https://api.example.com:9443/", (), "url_port"),
        ("https://other.example/", ("api.example.com",), "host_not_listed"),
    ],
)
def test_the_workspaces_host_list(url: str, hosts: tuple[str, ...], code: str) -> None:
    guard = GuardedHttp()
    if not code:
        guard.judge(url, hosts)
        return
    with pytest.raises(Forbidden) as caught:
        guard.judge(url, hosts)
    assert caught.value.code == code


Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def server(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    seen: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append({"path": self.path, "headers": dict(self.headers), "body": body})
            answer(self)

        do_GET = do_POST  # noqa: N815 - the server's name

        def log_message(self, *_: Any) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            return

    running = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        running.socket = tls.wrap_socket(running.socket, server_side=True)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield running.server_port, seen
    finally:
        running.shutdown()
        running.server_close()


def reply(status: int, body: bytes, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def local(**options: Any) -> GuardedHttp:
    return GuardedHttp(local=True, resolver=lambda *_: ["127.0.0.1"], **options)


def test_a_call_goes_to_the_judged_address_under_its_name() -> None:
    with server(reply(201, b'{"ok": true}', X_Thing="1")) as (port, seen):
        response = local().call(
            HttpRequest("POST", f"http://api.example.com:{port}/orders?a=b%20c", {"X-Key": "k"}, b'{"a":1}')
        )
    assert (response.status, json.loads(response.body), response.headers["x-thing"]) == (
        201,
        {"ok": True},
        "1",
    )
    (request,) = seen
    assert request["path"] == "/orders?a=b%20c"
    assert request["headers"]["Host"] == f"api.example.com:{port}"
    assert request["headers"]["X-Key"] == "k"
    assert request["headers"]["Accept-Encoding"] == "identity"
    assert request["body"] == b'{"a":1}'


def test_a_redirect_is_an_answer_and_not_a_way() -> None:
    with server(reply(302, b"", Location="http://169.254.169.254/")) as (port, seen):
        assert local().call(HttpRequest("GET", f"http://api.example.com:{port}/")).status == 302
    assert len(seen) == 1


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with server(reply(200, b"{}")) as (port, _):
        assert local().call(HttpRequest("GET", f"http://api.example.com:{port}/")).status == 200


def test_too_big_an_answer_is_an_error() -> None:
    with server(reply(200, b"x" * (MAX_BODY + 1))) as (port, _), pytest.raises(LimitExceeded):
        local().call(HttpRequest("GET", f"http://api.example.com:{port}/"))


def test_a_compressed_answer_is_an_error() -> None:
    with server(reply(200, b"x", Content_Encoding="gzip")) as (port, _), pytest.raises(LimitExceeded):
        local().call(HttpRequest("GET", f"http://api.example.com:{port}/"))


def drip_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        sleep(0.05)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        handler.wfile.write(f"X-{number}: y\r\n".encode())
        handler.wfile.flush()
        sleep(0.05)


@pytest.mark.parametrize("answer", [drip_body, drip_headers, lambda _: sleep(3)])
def test_the_time_limit_is_for_the_whole_call(answer: Answer) -> None:
    with server(answer) as (port, _):
        started = perf_counter()
        with pytest.raises(OutcomeUnknown):
            local().call(HttpRequest("GET", f"http://api.example.com:{port}/", timeout_s=0.4))
        assert perf_counter() - started < 1.5


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH\r\n")


@pytest.mark.parametrize("answer", [hang_up, nonsense])
def test_a_broken_answer_is_an_unknown_outcome(answer: Answer) -> None:
    with server(answer) as (port, _), pytest.raises(OutcomeUnknown):
        local().call(HttpRequest("POST", f"http://api.example.com:{port}/"))


def test_no_connection_is_known_to_have_done_nothing() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(Unavailable):
        local().call(HttpRequest("GET", f"http://api.example.com:{port}/"))


@pytest.mark.parametrize("headers", [{"X-A": "a\r\nX-B: b"}, {"X A": "b"}, {"": "x"}, {"X-A": "grün\u2028"}])
def test_no_header_can_smuggle_another(headers: dict[str, str]) -> None:
    with server(reply(200, b"{}")) as (port, seen):
        try:
            local().call(HttpRequest("GET", f"http://api.example.com:{port}/", headers))
        except StepwellError as error:
            assert isinstance(error, InvalidInput)
        assert all("X-B" not in request["headers"] for request in seen)


def test_link_local_is_closed_even_in_the_local_cloud() -> None:
    guard = GuardedHttp(local=True, resolver=lambda *_: ["169.254.169.254"])
    with pytest.raises(Forbidden):
        guard.call(HttpRequest("GET", "http://metadata.example.com/"))
    guard = GuardedHttp(local=True, resolver=lambda *_: ["10.0.0.1"])
    with pytest.raises(Forbidden):
        guard.call(HttpRequest("GET", "http://internal.example.com/"))


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "cert.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    return serving, ssl.create_default_context(cafile=str(file))


def test_tls_is_for_the_name_though_the_connection_is_for_the_address(tmp_path: Path) -> None:
    serving, trusting = certificate(tmp_path, "api.example.com")
    names: list[str] = []
    serving.sni_callback = lambda _socket, name, _context: names.append(str(name))
    with server(reply(200, b"{}"), serving) as (port, _):
        assert local(tls=trusting).call(HttpRequest("GET", f"https://api.example.com:{port}/")).status == 200
        with pytest.raises(Unavailable):
            local(tls=trusting).call(HttpRequest("GET", f"https://other.example.com:{port}/"))
    assert names == ["api.example.com", "other.example.com"]


def test_names_below_localhost_are_this_machine_in_the_local_cloud_alone() -> None:
    asked: list[str] = []

    def resolver(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with server(reply(200, b"{}")) as (port, _):
        url = f"http://abc.execute-api.localhost:{port}/"
        assert GuardedHttp(local=True, resolver=resolver).call(HttpRequest("GET", url)).status == 200
        assert asked == []
        with pytest.raises(Forbidden):
            GuardedHttp(resolver=resolver).call(HttpRequest("GET", "https://abc.localhost/"))
