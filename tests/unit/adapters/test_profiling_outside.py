"""What profiling reaches outside: DNS with a memory, the worker's function, the box of credentials."""

from __future__ import annotations

import json
from typing import Any

from stepwell.adapters.mail_domains import FOUND_S, UNKNOWN_S, DnsMailDomains, look
from stepwell.adapters.profiling_work import PIECES, BoxVault, LambdaProfilingWork
from stepwell.sources.models import SealedSecret


class Dns:
    """Answers by a list, and counts."""

    def __init__(self, **found: bool | None) -> None:
        self.found = {name.replace("_", "."): one for name, one in found.items()}
        self.asked: list[str] = []

    def __call__(self, domain: str, timeout_s: float) -> bool | None:
        assert timeout_s > 0
        self.asked.append(domain)
        return self.found.get(domain)


def test_domains_are_remembered() -> None:
    now = [0.0]
    dns = Dns(acme_example=True, gone_example=False)
    domains = DnsMailDomains(dns, monotonic=lambda: now[0])
    assert [domains.takes_mail(d) for d in ("acme.example", "ACME.example.", "gone.example")] == [
        True,
        True,
        False,
    ]
    assert dns.asked == ["acme.example", "gone.example"]
    assert domains.takes_mail("slow.example") is None
    now[0] = UNKNOWN_S
    dns.found["slow.example"] = True
    assert domains.takes_mail("slow.example") is True
    assert domains.takes_mail("acme.example") is True
    assert len(dns.asked) == 4
    now[0] = FOUND_S
    domains.takes_mail("acme.example")
    assert len(dns.asked) == 5


def test_a_name_that_is_none_takes_no_mail_without_dns_or_is_unknown() -> None:
    # A name that can never exist (RFC 6761): False where DNS answers, None where there is none.
    assert look("nobody.invalid", 1.0) in (False, None)


class Functions:
    """A `lambda` client."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def invoke(self, **call: Any) -> None:
        self.calls.append(call)


def test_work_is_handed_over_in_pieces_and_nobody_waits() -> None:
    functions = Functions()
    work = [{"what": "enrich", "profile": f"p{n}", "trigger": "ready"} for n in range(PIECES + 1)]
    LambdaProfilingWork(functions, "arn:enrich").ask("acme", work)
    assert [call["InvocationType"] for call in functions.calls] == ["Event", "Event"]
    told = [json.loads(call["Payload"]) for call in functions.calls]
    assert [one for part in told for one in part["work"]] == work
    assert {(one["v"], one["tenant"]) for one in told} == {(1, "acme")}


class Box:
    """See `SecretBox`."""

    def seal(self, tenant: str, source: str, text: str) -> str:
        return f"{tenant}|{source}|{text}"

    def open(self, tenant: str, source: str, secret: SealedSecret) -> str:
        head = f"{tenant}|{source}|"
        assert secret.sealed.startswith(head)
        return secret.sealed.removeprefix(head)


def test_credentials_are_bound_to_workspace_and_provider() -> None:
    vault = BoxVault(Box())
    sealed = vault.seal("acme", "clearbit", "k")
    assert sealed == "acme|enrichment:clearbit|k"
    assert vault.open("acme", "clearbit", sealed) == "k"
