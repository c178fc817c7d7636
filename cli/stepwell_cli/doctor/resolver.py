"""A DNS lookup of TXT, MX and CNAME records (RFC 1035) without a library: one question over UDP, TCP if cut short."""

from __future__ import annotations

import secrets
import socket
import struct
from pathlib import Path
from typing import Protocol

_TYPES = {"CNAME": 5, "MX": 15, "TXT": 16}
_TRIES = 2
_CUT_SHORT = 0x02


class LookupFailed(Exception):  # noqa: N818 - a lookup that failed says nothing about the record
    """No server answered, or one answered with a failure."""


class Resolver(Protocol):
    """Looks records up."""

    def lookup(self, name: str, kind: str) -> list[str]:
        """Return the records' values; none if the name or the kind does not exist.

        Raises:
            LookupFailed: Nothing can be said.
        """
        ...


class StubResolver:
    """Asks the system's name servers.

    Args:
        servers: Their addresses; read from ``/etc/resolv.conf`` when absent.
        port: Their port.
        timeout_s: How long to wait for each.
    """

    def __init__(self, servers: list[str] | None = None, port: int = 53, timeout_s: float = 3.0) -> None:
        self._servers = servers if servers is not None else _servers()
        self._port, self._timeout_s = port, timeout_s

    def lookup(self, name: str, kind: str) -> list[str]:
        """Return the records' values.

        Raises:
            LookupFailed: No server answered.
        """
        question, number = _question(name, _TYPES[kind])
        for server in self._servers * _TRIES:
            try:
                answer = self._ask(server, question)
            except (OSError, struct.error):
                continue
            if answer[:2] == number:
                return read_answer(answer, _TYPES[kind])
        raise LookupFailed(f"no name server answered for {name}")

    def _ask(self, server: str, question: bytes) -> bytes:
        family = socket.AF_INET6 if ":" in server else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as udp:
            udp.settimeout(self._timeout_s)
            udp.connect((server, self._port))
            udp.send(question)
            answer = udp.recv(4096)
        if len(answer) > 2 and answer[2] & _CUT_SHORT:
            with socket.create_connection((server, self._port), self._timeout_s) as tcp:
                tcp.sendall(struct.pack(">H", len(question)) + question)
                stream = tcp.makefile("rb")
                answer = stream.read(struct.unpack(">H", stream.read(2))[0])
        return answer


def _servers() -> list[str]:
    try:
        lines = Path("/etc/resolv.conf").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        lines = []
    found = [line.split()[1] for line in lines if line.startswith("nameserver") and len(line.split()) > 1]
    return found or ["1.1.1.1", "8.8.8.8"]


def _question(name: str, kind: int) -> tuple[bytes, bytes]:
    number = secrets.token_bytes(2)
    labels = name.rstrip(".").encode("ascii", "replace").split(b".")
    encoded = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    return number + struct.pack(">HHHHH", 0x0100, 1, 0, 0, 0) + encoded + struct.pack(">HH", kind, 1), number


def read_answer(message: bytes, kind: int) -> list[str]:
    """Read the values of one kind from an answer.

    Raises:
        LookupFailed: The server failed or the message is broken.
    """
    try:
        flags, questions, answers = struct.unpack_from(">HHH", message, 2)
        code = flags & 0x0F
        if code == 3:
            return []
        if code != 0:
            raise LookupFailed(f"the name server answered with failure {code}")
        at = 12
        for _ in range(questions):
            at = _name(message, at)[1] + 4
        found = []
        for _ in range(answers):
            at = _name(message, at)[1]
            record, _, _, size = struct.unpack_from(">HHIH", message, at)
            at += 10
            if at + size > len(message):
                raise LookupFailed("the name server's answer is cut short")
            if record == kind:
                found.append(_value(message, at, size, kind))
            at += size
    except (struct.error, IndexError) as error:
        raise LookupFailed("the name server's answer is broken") from error
    return found


def _value(message: bytes, at: int, size: int, kind: int) -> str:
    if kind == _TYPES["TXT"]:
        text, end = b"", at + size
        while at < end:
            text += message[at + 1 : at + 1 + message[at]]
            at += 1 + message[at]
        return text.decode("utf-8", "replace")
    if kind == _TYPES["MX"]:
        return f"{struct.unpack_from('>H', message, at)[0]} {_name(message, at + 2)[0]}"
    return _name(message, at)[0]


def _name(message: bytes, at: int) -> tuple[str, int]:
    labels: list[str] = []
    after = -1
    for _ in range(128):
        size = message[at]
        if size & 0xC0:
            after = at + 2 if after < 0 else after
            at = struct.unpack_from(">H", message, at)[0] & 0x3FFF
        elif size == 0:
            return ".".join(labels), at + 1 if after < 0 else after
        else:
            labels.append(message[at + 1 : at + 1 + size].decode("ascii", "replace"))
            at += 1 + size
    raise LookupFailed("a name in the answer leads in a circle")
