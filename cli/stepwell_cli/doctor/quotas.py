"""Quotas that a growing deployment meets first, read from Service Quotas by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from stepwell_cli.doctor.report import Finding, Level, Refusal, ask

AREA = "quotas"


@dataclass(frozen=True)
class Wanted:
    """A quota to look at.

    Attributes:
        service: Service code of Service Quotas.
        words: All in the quota's name, small letters.
        least: Below this it limits a deployment of ordinary size.
        why: What it limits.
    """

    service: str
    words: tuple[str, ...]
    least: float
    why: str


QUOTAS = (
    Wanted("lambda", ("concurrent executions",), 1_000, "cohorts that are treated at the same time"),
    Wanted("states", ("startexecution", "refill"), 100, "runs started a second"),
    Wanted("states", ("statetransition", "refill"), 800, "steps of all runs a second"),
    Wanted("states", ("open executions",), 100_000, "runs under way"),
    Wanted("states", ("registered state machines",), 1_000, "published versions with contacts in them"),
    Wanted("kinesis", ("shards per region",), 10, "shards of the event stream"),
)


def check_quotas(service_quotas: Any, *, local: bool) -> Iterator[Finding]:
    """Look at all of `QUOTAS`."""
    for service in dict.fromkeys(q.service for q in QUOTAS):
        listed = ask("servicequotas:ListServiceQuotas", partial(_all, service_quotas, service))
        if isinstance(listed, Refusal):
            yield listed.finding(AREA, f"Quotas of {service}", local=local)
            continue
        for wanted in (q for q in QUOTAS if q.service == service):
            yield from _compare(wanted, listed)


def _compare(wanted: Wanted, listed: list[dict[str, Any]]) -> Iterator[Finding]:
    found = [q for q in listed if all(word in str(q.get("QuotaName", "")).lower() for word in wanted.words)]
    for quota in found:
        name, value = quota["QuotaName"], float(quota.get("Value", 0))
        if value < wanted.least:
            yield Finding(
                AREA,
                Level.WARN,
                f"{name}: {value:,.0f} ({wanted.why}); {wanted.least:,.0f} is usual.",
                f"Request more in Service Quotas ({quota.get('QuotaCode', wanted.service)}).",
            )
        else:
            yield Finding(AREA, Level.OK, f"{name}: {value:,.0f}.")
    if not found:
        yield Finding(
            AREA, Level.INFO, f"Service Quotas lists no “{' '.join(wanted.words)}” of {wanted.service}."
        )


def _all(service_quotas: Any, service: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = service_quotas.list_service_quotas(ServiceCode=service, MaxResults=100, **token)
        found += page.get("Quotas", [])
        if not page.get("NextToken"):
            return found
        token = {"NextToken": page["NextToken"]}
