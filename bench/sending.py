"""How many rendered messages one core composes and hands to SES, in bulk and one by one; HTTP is stubbed at the socket.

Everything up to the socket is real: the opt-out link and the one-click headers are signed and put in, the request is
built, serialised and signed by botocore, written through urllib3, and its answer is read entry by entry. Rendering is
another figure (`render_vs_jinja2`).
"""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable, Sequence
from time import process_time
from typing import Any

from botocore.awsrequest import AWSHTTPSConnection, AWSHTTPSConnectionPool
from stepwell.adapters.aws import client
from stepwell.adapters.ses_mailer import SesMailer
from stepwell.channels.email import Origin, compose
from stepwell.contracts.links import OptOut, address_hash, sign_opt_out
from stepwell.contracts.messages import Email, Purpose
from stepwell.contracts.workspace import Workspace
from stepwell.errors import StepwellError

from bench.results import Result

BAR = 5_000.0
BATCH = 25
"""As many as claims are written for at a time."""
_BATCHES = 40
_ROUNDS = 7
_KEYS = {"k1": b"x" * 32}
_TEXT = "Here is what is new this week, and why it may matter to you. " * 20
_HTML = "".join(
    f"<tr><td style='padding:8px'><p>Paragraph {n}: {_TEXT[:300]}</p></td></tr>" for n in range(20)
)


class _Socket:
    """Takes what is written and answers each request with one text."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        # Looked at before a kept connection is used again: nothing ever comes in by itself.
        self._pair = socket.socketpair()

    def fileno(self) -> int:
        return self._pair[0].fileno()

    def sendall(self, data: Any) -> None:
        self.bytes = len(data)

    def makefile(self, *_: Any, **__: Any) -> io.BytesIO:
        return io.BytesIO(self._answer)

    def settimeout(self, _: Any) -> None:
        return

    def close(self) -> None:
        return


def _stubbed(answer: dict[str, Any]) -> Any:
    """Return an SES client whose connections are stubs from the socket on."""
    body = json.dumps(answer).encode()
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: keep-alive\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    stub: Any = _Socket(head.encode() + body)

    class Connection(AWSHTTPSConnection):  # type: ignore[misc]
        def connect(self) -> None:
            self.sock = stub
            self.is_verified = True

    class Pool(AWSHTTPSConnectionPool):  # type: ignore[misc]
        ConnectionCls = Connection

    made = client("sesv2", attempts=1, validated=False)
    made._endpoint.http_session._manager.pool_classes_by_scheme = {"https": Pool}
    return made


def _composed(number: int) -> Email:
    profile = f"{number:016d}".replace("0", "a").replace("1", "b").replace("8", "c").replace("9", "d")
    address = f"person-{number}@example.com"
    opt_out = OptOut("bench", profile, "welcome", "email", Purpose.MARKETING, address_hash("bench", address))
    link = f"https://mail.example.com/u/{sign_opt_out(opt_out, _KEYS)}"
    return compose(
        to=address,
        subject=f"News for you, {number}",
        html=f"<html><body><table>{_HTML}</table><a href='{link}'>Unsubscribe</a></body></html>",
        text=f"{_TEXT}\n{link}",
        origin=Origin(
            "bench", "welcome", 3, "first_mail", f"{profile}.0.1", f"{number:032d}", profile, "news"
        ),
        purpose=Purpose.MARKETING,
        workspace=Workspace("bench", sender="Shop <shop@example.com>"),
        unsubscribe_url=link,
        configuration_set="bench-mail",
    )


def _rate(send: Callable[[Sequence[Email]], Sequence[str | StepwellError]]) -> float:
    times = []
    for _ in range(_ROUNDS):
        started = process_time()
        for batch in range(_BATCHES):
            emails = [_composed(batch * BATCH + number) for number in range(BATCH)]
            results = send(emails)
            if any(isinstance(result, StepwellError) for result in results):
                raise ValueError("the stub refused a message")
        times.append(process_time() - started)
    return _BATCHES * BATCH / min(times)


def sending() -> list[Result]:
    """Measure sending in bulk and one by one."""
    entry = {"Status": "SUCCESS", "MessageId": "0100018f2b3c4d5e-11111111-2222-3333-4444-555555555555-000000"}
    bulk = SesMailer(_stubbed({"BulkEmailEntryResults": [entry] * BATCH}))
    single = SesMailer(_stubbed({"MessageId": entry["MessageId"]}))
    alone = _rate(lambda emails: [single.send(email) for email in emails])
    size = len(_composed(1).html) + len(_composed(1).text)
    note = (
        f"processor time, best of {_ROUNDS} rounds of {_BATCHES} calls of {BATCH} messages of {size / 1024:.1f} KiB; "
        "composed, opt-out signed, SendBulkEmail built, signed and written to a stubbed socket, answers read; "
        "baseline: SendEmail for each"
    )
    return [
        Result(
            "prepared_sends_per_s_core",
            _rate(bulk.send_many),
            "messages/s",
            baseline=alone,
            note=note,
            bar=BAR,
            better="above",
        )
    ]
